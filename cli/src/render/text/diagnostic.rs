//! What `miette` is told of a finding.

use std::borrow::Cow;
use std::fmt;

use miette::LabeledSpan;
use podlint_core::finding::{Applicability, Finding, ServerStage};

use super::window::Window;
use crate::render::names::plain;

/// The server's words, where they say more than the finding does: an unknown field is an unknown
/// field, a wrong type is a wrong type, and a message that quotes them has said it.
pub fn server(finding: &Finding) -> Option<String> {
    let structural = |stage| matches!(stage, ServerStage::Decode | ServerStage::Strict);
    let answer = finding.server.as_ref().filter(|answer| !structural(answer.stage))?;
    let detail = answer.detail.as_deref().filter(|detail| !finding.message.contains(detail))?;
    let words = match answer.field.as_deref() {
        Some(field) if !field.is_empty() => format!("{field}: {detail}"),
        _ => detail.to_owned(),
    };
    Some(plain(&words).into_owned())
}

/// A finding as `miette` wants it.
pub struct Diagnostic<'a> {
    /// What was found.
    pub finding: &'a Finding,
    /// The lines to show.
    pub window: Window,
    /// The places in these lines, the primary one first.
    pub labels: Vec<LabeledSpan>,
}

impl fmt::Display for Diagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(&self.finding.message))
    }
}

impl fmt::Debug for Diagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Diagnostic<'_> {}

impl miette::Diagnostic for Diagnostic<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let flag = self.finding.fix.as_ref().map(|fix| match fix.applicability {
            Applicability::Safe => "fix with --fix",
            Applicability::Unsafe => "fix with --unsafe-fixes, if that is meant",
        });
        // Help may have several lines; each is made harmless alone.
        let help = self.finding.help.as_deref().map(|help| {
            let lines: Vec<Cow<'_, str>> = help.trim_end().lines().map(plain).collect();
            lines.join("\n")
        });
        match (help, flag) {
            (Some(help), Some(flag)) => Some(Box::new(format!("{help} ({flag})"))),
            (Some(help), None) => Some(Box::new(help)),
            (None, Some(flag)) => Some(Box::new(flag)),
            (None, None) => None,
        }
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.window)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
