//! The features that a line can have.

/// Makes the enum and the table of features.
macro_rules! features {
    ($($variant:ident $name:literal $meaning:literal,)*) => {
        /// Something that can be said of a line.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(in crate::extract) enum Feature {
            $(#[doc = $meaning] $variant,)*
        }

        /// The features in their order: the name, as in `model.toml`, and what it means that a line has it.
        pub const FEATURES: &[(&str, &str)] = &[$(($name, $meaning),)*];
    };
}

features! {
    Always "always" "every line",
    EndsSentence "ends-sentence" "ends in 。；…",
    EndsQuestion "ends-question" "ends in ？ or ！",
    EndsColon "ends-colon" "ends in ：or ，",
    InnerSentence "inner-sentence" "has the end of a sentence inside, or two commas",
    Comma "comma" "has a comma",
    Long "long" "has 100 columns or more",
    Medium "medium" "has 56 to 99 columns",
    Short "short" "has fewer than 56 columns",
    Tiny "tiny" "has at most 8 columns",
    BareWord "bare-word" "is one word of at most three characters",
    Indented "indented" "is indented where text is",
    NotIndented "not-indented" "is not indented where text is",
    RareGap "rare-gap" "stands behind a blank line where they are rare",
    Dash "dash" "begins with a dash",
    Bracketed "bracketed" "stands in brackets",
    WordsApart "words-apart" "is three or more words with spaces between them",
    NoHan "no-han" "has no Chinese character",
    Numbered "numbered" "begins with a number as headings do",
    Opener "opener" "begins as a paragraph does: 其一, 问：",
    QuoteOpen "quote-open" "begins with a quotation mark",
    Data "data" "is data of an article and nothing else",
    DataDate "data-date" "is data with a day",
    DataPerson "data-person" "is data with names",
    DataSource "data-source" "is data with a paper",
    List "list" "is one of several numbered lines in a row",
    Row "row" "is a row of a table",
    Useless "useless" "is nothing but words, times and counts of a page",
    AuthorNote "author-note" "says who the author is",
    LabelAlone "label-alone" "is a label whose value stands below",
    MostlyData "mostly-data" "is data for the most part",
    Breadcrumb "breadcrumb" "is short parts between >",
    TitleTrail "title-trail" "is words in front of the headline",
    Channel "channel" "is a part of the breadcrumb",
    FirstHalf "first-half" "is the first of two short lines that make one headline",
    SecondHalf "second-half" "is the second of two short lines that make one headline",
    BlockTitle "block-title" "is where a headline of three lines has its own",
    BlockEdge "block-edge" "is where a headline of three lines has its kicker and deck",
    StandsOut "stands-out" "is three times as long as the lines around it",
    Deck "deck" "is a sentence right above data of the article",
    LoneHead "lone-head" "is one word above everything else",
    Series "series" "is a name and a number of issues",
    Furniture "furniture" "is a word of web pages",
    Legal "legal" "holds a phrase of web pages",
    Statement "statement" "begins with 免责声明： or its like",
    LegalTwice "legal-twice" "holds two phrases of web pages",
    Appeal "appeal" "is short and asks for something: 扫码, 点击",
    PlainAppeal "plain-appeal" "is short and asks for something plainly",
    Ending "ending" "is a word that stands below articles",
    UselessLabel "useless-label" "begins with a label that says nothing of the article",
    DatedLink "dated-link" "is a short text and a day",
    PhotoSigned "photo-signed" "ends in who took or gave a picture",
    PhotoKind "photo-kind" "ends in a word for a kind of picture",
    PhotoHead "photo-head" "begins as captions do: 图为, ▲",
    CreditLine "credit-line" "is a word for pictures and an owner",
    Note "note" "begins as decks do: 核心提示：",
    HeadingWord "heading-word" "is a word that headings are made of",
    AfterSource "after-source" "stands below a line that introduces it",
    Scene "scene" "shows somebody at work: 工人正在…",
    Far "far" "is apart from the text of the article",
    BelowEnding "below-ending" "stands below a line that ends articles",
    Related "related" "stands in a list of related articles",
    SiteName "site-name" "ends as the names of sites and offices do",
    PlainHead "plain-head" "stands above the text on a page that has nothing but headline and data there",
    SourceHeading "source-heading" "introduces the short line below: a source and a colon, a number",
    PersonName "person-name" "is the name of a person",
    OneSentence "one-sentence" "is one short sentence without a comma, behind a rare blank line",
    Signed "signed" "has a lead or an ending with names or a paper",
    CopyFirst "copy-first" "stands again below, before the text",
    CopyLast "copy-last" "stood above, before the text",
    CopyLate "copy-late" "stood above, and the text has begun",
    SiteSuffix "site-suffix" "ends in the name of a site behind a bar",
    BeforeText "before-text" "stands before the text",
    AfterText "after-text" "stands after the text",
    FirstLine "first-line" "is the first line",
    TextNext "text-next" "has text below",
    TextBefore "text-before" "has text above",
    Echoed "echoed" "says what the text begins with",
    MostEchoed "most-echoed" "says more of what the text begins with than any other line above it",
    TextList "text-list" "is one of four or more short lines between two texts",
    Crowd "crowd" "is one of four or more short lines",
    LongCrowd "long-crowd" "is one of eight or more short lines",
    HtmlTitle "html-title" "is the title of the page",
    HtmlHeading "html-heading" "is a heading of the page",
    HtmlCaption "html-caption" "is a caption of the page",
    HtmlFurniture "html-furniture" "is navigation of the page",
    HtmlOutside "html-outside" "is outside the main text of the page",
    HtmlLink "html-link" "is a link",
}

const _: () = assert!(FEATURES.len() <= u128::BITS as usize, "a set has room for all features");

/// The features that a line has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::extract) struct Set(u128);

impl Set {
    /// Adds a feature if the line has it.
    pub(super) fn add(&mut self, feature: Feature, has: bool) {
        self.0 |= u128::from(has) << feature as u8;
    }

    /// Takes a feature away.
    pub(super) fn remove(&mut self, feature: Feature) {
        self.0 &= !(1 << feature as u8);
    }

    /// Whether the line has the feature.
    pub(in crate::extract) const fn has(self, feature: Feature) -> bool {
        self.0 >> feature as u8 & 1 == 1
    }

    /// Whether the line has one of the features.
    pub(super) fn has_any(self, features: &[Feature]) -> bool {
        features.iter().any(|it| self.has(*it))
    }

    /// The numbers of the features.
    pub(in crate::extract) fn numbers(self) -> impl Iterator<Item = usize> {
        (0..FEATURES.len()).filter(move |at| self.0 >> at & 1 == 1)
    }
}
