//! The trees of a site, one for each script, and what each shows.
//!
//! In: the configuration, the gazetteer, annotated articles. Out: [`Tree`]s, and the same articles in the script of
//! a tree. An article is shown in its own characters in a tree of its script; into a tree of the other script it is
//! converted, once, from what was written. Names of places follow the gazetteer, words of the article and of the
//! site win over it and over OpenCC. Ids of headings, addresses and code stay.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::annotate::{self, Annotated, Appearance, Mentioned, Stated};
use crate::article::{Credit, FrontMatter, Origin};
use crate::catalog::Catalog;
use crate::config::{BaseUrl, Config};
use crate::gazetteer::find::Named;
use crate::gazetteer::{Gazetteer, Place, PlaceId};
use crate::html;
use crate::markdown::body::Body;
use crate::text::convert::{Converters, TextConverter, Words};
use crate::text::doubt::{self, Doubt};
use crate::text::fold::SearchFolding;
use crate::text::opencc::{Conversion, Converter, OpenCcError};
use crate::text::script::Script;

/// The script of the built-in templates, and of all that the program itself says on a page.
const OWN: Script = Script::Hans;

/// Words of the program's own, and of templates, that are others in Taiwan, not only other characters; in articles
/// people's words are theirs.
const IN_TAIWAN: [(&str, &str); 7] = [
    ("报道", "報導"),
    ("搜索", "搜尋"),
    ("归档", "彙整"),
    ("项目", "計畫"),
    ("程序", "程式"),
    ("数据来源", "資料來源"),
    ("打开 JavaScript", "啟用 JavaScript"),
];

/// A tree of the site.
pub struct Tree {
    /// Its script.
    pub script: Script,
    /// Where it is published.
    pub base_url: BaseUrl,
    /// Its folder below the site's root: nothing for the default tree, else `zh-hant/`.
    pub folder: String,
    /// The folders of all trees, the default one apart.
    folders: Vec<String>,
    /// The path of the site's root.
    root: String,
    /// What texts are converted from.
    converters: BTreeMap<Script, TextConverter>,
    /// Whether articles are converted.
    converts: bool,
    /// The words of the program's own that are others in the region of the tree.
    own_words: Words,
    /// The words of the site.
    spellings: Vec<Pair>,
    /// The names of all places, as an article of the other script writes them and as this tree does; the short name,
    /// 岳西, then the full one.
    names: Vec<[Pair; 2]>,
}

/// The folders of the trees: the first has none, each further one its tag in lower case without the region, or
/// with it where two would meet.
#[must_use]
pub fn folders(scripts: &[Script]) -> Vec<String> {
    let base = |script: &Script| if script.is_traditional() { "zh-hant" } else { "zh-hans" };
    let further = scripts.get(1..).unwrap_or_default();
    let folder = |script: &Script| {
        let meets = further.iter().filter(|it| base(it) == base(script)).count() > 1;
        let name = if meets { script.tag().to_lowercase() } else { base(script).to_owned() };
        format!("{name}/")
    };
    std::iter::once(String::new()).chain(further.iter().map(folder)).collect()
}

/// The trees of a site. `written` are the scripts of its articles and texts, `templates` those of its templates.
///
/// # Errors
/// A conversion that is needed cannot be opened.
pub fn trees(
    config: &Config,
    gazetteer: &Gazetteer,
    written: &BTreeSet<Script>,
    templates: &BTreeSet<Script>,
    opened: &Converters,
) -> Result<Vec<Tree>, OpenCcError> {
    let folders = folders(&config.scripts);
    let named: Vec<String> = folders.iter().filter(|it| !it.is_empty()).cloned().collect();
    let tree = |(script, folder): (&Script, &String)| {
        let mut tree = Tree {
            script: *script,
            base_url: config.base_url.below(folder),
            folder: folder.clone(),
            folders: named.clone(),
            root: config.base_url.path.clone(),
            converters: BTreeMap::new(),
            converts: config.converts(),
            own_words: own_words(*script),
            spellings: config.spellings.clone(),
            names: Vec::new(),
        };
        let needed = written.iter().copied().filter(|_| config.converts());
        let needed = needed.chain(templates.iter().copied()).chain([OWN]);
        for from in needed.collect::<BTreeSet<_>>() {
            if let Some(conversion) = Conversion::between(from, *script) {
                let opencc = opened.get(conversion)?;
                let with =
                    |words| TextConverter::new(Arc::clone(&opencc), *script, words, config.quotes);
                tree.open(from, with, config, gazetteer);
            }
        }
        Ok(tree)
    };
    std::iter::zip(&config.scripts, &folders).map(tree).collect()
}

