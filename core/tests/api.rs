//! The API server's recorded refusals of 6,245 mutated manifests, and podlint's.
#![allow(clippy::disallowed_methods)] // Tests read their data.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use podlint_core::finding::ServerStage;
use podlint_core::settings::Settings;
use serde_json::Value;
use support::{check_all, json_lines};

/// Field, type and words.
type Cause = (String, String, String);

fn theirs(answer: &Value) -> BTreeSet<Cause> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let causes = answer["causes"].as_array().into_iter().flatten();
    causes.map(|it| (text(&it["field"]), text(&it["type"]), text(&it["detail"]))).collect()
}

fn without_words(causes: &BTreeSet<Cause>) -> BTreeSet<(&str, &str)> {
    causes.iter().map(|(field, kind, _)| (field.as_str(), kind.as_str())).collect()
}

/// A field without its indices and keys.
fn plain(field: &str) -> String {
    let parts = field.split('[').map(|part| part.split_once(']').map_or(part, |it| it.1));
    parts.collect::<Vec<_>>().join("[]")
}

#[test]
fn refusals_are_the_servers() {
    let settings = Settings { without_fixes: true, ..Settings::default() };
    let (mut documents, mut verdicts, mut same, mut told, mut recorded) = (0, 0, 0, 0, 0);
    let (mut texts, mut false_alarms) = (0, Vec::new());
    let mut missed: BTreeMap<(String, String), usize> = BTreeMap::new();
    for case in json_lines("upstream/validate-dev.jsonl.xz") {
        let reports = check_all(case["yaml"].as_str().expect("yaml"), &settings);
        let ours = reports
            .iter()
            .flat_map(|(_, report)| report.objects.iter().enumerate().map(move |(at, object)| (at, object, report)));
        for ((at, object, report), answer) in ours.zip(case["answer"]["documents"].as_array().expect("documents")) {
            documents += 1;
            let causes: BTreeSet<Cause> = report
                .findings
                .iter()
                .chain(&report.consequences)
                .filter(|finding| finding.object == Some(at))
                .filter_map(|finding| finding.server.clone())
                .filter(|server| server.stage == ServerStage::Invalid)
                .map(|it| (it.field.unwrap_or_default(), it.reason.unwrap_or_default(), it.detail.unwrap_or_default()))
                .collect();
            let expected = theirs(answer);
            verdicts += usize::from(object.verdict.as_str() == answer["verdict"]);
            let (short, wanted) = (without_words(&causes), without_words(&expected));
            same += usize::from(short == wanted);
            recorded += wanted.len();
            told += short.intersection(&wanted).count();
            texts += usize::from(
                causes.iter().filter(|it| wanted.contains(&(&it.0, &it.1))).all(|it| expected.contains(it)),
            );
            false_alarms.extend(short.difference(&wanted).map(|it| format!("{}: {it:?}", case["id"])));
            for (field, kind) in wanted.difference(&short) {
                *missed.entry((plain(field), (*kind).to_owned())).or_default() += 1;
            }
        }
    }
    let mut most: Vec<_> = missed.iter().map(|(cause, count)| (count, cause)).collect();
    most.sort_by(|one, other| other.cmp(one));
    println!(
        "{documents} documents: {verdicts} verdicts, {same} sets of causes, {texts} without a wrong word; \
         {told} of {recorded} causes told, {} false",
        false_alarms.len()
    );
    for (count, (field, kind)) in most.iter().take(60) {
        println!("{count:5} {kind} {field}");
    }
    assert!(verdicts >= 5_922 && same >= 5_579 && texts >= 6_236 && told >= 5_426, "worse than before");
    assert!(false_alarms.is_empty(), "{} false alarms:\n{}", false_alarms.len(), false_alarms.join("\n"));
}
