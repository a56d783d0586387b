//! How fast places are found: folding and matching alone, with all that decides what a name means, and how long
//! the gazetteer takes to be ready.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use digest_site::gazetteer::Gazetteer;

/// Sentences of invented news, in both scripts.
const SENTENCES: [&str; 6] = [
    "近日，青岛市港口集团与沿线五个县区签署合作协议，计划三年内投资12.5亿元改造码头与堆场。",
    "记者在现场看到，工人们正在铺设最后一段轨道，潍坊、日照两市的货车从这里驶向港区。",
    "“过去办一件事要跑好几个窗口，现在手机上就能办完。”诸城经济开发区一家企业的负责人说。",
    "數據顯示，今年一季度吞吐量同比增長5.1%，居全省前列，膠東經濟圈一體化發展再提速。",
    "下一步，当地将推进同类项目建设，带动就业持续增加，让群众在家门口有活干、有钱挣。",
    "高雄市鹽埕區的老街亮起燈，居民說，駁船的汽笛聲是兒時的記憶，如今又回來了。",
];

fn places(criterion: &mut Criterion) {
    let text: String = SENTENCES.iter().cycle().take(9_000).copied().collect();
    let gazetteer = Gazetteer::built_in();
    let mut group = criterion.benchmark_group("places");
    group.sample_size(20).throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("fold and match", |it| {
        it.iter(|| gazetteer.names_in(black_box(&text)).len());
    });
    group.bench_function("read", |it| {
        it.iter(|| gazetteer.read(black_box(&text), &[]).mentions.len());
    });
    group.finish();
    criterion.bench_function("places/ready", |it| it.iter(Gazetteer::compiled_in));
}

criterion_group!(benches, places);
criterion_main!(benches);