/// The words of the program's own that are others in the region of a script.
fn own_words(script: Script) -> Words {
    let words = if script == Script::HantTw { &IN_TAIWAN[..] } else { &[] };
    Words::new(words.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())))
}

/// Words in Simplified and in Traditional characters.
type Pair = (String, String);

/// A pair as from and to.
fn directed((simplified, traditional): Pair, to_traditional: bool) -> Pair {
    if to_traditional { (simplified, traditional) } else { (traditional, simplified) }
}

/// The full name of a place.
fn full_name(it: &Place) -> Pair {
    (it.name.clone(), it.name_hant.clone())
}

/// Its name without the word for its kind.
fn short_name(it: &Place) -> Pair {
    let traditional = it.name_hant.chars().take(it.short_name.chars().count());
    (it.short_name.clone(), traditional.collect())
}

/// The pairs that a conversion would write otherwise.
fn misspelt(plain: &TextConverter, pairs: Vec<Pair>) -> Vec<Pair> {
    let names: Vec<&str> = pairs.iter().map(|it| it.0.as_str()).collect();
    let converted = plain.convert(&names.join("\n"));
    let wrong: Vec<bool> = std::iter::zip(converted.split('\n'), &pairs)
        .map(|(converted, pair)| converted != pair.1)
        .collect();
    std::iter::zip(pairs, wrong).filter(|(_, wrong)| *wrong).map(|(pair, _)| pair).collect()
}

impl Tree {
    /// Adds a conversion, with the words of the site and the names of places that it would get wrong.
    fn open(
        &mut self,
        from: Script,
        converter: impl Fn(Vec<Pair>) -> TextConverter,
        config: &Config,
        gazetteer: &Gazetteer,
    ) {
        let to_traditional = self.script.is_traditional();
        let places = gazetteer.ids().map(|id| gazetteer.place(id));
        self.names = places
            .map(|it| [short_name, full_name].map(|name| directed(name(it), to_traditional)))
            .collect();
        let full_names = self.names.iter().map(|[_, full]| full.clone()).collect();
        let of_places = misspelt(&converter(Vec::new()), full_names);
        let of_site = config.spellings.iter().map(|it| directed(it.clone(), to_traditional));
        self.converters.insert(from, converter(of_site.chain(of_places).collect()));
    }

    /// A text of the program's own in the script of the tree.
    #[must_use]
    pub fn own(&self, text: &str) -> String {
        let converter = self.converters.get(&OWN);
        converter.map_or_else(|| text.to_owned(), |it| it.convert_with(text, &self.own_words))
    }

    /// A template in the script of the tree.
    #[must_use]
    pub fn template(&self, text: &str) -> String {
        let from = Script::guess(text);
        match self.converters.get(&from) {
            Some(it) => html::convert_template(text, |text| it.convert_with(text, &self.own_words)),
            None => text.to_owned(),
        }
    }

    /// The conversion of texts that people wrote.
    fn converter(&self, from: Script) -> Option<&TextConverter> {
        self.converters.get(&from).filter(|_| self.converts)
    }

