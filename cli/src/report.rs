//! What a run hands to the renderers.

use podlint_core::Report;

/// One document's report and what is needed to show it.
pub struct DocumentReport<'a> {
    /// The file as named: the argument as given, joined with the path below it; `<stdin>` or the
    /// name given by `--stdin-filename` for standard input.
    pub file: &'a str,
    /// The document's text.
    pub text: &'a str,
    /// Lines of the file before the text.
    pub line: usize,
    /// Characters before the text on its first line.
    pub column: usize,
    /// Bytes of the file before the text, as the file is on disk.
    pub offset: usize,
    /// Position in kubectl's count.
    pub index: usize,
    /// What was found.
    pub report: &'a Report,
}

/// A file in which nothing was checked, although it could be read.
pub struct SkippedFile<'a> {
    /// The file as named.
    pub file: &'a str,
    /// Why, as a phrase for people: `no apiVersion or kind`.
    pub reason: &'a str,
}

/// The counts of a whole run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Files looked at, skipped ones included.
    pub files: usize,
    /// Objects listed.
    pub documents: usize,
    /// Files skipped.
    pub skipped: usize,
    /// Findings of error severity.
    pub errors: usize,
    /// Findings of warning severity.
    pub warnings: usize,
    /// Findings of info severity.
    pub infos: usize,
    /// Findings that `--fix` mends.
    pub fixable: usize,
    /// Findings that only `--unsafe-fixes` adds.
    pub unsafe_fixable: usize,
    /// Findings silenced by a comment or an annotation.
    pub suppressed: usize,
    /// Objects of kinds without a schema.
    pub unregistered: usize,
    /// Findings mended by this run.
    pub fixed: usize,
}
