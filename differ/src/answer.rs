//! What a create would be told, as Kubernetes and podlint say it.

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use podlint_core::finding::ServerStage;
use podlint_core::settings::Settings;
use podlint_core::yaml::split;
use podlint_core::{Document, check};
use serde_json::Value;

/// One reason for a 422.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cause {
    /// The server's field text.
    pub field: String,
    /// `FieldValueInvalid` and its kind.
    pub reason: String,
    /// The server's words.
    pub detail: String,
}

/// The answer to the one object of a case.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Answer {
    /// `ok`, `decode`, `strict`, `invalid`, `unregistered`, or `panic`.
    pub verdict: String,
    /// Strict errors.
    pub strict: BTreeSet<String>,
    /// Why it is refused with 422.
    pub causes: BTreeSet<Cause>,
    /// Warnings of a create.
    pub warnings: BTreeSet<String>,
}

impl Answer {
    /// The oracle's.
    pub fn of_kubernetes(answer: &Value) -> Self {
        let document = &answer["documents"][0];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let texts = |value: &Value| value.as_array().into_iter().flatten().map(text).collect();
        let causes = document["causes"].as_array().into_iter().flatten();
        Self {
            verdict: text(&document["verdict"]),
            strict: texts(&document["strict"]),
            causes: causes
                .map(|it| Cause {
                    field: text(&it["field"]),
                    reason: text(&it["type"]),
                    detail: without_uid(&text(&it["detail"])),
                })
                .collect(),
            warnings: texts(&document["warnings"]),
        }
    }

    /// podlint's.
    pub fn of_podlint(yaml: &str) -> Self {
        catch_unwind(|| podlint(yaml)).unwrap_or_else(|_| Self { verdict: "panic".to_owned(), ..Self::default() })
    }
}

/// A Job's own labels hold its `uid`, another one each time; podlint writes zeros.
fn without_uid(detail: &str) -> String {
    const MARK: &str = "controller-uid\":\"";
    const ZEROS: &str = "00000000-0000-0000-0000-000000000000";
    let mut parts = detail.split(MARK);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.get(ZEROS.len()..).filter(|rest| rest.starts_with('"'));
        plain.extend([MARK, rest.map_or("", |_| ZEROS), rest.unwrap_or(part)]);
    }
    plain
}

fn podlint(yaml: &str) -> Answer {
    let settings = Settings { without_fixes: true, ..Settings::default() };
    let Some(chunk) = split(yaml).next() else { return Answer::default() };
    let report = check(&Document::of(&chunk), &settings);
    let mut answer = Answer::default();
    if let Some(object) = report.objects.first() {
        object.verdict.as_str().clone_into(&mut answer.verdict);
    }
    for server in report.findings.into_iter().chain(report.consequences).filter_map(|finding| finding.server) {
        let detail = server.detail.unwrap_or_default();
        match server.stage {
            ServerStage::Decode => {}
            ServerStage::Strict => drop(answer.strict.insert(detail)),
            ServerStage::Warning => drop(answer.warnings.insert(detail)),
            ServerStage::Invalid => drop(answer.causes.insert(Cause {
                field: server.field.unwrap_or_default(),
                reason: server.reason.unwrap_or_default(),
                detail,
            })),
        }
    }
    answer
}
