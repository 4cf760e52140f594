//! Placing: where stray fields belong, and the whole check of a document that has some.

#![allow(missing_docs, reason = "criterion's macros make functions without")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use podlint_core::schema::place::{Scene, place};
use podlint_core::schema::walk::{Options, What, walk};
use podlint_core::settings::Settings;
use podlint_core::yaml::{Tree, split};
use podlint_core::{Document, check};
use podlint_schemas::Version;

/// What each mistake is, the line that it stands behind, and its own lines.
const MISTAKES: [(&str, &str, &str); 5] = [
    ("too-shallow", "  template:\n", "    nodeSelector: {disk: ssd}\n"),
    ("captured", "livenessProbe:\n", "            volumeMounts:\n            - {name: data, mountPath: /data}\n"),
    ("misspelled", "- name: app\n", "          imagePulPolicy: Always\n"),
    ("of-another-kind", "- containerPort: 8080\n", "              targetPort: 8080\n"),
    ("invented", "    spec:\n", "      frobnicate: true\n"),
];

/// A manifest without a mistake.
const SOUND: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  labels:
    app: shop
spec:
  replicas: 3
  selector:
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      serviceAccountName: shop
      containers:
        - name: app
          image: example/shop:1.2
          ports:
            - containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: info
          resources:
            requests:
              cpu: 100m
              memory: 64Mi
          livenessProbe:
            httpGet:
              path: /healthz
              port: 8080
      volumes:
        - name: data
          emptyDir: {}
";

fn with(text: &str, behind: &str, mistake: &str) -> String {
    text.replacen(behind, &format!("{behind}{mistake}"), 1)
}

fn placing(criterion: &mut Criterion) {
    let known = podlint_schemas::kind(Version::NEWEST, "apps/v1", "Deployment").expect("a built-in kind");
    let mut group = criterion.benchmark_group("place");
    for (name, behind, mistake) in MISTAKES {
        let text = with(SOUND, behind, mistake);
        let tree = Tree::parse(&text).expect("the mistakes are none of YAML");
        let root = tree.root().expect("the document holds an object");
        let walked = walk(&tree, root, known.object, Options { version: Version::NEWEST, patch: false });
        let problem = walked.problems.iter().find(|problem| matches!(problem.what, What::UnknownField(_)));
        let problem = problem.unwrap_or_else(|| panic!("{name} is no mistake"));
        let scene = Scene { tree: &tree, kind: "Deployment", version: Version::NEWEST, holes: &walked.holes };
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| place(black_box(scene), problem));
        });
    }
    group.finish();
}

fn checking(criterion: &mut Criterion) {
    let text = MISTAKES.iter().fold(SOUND.to_owned(), |text, (_, behind, mistake)| with(&text, behind, mistake));
    let chunk = split(&text).next().expect("the text is not empty");
    let document = Document::of(&chunk);
    let mut group = criterion.benchmark_group("check-mistakes");
    for (name, without_fixes) in [("with-fixes", false), ("without-fixes", true)] {
        let settings = Settings { without_fixes, ..Settings::default() };
        let findings = check(&document, &settings).findings.len();
        assert!(findings >= MISTAKES.len(), "{findings} findings");
        group.bench_function(name, |bencher| bencher.iter(|| check(black_box(&document), &settings)));
    }
    group.finish();
}

criterion_group!(benches, placing, checking);
criterion_main!(benches);
