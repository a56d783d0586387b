//! How fast places are found: folding and matching alone, with all that decides what a name means, and how long
//! the gazetteer takes to be ready.

mod support;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use digest_site::gazetteer::Gazetteer;
use support::SENTENCES;

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
