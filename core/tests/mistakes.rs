//! 90 real mistakes, each with what its author meant.
#![allow(clippy::disallowed_methods)] // Tests read their data.

mod support;

use std::sync::Arc;

use podlint_core::Document;
use podlint_core::finding::{Applicability, Finding, Severity};
use podlint_core::mend::mend;
use podlint_core::settings::Settings;
use podlint_core::yaml::{Kind, NodeId, Tree, split};
use support::{check_all, cluster, json_lines};

/// `spec.containers[0].image` → `spec.containers[].image`, as the recorded paths are written.
fn without_indexes(path: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for c in path.chars() {
        inside = (inside || c == '[') && c != ']';
        if !inside || c == '[' {
            plain.push(c);
        }
    }
    plain
}

/// The meaning of a value as text: keys sorted, null and empty left out as the server leaves them.
fn meaning(tree: &Tree<'_>, node: NodeId) -> String {
    let node = tree.target(node);
    match tree.kind(node) {
        Kind::Mapping => {
            let mut fields: Vec<String> = tree
                .fields(node)
                .into_iter()
                .filter(|field| !field.shadowed && tree.kind(tree.target(field.value)) != Kind::Null)
                .map(|field| format!("{}:{}", field.name, meaning(tree, field.value)))
                .collect();
            fields.sort();
            format!("{{{}}}", fields.join(","))
        }
        Kind::Sequence => {
            format!("[{}]", tree.items(node).map(|item| meaning(tree, item)).collect::<Vec<_>>().join(","))
        }
        kind => format!("{kind:?} {}", tree.string(node)),
    }
}

fn meaning_of(text: &str) -> String {
    let tree = Tree::parse(text).expect("a manifest");
    meaning(&tree, tree.root().expect("an object"))
}

fn findings(text: &str) -> Vec<Finding> {
    findings_with(text, &Settings::default())
}

fn findings_with(text: &str, settings: &Settings) -> Vec<Finding> {
    check_all(text, settings).into_iter().flat_map(|(_, report)| report.findings).collect()
}

/// The author of rm-084 moved the label into `matchLabels` and changed its key as well, which no
/// tool can know.
const BEYOND_US: &[&str] = &["rm-084"];

