//! How long extraction takes: one long text of 1 MB and of 10 MB, whose throughput should be the same, and many
//! articles of 6 KB on all cores.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use digest_site::config::Lists;
use digest_site::extract::{self, Context, words::Words};
use digest_site::facts::Given;
use digest_site::file::{SitePath, SourceFile};
use digest_site::gazetteer::Gazetteer;
use digest_site::topic::Topics;
use rayon::prelude::*;

/// Sentences of invented news, without their last mark.
const SENTENCES: [&str; 5] = [
    "近日，滨海市港口集团与沿线五个县区签署合作协议，计划三年内投资12.5亿元改造码头与堆场",
    "记者在现场看到，工人们正在铺设最后一段轨道",
    "“过去办一件事要跑好几个窗口，现在手机上就能办完。”企业负责人说",
    "数据显示，今年一季度吞吐量同比增长5.1%，居全省前列",
    "下一步，当地将推进同类项目建设，带动就业持续增加",
];

/// A raw article of about so many bytes; no two numbers give the same one.
fn article(number: usize, bytes: usize) -> String {
    let mut text = format!(
        "首页 > 要闻 > 正文\n滨海港口新开第{number}条航线 覆盖六国十二港\n2024-05-06 08:30 来源：海岸日报 作者：林一山\n"
    );
    for i in number.. {
        if text.len() >= bytes {
            break;
        }
        let three = [0, 1, 3].map(|it| SENTENCES[(i * i + it) % SENTENCES.len()]);
        let ordinal = i.to_string();
        text.extend(["　　", &three.join("，"), "，这是第", &ordinal, "次。\n"]);
        if i % 9 == 0 {
            text += "图为扩建中的码头。林一山摄\n";
        }
    }
    text + "（记者 林一山）\n责任编辑：周二水\n分享到：\n"
}

fn read(text: &str, context: Context<'_>) -> usize {
    let path = SitePath::new("content/inbox/a.txt").expect("a good path");
    let file = SourceFile::new(path, text.into());
    let raw = extract::read(&file, u64::MAX, context).expect("a text");
    raw.extraction.draft.expect("an article").blocks.len()
}

fn extraction(criterion: &mut Criterion) {
    let (words, topics) = (Words::new(&Lists::new()), Topics::default());
    let context = Context {
        gazetteer: Gazetteer::built_in(),
        topics: &topics,
        words: &words,
        given: &Given::default(),
    };
    let mut group = criterion.benchmark_group("extract");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    for megabytes in [1, 10] {
        let text = article(1, megabytes * 1_000_000);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("{megabytes} MB"), |it| {
            it.iter(|| read(black_box(&text), context));
        });
    }
    let articles: Vec<String> = (0..10_000).map(|it| article(it, 6_000)).collect();
    group.throughput(Throughput::Bytes(articles.iter().map(|it| it.len() as u64).sum()));
    group.bench_function("10,000 articles of 6 KB", |it| {
        it.iter(|| articles.par_iter().map(|text| read(text, context)).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, extraction);
criterion_main!(benches);
