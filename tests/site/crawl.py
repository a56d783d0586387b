"""Follows every link of a site that is being served, as a reader could.

    crawl.py ADDRESS PAGES    fails if a link leads nowhere, leaves the path of the site, is sent on, or names an anchor
                              that is not there, and if fewer than PAGES pages were found
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener
from xml.etree import ElementTree

start, least = sys.argv[1], int(sys.argv[2])


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.anchors = set(), set()

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if "id" in values:
            self.anchors.add(values["id"])
        # What says the published address, whose host is another one here.
        if tag == "link" and (values.get("rel") == "canonical" or "hreflang" in values):
            return
        self.links.update(values[it] for it in ("href", "src", "action", "poster") if values.get(it))
        self.links.update(it.split()[0] for it in (values.get("srcset") or "").split(",") if it.strip())


class NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def fetch(address):
    try:
        with build_opener(NoRedirect).open(address, timeout=60) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except HTTPError as error:
        return error.code, "", b""


seen, wanted, anchors, fragments, wrong, pages = {start}, [start], {}, [], [], 0
with ThreadPoolExecutor(8) as pool:
    while wanted:
        answers, new = zip(wanted, list(pool.map(fetch, wanted))), []
        for address, (status, kind, body) in answers:
            if status != 200:
                wrong.append(f"{address} answers {status}")
            if kind.endswith("/xml"):
                ElementTree.fromstring(body)
            if kind != "text/html":
                continue
            pages += 1
            links = Links()
            links.feed(body.decode())
            anchors[address] = links.anchors
            for link in links.links:
                target, fragment = urldefrag(urljoin(address, link))
                parts = urlsplit(target)
                if parts.scheme not in ("http", "https") or parts.netloc != urlsplit(start).netloc:
                    continue
                target = parts._replace(query="").geturl()
                if not target.startswith(start):
                    wrong.append(f"{address} leaves the site: {link}")
                    continue
                if fragment:
                    fragments.append((address, target, unquote(fragment)))
                if target not in seen:
                    seen.add(target)
                    new.append(target)
        wanted = new
for address, target, fragment in fragments:
    if target in anchors and fragment not in anchors[target]:
        wrong.append(f"{address} names an anchor that is not there: {target}#{fragment}")
if pages < least:
    wrong.append(f"only {pages} pages were found")
print("\n".join(wrong[:50]))
print(f"{start}: {pages} pages, {len(seen)} addresses, {len(wrong)} wrong")
sys.exit(bool(wrong))
