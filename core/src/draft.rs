//! A finding as a rule writes it down: places are spans of the document's text.

use crate::finding::{Applicability, Rule, ServerAnswer, Severity};
use crate::path::Path;
use crate::yaml::Span;

/// A replacement of a span of the document's text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Change {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// Changes that mend one finding; they do not overlap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mend {
    /// Whether they may be made without asking.
    pub applicability: Applicability,
    /// What to change.
    pub changes: Vec<Change>,
}

/// What one rule says about one place.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is.
    pub severity: Severity,
    /// The field, below its object.
    pub path: Path,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The primary place.
    pub span: Span,
    /// Other places, each with what to see there.
    pub labels: Vec<(Span, String)>,
    /// The best place or spelling.
    pub suggestion: Option<Path>,
    /// How to mend it.
    pub mend: Option<Mend>,
}

impl Draft {
    /// A finding of this rule, at its usual severity.
    pub fn new(rule: &'static Rule, path: Path, span: Span, message: String) -> Self {
        Self {
            rule,
            severity: rule.severity,
            path,
            message,
            help: None,
            span,
            labels: Vec::new(),
            suggestion: None,
            mend: None,
        }
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place to look at.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push((span, message.into()));
        self
    }

    /// With the place or spelling that was probably meant.
    #[must_use]
    pub fn suggest(mut self, path: Path) -> Self {
        self.suggestion = Some(path);
        self
    }

    /// With changes that mend it.
    #[must_use]
    pub fn mend(mut self, mend: Option<Mend>) -> Self {
        self.mend = mend;
        self
    }
}

/// A finding before its places are looked up.
pub(crate) struct Spoken {
    pub(crate) draft: Draft,
    pub(crate) object: Option<usize>,
    pub(crate) server: Option<ServerAnswer>,
    /// It goes away with another finding of the object, which has a suggestion or is of the same field.
    pub(crate) is_consequence: bool,
}

impl Spoken {
    /// What a rule says of an object.
    pub(crate) const fn of(draft: Draft, object: usize, server: Option<ServerAnswer>) -> Self {
        Self { draft, object: Some(object), server, is_consequence: false }
    }

    /// What a rule says of the document.
    pub(crate) const fn of_document(draft: Draft) -> Self {
        Self { draft, object: None, server: None, is_consequence: false }
    }
}
