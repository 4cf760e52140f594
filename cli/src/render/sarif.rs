//! For code scanning: SARIF 2.1.0.
//! The standard: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

mod model;

use std::fmt::Write as _;
use std::io::{self, Write};

use podlint_core::finding::{Finding, Fix, Range};
use podlint_core::rule::{RULES, Rule};

use self::model::{
    ArtifactChange, ArtifactLocation, Descriptor, Driver, Location, LogicalLocation, Message, Outcome,
    PartialFingerprints, PhysicalLocation, Proposal, Region, Replacement, Tool, level,
};
use super::Renderer;
use super::fingerprint::Fingerprints;
use super::lines::Lines;
use super::names::{self, Paths};
use crate::report::{DocumentReport, Summary};

/// Stands for the folder that relative paths start from; services put the repository there.
const ROOT: &str = "%SRCROOT%";

/// Writes findings as they come.
pub struct Sarif {
    rules: &'static [&'static Rule],
    paths: Paths,
    fingerprints: Fingerprints,
    opened: bool,
    results: usize,
}

impl Sarif {
    /// A renderer that describes every rule.
    pub fn new() -> Self {
        Self::with(RULES)
    }

    fn with(rules: &'static [&'static Rule]) -> Self {
        Self { rules, paths: Paths::new(), fingerprints: Fingerprints::default(), opened: false, results: 0 }
    }

    /// What stands before the first finding.
    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.opened, true) {
            return Ok(());
        }
        let driver = Driver {
            name: "podlint",
            version: env!("CARGO_PKG_VERSION"),
            semantic_version: env!("CARGO_PKG_VERSION"),
            information_uri: env!("CARGO_PKG_REPOSITORY"),
            rules: self.rules.iter().copied().map(Descriptor::new).collect(),
        };
        out.write_all(
            br#"{"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json","version":"2.1.0","runs":[{"tool":"#,
        )?;
        serde_json::to_writer(&mut *out, &Tool { driver })?;
        write!(
            out,
            r#","columnKind":"unicodeCodePoints","originalUriBaseIds":{{"{ROOT}":{{"description":{{"text":"The folder that podlint ran in."}}}}}},"results":["#
        )
    }

    fn artifact(&self, file: &str) -> ArtifactLocation {
        let (uri, uri_base_id) = uri(&self.paths.relative(file));
        ArtifactLocation { uri, uri_base_id }
    }

    fn outcome(&mut self, document: &DocumentReport<'_>, lines: &Lines<'_>, finding: &Finding) -> Outcome {
        let artifact = self.artifact(document.file);
        let place = |range: Range| PhysicalLocation { artifact_location: artifact.clone(), region: range.into() };
        let path = finding.path.to_string();
        let object = names::place(document, finding.object);
        let field = if path.is_empty() { object } else { format!("{object}: {path}") };
        let fingerprint = self.fingerprints.of(&self.paths.relative(document.file), document, finding);
        Outcome {
            rule_id: finding.rule.id,
            rule_index: self.rules.iter().position(|rule| rule.id == finding.rule.id),
            level: level(finding.severity),
            message: Message { text: names::said(finding, "\n") },
            locations: [Location {
                id: None,
                physical_location: place(finding.range),
                logical_locations: vec![LogicalLocation { fully_qualified_name: field }],
                message: None,
            }],
            related_locations: finding
                .labels
                .iter()
                .enumerate()
                .map(|(index, label)| Location {
                    id: Some(index + 1),
                    physical_location: place(label.range),
                    logical_locations: Vec::new(),
                    message: Some(Message { text: label.message.clone() }),
                })
                .collect(),
            partial_fingerprints: PartialFingerprints { podlint: fingerprint },
            fixes: finding.fix.iter().filter_map(|fix| proposal(&artifact, lines, finding, fix)).collect(),
        }
    }
}

/// The fix in SARIF's words; none where it reaches outside the document.
fn proposal(artifact: &ArtifactLocation, lines: &Lines<'_>, finding: &Finding, fix: &Fix) -> Option<Proposal> {
    let replacement = |edit| {
        let bytes = lines.edited(edit, finding.range.end)?;
        let (start_line, start_column) = lines.place(bytes.start);
        let (end_line, end_column) = lines.place(bytes.end);
        Some(Replacement {
            deleted_region: Region {
                start_line,
                start_column,
                end_line,
                end_column,
                byte_offset: edit.start,
                byte_length: edit.end - edit.start,
            },
            inserted_content: Message { text: edit.text.clone() },
        })
    };
    Some(Proposal {
        description: Message { text: finding.help.clone().unwrap_or_else(|| finding.rule.summary.to_owned()) },
        artifact_changes: [ArtifactChange {
            artifact_location: artifact.clone(),
            replacements: fix.edits.iter().map(replacement).collect::<Option<_>>()?,
        }],
    })
}

