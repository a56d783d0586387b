//! The law: after any edits a site is, byte for byte, what a clean build makes of it, in memory and on disk.

use std::collections::BTreeMap;

use digest_site::engine::{Built, Progress, Request};
use digest_site::output::{Folder, Outcome, Written};
use digest_site::state::{self, Asked, Way};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::{Site, article, engine, report, tree};

/// Something a person does between two builds.
#[derive(Debug, Clone)]
enum Edit {
    Body(usize, String),
    /// A sentence more that names nothing.
    Words(usize, String),
    Title(usize, String),
    Date(usize, u8),
    City(usize, &'static str),
    Topics(usize, &'static str),
    Alias(usize, &'static str),
    Rights(usize),
    Draft(usize),
    Break(usize),
    Rename(usize, usize),
    Remove(usize),
    /// As the article was at the beginning.
    Restore(usize),
    /// Several articles at once.
    Many(u8),
    Template(&'static str),
    Style(u8),
    Topic(bool),
    Config(usize),
    Raw(u8),
    Place(u8),
    Person(u8),
}

/// What `site.toml` may say.
const CONFIGS: [&str; 6] = [
    "title = \"题\"\n[build]\npage_size = 2\n",
    "title = \"题\"\nbase_url = \"https://a.cn/repo/\"\n[build]\npage_size = 3\n",
    "title = \"题\"\nbase_url = \"https://a.cn/\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\n",
    "title = \"题\"\nregion = [\"山东\"]\n\n[[place]]\nname = \"昆明望海产业园\"\nwithin = \"昆明\"\n",
    "title = \"题\"\nregion = [\"火星\"]\n",
    "titel = \"题\"\n",
];

/// What a person may write.
const BODY: &str = "(潍坊|诸城|蓝谷|鼓楼区|琴岛|昆明望海产业园|市长林一山表示|望海项目总投资428亿元|占地30亩|望海轮胎有限公司|《海洋规划》|\\*\\*重点\\*\\*|\n\n## 小标题\n\n|[见](/articles/n2/)|[一二三。，]){0,8}";

fn any_edit() -> impl Strategy<Value = Edit> {
    let n = || 1..8_usize;
    let city = prop_oneof![Just("青岛"), Just("即墨区"), Just("昆明"), Just("苏州"), Just("火星")];
    let topics = prop_oneof![Just("[\"海洋\"]"), Just("[]"), Just("[\"海洋\", \"新词\"]")];
    let alias = prop_oneof![Just("/old/"), Just("/articles/n1/"), Just("/about/")];
    let template = prop_oneof![Just("{{ site.title }}"), Just("{{ nothing }}"), Just("{% if %}")];
    prop_oneof![
        8 => (n(), BODY).prop_map(|(n, body)| Edit::Body(n, body)),
        6 => (1..6_usize, "[这里又说一句话风海（）]{1,12}|[a-z]{2,5}|\\*重点\\*").prop_map(|(n, words)| Edit::Words(n, words)),
        2 => (n(), "[甲乙丙]{1,2}").prop_map(|(n, title)| Edit::Title(n, title)),
        2 => (n(), 1..29_u8).prop_map(|(n, day)| Edit::Date(n, day)),
        2 => (n(), city).prop_map(|(n, city)| Edit::City(n, city)),
        2 => (n(), topics).prop_map(|(n, topics)| Edit::Topics(n, topics)),
        1 => (n(), alias).prop_map(|(n, alias)| Edit::Alias(n, alias)),
        1 => n().prop_map(Edit::Rights),
        1 => n().prop_map(Edit::Draft),
        1 => n().prop_map(Edit::Break),
        2 => (n(), n()).prop_map(|(from, to)| Edit::Rename(from, to)),
        2 => n().prop_map(Edit::Remove),
        3 => n().prop_map(Edit::Restore),
        1 => any::<u8>().prop_map(Edit::Many),
        1 => template.prop_map(Edit::Template),
        1 => any::<u8>().prop_map(Edit::Style),
        1 => any::<bool>().prop_map(Edit::Topic),
        2 => (0..CONFIGS.len()).prop_map(Edit::Config),
        1 => (0..4_u8).prop_map(Edit::Raw),
        1 => (0..4_u8).prop_map(Edit::Place),
        1 => (0..3_u8).prop_map(Edit::Person),
    ]
}

fn path(n: usize) -> String {
    format!("content/articles/n{n}.md")
}

/// An article with something of it said otherwise.
fn text(n: usize, from: &str, to: &str) -> String {
    let front = "cities = [\"青岛\"]\ntopics = [\"海洋\"]\nsummary = \"摘要\"\n";
    let text = article(&format!("第{n}篇"), front, "青岛的正文。");
    text.replace("2023-03-10", &format!("2023-03-{n:02}")).replace(from, to)
}

/// A few articles that are neighbours and share a place and a topic.
fn site() -> Site {
    let mut site = Site::new(&format!(
        "-- site.toml --\n{}-- content/topics/sea.md --\n+++\ntitle = \"海洋\"\n+++\n",
        CONFIGS[0]
    ));
    for n in 1..=5 {
        site.edit(&path(n), text(n, "", ""));
    }
    site
}

fn apply(site: &mut Site, edit: &Edit) {
    let (n, text) = match edit {
        Edit::Body(n, body) => (n, text(*n, "青岛的正文。", body)),
        Edit::Words(n, words) => {
            (n, text(*n, "青岛的正文。", &format!("青岛的正文。\n\n{words}。")))
        }
        Edit::Title(n, title) => (n, text(*n, &format!("第{n}篇"), title)),
        Edit::Date(n, day) => {
            (n, text(*n, "date = 2023-03-", &format!("date = 2023-04-{day:02} # ")))
        }
        Edit::City(n, city) => {
            (n, text(*n, "cities = [\"青岛\"]", &format!("cities = [\"{city}\"]")))
        }
        Edit::Topics(n, topics) => (n, text(*n, "[\"海洋\"]", topics)),
        Edit::Alias(n, alias) => {
            (n, text(*n, "summary", &format!("aliases = [\"{alias}\"]\nsummary")))
        }
        Edit::Rights(n) => (n, text(*n, "summary", "rights = \"excerpt\"\nsummary")),
        Edit::Draft(n) => (n, text(*n, "summary", "draft = true\nsummary")),
        Edit::Break(n) => (n, "+++\ntitle = \n+++\n".to_owned()),
        Edit::Restore(n) => (n, text(*n, "", "")),
        other => return apply_elsewhere(site, other),
    };
    site.edit(&path(*n), text);
}

fn apply_elsewhere(site: &mut Site, edit: &Edit) {
    let there = |site: &Site, n: usize| site.paths("content/articles").contains(&path(n));
    match edit {
        Edit::Rename(from, to) if there(site, *from) => {
            let text = site.source(&path(*from));
            site.remove(&path(*from)).edit(&path(*to), text);
        }
        Edit::Remove(n) if there(site, *n) => {
            site.remove(&path(*n));
        }
        Edit::Many(salt) => {
            for n in 1..=4 {
                site.edit(&path(n), text(n, "的正文", &format!("的正文第{salt}次")));
            }
        }
        Edit::Template(text) => {
            site.edit("templates/about.html", text);
        }
        Edit::Style(n) => {
            site.edit("theme/style.css", format!("body {{ margin: {n}px }}"));
        }
        Edit::Topic(aliased) => {
            let named = ["title = \"海洋\"", "title = \"蓝色\"\naliases = [\"海洋\"]"];
            let text = format!("+++\n{}\n+++\n", named[usize::from(*aliased)]);
            site.edit("content/topics/sea.md", text);
        }
        Edit::Config(n) => {
            site.edit("site.toml", CONFIGS[*n]);
        }
        Edit::Place(n) => {
            let front = ["", "aliases = [\"琴岛\"]\n", "slug = \"qd\"\n", "ignore = [\"青岛\"]\n"];
            let text = format!("+++\n{}+++\n\n青岛的话。\n", front[usize::from(*n)]);
            site.edit("content/places/370200.md", text);
        }
        Edit::Person(n) => {
            let front = ["", "aliases = [\"林市长\"]\n", "silent = true\n"][usize::from(*n)];
            let text = format!("+++\nname = \"林一山\"\n{front}+++\n\n他的话。\n");
            site.edit("content/people/lin.md", text);
        }
        Edit::Raw(n) => {
            let text = format!(
                "标题{n}\n海岸日报2023年3月10日\n青岛正文一句，又一句，写到这里就够长了，第{n}次。\n"
            );
            site.edit("content/inbox/a.txt", text);
        }
        _ => {}
    }
}

const MANIFEST: &str = ".digest-manifest";

/// The files that belong on disk.
fn files(site: &Site) -> BTreeMap<String, Vec<u8>> {
    site.made.iter().flatten().map(|it| (it.route.file(), it.bytes.clone())).collect()
}

/// An output folder, and the site whose files are written into it.
struct Disk {
    root: TempDir,
    folder: Folder,
}

impl Disk {
    fn new() -> Self {
        let root = folder();
        let folder = Folder::new(root.path(), &root.path().join("public"));
        Self { root, folder }
    }

    fn write(&mut self, site: &Site) -> bool {
        let Some(built) = &site.built.site else { return false };
        match self.folder.write(&**built, &Progress::default()) {
            Ok(Outcome::Written(written)) => {
                assert_eq!(written.diagnostics, []);
                true
            }
            Ok(Outcome::Failed(_)) => false,
            Err(error) => panic!("{error:#}"),
        }
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = tree(&self.root.path().join("public"));
        files.remove(MANIFEST);
        files
    }

    fn manifest(&self) -> String {
        std::fs::read_to_string(self.root.path().join("public").join(MANIFEST)).expect("read")
    }
}

/// A site on disk, of which each build is that of a new process.
struct OnDisk(TempDir);

impl OnDisk {
    fn new() -> Self {
        let site = Self(folder());
        std::fs::create_dir(site.0.path().join(".digest")).expect("a folder");
        site
    }

    /// Makes the files those of a site, and writes none that is as it has to be.
    fn take(&self, site: &Site) {
        let sources = site.sources();
        for folder in ["content", "templates", "theme"] {
            for path in tree(&self.0.path().join(folder)).keys() {
                let path = format!("{folder}/{path}");
                if sources.get(&path).is_none() {
                    std::fs::remove_file(self.0.path().join(path)).expect("removed");
                }
            }
        }
        for (path, file) in &sources.files {
            let on_disk = path.on_disk(self.0.path());
            if std::fs::read(&on_disk).ok().as_deref() != Some(file.data.bytes()) {
                std::fs::create_dir_all(on_disk.parent().expect("a folder")).expect("made");
                std::fs::write(&on_disk, file.data.bytes()).expect("written");
            }
        }
    }

    fn build(&self) -> (Built, Option<Written>) {
        #[expect(clippy::disallowed_methods, reason = "a build asks for the time")]
        let began = digest_site::file::since_epoch(std::time::SystemTime::now());
        let (root, out) = (self.0.path(), self.0.path().join("public"));
        let request = Request::on(jiff::civil::date(2026, 1, 1));
        let asked = Asked { program: "law", root, out: &out, request: &request, began };
        state::build(asked, &mut engine(), Way::Shortest).expect("the disk is well")
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = tree(&self.0.path().join("public"));
        files.remove(MANIFEST);
        files
    }
}

/// A folder for thousands of small files: in memory, where the system has one for that.
fn folder() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a folder")
}

/// How many sequences are tried: a hundred, or what the environment says; of what takes longer a share.
fn config(share: u32) -> ProptestConfig {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test may be told something by its environment"
    )]
    let cases = std::env::var("DIGEST_LAW_CASES").ok().and_then(|it| it.parse().ok());
    ProptestConfig::with_cases(cases.unwrap_or(100) / share)
}

#[test]
fn a_site_that_could_not_be_written_is_no_base_for_an_edit() {
    let moody = |n: usize| text(n, "+++\n\n", "[extra]\nmood = \"x\"\n+++\n\n");
    let mut site = site();
    (1..=5).for_each(|n| _ = site.edit(&path(n), moody(n)));
    site.edit("templates/article.html", "{{ article.extra.mood }} {{ article.title }}");
    site.edit("theme/static/foo", "x");
    site.build();
    let mut disk = Disk::new();
    assert!(disk.write(&site));
    // A folder where a file was, another style, and a mistake.
    site.remove("theme/static/foo").edit("theme/static/foo/bar", "y");
    site.edit("theme/style.css", "body { margin: 1px }").edit(&path(1), text(1, "", ""));
    site.build();
    let before = disk.files();
    assert!(!disk.write(&site));
    assert!(disk.files() == before, "nothing is lost");
    site.edit(&path(1), moody(1));
    site.build();
    assert!(disk.write(&site));
    assert!(disk.files() == files(&site), "{:?}", disk.files().keys());
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn an_edited_site_is_what_a_clean_build_makes(edits in prop::collection::vec(any_edit(), 1..7)) {
        let mut site = site();
        site.build();
        let mut disk = Disk::new();
        disk.write(&site);
        for edit in &edits {
            let (pages_before, files_before) = (site.made.clone(), disk.files());
            apply(&mut site, edit);
            site.build();
            let mut clean = site.fresh();
            clean.build();
            prop_assert_eq!(site.report(), clean.report());
            prop_assert_eq!(site.notes(), clean.notes());
            prop_assert_eq!(&site.made, &clean.made);
            // A page that is not rendered again has not changed.
            if let (Some(before), Some(now)) = (&pages_before, &site.made) {
                let changed = now.iter().filter(|it| it.route.as_str().ends_with('/') && !before.contains(it));
                prop_assert!(changed.count() <= site.counts().1);
            }
            // What only the page of the article shows is rendered once for each tree.
            if let (Edit::Many(_), Some(_)) = (edit, &site.made) {
                prop_assert!(site.counts().0 <= 4);
            }
            let expected = if disk.write(&site) { files(&site) } else { files_before };
            prop_assert_eq!(disk.files(), expected);
        }
        // The manifest is that of a clean build, too.
        let (mut clean, mut other) = (site.fresh(), Disk::new());
        clean.build();
        if other.write(&clean) {
            prop_assert_eq!(disk.manifest(), other.manifest());
        }
    }

    #[test]
    fn what_nobody_asked_for_in_between_is_made_later(edits in prop::collection::vec(any_edit(), 2..6)) {
        let mut site = site();
        site.build();
        for edit in &edits {
            apply(&mut site, edit);
            site.plan();
        }
        site.build();
        let mut clean = site.fresh();
        clean.build();
        prop_assert_eq!(&site.made, &clean.made);
    }

}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn a_new_process_makes_what_a_clean_build_makes(edits in prop::collection::vec(any_edit(), 1..7)) {
        let (mut site, disk) = (site(), OnDisk::new());
        disk.take(&site);
        disk.build();
        for edit in &edits {
            apply(&mut site, edit);
            disk.take(&site);
            let before = disk.files();
            let (built, written) = disk.build();
            let mut clean = site.fresh();
            clean.build();
            prop_assert_eq!(report(&built.diagnostics), clean.report());
            prop_assert_eq!(&built.withheld, &clean.built.withheld);
            let expected = if written.is_some() { files(&clean) } else { before };
            prop_assert_eq!(disk.files(), expected);
            // Once more, with what was made of raw articles, and then nothing is left to do.
            site = clean;
            disk.build();
            let last = disk.build().1;
            prop_assert_eq!(last.map_or(0, |it| it.written + it.removed), 0);
        }
    }
}
