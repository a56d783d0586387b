//! What a body may hold beyond CommonMark, and what is made of it otherwise.

/// Every step by which [`super::body::render`] leaves CommonMark, to be taken one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Extensions {
    /// `*`, `**` and `~~` open and close beside Chinese punctuation: `**“青岛”**市`.
    pub chinese_emphasis: bool,
    /// Line breaks between Chinese characters vanish.
    pub joined_lines: bool,
    /// `| a | b |`.
    pub tables: bool,
    /// `~~a~~`.
    pub strikethrough: bool,
    /// `[^a]` and `[^a]: note`; the notes stand at the end.
    pub footnotes: bool,
    /// `https://a.cn` and `www.a.cn` in the text are links.
    pub bare_links: bool,
    /// `-{後}-` is never converted between scripts.
    pub as_written: bool,
    /// `## 标题 {#qingdao}`.
    pub heading_attributes: bool,
    /// Headings without an id get one from their text.
    pub heading_ids: bool,
    /// `#` is read as `##`: the first level is the page's title.
    pub second_level: bool,
    /// A paragraph that is only an image is a figure.
    pub figures: bool,
    /// Raw HTML is shown, not followed.
    pub html_as_text: bool,
    /// Raw HTML that is followed loses what could run something or change the page around.
    pub clean_html: bool,
    /// Of links and images that could run something, or that have no address, the text stays.
    pub safe_addresses: bool,
    /// Addresses from `/` on are put below the site's base path.
    pub base_path: bool,
}

impl Extensions {
    /// All of them: how bodies are read.
    pub const ALL: Self = Self::each(true);
    /// None of them: CommonMark.
    pub const NONE: Self = Self::each(false);

    const fn each(on: bool) -> Self {
        Self {
            chinese_emphasis: on,
            joined_lines: on,
            tables: on,
            strikethrough: on,
            footnotes: on,
            bare_links: on,
            as_written: on,
            heading_attributes: on,
            heading_ids: on,
            second_level: on,
            figures: on,
            html_as_text: on,
            clean_html: on,
            safe_addresses: on,
            base_path: on,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::body::render_with;

    #[test]
    fn each_can_be_turned_off() {
        let all = Extensions::ALL;
        for (on, markdown, html) in [
            (Extensions { chinese_emphasis: false, ..all }, "**“a”**后", "<p>**“a”**后</p>\n"),
            (Extensions { joined_lines: false, ..all }, "青\n岛", "<p>青\n岛</p>\n"),
            (Extensions { tables: false, ..all }, "|a|\n|-|", "<p>|a|\n|-|</p>\n"),
            (Extensions { strikethrough: false, ..all }, "~~a~~", "<p>~~a~~</p>\n"),
            (
                Extensions { footnotes: false, ..all },
                "[^a]\n\n[^a]: b",
                "<p><a href=\"b\">^a</a></p>\n",
            ),
            (Extensions { bare_links: false, ..all }, "www.a.cn", "<p>www.a.cn</p>\n"),
            (Extensions { as_written: false, ..all }, "-{a}-", "<p>-{a}-</p>\n"),
            (
                Extensions { heading_attributes: false, ..all },
                "# a {#b}",
                "<h2 id=\"a-b\">a {#b}</h2>\n",
            ),
            (Extensions { heading_ids: false, ..all }, "# a", "<h2>a</h2>\n"),
            (Extensions { heading_ids: false, ..all }, "# a {#b}", "<h2 id=\"b\">a</h2>\n"),
            (Extensions { second_level: false, ..all }, "# a", "<h1 id=\"a\">a</h1>\n"),
            (
                Extensions { figures: false, ..all },
                "![a](/b)",
                "<p><img src=\"/repo/b\" alt=\"a\" /></p>\n",
            ),
            (Extensions { html_as_text: false, clean_html: false, ..all }, "a<b>", "<p>a<b></p>\n"),
            (
                Extensions { safe_addresses: false, ..all },
                "[a](b:c)[d]()",
                "<p><a href=\"b:c\">a</a><a href=\"\">d</a></p>\n",
            ),
            (Extensions { base_path: false, ..all }, "[a](/b)", "<p><a href=\"/b\">a</a></p>\n"),
        ] {
            assert_eq!(render_with(markdown, "/repo/", on).html, html, "{on:?}");
        }
    }
}