/// A file's URI, and what it is relative to.
fn uri(file: &str) -> (String, Option<&'static str>) {
    let mut uri = String::with_capacity(file.len());
    let drive = file.as_bytes().get(1) == Some(&b':') && cfg!(windows);
    let absolute = file.starts_with('/') || drive;
    if absolute {
        uri.push_str(if drive { "file:///" } else { "file://" });
    }
    for (at, byte) in file.bytes().enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b':' if drive && at == 1 => uri.push(':'),
            _ => {
                // Writing to a string never fails.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    (uri, (!absolute).then_some(ROOT))
}

impl Renderer for Sarif {
    fn document(&mut self, out: &mut dyn Write, document: &DocumentReport<'_>) -> io::Result<()> {
        if document.report.findings.is_empty() {
            return Ok(());
        }
        self.open(out)?;
        let lines = Lines::new(document);
        for finding in &document.report.findings {
            out.write_all(if self.results == 0 { b"\n" } else { b",\n" })?;
            self.results += 1;
            serde_json::to_writer(&mut *out, &self.outcome(document, &lines, finding))?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _: &Summary) -> io::Result<()> {
        self.open(out)?;
        out.write_all(b"\n]}]}\n")
    }
}

#[cfg(test)]
mod tests {
    use podlint_core::finding::Edit;
    use serde_json::{Value, json};

    use super::*;
    use crate::render::fixture::{self, DEPRECATED, MISPLACED, Step};

    static KNOWN: &[&Rule] = &[&DEPRECATED, &MISPLACED];

    fn check(output: &str) -> Value {
        let schema = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/render/sarif-2.1.0.schema.json"));
        // One pattern, that of a language tag, has a bracket too many for a strict reader.
        let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
        let schema = serde_json::from_str(&schema).expect("the schema is JSON");
        let validator = jsonschema::draft7::new(&schema).expect("the schema is one");
        let output = serde_json::from_str(output).expect("the output is JSON");
        let errors: Vec<String> = validator.iter_errors(&output).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{output:#}");
        output
    }

    /// The results of a run over one document.
    fn results(document: DocumentReport<'_>) -> Value {
        let output = fixture::run(&mut Sarif::with(KNOWN), &[Step::Document(document)]);
        check(&output)["runs"][0]["results"].clone()
    }

    #[test]
    fn a_run_with_something_of_everything() {
        fixture::wide_run(|steps| {
            let output = fixture::run(&mut Sarif::with(KNOWN), steps);
            check(&output);
            fixture::golden("wide.sarif", &output);
        });
    }

    #[test]
    fn the_registry_fits_the_standard() {
        let output = check(&fixture::run(&mut Sarif::new(), &[]));
        let run = &output["runs"][0];
        assert_eq!(run["results"], json!([]));
        assert_eq!(run["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(RULES.len()));
    }

    #[test]
    fn the_schema_refuses_what_is_wrong() {
        fixture::wide_run(|steps| {
            let output = fixture::run(&mut Sarif::with(KNOWN), steps);
            let wrong = output.replace("\"level\":\"note\"", "\"level\":\"info\"");
            assert!(std::panic::catch_unwind(|| check(&wrong)).is_err());
        });
    }

    #[test]
    fn fixes_replace_the_right_text() {
        let report = fixture::report(Vec::new(), vec![fixture::misplaced()]);
        let results = results(fixture::document("a.yaml", fixture::DEPLOYMENT, &report));
        let replacements = &results[0]["fixes"][0]["artifactChanges"][0]["replacements"];
        let region = &replacements[0]["deletedRegion"];
        assert_eq!(
            [&region["startLine"], &region["startColumn"], &region["endLine"], &region["endColumn"]],
            [9, 1, 12, 1]
        );
        assert_eq!(replacements[1]["deletedRegion"]["startLine"], 20);
    }

    #[test]
    fn a_fix_outside_the_document_is_left_out() {
        let mut finding = fixture::misplaced();
        let edits = finding.fix.as_mut().map(|fix| &mut fix.edits).expect("it has a fix");
        edits[0] = Edit { start: 5, end: 100_000, text: String::new() };
        let report = fixture::report(Vec::new(), vec![finding]);
        let results = results(fixture::document("a.yaml", fixture::DEPLOYMENT, &report));
        assert_eq!(results[0].get("fixes"), None);
    }

    #[test]
    fn uris_are_relative_and_encoded() {
        assert_eq!(uri("k8s/a b.yaml"), ("k8s/a%20b.yaml".to_owned(), Some(ROOT)));
        assert_eq!(uri("é:1%.yaml"), ("%C3%A9%3A1%25.yaml".to_owned(), Some(ROOT)));
        assert_eq!(uri("/tmp/a.yaml"), ("file:///tmp/a.yaml".to_owned(), None));
    }
}