#[test]
fn the_first_suggestion_is_what_was_meant() {
    let (mut asked, mut wrong) = (0, Vec::new());
    for case in json_lines("mistakes/real-mistakes.jsonl") {
        let new: Vec<&str> = case["new"].as_array().expect("new").iter().filter_map(|it| it.as_str()).collect();
        let findings = findings(case["snippet"].as_str().expect("snippet"));
        let stray: Vec<&Finding> = findings
            .iter()
            .filter(|finding| matches!(finding.rule.id, "misplaced-field" | "misspelled-field" | "unknown-field"))
            .collect();
        let suggestions: Vec<String> = stray
            .iter()
            .filter_map(|finding| finding.suggestion.as_ref())
            .map(|path| without_indexes(&path.to_string()))
            .collect();
        if stray.is_empty() {
            continue;
        }
        if new.is_empty() {
            if !suggestions.is_empty() {
                wrong.push(format!("{}: should be silent, says {suggestions:?}", case["id"]));
            }
            continue;
        }
        asked += 1;
        match suggestions.first() {
            Some(first) if new.contains(&first.as_str()) => {}
            Some(_) if BEYOND_US.contains(&case["id"].as_str().expect("id")) => {}
            first => wrong.push(format!("{}: {first:?}, meant {new:?}", case["id"])),
        }
    }
    println!("{asked} asked, {} wrong", wrong.len());
    assert_eq!(asked, 57);
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_safe_fix_ends_in_what_was_meant() {
    let (mut mended, mut wrong) = (0, Vec::new());
    for case in json_lines("mistakes/real-mistakes.jsonl") {
        let text = case["snippet"].as_str().expect("snippet");
        let chunk = split(text).next().expect("a document");
        let document = Document::of(&chunk);
        let Some(result) = mend(&document, &Settings::default(), Applicability::Safe) else { continue };
        mended += 1;
        let fixed = case["fixed_snippet"].as_str().expect("fixed_snippet");
        if meaning_of(&result.text) != meaning_of(fixed) {
            wrong.push(format!("{}:\n{}\nmeant:\n{fixed}", case["id"], result.text));
        }
    }
    println!("{mended} mended");
    assert!(wrong.is_empty(), "{} of {mended}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(mended >= 20, "only {mended}");
}

#[test]
fn the_mended_manifests_are_clean() {
    for case in json_lines("mistakes/real-mistakes.jsonl") {
        let errors: Vec<_> = findings(case["fixed_snippet"].as_str().expect("fixed_snippet"))
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.message)
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", case["id"]);
    }
}

/// What only a cluster tells: which labels its nodes have, and which taints.
const NEED_A_CLUSTER: [&str; 2] = ["rm-156", "rm-162"];

#[test]
fn mistakes_are_found_without_a_cluster() {
    let (mut found, mut missed, mut clean) = (0, Vec::new(), 0);
    for case in json_lines("mistakes/real-mistakes.jsonl") {
        let id = case["id"].as_str().expect("id");
        let findings = findings(case["snippet"].as_str().expect("snippet"));
        if case["expect"] == "clean" {
            assert!(findings.is_empty(), "{id}: {findings:?}");
            clean += 1;
        } else if findings.iter().any(|finding| finding.severity >= Severity::Warning) {
            found += 1;
        } else {
            missed.push(id.to_owned());
        }
    }
    println!("{found} found, {clean} clean");
    assert_eq!((missed.as_slice(), found, clean), (NEED_A_CLUSTER.map(str::to_owned).as_slice(), 85, 3));
}

/// The mistakes that the API server accepts, as long as no cluster is asked.
#[test]
fn what_the_server_does_not_see_is_found() {
    for (id, rule, path) in [
        ("rm-137", "duplicate-key", "hostNetwork"),
        ("rm-145", "missing-port-name", "spec.template.spec.containers[0].livenessProbe.httpGet.port"),
    ] {
        let cases = json_lines("mistakes/real-mistakes.jsonl");
        let case = cases.iter().find(|case| case["id"] == id).expect("the mistake");
        let findings = findings(case["snippet"].as_str().expect("snippet"));
        let [finding] = findings.as_slice() else { panic!("{id}: {findings:?}") };
        assert_eq!((finding.rule.id, finding.severity), (rule, Severity::Error), "{id}");
        assert!(finding.path.to_string().ends_with(path), "{id}: {}", finding.path);
        assert!(finding.server.is_none(), "{id}: {:?}", finding.server);
    }
}

/// The rule that finds each scheduling mistake, and the cluster that its note implies: the other ones
/// need none.
const SCHEDULING: &[(&str, &str, Option<&str>)] = &[
    ("rm-154", "useless-toleration", None),
    ("rm-156", "unschedulable", Some("node-pool.yaml")),
    ("rm-157", "contradictory-constraints", None),
    ("rm-159", "affinity-nobody", None),
    ("rm-160", "spread-ignores-self", None),
    ("rm-162", "unschedulable", Some("control-plane.yaml")),
];

#[test]
fn scheduling_mistakes_are_found_where_they_are() {
    let answers = json_lines("upstream/mistakes.jsonl");
    let cases = json_lines("mistakes/real-mistakes.jsonl");
    let cases: Vec<_> = cases.iter().filter(|case| case["class"] == "scheduling").collect();
    assert_eq!(cases.len(), SCHEDULING.len());
    for case in cases {
        let text = |field: &str| case[field].as_str().expect("a text");
        let (id, rule, file) = SCHEDULING.iter().find(|(id, ..)| *id == text("id")).expect("a known mistake");
        let settings = Settings { cluster: file.map(|file| Arc::new(cluster(file))), ..Settings::default() };
        let found = findings_with(text("snippet"), &settings);
        let finding =
            found.iter().find(|finding| finding.rule.id == *rule).unwrap_or_else(|| panic!("{id}: {found:?}"));

        let path = finding.path.to_string();
        let plain = without_indexes(&path).replace("[]", "");
        let is_there = [text("wrong_path"), text("right_path")].iter().any(|it| plain.starts_with(it));
        assert!(is_there, "{id}: {path}");
        let answer = answers.iter().find(|answer| answer["id"] == format!("{id}/bad")).expect("an answer");
        for cause in answer["documents"][0]["causes"].as_array().into_iter().flatten() {
            assert_eq!(cause["field"], path, "{id}");
        }

        let fixed = text("fixed_snippet");
        let is_wrong = |line: &str| !fixed.lines().any(|other| other == line);
        let line = text("snippet").lines().nth(finding.range.start.line - 1).expect("a line");
        if text("snippet").lines().any(is_wrong) {
            assert!(is_wrong(line), "{id}: {line}");
        }

        if finding.fix.is_some() {
            let chunk = split(text("snippet")).next().expect("a document");
            let mended = mend(&Document::of(&chunk), &settings, Applicability::Unsafe).expect("a mended text");
            assert_eq!(meaning_of(&mended.text), meaning_of(fixed), "{id}");
        }
        let errors: Vec<_> =
            findings_with(fixed, &settings).into_iter().filter(|it| it.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{id}: {errors:?}");
    }
}
