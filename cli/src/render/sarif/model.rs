//! The parts of SARIF 2.1.0 that podlint writes.

use podlint_core::finding::{Range, Severity};
use podlint_core::rule::Rule;
use serde::Serialize;

use crate::render::RULES_PAGE;

/// What made the report.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool {
    pub driver: Driver,
}

/// podlint itself, and its rules.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Driver {
    pub name: &'static str,
    pub version: &'static str,
    pub semantic_version: &'static str,
    pub information_uri: &'static str,
    pub rules: Vec<Descriptor>,
}

/// A rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    pub id: &'static str,
    pub short_description: Message<&'static str>,
    pub full_description: Message<&'static str>,
    pub help: Help,
    pub help_uri: String,
    pub default_configuration: Configuration,
    pub properties: Properties,
}

/// What a rule finds and what to do.
#[derive(Serialize)]
pub struct Help {
    pub text: &'static str,
    pub markdown: &'static str,
}

/// How bad the findings of a rule are.
#[derive(Serialize)]
pub struct Configuration {
    pub level: &'static str,
}

/// What the standard has no word for.
#[derive(Serialize)]
pub struct Properties {
    pub tags: [&'static str; 1],
    pub since: &'static str,
}

/// Words for people.
#[derive(Serialize)]
pub struct Message<T> {
    pub text: T,
}

/// A finding, which the standard calls a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    pub rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_index: Option<usize>,
    pub level: &'static str,
    pub message: Message<String>,
    pub locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_locations: Vec<Location>,
    pub partial_fingerprints: PartialFingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Proposal>,
}

/// What a finding is known by in the next run.
#[derive(Serialize)]
pub struct PartialFingerprints {
    #[serde(rename = "podlint/v1")]
    pub podlint: String,
}

/// A place, in the file and in its object.
#[expect(clippy::struct_field_names, reason = "the standard's names")]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<usize>,
    pub physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message<String>>,
}

/// A stretch of a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalLocation {
    pub artifact_location: ArtifactLocation,
    pub region: Region,
}

/// A field of an object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogicalLocation {
    pub fully_qualified_name: String,
}

/// A file.
#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactLocation {
    pub uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri_base_id: Option<&'static str>,
}

/// Columns and bytes both: readers take what they know.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    pub start_line: usize,
    pub start_column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub byte_offset: usize,
    pub byte_length: usize,
}

/// A way to mend a finding, which the standard calls a fix.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    pub description: Message<String>,
    pub artifact_changes: [ArtifactChange; 1],
}

/// What to change in a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactChange {
    pub artifact_location: ArtifactLocation,
    pub replacements: Vec<Replacement>,
}

/// One change of its text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replacement {
    pub deleted_region: Region,
    pub inserted_content: Message<String>,
}

impl Descriptor {
    /// The metadata of a rule.
    pub fn new(rule: &'static Rule) -> Self {
        Self {
            id: rule.id,
            short_description: Message { text: rule.summary },
            full_description: Message { text: rule.summary },
            help: Help { text: rule.help, markdown: rule.help },
            help_uri: format!("{RULES_PAGE}#{}", rule.id),
            default_configuration: Configuration { level: level(rule.severity) },
            properties: Properties { tags: ["kubernetes"], since: rule.since },
        }
    }
}

impl From<Range> for Region {
    fn from(range: Range) -> Self {
        Self {
            start_line: range.start.line,
            start_column: range.start.column,
            end_line: range.end.line,
            end_column: range.end.column,
            byte_offset: range.start.offset,
            byte_length: range.end.offset.saturating_sub(range.start.offset),
        }
    }
}

/// A severity in the standard's words.
pub const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