    /// A text that somebody wrote, in the script of the tree.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.text_from(Script::guess(text), text)
    }

    /// A text of an article's script in that of the tree.
    #[must_use]
    pub fn text_from(&self, from: Script, text: &str) -> String {
        self.converter(from).map_or_else(|| text.to_owned(), |it| it.convert(text))
    }

    /// The HTML of a text that somebody wrote, in the script of the tree, its links leading into the tree.
    #[must_use]
    pub fn body(&self, body: &Body) -> String {
        let from = Script::guess(&body.text);
        let html =
            self.converter(from).map(|it| html::convert(&body.html, |text| it.convert(text)).html);
        self.rebased(html.unwrap_or_else(|| body.html.clone()))
    }

    /// HTML whose links to pages of the site lead into this tree.
    #[must_use]
    pub fn rebased(&self, html: String) -> String {
        if self.folder.is_empty() {
            return html;
        }
        let folders: Vec<&str> = self.folders.iter().map(String::as_str).collect();
        html::rebase(&html, &self.root, &folders, &self.folder)
    }

    /// The catalogue as this tree shows it, with these articles.
    #[must_use]
    pub fn catalog(&self, catalog: &Catalog, articles: Vec<Arc<Annotated>>) -> Catalog {
        let mut shown = Catalog { articles, ..catalog.clone() };
        for it in shown.zones.values_mut() {
            it.name_hant = self.own(&it.name);
        }
        for it in &mut shown.topics {
            it.title = self.text(&it.title);
        }
        for it in &mut shown.names.entries {
            it.name = self.text(&it.name);
        }
        shown
    }

    /// Whether nothing is converted for this tree, not even the words of the program.
    #[must_use]
    pub fn is_as_written(&self) -> bool {
        self.converters.is_empty()
    }

    /// Whether articles of a script are converted for this tree.
    #[must_use]
    pub fn converts(&self, script: Script) -> bool {
        self.converter(script).is_some()
    }

    /// An article in the script of the tree; `None` if it is shown as it was written.
    #[must_use]
    pub fn article(&self, it: &Annotated) -> Option<Annotated> {
        let converter = self.converter(it.meta.script)?;
        Some(self.converted(it, converter))
    }

    /// An article as the tree shows it.
    #[must_use]
    pub fn shown(&self, it: &Arc<Annotated>) -> Arc<Annotated> {
        self.article(it).map_or_else(|| Arc::clone(it), Arc::new)
    }

    /// The characters of an article's headline and body of which the conversion had to guess: each with the text it
    /// stands in. `marking` puts the marks of [`doubt`].
    #[must_use]
    pub fn doubts(&self, it: &Annotated, marking: &Converter) -> Vec<(Arc<str>, Doubt)> {
        let Some(converter) = self.converter(it.meta.script) else {
            return Vec::new();
        };
        let words = self.words_of(it);
        let body = &it.article.body;
        let texts = [(&it.article.front.title, &[][..]), (&body.text, &*body.as_written)];
        let of_text = |(text, kept): &(&String, &[Range<usize>])| {
            let clean = text.replace('\0', "\u{fffd}");
            let marked = marking.convert(&clean).unwrap_or_default();
            let held = converter.held(&clean, &words, kept);
            let is_held = |it: &Doubt| {
                let next = held.partition_point(|(held, _)| held.end <= it.span.start);
                held.get(next).is_some_and(|(held, _)| held.start <= it.span.start)
            };
            let found = doubt::find(&clean, &marked, it.meta.script);
            let found: Vec<Doubt> = found.into_iter().filter(|it| !is_held(it)).collect();
            let clean: Arc<str> = clean.as_str().into();
            found.into_iter().map(|it| (Arc::clone(&clean), it)).collect::<Vec<_>>()
        };
        texts.iter().flat_map(of_text).collect()
    }

    fn converted(&self, it: &Annotated, converter: &TextConverter) -> Annotated {
        let mut shown = it.clone();
        let scribe = Scribe { converter, words: self.words_of(it) };
        let spans: Vec<Range<usize>> = it.links.iter().map(|(span, _)| span.clone()).collect();
        let html = html::convert(&it.article.body.html, |text| scribe.text(text));
        let moved = html.moved(&it.article.body.html, &spans);
        shown.links = std::iter::zip(moved, &it.links)
            .filter_map(|(span, (_, named))| Some((span?, named.clone())))
            .collect();
        let body = &mut shown.article.body;
        body.html = html.html;
        body.text = converter.convert_around(&body.text, &scribe.words, &body.as_written);
        body.characters = body.text.chars().filter(|c| !c.is_whitespace()).count();
        for it in &mut body.headings {
            it.text = scribe.text(&it.text);
        }
        for it in &mut body.captions {
            *it = scribe.text(it);
        }
        scribe.front_matter(&mut shown.article.front, self.script);
        let meta = &mut shown.meta;
        meta.title = scribe.text(&meta.title);
        meta.summary = match &it.article.front.summary {
            Some(written) => scribe.text(written),
            None => annotate::summary(&it.article.front, &shown.article.body.text),
        };
        meta.source = meta.source.as_deref().map(|it| scribe.text(it));
        meta.script = self.script;
        scribe.stated(&mut meta.mentions, Arc::make_mut(&mut meta.stated));
        let (ours, theirs) = (&shown.article, &it.article);
        let folding = SearchFolding::default();
        let is_same = folding.same(&ours.front.title, &theirs.front.title)
            && folding.same(&ours.body.text, &theirs.body.text);
        if !is_same {
            shown.terms = Arc::new(it.terms.with(&annotate::terms(ours)));
        }
        shown.article.body.forget_text();
        shown
    }

    /// The words of an article that win over all others: its own, those of the site, and the names of the places that
    /// it names, across whose borders no phrase goes either (即墨发展 has no 墨髮).
    fn words_of(&self, it: &Annotated) -> Words {
        let front = &it.article.front;
        let to_traditional = self.script.is_traditional();
        let written = front.spellings.iter().chain(&self.spellings);
        let own = written.map(|it| directed(it.clone(), to_traditional));
        let named = it.meta.mentions.iter().filter_map(|it| match it.named {
            Named::Place(id) => Some(id),
            Named::Open(_) => None,
        });
        let places: BTreeSet<PlaceId> = named.chain(front.cities.iter().copied()).collect();
        let of_places = places.into_iter().flat_map(|id| self.names[id.number() as usize].clone());
        Words::new(own.chain(of_places.filter(|(name, _)| name.chars().nth(1).is_some())))
    }
}

