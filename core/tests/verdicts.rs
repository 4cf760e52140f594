//! The server's recorded answers to 6,245 mutated manifests, and podlint's.
#![allow(clippy::disallowed_methods)] // Tests read their data.

mod support;

use podlint_core::settings::Settings;
use serde_json::Value;
use support::{check_all, json_lines, strict_messages};

/// `invalid` needs the server's create rules, which `api.rs` measures: here it is one with `ok`.
fn structural(verdict: &str) -> &str {
    if verdict == "invalid" { "ok" } else { verdict }
}

#[test]
fn decode_and_strict_verdicts_are_the_servers() {
    let settings = Settings { without_fixes: true, ..Settings::default() };
    let mut documents = 0;
    let mut wrong = Vec::new();
    for case in json_lines("upstream/validate-dev.jsonl.xz") {
        let text = case["yaml"].as_str().expect("yaml");
        let reports = check_all(text, &settings);
        let ours: Vec<_> = reports
            .iter()
            .flat_map(|(index, report)| {
                report.objects.iter().enumerate().map(move |(at, object)| (*index, at, object, report))
            })
            .collect();
        let theirs: Vec<&Value> = case["answer"]["documents"].as_array().expect("documents").iter().collect();
        if ours.len() != theirs.len() {
            wrong.push(format!("{}: {} objects, the server saw {}", case["id"], ours.len(), theirs.len()));
            continue;
        }
        for ((index, at, object, report), answer) in ours.into_iter().zip(theirs) {
            documents += 1;
            let verdict = structural(object.verdict.as_str());
            let expected = structural(answer["verdict"].as_str().expect("verdict"));
            let strict = strict_messages(report.findings.iter().filter(|finding| finding.object == Some(at)));
            let mut messages: Vec<String> = answer["strict"]
                .as_array()
                .map(|all| all.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect())
                .unwrap_or_default();
            messages.sort();
            if verdict != expected || index as u64 != answer["index"] || strict != messages {
                wrong.push(format!(
                    "{}: {verdict} {strict:?}, the server says {expected} {messages:?} {}",
                    case["id"], answer["message"]
                ));
            }
        }
    }
    assert!(documents >= 6_245, "only {documents} documents");
    assert!(wrong.is_empty(), "{} of {documents} differ:\n{}", wrong.len(), wrong.join("\n"));
}
