//! The files that a new site begins with.
//!
//! In: what somebody said of the site. Out: files by their paths. Nothing here asks or writes.

use crate::config::Rights;
use crate::text::script::Script;

/// The workflow with which GitHub builds and publishes a site.
const WORKFLOW: &str = include_str!("pages.yml");

/// Where that stands.
pub const WORKFLOW_FILE: &str = ".github/workflows/pages.yml";

/// One entry of the table of topics.
macro_rules! topics {
    ($($name:literal),* $(,)?) => {
        /// The topics of a new site: those of this repository's own. A test compares the table with the folder.
        pub const TOPICS: &[(&str, &str)] = &[$((
            concat!("content/topics/", $name, ".md"),
            include_str!(concat!("../../content/topics/", $name, ".md")),
        )),*];
    };
}

topics![
    "automotive",
    "biomedicine",
    "business-environment",
    "culture-tourism",
    "digital-economy",
    "economic-performance",
    "equipment-manufacturing",
    "finance",
    "green-ecology",
    "industrial-parks",
    "information-technology",
    "investment-promotion",
    "land-housing",
    "local-revitalisation",
    "marine-economy",
    "metropolitan-areas",
    "new-energy-materials",
    "opening-up",
    "personnel",
    "project-construction",
    "public-services",
    "reform-innovation",
    "regional-coordination",
    "rubber-tyres",
    "textiles-apparel",
    "trade-logistics",
    "transport",
    "urban-renewal",
];

/// What a site is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    /// Its name.
    pub title: String,
    /// Where it will be published, if that is known.
    pub base_url: Option<String>,
    /// A tree for each.
    pub scripts: Vec<Script>,
    /// How much is published of articles that do not say so.
    pub rights: Rights,
    /// The day of the first article, `2026-11-23`.
    pub today: String,
}

/// A release of the program, as GitHub has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The repository that has it: `name/digest`.
    pub repository: String,
    /// Its version: `0.1.0`.
    pub version: String,
    /// The SHA-256 of its archive for Linux on x86-64.
    pub sha256: String,
}

/// The files of a new site by their paths.
#[must_use]
pub fn files(wishes: &Wishes) -> Vec<(String, String)> {
    let own = [
        (".gitignore", "/public/\n/.digest/\n".to_owned()),
        ("content/articles/welcome.md", welcome(&wishes.today)),
        ("content/inbox/.gitkeep", String::new()),
        ("site.toml", configuration(wishes)),
    ];
    let topics = TOPICS.iter().map(|(path, text)| (*path, (*text).to_owned()));
    own.into_iter().chain(topics).map(|(path, text)| (path.to_owned(), text)).collect()
}

/// The workflow that publishes what is pushed to a branch, with a release of the program.
#[must_use]
pub fn workflow(release: &Release, branch: &str) -> String {
    let Release { repository, version, sha256 } = release;
    let values = [
        ("{{repository}}", repository.as_str()),
        ("{{version}}", version),
        ("{{sha256}}", sha256),
        ("{{branch}}", branch),
    ];
    values.iter().fold(WORKFLOW.to_owned(), |text, (name, value)| text.replace(name, value))
}

/// A text as TOML writes it.
#[must_use]
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn configuration(wishes: &Wishes) -> String {
    let Wishes { title, base_url, scripts, rights, .. } = wishes;
    let scripts: Vec<String> = scripts.iter().map(|it| quoted(it.tag())).collect();
    let (mark, base_url) = match base_url {
        Some(url) => ("", quoted(url)),
        None => ("# ", quoted("https://example.org/")),
    };
    let rights = match rights {
        Rights::Full => "full",
        Rights::Excerpt => "excerpt",
    };
    format!(
        "# The name of the site, and one line about it.\n\
         title = {}\n\
         # description = \"\"\n\
         \n\
         # Where it is published; every link begins with its path. Feeds, the site map and `digest deploy` need it.\n\
         {mark}base_url = {base_url}\n\
         \n\
         # A tree of the site for each script: zh-Hans, zh-Hant, zh-Hant-TW or zh-Hant-HK. The first is the default one.\n\
         scripts = [{}]\n\
         \n\
         # The places that the site is about: names of counties in them need no more to be known.\n\
         # region = [\"山东省\"]\n\
         \n\
         # Who publishes it.\n\
         # [author]\n\
         # name = \"\"\n\
         \n\
         # How much is published of articles that do not say so: `full` shows their texts, `excerpt` a summary, the facts\n\
         # and a link to the source. Most papers do not allow their texts to be published in full elsewhere.\n\
         [rights]\n\
         default = \"{rights}\"\n",
        quoted(title),
        scripts.join(", "),
    )
}

fn welcome(today: &str) -> String {
    format!(
        "+++
title = \"网站已经建好\"
date = {today}
topics = []
rights = \"full\"
+++

这是一篇示例，删掉 `content/articles/welcome.md` 它就没有了。

## 放进第一篇稿件

把一篇报道的文字存成 `content/inbox/` 里的一个 `.txt` 文件，运行 `digest build`。
程序认出标题、日期、报纸、记者、地方和主题，在 `content/articles/` 里写成一篇文章。

## 核对

运行 `digest check`，它列出需要人来确认的地方。
文章就是一个文本文件，直接改；改过以后，程序不会再动它。

## 边改边看

运行 `digest serve --open`，保存以后浏览器里马上就是新的。
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_stands_in_the_configuration() {
        let wishes = Wishes {
            title: "海岸\"要闻\"\\".to_owned(),
            base_url: Some("https://a.example/news/".to_owned()),
            scripts: vec![Script::Hans, Script::HantTw],
            rights: Rights::Excerpt,
            today: "2026-11-23".to_owned(),
        };
        let path = crate::file::SitePath::new(crate::config::FILE).expect("a path");
        let (config, problems) = crate::config::parse(&path, &configuration(&wishes).into());
        assert_eq!(problems, []);
        let config = config.expect("it can be used");
        assert_eq!(config.title, wishes.title);
        assert_eq!(config.base_url.path, "/news/");
        assert_eq!(config.scripts, wishes.scripts);
        assert_eq!(config.rights, Rights::Excerpt);
    }

    #[test]
    fn the_workflow_has_no_gaps() {
        let release = Release {
            repository: "name/digest".to_owned(),
            version: "0.1.0".to_owned(),
            sha256: "0".repeat(64),
        };
        let text = workflow(&release, "main");
        assert!(!text.contains("{{repository") && !text.contains("{{version"), "{text}");
        assert!(text.contains("branches: [\"main\"]") && text.contains(&release.sha256));
    }
}
