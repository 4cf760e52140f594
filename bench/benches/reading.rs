//! Reading: a stream to documents, and documents to trees.

#![allow(missing_docs, reason = "criterion's macros make functions without")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use podlint_bench::generate::{self, Kind};
use podlint_core::yaml::{Tree, split};

fn splitting(criterion: &mut Criterion) {
    let text = generate::stream(500);
    let mut group = criterion.benchmark_group("split");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("stream", |bencher| bencher.iter(|| split(black_box(&text)).count()));
    group.finish();
}

fn parsing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for kind in [Kind::Deployment, Kind::Pod, Kind::ConfigMap, Kind::Custom] {
        let text = generate::first(kind);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(format!("{kind:?}")), &text, |bencher, text| {
            bencher.iter(|| Tree::parse(black_box(text)));
        });
    }
    group.finish();
}

fn parsing_json(criterion: &mut Criterion) {
    let items: Vec<String> = (0..200)
        .map(|number| {
            format!(r#"{{"name": "container-{number}", "image": "app:{number}", "args": ["-v", "\u00e4", 1.5]}}"#)
        })
        .collect();
    let text = format!(
        r#"{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "many"}}, "spec": {{"containers": [{}]}}}}"#,
        items.join(", ")
    );
    let mut group = criterion.benchmark_group("parse-json");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("Pod", |bencher| bencher.iter(|| Tree::parse_json(black_box(&text))));
    group.finish();
}

criterion_group!(reading, splitting, parsing, parsing_json);
criterion_main!(reading);
