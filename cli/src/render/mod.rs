//! Output formats: one file each, all fed by the same stream of reports.

mod fingerprint;
#[cfg(test)]
pub mod fixture;
mod github;
mod gitlab;
mod json;
mod junit;
mod lines;
pub mod names;
mod sarif;
pub mod summary;
mod text;

use std::io::{self, Write};

use clap::ValueEnum;
use podlint_core::finding::Severity;
use podlint_schemas::Version;

use crate::report::{DocumentReport, SkippedFile, Summary};

/// Where the rules are explained.
const RULES_PAGE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/RULES.md");

/// What findings are written as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Format {
    /// For people: the source line, what is wrong with it and what to do
    #[default]
    Text,
    /// For programs: podlint's own JSON, version 1
    Json,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For CI servers: a test report
    Junit,
    /// For GitHub Actions: workflow commands that annotate the change
    Github,
    /// For GitLab: a Code Quality report
    Gitlab,
}

/// What the renderers need to know of the run.
#[expect(clippy::struct_excessive_bools, reason = "four switches of the command line")]
pub struct Style {
    /// Colours may be used.
    pub color: bool,
    /// Links may be used.
    pub links: bool,
    /// Columns of the terminal; 100 where there is none.
    pub width: usize,
    /// Show files that were skipped, and why (`-v`).
    pub verbose: bool,
    /// Findings and nothing else (`-q`).
    pub quiet: bool,
    /// The Kubernetes version checked against.
    pub version: Version,
    /// The mildest severity that fails the run (`--fail-on`): test reports fail with it.
    pub fail_on: Severity,
}

/// Writes reports as they come, in the order of the input.
pub trait Renderer {
    /// One document was checked.
    fn document(&mut self, out: &mut dyn Write, document: &DocumentReport<'_>) -> io::Result<()>;

    /// One file was skipped.
    fn skipped(&mut self, out: &mut dyn Write, file: &SkippedFile<'_>) -> io::Result<()> {
        let _ = (out, file);
        Ok(())
    }

    /// The run is over.
    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()>;
}

/// The renderer of a format.
pub fn new(format: Format, style: Style) -> Box<dyn Renderer> {
    match format {
        Format::Text => Box::new(text::Text::new(style)),
        Format::Json => Box::new(json::Json::new(style.version)),
        Format::Sarif => Box::new(sarif::Sarif::new()),
        Format::Junit => Box::new(junit::Junit::new(&style)),
        Format::Github => Box::new(github::Github::new(&style)),
        Format::Gitlab => Box::new(gitlab::Gitlab::new()),
    }
}
