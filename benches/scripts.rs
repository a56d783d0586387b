//! How fast texts are converted between scripts, by one thread and by two at once.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use digest_site::text::opencc::{Conversion, Converter};

/// A text of the length of an article.
const ARTICLE: &str = include_str!("../content/inbox/000_864e8039c1c1ca2b.txt");

/// How often each thread converts it.
const TIMES: usize = 100;

fn convert(converter: &Converter) {
    for _ in 0..TIMES {
        black_box(converter.convert(black_box(ARTICLE)).expect("it converts"));
    }
}

fn conversion(criterion: &mut Criterion) {
    let cache = std::env::temp_dir().join("digest-bench");
    let mut group = criterion.benchmark_group("scripts");
    for conversion in [Conversion::S2tw, Conversion::Tw2s] {
        let converter = Converter::open(conversion, &cache).expect("it opens");
        let name = conversion.file_name().trim_end_matches(".json");
        let bytes = (ARTICLE.len() * TIMES) as u64;
        group.throughput(Throughput::Bytes(bytes));
        group.bench_function(format!("{name}, one thread"), |it| it.iter(|| convert(&converter)));
        group.throughput(Throughput::Bytes(2 * bytes));
        group.bench_function(format!("{name}, two threads"), |it| {
            it.iter(|| {
                std::thread::scope(|scope| {
                    scope.spawn(|| convert(&converter));
                    convert(&converter);
                });
            });
        });
    }
    group.finish();
}

criterion_group!(benches, conversion);
criterion_main!(benches);
