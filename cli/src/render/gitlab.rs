//! For GitLab: a Code Quality report.
//! The form: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io::{self, Write};

use podlint_core::finding::{Finding, Severity};
use serde::Serialize;

use super::Renderer;
use super::fingerprint::Fingerprints;
use super::names::{self, Paths};
use crate::report::{DocumentReport, Summary};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes findings as they come.
pub struct Gitlab {
    paths: Paths,
    fingerprints: Fingerprints,
    issues: usize,
}

impl Gitlab {
    /// A renderer for one run.
    pub fn new() -> Self {
        Self { paths: Paths::new(), fingerprints: Fingerprints::default(), issues: 0 }
    }

    fn issue(&mut self, document: &DocumentReport<'_>, finding: &Finding) -> Issue {
        let path = self.paths.relative(document.file);
        let object = names::place(document, finding.object);
        let said = names::said(finding, "; ").replace('\n', " ");
        Issue {
            // GitLab shows this one line and nothing else.
            description: format!("{object}: {}", names::plain(&said)),
            check_name: finding.rule.id,
            fingerprint: self.fingerprints.of(&path, document, finding),
            severity: match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location { path, lines: Lines { begin: finding.range.start.line, end: finding.range.end.line } },
        }
    }
}

impl Renderer for Gitlab {
    fn document(&mut self, out: &mut dyn Write, document: &DocumentReport<'_>) -> io::Result<()> {
        for finding in &document.report.findings {
            out.write_all(if self.issues == 0 { b"[\n" } else { b",\n" })?;
            self.issues += 1;
            serde_json::to_writer(&mut *out, &self.issue(document, finding))?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _: &Summary) -> io::Result<()> {
        out.write_all(if self.issues == 0 { b"[]\n" } else { b"\n]\n" })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use crate::render::Format;
    use crate::render::fixture::{self, Step};

    #[test]
    fn a_run_with_something_of_everything() {
        fixture::wide_run(|steps| {
            let output = fixture::render(Format::Gitlab, fixture::style(), steps);
            fixture::golden("wide.gitlab.json", &output);
        });
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        assert_eq!(fixture::render(Format::Gitlab, fixture::style(), &[]), "[]\n");
    }

    #[test]
    fn every_issue_has_what_gitlab_needs_and_its_own_fingerprint() {
        // The same finding four times: twice in one file, and in another.
        let report = fixture::report(Vec::new(), vec![fixture::misplaced(), fixture::misplaced()]);
        let document = |file| Step::Document(fixture::document(file, fixture::DEPLOYMENT, &report));
        let steps = [document("a.yaml"), document("./b.yaml")];
        let output = fixture::render(Format::Gitlab, fixture::style(), &steps);
        let issues: Vec<Value> = serde_json::from_str(&output).expect("a list");
        let fingerprints: HashSet<_> =
            issues.iter().map(|issue| issue["fingerprint"].as_str().expect("text")).collect();
        assert_eq!(fingerprints.len(), 4);
        for issue in &issues {
            assert!(issue["description"].is_string() && issue["check_name"] == "misplaced-field");
            assert!(issue["location"]["lines"]["begin"] == 9 && issue["severity"] == "major");
        }
        assert_eq!(issues[2]["location"]["path"], "b.yaml");
    }
}
