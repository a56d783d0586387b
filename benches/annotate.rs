//! How fast a text is read for all that it names: folding, places, topics, people, organisations, projects, figures.

mod support;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use digest_site::facts;
use digest_site::file::SitePath;
use digest_site::gazetteer::Gazetteer;
use digest_site::text::fold::Folded;
use digest_site::topic::{self, Topics};
use support::SENTENCES;

/// Sentences with names and without any, besides.
const MORE: [&str; 2] = [
    "市发展和改革委员会副主任林一山介绍，海岸橡胶科技有限公司的望海轮胎项目占地约680亩，年底前投产。",
    "天色渐渐暗下来，街边的小店陆续关门，只有河岸上散步的人还在慢慢地走，风从水面上吹过来。",
];

fn annotate(criterion: &mut Criterion) {
    let article: String = SENTENCES.into_iter().chain(MORE).collect();
    // As many articles of six kilobytes.
    let article = article.repeat(6_000 / article.len() + 1);
    let articles = vec![article.as_str(); 150];
    let bytes: usize = articles.iter().map(|it| it.len()).sum();
    let gazetteer = Gazetteer::built_in();
    let topics = topics();
    let given = facts::Given::default();
    let mut group = criterion.benchmark_group("annotate");
    group.sample_size(20).throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("fold", |it| {
        it.iter(|| articles.iter().map(|it| Folded::new(black_box(it)).chars.len()).sum::<usize>());
    });
    group.bench_function("places", |it| {
        it.iter(|| {
            articles
                .iter()
                .map(|it| gazetteer.read(black_box(it), &[]).mentions.len())
                .sum::<usize>()
        });
    });
    let folded: Vec<(Folded, Vec<std::ops::Range<usize>>)> = articles
        .iter()
        .map(|it| {
            let folded = Folded::new(it);
            let names = gazetteer.read_folded(&folded, &[]).names;
            (folded, names)
        })
        .collect();
    group.bench_function("topics", |it| {
        it.iter(|| {
            folded
                .iter()
                .map(|(text, _)| topics.propose(&[], &[], black_box(&text.chars)).len())
                .sum::<usize>()
        });
    });
    group.bench_function("names and figures", |it| {
        it.iter(|| {
            folded
                .iter()
                .map(|(text, names)| facts::read(black_box(text), names, &given).names.len())
                .sum::<usize>()
        });
    });
    group.bench_function("all", |it| {
        it.iter(|| {
            let all = articles.iter().map(|text| {
                let folded = Folded::new(black_box(text));
                let reading = gazetteer.read_folded(&folded, &[]);
                let facts = facts::read(&folded, &reading.names, &given);
                topics.propose(&[], &[], &folded.chars).len()
                    + facts.names.len()
                    + reading.mentions.len()
            });
            all.sum::<usize>()
        });
    });
    group.finish();
}

/// The topics of this repository's own site.
fn topics() -> Topics {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(topic::FOLDER);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|it| it.expect("a file").path())
        .collect();
    files.sort();
    let topic = |path: &std::path::PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text: Arc<str> = std::fs::read_to_string(path).expect("a text").into();
        topic::parse(
            &SitePath::new(&format!("{}/{name}", topic::FOLDER)).expect("a path"),
            &text,
            &digest_site::config::Config::default(),
        )
        .0
    };
    Topics::new(files.iter().filter_map(topic).collect()).0
}

criterion_group!(benches, annotate);
criterion_main!(benches);
