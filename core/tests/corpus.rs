//! Real manifests of public repositories, where the folder that holds them is given. They are not
//! part of the project; what the server answers to each of them is.
#![allow(clippy::disallowed_methods)] // Tests read their data.

mod support;

use std::path::PathBuf;

use podlint_core::finding::Severity;
use podlint_core::settings::Settings;
use serde_json::Value;
use support::{check_all, json_lines};

/// Names the folder: `owner__repository/path`, as in the recorded answers.
const FOLDER: &str = "PODLINT_CORPUS";

/// Rules about what the API server never sees, or leaves to the kubelet: the four manifests with a
/// duplicate key and the three with the image `alpine:invalid!` were looked at.
const BEYOND_THE_SERVER: [&str; 2] = ["duplicate-key", "malformed-image"];

#[test]
#[ignore = "needs PODLINT_CORPUS, a folder of manifests that are not part of the project"]
fn real_manifests_are_listed_and_judged_as_the_server_does() {
    let folder = std::env::var_os(FOLDER).map(PathBuf::from).expect(FOLDER);
    let mut wrong = Vec::new();
    for case in json_lines("upstream/corpus.jsonl.xz") {
        let id = case["id"].as_str().expect("id");
        let text = std::fs::read_to_string(folder.join(id)).unwrap_or_else(|error| panic!("{id}: {error}"));
        let reports = check_all(&text, &Settings::default());
        let listed: Vec<_> = reports
            .iter()
            .flat_map(|(index, report)| report.objects.iter().enumerate().map(move |it| (*index, it, report)))
            .collect();
        let answers: Vec<&Value> = case["documents"].as_array().expect("documents").iter().collect();
        if listed.len() != answers.len() {
            wrong.push(format!("{id}: {} objects, the server saw {}", listed.len(), answers.len()));
            continue;
        }
        for ((index, (at, object), report), answer) in listed.into_iter().zip(answers) {
            let ours = [object.api_version.as_deref(), object.kind.as_deref(), object.name.as_deref()];
            let theirs = ["apiVersion", "kind", "name"].map(|key| answer[key].as_str());
            if ours != theirs || index as u64 != answer["index"] {
                wrong.push(format!("{id}: {index} {ours:?}, the server saw {theirs:?}"));
            }
            let is_known = answer["verdict"] != "unregistered" && object.verdict.as_str() != "unregistered";
            if is_known && answer["verdict"] != object.verdict.as_str() {
                wrong.push(format!("{id}: {}, the server {}", object.verdict.as_str(), answer["verdict"]));
            }
            let accepted = answer["verdict"] == "ok";
            let errors = report.findings.iter().filter(|finding| {
                finding.object == Some(at)
                    && finding.severity == Severity::Error
                    && !BEYOND_THE_SERVER.contains(&finding.rule.id)
            });
            if accepted {
                wrong.extend(errors.map(|finding| format!("{id}: {} {}", finding.path, finding.message)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
