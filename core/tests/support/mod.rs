//! What the tests against recorded answers share.
#![allow(dead_code)] // Each test uses its part.

use std::path::PathBuf;

use podlint_core::across::join;
use podlint_core::finding::{Finding, ServerStage};
use podlint_core::schedule::{Builder, Cluster};
use podlint_core::settings::Settings;
use podlint_core::yaml::split;
use podlint_core::{Document, Report, check};

/// A file of the project's test data.
pub fn testdata(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testdata").join(path)
}

/// The lines of a file of JSON values, unpacked where its name ends in `.xz`.
pub fn json_lines(path: &str) -> Vec<serde_json::Value> {
    let bytes = std::fs::read(testdata(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let text = if testdata(path).extension().is_some_and(|extension| extension == "xz") {
        let mut unpacked = Vec::new();
        lzma_rs::xz_decompress(&mut bytes.as_slice(), &mut unpacked).expect("an xz file");
        unpacked
    } else {
        bytes
    };
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("a JSON value")).collect()
}

/// Checks every document of a text, and all of them together, as the command does with a file.
pub fn check_all(text: &str, settings: &Settings) -> Vec<(usize, Report)> {
    let settings = Settings { with_facts: true, ..settings.clone() };
    let documents = split(text).map(|chunk| Document::of(&chunk));
    let (indexes, mut reports): (Vec<usize>, Vec<Report>) =
        documents.map(|document| (document.index, check(&document, &settings))).unzip();
    join(&mut reports);
    indexes.into_iter().zip(reports).collect()
}

/// A cluster of `testdata/clusters`.
pub fn cluster(file: &str) -> Cluster {
    let text = std::fs::read_to_string(testdata("clusters").join(file)).expect("a cluster");
    let mut builder = Builder::default();
    for chunk in split(&text) {
        assert_eq!(builder.read(&Document::of(&chunk)).problems, [], "{file}");
    }
    builder.finish()
}

/// The strict messages among some findings, sorted.
pub fn strict_messages<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<String> {
    let mut messages: Vec<String> = findings
        .filter_map(|finding| finding.server.as_ref())
        .filter(|server| server.stage == ServerStage::Strict)
        .filter_map(|server| server.detail.clone())
        .collect();
    messages.sort();
    messages
}
