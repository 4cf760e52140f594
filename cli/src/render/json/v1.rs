//! The types of version 1, frozen apart from the ones that podlint works with.

use podlint_core::ObjectReport;
use podlint_core::finding::{self, Applicability, Finding};
use serde::Serialize;

use crate::report::{DocumentReport, Summary};

/// An element of `documents`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentV1<'a> {
    file: &'a str,
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<usize>,
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    verdict: &'static str,
}

/// An element of `findings`.
#[derive(Serialize)]
pub struct FindingV1<'a> {
    rule: &'static str,
    severity: &'static str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<usize>,
    path: String,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    start: PositionV1,
    end: PositionV1,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<LabelV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<SuggestionV1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixV1<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<ServerV1<'a>>,
}

#[derive(Serialize)]
struct PositionV1 {
    line: usize,
    column: usize,
    offset: usize,
}

/// Labels point into the file of their finding, so they name none.
#[derive(Serialize)]
struct LabelV1<'a> {
    message: &'a str,
    start: PositionV1,
    end: PositionV1,
}

#[derive(Serialize)]
struct SuggestionV1 {
    path: String,
}

#[derive(Serialize)]
struct FixV1<'a> {
    applicability: &'static str,
    edits: Vec<EditV1<'a>>,
}

#[derive(Serialize)]
struct EditV1<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct ServerV1<'a> {
    stage: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

/// The counts of the run.
#[derive(Serialize)]
pub struct SummaryV1 {
    files: usize,
    documents: usize,
    skipped: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: usize,
    suppressed: usize,
}

impl<'a> DocumentV1<'a> {
    /// An object of a document.
    pub fn new(document: &DocumentReport<'a>, object: &'a ObjectReport) -> Self {
        Self {
            file: document.file,
            index: document.index,
            item: object.item,
            line: object.line,
            api_version: object.api_version.as_deref(),
            kind: object.kind.as_deref(),
            namespace: object.namespace.as_deref(),
            name: object.name.as_deref(),
            verdict: object.verdict.as_str(),
        }
    }
}

impl<'a> FindingV1<'a> {
    /// A finding in this file; `before` is how many objects earlier documents have listed.
    pub fn new(file: &'a str, finding: &'a Finding, before: usize) -> Self {
        Self {
            rule: finding.rule.id,
            severity: finding.severity.as_str(),
            file,
            document: finding.object.map(|object| before + object),
            path: finding.path.to_string(),
            message: &finding.message,
            help: finding.help.as_deref(),
            start: finding.range.start.into(),
            end: finding.range.end.into(),
            labels: finding.labels.iter().map(LabelV1::from).collect(),
            suggestion: finding.suggestion.as_ref().map(|path| SuggestionV1 { path: path.to_string() }),
            fix: finding.fix.as_ref().map(FixV1::from),
            server: finding.server.as_ref().map(ServerV1::from),
        }
    }
}

impl From<finding::Position> for PositionV1 {
    fn from(position: finding::Position) -> Self {
        let finding::Position { line, column, offset } = position;
        Self { line, column, offset }
    }
}

impl<'a> From<&'a finding::Label> for LabelV1<'a> {
    fn from(label: &'a finding::Label) -> Self {
        Self { message: &label.message, start: label.range.start.into(), end: label.range.end.into() }
    }
}

impl<'a> From<&'a finding::Fix> for FixV1<'a> {
    fn from(fix: &'a finding::Fix) -> Self {
        let applicability = match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        };
        let edit = |edit: &'a finding::Edit| EditV1 { start: edit.start, end: edit.end, text: &edit.text };
        Self { applicability, edits: fix.edits.iter().map(edit).collect() }
    }
}

impl<'a> From<&'a finding::ServerAnswer> for ServerV1<'a> {
    fn from(answer: &'a finding::ServerAnswer) -> Self {
        Self {
            stage: answer.stage.as_str(),
            reason: answer.reason.as_deref(),
            field: answer.field.as_deref(),
            detail: answer.detail.as_deref(),
        }
    }
}

impl From<&Summary> for SummaryV1 {
    fn from(summary: &Summary) -> Self {
        Self {
            files: summary.files,
            documents: summary.documents,
            skipped: summary.skipped,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            fixable: summary.fixable,
            suppressed: summary.suppressed,
        }
    }
}
