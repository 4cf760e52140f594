//! For programs: podlint's own JSON, version 1. Its schema is `schemas/podlint-output.schema.json`.
//!
//! The interface is frozen: fields are added, never renamed or retyped. One object and one finding
//! stand on a line each, and objects are written as they come; only findings wait for the end.

mod scheduling;
mod v1;

use std::io::{self, Write};

use podlint_schemas::Version;

use self::scheduling::SchedulingV1;
use self::v1::{DocumentV1, FindingV1, SummaryV1};
use super::Renderer;
use crate::report::{DocumentReport, Summary};

/// Writes objects as they come and findings at the end.
pub struct Json {
    version: Version,
    /// Objects written so far.
    documents: usize,
    /// The elements of `findings`, written out.
    findings: Vec<u8>,
    /// Those among them that are told to programs alone.
    consequences: usize,
    /// The elements of `scheduling`, likewise.
    scheduling: Vec<u8>,
}

impl Json {
    /// A renderer for a run against this Kubernetes version.
    pub const fn new(version: Version) -> Self {
        Self { version, documents: 0, findings: Vec::new(), consequences: 0, scheduling: Vec::new() }
    }

    /// What stands before the first object.
    fn open(&self, out: &mut dyn Write) -> io::Result<()> {
        let podlint = env!("CARGO_PKG_VERSION");
        let kubernetes = self.version;
        write!(out, r#"{{"version":1,"podlint":"{podlint}","kubernetes":"{kubernetes}","documents":["#)
    }
}

impl Renderer for Json {
    fn document(&mut self, out: &mut dyn Write, document: &DocumentReport<'_>) -> io::Result<()> {
        let report = document.report;
        self.consequences += report.consequences.len();
        let mut findings: Vec<_> = report.findings.iter().chain(&report.consequences).collect();
        findings.sort_by_key(|finding| finding.range.start.offset);
        for finding in findings {
            let finding = FindingV1::new(document.file, finding, self.documents);
            self.findings.extend_from_slice(if self.findings.is_empty() { b"\n" } else { b",\n" });
            serde_json::to_writer(&mut self.findings, &finding)?;
        }
        for entry in &document.report.scheduling {
            let entry = SchedulingV1::new(document.file, entry, self.documents);
            self.scheduling.extend_from_slice(if self.scheduling.is_empty() { b"\n" } else { b",\n" });
            serde_json::to_writer(&mut self.scheduling, &entry)?;
        }
        for object in &document.report.objects {
            if self.documents == 0 {
                self.open(out)?;
            }
            out.write_all(if self.documents == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &DocumentV1::new(document, object))?;
            self.documents += 1;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        if self.documents == 0 {
            self.open(out)?;
        }
        out.write_all(b"\n],\"findings\":[")?;
        out.write_all(&self.findings)?;
        if !self.scheduling.is_empty() {
            out.write_all(b"\n],\"scheduling\":[")?;
            out.write_all(&self.scheduling)?;
        }
        out.write_all(b"\n],\"summary\":")?;
        serde_json::to_writer(
            &mut *out,
            &SummaryV1::from(&Summary { infos: summary.infos + self.consequences, ..*summary }),
        )?;
        out.write_all(b"}\n")
    }
}

#[cfg(test)]
mod tests {
    use podlint_core::finding::{ServerAnswer, ServerStage, Severity};
    use podlint_core::{Report, Verdict};
    use serde_json::{Value, json};

    use crate::render::Format;
    use crate::render::fixture::{self, Step};

    const SCHEMA: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/podlint-output.schema.json"));

    fn validator() -> jsonschema::Validator {
        let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        jsonschema::draft202012::new(&schema).expect("the schema is one")
    }