/// Where a stretch of a sentence stands when it is converted: as many characters in; all of it, if it has become
/// longer or shorter.
fn moved(from: &str, to: &str, span: &Range<usize>) -> Range<usize> {
    if from.chars().count() != to.chars().count() {
        return 0..to.len();
    }
    let byte = |at: usize| {
        let skipped = from[..at].chars().count();
        to.char_indices().nth(skipped).map_or(to.len(), |(byte, _)| byte)
    };
    byte(span.start)..byte(span.end)
}

/// Writes the texts of an article in another script.
struct Scribe<'a> {
    converter: &'a TextConverter,
    words: Words,
}

impl Scribe<'_> {
    fn text(&self, text: &str) -> String {
        self.converter.convert_with(text, &self.words)
    }

    fn some(&self, text: &mut Option<String>) {
        *text = text.as_deref().map(|it| self.text(it));
    }

    fn front_matter(&self, front: &mut FrontMatter, script: Script) {
        front.script = script;
        front.title = self.text(&front.title);
        self.some(&mut front.subtitle);
        let Origin { name, url: _, edition, column, section } = &mut front.source;
        for it in [name, edition, column] {
            self.some(it);
        }
        for it in section {
            *it = self.text(it);
        }
        for Credit { role, name, affiliation } in &mut front.byline {
            *name = self.text(name);
            self.some(role);
            self.some(affiliation);
        }
    }

    /// Sentences in one piece, so that words go across names; and where the names stand then.
    fn stated(&self, mentions: &mut [Mentioned], stated: &mut Stated) {
        let Stated { sentences, names, figures } = stated;
        let converted: Vec<Box<str>> = sentences.iter().map(|it| self.text(it).into()).collect();
        let move_it = |at: &mut Appearance| {
            let number = at.sentence as usize;
            *at = at.moved(&moved(&sentences[number], &converted[number], &at.range()));
        };
        mentions.iter_mut().flat_map(|it| &mut it.sentences).for_each(move_it);
        for name in names {
            name.name = self.text(&name.name);
            name.appearances.iter_mut().for_each(move_it);
            for office in &mut name.offices {
                office.office = self.text(&office.office);
                office.at.iter_mut().for_each(move_it);
            }
            name.steps.iter_mut().flat_map(|it| &mut it.at).for_each(move_it);
        }
        for figure in figures {
            let written: Box<str> = self.text(&figure.written).into();
            for part in [&mut figure.number, &mut figure.unit] {
                let at = Appearance { sentence: 0, span: part.clone() };
                *part = at.moved(&moved(&figure.written, &written, &at.range())).span;
            }
            figure.written = written;
            figure.what = self.text(&figure.what).into();
            figure.at.iter_mut().for_each(move_it);
        }
        *sentences = converted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_trees() {
        use Script::{Hans, Hant, HantHk, HantTw};
        for (scripts, expected) in [
            (&[Hans][..], &[""][..]),
            (&[Hans, HantTw], &["", "zh-hant/"]),
            (&[Hans, HantTw, HantHk], &["", "zh-hant-tw/", "zh-hant-hk/"]),
            (&[Hant, Hans], &["", "zh-hans/"]),
            (&[HantTw, Hant, HantHk], &["", "zh-hant/", "zh-hant-hk/"]),
        ] {
            assert_eq!(folders(scripts), expected, "{scripts:?}");
        }
    }
}
