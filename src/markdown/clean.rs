//! Raw HTML that a site wants to have followed, made harmless.
//!
//! In: the HTML of a body, raw HTML among it. Out: the same with nothing in it that is not on a list: no script, no
//! style, no form, no address that could run something; every element closed. What is not there is dropped, its text
//! stays. Addresses from `/` on are put below the base path here, because those in raw HTML are not known before.

use std::borrow::Cow;
use std::collections::BTreeSet;

use ammonia::{Builder, UrlRelative, UrlRelativeEvaluate};

use super::harmless::SCHEMES;

/// Elements besides those that `ammonia` knows to be harmless.
const MORE_TAGS: [&str; 1] = ["section"];

/// Elements that are harmless, and that a page has once, or that nobody should write any more.
const NO_TAGS: [&str; 9] =
    ["acronym", "area", "center", "footer", "header", "map", "nav", "strike", "tt"];

/// Attributes that every element may have.
const ATTRIBUTES: [&str; 9] =
    ["aria-label", "class", "dir", "id", "lang", "role", "tabindex", "title", "translate"];

/// Classes that our own HTML has; those of a theme could imitate or hide parts of a page.
const CLASSES: [&str; 7] =
    ["align-center", "align-left", "align-right", "as-written", "credit", "footnotes", "scroll"];

/// Cleans HTML. Of ids those stay that our own HTML has: others could stand for parts of the page around.
pub(super) fn clean(html: &str, base_path: &str, ids: &BTreeSet<&str>) -> String {
    let own: BTreeSet<String> = ids.iter().map(|it| (*it).to_owned()).collect();
    let mut builder = Builder::default();
    builder
        .add_tags(MORE_TAGS)
        .rm_tags(NO_TAGS)
        .add_generic_attributes(ATTRIBUTES)
        .add_tag_attributes("img", ["loading"])
        .url_schemes(SCHEMES.into_iter().collect())
        .url_relative(UrlRelative::Custom(Box::new(Below(base_path.to_owned()))))
        .attribute_filter(move |_, name, value| kept(name, value, &own).then_some(value.into()))
        .link_rel(None);
    // What HTML writes for it is longer than the escaped text that stretches are counted in.
    builder.clean(html).to_string().replace("&nbsp;", "\u{a0}")
}

/// Whether an attribute is one that our own HTML may have.
fn kept(name: &str, value: &str, ids: &BTreeSet<String>) -> bool {
    let is_class = |it: &str| CLASSES.contains(&it) || it.starts_with("language-");
    match name {
        "id" => ids.contains(value) || value.starts_with("fn-") || value.starts_with("fnref-"),
        "class" => value.split_whitespace().all(is_class),
        "role" => value.starts_with("doc-"),
        _ => true,
    }
}

/// Puts addresses below a base path.
struct Below(String);

impl UrlRelativeEvaluate<'_> for Below {
    fn evaluate<'url>(&self, address: &'url str) -> Option<Cow<'url, str>> {
        Some(match address.strip_prefix('/').filter(|it| !it.starts_with('/')) {
            Some(rest) => Cow::Owned(format!("{}{rest}", self.0)),
            None => Cow::Borrowed(address),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::markdown::body::{Body, render_for};
    use crate::markdown::text::linked;

    fn body(markdown: &str) -> Body {
        let config = Config { raw_html: true, ..Config::default() };
        render_for(&config, markdown)
    }

    #[test]
    fn what_is_harmless_stays() {
        for (markdown, html) in [
            ("a<sub>2</sub>", "<p>a<sub>2</sub></p>\n"),
            ("<ruby>青<rt>qīng</rt></ruby>", "<p><ruby>青<rt>qīng</rt></ruby></p>\n"),
            ("<div id=\"search-words\" class=\"skip\" role=\"main\">a</div>", "<div>a</div>"),
            ("<b onclick=\"x()\">a</b>", "<p><b>a</b></p>\n"),
            ("<a href=\"javascript:x()\">a</a>", "<p><a>a</a></p>\n"),
            ("a<script>x()</script>b", "<p>ab</p>\n"),
            ("<style>b { }</style>\n\na", "\n<p>a</p>\n"),
            ("<div style=\"position: fixed\">a", "<div>a</div>"),
            ("<iframe src=\"https://a.cn\"></iframe>a", "a"),
            ("<form action=\"/x\"><input></form>a", "a"),
        ] {
            assert_eq!(body(markdown).html, html, "{markdown}");
        }
    }

    #[test]
    fn addresses_of_both_kinds_are_below_the_base_path() {
        let config = crate::config::BaseUrl::parse("https://a.cn/news/").map(|base_url| Config {
            raw_html: true,
            base_url,
            ..Config::default()
        });
        let config = config.expect("a good address");
        let html =
            render_for(&config, "[a](/b/) <a href=\"/c/\">c</a> <a href=\"//d.cn/\">d</a>").html;
        for address in ["/news/b/", "/news/c/", "//d.cn/"] {
            assert!(html.contains(&format!("href=\"{address}\"")), "{html}");
        }
        assert_eq!(render_for(&config, "[a](/b/)").html, "<p><a href=\"/news/b/\">a</a></p>\n");
    }

    #[test]
    fn what_is_read_is_found_and_linked() {
        let it = body(
            "<div title=\"x\">\n在青岛 &amp; <b>烟台</b>\n</div>\n\n<!-- 密 -->\n\n在青岛 & \"港\"。",
        );
        assert_eq!(it.text, "在青岛 & 烟台\n在青岛 & \"港\"。\n");
        let at = it.text.rfind("青岛").expect("it stands there");
        let span = it.in_html(std::slice::from_ref(&(at..at + "青岛".len()))).remove(0);
        let html = linked(&it.html, span.into_iter().map(|it| (it, "place", "/x/")));
        assert!(
            html.contains("在<a class=\"place\" href=\"/x/\">青岛</a> &amp; \"港\"。"),
            "{html}"
        );
        // Where text was dropped, nothing is linked at a wrong place.
        let it = body("在<script>甲</script>青岛");
        assert_eq!(it.text, "在青岛\n");
        let it = body("<script>甲</script>在青岛");
        let places = it.in_html(std::slice::from_ref(&(0..3)));
        assert_eq!(places, [None], "{it:?}");
    }

    #[test]
    fn by_default_it_is_shown_and_found() {
        let it = render_for(&Config::default(), "<b>青</b>\n\n<div>岛</div>");
        assert!(it.html.contains("&lt;b&gt;青&lt;/b&gt;") && it.html.contains("&lt;div&gt;岛"));
        assert!(it.text.contains("青") && it.text.contains("岛"), "{}", it.text);
    }
}
