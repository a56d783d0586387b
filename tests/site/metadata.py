"""What machines read of a built site: feeds, site maps, structured data.

    metadata.py FOLDER ADDRESS SCHEMAS TYPES

ADDRESS is where the site is published. Feeds have to hold what RFC 4287 and JSON Feed 1.1 ask for, and to name pages of
the site; the site maps have to fit the schemas in SCHEMAS and to name every page that search engines may list; each block
of structured data becomes a module in TYPES, for a compiler that knows the types of schema.org.
"""

import json
import subprocess
import sys
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

folder, address, schemas, types = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
ATOM, MAP, XHTML = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.w3.org/1999/xhtml}"
LINK = """<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xhtml">
<element name="link"><complexType><attribute name="rel" fixed="alternate" use="required"/>
<attribute name="hreflang" type="language" use="required"/><attribute name="href" type="anyURI" use="required"/>
</complexType></element></schema>"""
ALL = """<schema xmlns="http://www.w3.org/2001/XMLSchema">
<import namespace="http://www.sitemaps.org/schemas/sitemap/0.9" schemaLocation="sitemap.xsd"/>
<import namespace="http://www.w3.org/1999/xhtml" schemaLocation="link.xsd"/></schema>"""
wrong = []


def check(holds, file, what):
    if not holds:
        wrong.append(f"{file}: {what}")


def file_of(link):
    """The file that a published address names, or nothing."""
    if not link or not link.startswith(address):
        return None
    path = folder / unquote(link[len(address):])
    path = path / "index.html" if link.endswith("/") else path
    return path if path.is_file() else None


def is_time(text):
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None
    except (AttributeError, ValueError):
        return False


def atom(file, feed):
    def text(of, name):
        return (of.findtext(ATOM + name) or "").strip()

    own = [it.get("href") for it in feed.findall(ATOM + "link") if it.get("rel") == "self"]
    check([file_of(it) for it in own] == [folder / file], file, f"says that it is {own}")
    entries, ids = feed.findall(ATOM + "entry"), []
    for it in [feed, *entries]:
        check(text(it, "id") and text(it, "title"), file, "something has no id or no title")
        check(is_time(text(it, "updated")), file, f"updated: {text(it, 'updated')!r}")
    for it in entries:
        ids.append(text(it, "id"))
        links = [link.get("href") for link in it.findall(ATOM + "link") if link.get("rel", "alternate") == "alternate"]
        check(len(links) == 1 and file_of(links[0]), file, f"an entry leads to {links}")
        check(text(it, "content") or text(it, "summary"), file, f"nothing is said in {ids[-1]}")
        authors = [*feed.findall(ATOM + "author"), *it.findall(ATOM + "author")]
        check(authors and all(text(author, "name") for author in authors), file, f"no author in {ids[-1]}")
    check(len(set(ids)) == len(ids) and ids, file, "ids are there twice, or not at all")


def json_feed(file, feed):
    check(feed["version"] == "https://jsonfeed.org/version/1.1" and feed["title"], file, "version or title")
    check(file_of(feed["feed_url"]) == folder / file and file_of(feed["home_page_url"]), file, "addresses")
    for it in feed["items"]:
        check(isinstance(it["id"], str) and file_of(it["url"]), file, f"an item leads to {it['url']}")
        check(it.get("content_html") or it.get("content_text"), file, f"nothing is said in {it['id']}")
        check(is_time(it["date_published"]), file, f"date_published: {it['date_published']!r}")
    ids = [it["id"] for it in feed["items"]]
    check(len(set(ids)) == len(ids) and ids, file, "ids are there twice, or not at all")


class Head(HTMLParser):
    """What the head of a page says about it, and its structured data."""

    def __init__(self):
        super().__init__()
        self.is_listed, self.is_data, self.data = True, False, []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "meta" and ("noindex" in (values.get("content") or "") or values.get("http-equiv") == "refresh"):
            self.is_listed = False
        if tag == "script" and values.get("type") == "application/ld+json":
            self.is_data = True
            self.data.append("")

    def handle_data(self, data):
        if self.is_data:
            self.data[-1] += data

    def handle_endtag(self, tag):
        self.is_data = self.is_data and tag != "script"


counts = {"feeds": 0, "maps": 0, "pages": 0, "blocks": 0}
mapped, maps = set(), []
for path in sorted(folder.rglob("*.xml")):
    root, file = ElementTree.parse(path).getroot(), path.relative_to(folder)
    if root.tag == ATOM + "feed":
        counts["feeds"] += 1
        atom(file, root)
    elif root.tag == MAP + "urlset":
        counts["maps"] += 1
        maps.append(path)
        check(len(root) <= 50_000 and path.stat().st_size <= 50 << 20, file, "larger than a site map may be")
        for it in root:
            page = file_of(it.findtext(MAP + "loc"))
            check(page, file, f"no page: {it.findtext(MAP + 'loc')}")
            check(page not in mapped, file, f"twice: {page}")
            mapped.add(page)
            for link in it.findall(XHTML + "link"):
                check(file_of(link.get("href")), file, f"no page: {link.get('href')}")
for path in sorted(folder.rglob("feed.json")):
    counts["feeds"] += 1
    json_feed(path.relative_to(folder), json.loads(path.read_text("utf-8")))

(types / "link.xsd").write_text(LINK, "utf-8")
(types / "all.xsd").write_text(ALL, "utf-8")
(types / "sitemap.xsd").write_bytes((schemas / "sitemap.xsd").read_bytes())
fits = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", types / "all.xsd", *maps], capture_output=True, text=True)
check(maps and fits.returncode == 0, "site maps", fits.stderr)

for path in sorted(folder.rglob("*.html")):
    head, file = Head(), path.relative_to(folder)
    head.feed(path.read_text("utf-8"))
    counts["pages"] += 1
    check((path in mapped) == (head.is_listed and file.name != "404.html"), file, "listed in the site map, or not, against its word")
    for block in head.data:
        counts["blocks"] += 1
        thing = json.loads(block)
        kind = "Graph" if "@graph" in thing else "WithContext<Thing>"
        module = f"// {file}\nimport type {{ Graph, Thing, WithContext }} from 'schema-dts';\nexport const it: {kind} = {json.dumps(thing)};\n"
        (types / f"block{counts['blocks']}.ts").write_text(module, "utf-8")
(types / "tsconfig.json").write_text(json.dumps({
    "compilerOptions": {"strict": True, "noEmit": True, "skipLibCheck": True, "module": "nodenext",
                        "moduleResolution": "nodenext", "target": "es2022", "types": []},
    "include": ["*.ts"],
}), "utf-8")

check(all(counts.values()), folder, "something is missing")
print("\n".join(wrong[:50]))
print(", ".join(f"{count} {name}" for name, count in counts.items()) + f": {len(wrong)} wrong")
sys.exit(bool(wrong))
