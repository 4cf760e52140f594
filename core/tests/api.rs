//! The API server's recorded answers to mutated manifests, and podlint's.
#![allow(clippy::disallowed_methods)] // Tests read their data.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use podlint_core::finding::{ServerAnswer, ServerStage};
use podlint_core::settings::Settings;
use serde_json::Value;
use support::{check_all, json_lines};

/// Field, type and words.
type Cause = (String, String, String);

/// The answer to one object.
#[derive(Default)]
struct Answer {
    verdict: String,
    strict: BTreeSet<String>,
    causes: BTreeSet<Cause>,
    warnings: BTreeSet<String>,
}

impl Answer {
    fn of_kubernetes(document: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let texts = |value: &Value| value.as_array().into_iter().flatten().map(text).collect();
        let causes = document["causes"].as_array().into_iter().flatten();
        Self {
            verdict: text(&document["verdict"]),
            strict: texts(&document["strict"]),
            causes: causes.map(|it| (text(&it["field"]), text(&it["type"]), text(&it["detail"]))).collect(),
            warnings: texts(&document["warnings"]),
        }
    }

    fn of_podlint(verdict: &str, servers: impl Iterator<Item = ServerAnswer>) -> Self {
        let mut answer = Self { verdict: verdict.to_owned(), ..Self::default() };
        for server in servers {
            let detail = server.detail.unwrap_or_default();
            match server.stage {
                ServerStage::Decode => {}
                ServerStage::Strict => drop(answer.strict.insert(detail)),
                ServerStage::Warning => drop(answer.warnings.insert(detail)),
                ServerStage::Invalid => {
                    let cause = (server.field.unwrap_or_default(), server.reason.unwrap_or_default(), detail);
                    answer.causes.insert(cause);
                }
            }
        }
        answer
    }
}

fn without_words(causes: &BTreeSet<Cause>) -> BTreeSet<(&str, &str)> {
    causes.iter().map(|(field, kind, _)| (field.as_str(), kind.as_str())).collect()
}

/// A field without its indices and keys.
fn plain(field: &str) -> String {
    let parts = field.split('[').map(|part| part.split_once(']').map_or(part, |it| it.1));
    parts.collect::<Vec<_>>().join("[]")
}

/// Documents of a file, and how many of them agree in what.
#[derive(Default, Debug)]
struct Figures {
    documents: usize,
    verdicts: usize,
    strict: usize,
    /// The same fields for the same reasons.
    sets: usize,
    /// No cause in other words.
    texts: usize,
    warnings: usize,
    /// Causes that the server gives, and how many of them podlint tells.
    recorded: usize,
    told: usize,
    /// Causes and warnings that the server does not give.
    false_alarms: Vec<String>,
    /// Ids of documents that differ in anything.
    different: Vec<String>,
}

/// Holds podlint against the recorded answers, and prints what is missed most.
fn compare(file: &str) -> Figures {
    let settings = Settings { without_fixes: true, ..Settings::default() };
    let mut figures = Figures::default();
    let mut missed: BTreeMap<(String, String), usize> = BTreeMap::new();
    for case in json_lines(file) {
        let reports = check_all(case["yaml"].as_str().expect("yaml"), &settings);
        let ours = reports
            .iter()
            .flat_map(|(_, report)| report.objects.iter().enumerate().map(move |(at, object)| (at, object, report)));
        for ((at, object, report), answer) in ours.zip(case["answer"]["documents"].as_array().expect("documents")) {
            let own = report.findings.iter().chain(&report.consequences).filter(|finding| finding.object == Some(at));
            let ours = Answer::of_podlint(object.verdict.as_str(), own.filter_map(|finding| finding.server.clone()));
            let theirs = Answer::of_kubernetes(answer);
            if theirs.verdict == "unregistered" {
                continue;
            }
            let (short, wanted) = (without_words(&ours.causes), without_words(&theirs.causes));
            // The server warns of what it accepts.
            let warns = theirs.causes.is_empty();
            let agrees = [
                ours.verdict == theirs.verdict,
                ours.strict == theirs.strict,
                short == wanted,
                ours.causes.iter().filter(|it| wanted.contains(&(&it.0, &it.1))).all(|it| theirs.causes.contains(it)),
                !warns || ours.warnings == theirs.warnings,
            ];
            figures.documents += 1;
            let [verdicts, strict, sets, texts, warnings] = agrees.map(usize::from);
            figures.verdicts += verdicts;
            figures.strict += strict;
            figures.sets += sets;
            figures.texts += texts;
            figures.warnings += warnings;
            figures.recorded += wanted.len();
            figures.told += short.intersection(&wanted).count();
            if agrees.contains(&false) {
                figures.different.push(case["id"].to_string());
            }
            figures.false_alarms.extend(short.difference(&wanted).map(|it| format!("{}: {it:?}", case["id"])));
            if warns {
                let made_up = ours.warnings.difference(&theirs.warnings);
                figures.false_alarms.extend(made_up.map(|it| format!("{}: {it}", case["id"])));
            }
            for (field, kind) in wanted.difference(&short) {
                *missed.entry((plain(field), (*kind).to_owned())).or_default() += 1;
            }
        }
    }
    let Figures { documents, verdicts, strict, sets, texts, warnings, recorded, told, .. } = &figures;
    println!(
        "{file}: {documents} documents: {verdicts} verdicts, {strict} sets of strict errors, {sets} of causes, \
         {texts} without a wrong word, {warnings} sets of warnings; {told} of {recorded} causes told, {} false",
        figures.false_alarms.len()
    );
    let mut most: Vec<_> = missed.iter().map(|(cause, count)| (count, cause)).collect();
    most.sort_by(|one, other| other.cmp(one));
    for (count, (field, kind)) in most.iter().take(60) {
        println!("{count:5} {kind} {field}");
    }
    let alarms = &figures.false_alarms;
    assert!(alarms.is_empty(), "{} false alarms:\n{}", alarms.len(), alarms.join("\n"));
    figures
}

#[test]
fn refusals_of_workloads_are_the_servers() {
    let it = compare("upstream/validate-dev.jsonl.xz");
    assert!(it.verdicts >= 5_922 && it.sets >= 5_579 && it.texts >= 6_236 && it.told >= 5_426, "worse than before");
    assert!(it.strict >= 6_245 && it.warnings >= 6_142, "worse than before");
}

#[test]
fn refusals_of_what_stands_beside_workloads_are_the_servers() {
    let it = compare("upstream/validate-beside.jsonl.xz");
    assert!(
        it.verdicts >= 1_697 && it.strict >= 2_995 && it.sets >= 1_536 && it.warnings >= 2_974,
        "worse than before"
    );
}

#[test]
fn refusals_of_drawn_objects_are_the_servers() {
    let it = compare("upstream/validate-kinds.jsonl.xz");
    assert!(it.verdicts >= 4_000 && it.sets >= 4_000 && it.texts >= 4_000 && it.told >= 5_741, "worse than before");
    assert!(it.strict >= 4_000 && it.warnings >= 3_983, "worse than before");
}

#[test]
fn refusals_of_pods_with_rare_fields_are_the_servers() {
    let it = compare("upstream/validate-pods.jsonl.xz");
    let all = it.documents;
    assert_eq!((it.verdicts, it.strict, it.sets, it.texts), (all, all, all, all), "{:?}", it.different);
}
