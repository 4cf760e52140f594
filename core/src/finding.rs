//! What podlint reports: one shape, whatever stage found it.

use crate::path::Path;

/// How bad a finding is. Ordered from mild to grave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Good to know; never fails a run.
    Info,
    /// Works, but probably not as meant.
    Warning,
    /// Kubernetes would refuse it, drop it or read it otherwise than written.
    Error,
}

impl Severity {
    /// The word used in every output: `info`, `warning`, `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What is known of one rule.
#[derive(PartialEq, Eq, Hash, Debug)]
pub struct Rule {
    /// Stable name, after the bad pattern: `misplaced-field`.
    pub id: &'static str,
    /// One line, no full stop.
    pub summary: &'static str,
    /// How bad its findings are unless the configuration says otherwise.
    pub severity: Severity,
    /// The podlint version that brought it.
    pub since: &'static str,
    /// Whether some of its findings carry a fix.
    pub fixable: bool,
    /// What it finds, why it matters and what to do, in Markdown; with an example.
    pub help: &'static str,
}

/// A place in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in Unicode code points.
    pub column: usize,
    /// From 0, in bytes of the file as it is on disk.
    pub offset: usize,
}

/// A stretch of a file; `end` is exclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Range {
    /// The first place in it.
    pub start: Position,
    /// The first place after it.
    pub end: Position,
}

/// A second place that a finding points at, in the same file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// What to see there.
    pub message: String,
    /// Where.
    pub range: Range,
}

/// Whether a fix may be made without asking.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Applicability {
    /// Probably meant; made with `--unsafe-fixes`.
    Unsafe,
    /// The one thing that can have been meant; made with `--fix`.
    Safe,
}

/// A replacement of the bytes `start..end` of the file by `text`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Edit {
    /// First byte replaced, counted in the file as it is on disk.
    pub start: usize,
    /// First byte kept.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

/// Edits that mend one finding. They never overlap and stand in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// Whether it may be made without asking.
    pub applicability: Applicability,
    /// What to change.
    pub edits: Vec<Edit>,
}

/// Which step of the API server would speak.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ServerStage {
    /// Refused whatever the field validation (400).
    Decode,
    /// Refused under strict field validation only (400).
    Strict,
    /// Refused by the create rules (422).
    Invalid,
    /// Accepted with a warning header.
    Warning,
}

impl ServerStage {
    /// The word used in JSON output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Strict => "strict",
            Self::Invalid => "invalid",
            Self::Warning => "warning",
        }
    }
}

/// What the API server itself would say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerAnswer {
    /// Which step speaks.
    pub stage: ServerStage,
    /// The cause's reason, e.g. `FieldValueInvalid`.
    pub reason: Option<String>,
    /// The server's own field text, which is not always a path.
    pub field: Option<String>,
    /// Its words.
    pub detail: Option<String>,
}

/// What `kubectl create --validate=strict` would get for one object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// Accepted.
    Ok,
    /// Refused whatever the field validation.
    Decode,
    /// Refused under strict field validation only.
    Strict,
    /// Refused by the create rules.
    Invalid,
    /// Of a kind that podlint has no schema for.
    Unregistered,
}

impl Verdict {
    /// The word used in JSON output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Decode => "decode",
            Self::Strict => "strict",
            Self::Invalid => "invalid",
            Self::Unregistered => "unregistered",
        }
    }
}

/// One thing that podlint has to say.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// The rule's severity, or a milder one where podlint knows better.
    pub severity: Severity,
    /// Position in [`crate::Report::objects`]; none where it belongs to no object.
    pub object: Option<usize>,
    /// The field, below its object.
    pub path: Path,
    /// What is wrong: names the field, one sentence, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The primary place.
    pub range: Range,
    /// Other places, each with what to see there.
    pub labels: Vec<Label>,
    /// The best place or spelling: a whole path that ends in the new key.
    pub suggestion: Option<Path>,
    /// How to mend it.
    pub fix: Option<Fix>,
    /// What the API server would say.
    pub server: Option<ServerAnswer>,
}
