//! How long the stages of a build take, on a site of some hundred articles in memory.

mod support;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use digest_site::engine::{Engine, Request};
use digest_site::file::{SitePath, SourceFile};
use digest_site::output::Folder;
use digest_site::render::Files;
use digest_site::source::Sources;
use digest_site::text::convert::Converters;

/// How many articles the site has.
const ARTICLES: usize = 500;

const CITIES: [&str; 6] = ["青岛", "潍坊", "日照", "济南", "烟台", "高雄"];

fn file(path: &str, text: String) -> (SitePath, Arc<SourceFile>) {
    let path = SitePath::new(path).expect("a good path");
    (path.clone(), Arc::new(SourceFile::new(path, text.into_bytes())))
}

fn article(number: usize, more: &str) -> (SitePath, Arc<SourceFile>) {
    let city = CITIES[number % CITIES.len()];
    let (month, day) = (number / 28 % 12 + 1, number % 28 + 1);
    let sentences = (0..12).map(|it| support::SENTENCES[(number + it) % support::SENTENCES.len()]);
    let text = format!(
        "+++\ntitle = \"{city}第{number}篇\"\ndate = {}-{month:02}-{day:02}\ncities = [\"{city}\"]\ntopics = [\"港口\"]\nsummary = \"摘要。\"\n+++\n\n{}\n{more}",
        2020 + number / 336,
        sentences.collect::<Vec<_>>().join("\n\n"),
    );
    file(&format!("content/articles/n{number}.md"), text)
}

fn site() -> Sources {
    let config = file("site.toml", "title = \"要闻\"\nbase_url = \"https://a.cn/\"\n".to_owned());
    let files: BTreeMap<_, _> = (0..ARTICLES).map(|it| article(it, "")).chain([config]).collect();
    Sources { files, ..Sources::default() }
}

fn engine() -> Engine {
    Engine::new(Converters::new(vec![std::env::temp_dir().join("digest-bench")]))
}

fn stages(criterion: &mut Criterion) {
    let request = Request::on(jiff::civil::date(2026, 1, 1));
    let sources = site();
    let mut group = criterion.benchmark_group("engine");
    group.sample_size(20);
    let know = |mut engine: Engine| engine.know(&sources, &request).0.is_some();
    group.bench_function("parse and catalogue", |it| {
        it.iter_batched(engine, know, BatchSize::PerIteration);
    });
    let mut known = engine();
    assert!(known.know(&sources, &request).0.is_some());
    let mut planned = sources.clone();
    group.bench_function("plan and search, articles parsed", |it| {
        it.iter(|| {
            // Another headline, so that the build goes its whole way.
            let (path, file) = article(1, "");
            let text = String::from_utf8_lossy(file.data.bytes()).replace("第1篇", "另一篇");
            let is_new = planned.files[&path].hash == file.hash;
            planned.files.insert(path, if is_new { article_of(text) } else { file });
            black_box(known.build(&planned, &request).counts.pages)
        });
    });
    let built = engine().build(&sources, &request);
    let site = built.site.expect("it builds");
    group.bench_function("render every file", |it| {
        it.iter(|| {
            let mut made = (0..site.routes().len()).map(|at| site.file(at, &|_| false).is_ok());
            assert!(made.all(|it| it));
        });
    });
    let root = tempfile::tempdir().expect("a folder");
    let mut folder = Folder::new(root.path(), &root.path().join("public"));
    let mut live = engine();
    let (mut edited, mut number) = (sources.clone(), 0);
    let mut edit = |sources: &Sources| {
        let built = live.build(sources, &request);
        let site = built.site.expect("it builds");
        folder.write(&*site, &live.progress).expect("written")
    };
    edit(&sources);
    group.bench_function("an edit of a text, to its page on disk", |it| {
        it.iter(|| {
            number += 1;
            let (path, file) = article(ARTICLES / 2, &format!("\n补记{number}。\n"));
            edited.files.insert(path, file);
            black_box(edit(&edited))
        });
    });
    group.finish();
}

fn article_of(text: String) -> Arc<SourceFile> {
    file("content/articles/n1.md", text).1
}

criterion_group!(benches, stages);
criterion_main!(benches);