    fn render(steps: &[Step<'_>]) -> Value {
        let output = fixture::render(Format::Json, fixture::style(), steps);
        serde_json::from_str(&output).expect("the output is JSON")
    }

    fn one(report: &Report) -> Value {
        render(&[Step::Document(fixture::document("a.yaml", fixture::DEPLOYMENT, report))])
    }

    fn check(output: &Value) {
        let errors: Vec<String> = validator().iter_errors(output).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{output:#}");
    }

    #[test]
    fn a_run_with_something_of_everything() {
        fixture::wide_run(|steps| {
            check(&render(steps));
            let output = fixture::render(Format::Json, fixture::style(), steps);
            fixture::golden("wide.json", &output);
        });
    }

    #[test]
    fn nothing_found_is_whole_too() {
        let empty = render(&[]);
        check(&empty);
        assert_eq!((&empty["documents"], &empty["findings"]), (&json!([]), &json!([])));
        let clean = fixture::report(vec![fixture::object("v1", "Pod", None, None)], Vec::new());
        check(&one(&clean));
        check(&one(&fixture::broken("a: [\n")));
    }

    #[test]
    fn every_word_of_the_interface_is_in_the_schema() {
        let verdicts = [Verdict::Ok, Verdict::Decode, Verdict::Strict, Verdict::Invalid, Verdict::Unregistered];
        let severities = [Severity::Error, Severity::Warning, Severity::Info];
        let stages = [ServerStage::Decode, ServerStage::Strict, ServerStage::Invalid, ServerStage::Warning];
        for verdict in verdicts {
            for severity in severities {
                for stage in stages {
                    let mut object = fixture::object("v1", "Pod", None, Some("one"));
                    object.verdict = verdict;
                    let mut finding = fixture::misplaced();
                    finding.severity = severity;
                    let (reason, field, detail) = (Some("R".to_owned()), None, None);
                    finding.server = Some(ServerAnswer { stage, reason, field, detail });
                    check(&one(&fixture::report(vec![object], vec![finding])));
                }
            }
        }
    }

    #[test]
    fn findings_point_at_documents_of_the_whole_run() {
        let object = |name| fixture::object("v1", "Pod", None, Some(name));
        let mut second = fixture::misplaced();
        second.object = Some(1);
        let report = fixture::report(vec![object("one"), object("two")], vec![fixture::misplaced(), second]);
        let broken = fixture::broken("a: [\n");
        let output = render(&[
            Step::Document(fixture::document("a.yaml", fixture::DEPLOYMENT, &report)),
            Step::Document(fixture::document("b.yaml", "a: [\n", &broken)),
            Step::Document(fixture::document("c.yaml", fixture::DEPLOYMENT, &report)),
        ]);
        let findings = output["findings"].as_array().expect("a list");
        let documents: Vec<_> = findings.iter().map(|finding| finding.get("document")).collect();
        let expected = [Some(0), Some(1), None, Some(2), Some(3)].map(|at| at.map(|at| json!(at)));
        assert_eq!(documents, expected.each_ref().map(Option::as_ref));
    }

    #[test]
    fn the_schema_refuses_what_is_wrong() {
        let finding = fixture::misplaced();
        let object = fixture::object("v1", "Pod", None, Some("one"));
        let right = one(&fixture::report(vec![object], vec![finding]));
        check(&right);
        let validator = validator();
        for (place, value) in [
            ("/version", json!(2)),
            ("/podlint", json!("new")),
            ("/kubernetes", json!(1.37)),
            ("/documents", json!({})),
            ("/documents/0/verdict", json!("fine")),
            ("/documents/0/index", json!(-1)),
            ("/documents/0/line", json!(0)),
            ("/documents/0/name", Value::Null),
            ("/findings/0/rule", json!("Misplaced Field")),
            ("/findings/0/severity", json!("note")),
            ("/findings/0/document", Value::Null),
            ("/findings/0/path", json!(["spec"])),
            ("/findings/0/message", json!("")),
            ("/findings/0/start", json!({"line": 1, "column": 1})),
            ("/findings/0/end/column", json!(0)),
            ("/findings/0/end/offset", json!("0")),
            ("/findings/0/labels/0/start", json!(7)),
            ("/findings/0/suggestion", json!("spec.x")),
            ("/findings/0/fix/applicability", json!("maybe")),
            ("/findings/0/fix/edits", json!([])),
            ("/findings/0/fix/edits/0/text", Value::Null),
            ("/findings/0/server/stage", json!("admission")),
            ("/summary/errors", json!(1.5)),
        ] {
            let mut wrong = right.clone();
            *wrong.pointer_mut(place).expect(place) = value;
            assert!(!validator.is_valid(&wrong), "{place} was accepted");
        }
        // Every object is closed, and holds nothing that could be left out unnoticed.
        for place in [
            "",
            "/documents/0",
            "/findings/0",
            "/findings/0/start",
            "/findings/0/labels/0",
            "/findings/0/suggestion",
            "/findings/0/fix",
            "/findings/0/fix/edits/0",
            "/findings/0/server",
            "/summary",
        ] {
            let mut wrong = right.clone();
            wrong.pointer_mut(place).expect(place)["more"] = json!(1);
            assert!(!validator.is_valid(&wrong), "one more in {place} was accepted");
        }
        for (place, field) in
            [("", "summary"), ("/documents/0", "file"), ("/findings/0", "start"), ("/summary", "infos")]
        {
            let mut wrong = right.clone();
            wrong.pointer_mut(place).and_then(Value::as_object_mut).expect(place).remove(field);
            assert!(!validator.is_valid(&wrong), "{place} without {field} was accepted");
        }
    }
}
