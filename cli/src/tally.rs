//! Counts of a run, and what they come to.

use podlint_core::finding::{Applicability, Severity};
use podlint_core::{Outcome, Report, SkipReason, Verdict};

use crate::report::Summary;

/// What a file has come to so far.
#[derive(Default, Debug)]
struct File {
    checked: bool,
    skipped: Option<String>,
    failed: bool,
}

/// Counts as reports come in, file by file.
#[derive(Debug)]
pub struct Tally {
    /// The counts so far.
    pub summary: Summary,
    /// Something could not be done.
    pub failed: bool,
    /// A finding is grave enough to fail the run.
    pub failing: bool,
    /// Files in which something was checked.
    pub checked: usize,
    /// Pods and templates that were held against nodes.
    pub placed: usize,
    fail_on: Severity,
    file: File,
}

impl Tally {
    /// Nothing yet; findings of this severity and above fail the run.
    pub fn new(fail_on: Severity) -> Self {
        let summary = Summary::default();
        Self { summary, failed: false, failing: false, checked: 0, placed: 0, fail_on, file: File::default() }
    }

    /// Takes in what was found in a document.
    pub fn document(&mut self, report: &Report) {
        let summary = &mut self.summary;
        summary.documents += report.objects.len();
        summary.suppressed += report.suppressed;
        self.placed += report.scheduling.len();
        let checked = report.objects.iter().filter(|object| object.skipped.is_none());
        summary.unregistered += checked.filter(|object| object.verdict == Verdict::Unregistered).count();
        for finding in &report.findings {
            self.failing |= finding.severity >= self.fail_on;
            match finding.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
            }
            match finding.fix.as_ref().map(|fix| fix.applicability) {
                Some(Applicability::Safe) => summary.fixable += 1,
                Some(Applicability::Unsafe) => summary.unsafe_fixable += 1,
                None => {}
            }
        }
        match skip_reason(report) {
            None => self.file.checked = true,
            // The first document that says more than that it is empty says it for the file.
            Some(reason) => match &self.file.skipped {
                Some(earlier) if earlier != EMPTY => {}
                _ => self.file.skipped = Some(reason),
            },
        }
    }

    /// The file could not be read, or not further.
    pub fn failure(&mut self) {
        self.failed = true;
        self.file.failed = true;
    }

    /// The whole file was skipped.
    pub fn skipped(&mut self, reason: &str) {
        self.file.skipped = Some(reason.to_owned());
    }

    /// The file is over: why it counts as skipped, where it does.
    pub fn end_of_file(&mut self) -> Option<String> {
        let file = std::mem::take(&mut self.file);
        self.summary.files += 1;
        if file.checked {
            self.checked += 1;
            return None;
        }
        if file.failed {
            return None;
        }
        self.summary.skipped += 1;
        Some(file.skipped.unwrap_or_else(|| EMPTY.to_owned()))
    }
}

const EMPTY: &str = "empty";

/// Why nothing in a document was checked; none where something was.
fn skip_reason(report: &Report) -> Option<String> {
    match &report.outcome {
        Outcome::Broken => None,
        Outcome::Empty => Some(EMPTY.to_owned()),
        Outcome::Skipped(reason) => Some(words(reason)),
        Outcome::Objects => {
            let reasons: Option<Vec<&SkipReason>> =
                report.objects.iter().map(|object| object.skipped.as_ref()).collect();
            // A List without items was looked at, and is in order.
            reasons?.first().copied().map(words)
        }
    }
}

/// A reason as a phrase for people.
fn words(reason: &SkipReason) -> String {
    match reason {
        SkipReason::NotAnObject => crate::work::NO_OBJECT.to_owned(),
        SkipReason::Template => "a template: render it first, e.g. `helm template … | podlint -f -`".to_owned(),
        SkipReason::Encrypted => "encrypted with SOPS".to_owned(),
        SkipReason::Foreign(name) => format!("not for the API server: {name}"),
    }
}
