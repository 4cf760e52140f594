//! Walking: a tree held against the structure of its kind, and the whole check of a sound document.

#![allow(missing_docs, reason = "criterion's macros make functions without")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use podlint_bench::generate::{self, Kind};
use podlint_core::schema::walk::{Options, walk};
use podlint_core::settings::Settings;
use podlint_core::yaml::{Tree, split};
use podlint_core::{Document, check};
use podlint_schemas::Version;

const KINDS: [(Kind, &str, &str); 4] = [
    (Kind::Deployment, "apps/v1", "Deployment"),
    (Kind::Pod, "v1", "Pod"),
    (Kind::ConfigMap, "v1", "ConfigMap"),
    (Kind::Custom, "apiextensions.k8s.io/v1", "CustomResourceDefinition"),
];

fn walking(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("walk");
    for (kind, api_version, name) in KINDS {
        let text = generate::first(kind);
        let tree = Tree::parse(&text).expect("the generator writes YAML");
        let root = tree.root().expect("the generator writes objects");
        let known = podlint_schemas::kind(Version::NEWEST, api_version, name).expect("a built-in kind");
        let options = Options { version: Version::NEWEST, patch: false };
        assert!(walk(&tree, root, known.object, options).problems.is_empty(), "{name} is not sound");
        group.throughput(Throughput::Elements(tree.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| walk(black_box(&tree), root, known.object, options));
        });
    }
    group.finish();
}

fn checking(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check");
    let settings = Settings::default();
    for (kind, _, name) in KINDS {
        let text = generate::first(kind);
        let chunk = split(&text).next().expect("the text is not empty");
        let document = Document::of(&chunk);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| check(black_box(&document), &settings));
        });
    }
    group.finish();
}

criterion_group!(benches, walking, checking);
criterion_main!(benches);
