//! The last line of a run, as a sentence.

use crate::report::Summary;

/// How a run went, from which the colour of its last line follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mood {
    /// Something was checked and is sound.
    Clean,
    /// Nothing was checked.
    Nothing,
    /// Infos or warnings, no errors.
    Warned,
    /// Errors.
    Failed,
}

/// The mood of a run.
pub const fn mood(summary: &Summary) -> Mood {
    match summary {
        Summary { errors: 1.., .. } => Mood::Failed,
        Summary { warnings: 1.., .. } | Summary { infos: 1.., .. } => Mood::Warned,
        Summary { documents: 0, .. } => Mood::Nothing,
        _ => Mood::Clean,
    }
}

/// The run in two parts: what was found, and what else is to say of it, which may be nothing.
/// Together they make the line
/// `3 errors and 1 warning in 12 objects (2 fixable with --fix), 4 files skipped`.
pub fn sentence(summary: &Summary) -> (String, String) {
    let mut rest = Vec::new();
    if summary.fixed > 0 {
        rest.push(format!("{} fixed", summary.fixed));
    }
    if summary.suppressed > 0 {
        rest.push(format!("{} suppressed", summary.suppressed));
    }
    if summary.unregistered > 0 {
        let kinds = if summary.unregistered == 1 { "of a kind" } else { "of kinds" };
        rest.push(format!("{} {kinds} without a schema", count(summary.unregistered, "object")));
    }
    if summary.skipped > 0 {
        rest.push(format!("{} skipped", count(summary.skipped, "file")));
    }
    // The first is empty, so that joining puts a comma before each of the others.
    rest.insert(0, String::new());
    let rest = rest.join(", ");
    (format!("{}{}", found(summary), fixable(summary)), rest)
}

/// `3 errors and 1 warning in 12 objects`.
fn found(summary: &Summary) -> String {
    let counts: Vec<String> = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| count(number, word))
        .collect();
    let objects = count(summary.documents, "object");
    // Objects without a schema are told apart, and have no problems only because nobody looked.
    let checked = summary.documents.saturating_sub(summary.unregistered);
    match (counts.split_last(), summary.documents) {
        (None, 0) => "nothing to check".to_owned(),
        (None, _) if checked == 0 => "no object of a known kind".to_owned(),
        (None, _) if checked < summary.documents => format!("no problems in {}", count(checked, "object")),
        (None, _) => format!("no problems in {objects}"),
        (Some((last, before)), documents) => {
            let words = if before.is_empty() { last.clone() } else { format!("{} and {last}", before.join(", ")) };
            // Files that cannot be read as YAML hold no objects to count.
            let checked = summary.files.saturating_sub(summary.skipped);
            let place = if documents == 0 { count(checked, "file") } else { objects };
            format!("{words} in {place}")
        }
    }
}

/// ` (2 fixable with --fix, 1 more with --unsafe-fixes)`.
fn fixable(summary: &Summary) -> String {
    match (summary.fixable, summary.unsafe_fixable) {
        (0, 0) => String::new(),
        (safe, 0) => format!(" ({safe} fixable with --fix)"),
        (0, doubtful) => format!(" ({doubtful} fixable with --unsafe-fixes)"),
        (safe, doubtful) => {
            format!(" ({safe} fixable with --fix, {doubtful} more with --unsafe-fixes)")
        }
    }
}

/// `1 object`, `2 objects`.
pub fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(summary: Summary) -> String {
        let (found, rest) = sentence(&summary);
        found + &rest
    }

    #[test]
    fn says_what_was_found() {
        let run = Summary { files: 9, documents: 12, ..Summary::default() };
        assert_eq!(line(run), "no problems in 12 objects");
        assert_eq!(
            line(Summary { errors: 3, warnings: 1, fixable: 2, skipped: 4, ..run }),
            "3 errors and 1 warning in 12 objects (2 fixable with --fix), 4 files skipped"
        );
        assert_eq!(
            line(Summary { errors: 1, warnings: 2, infos: 1, documents: 1, ..run }),
            "1 error, 2 warnings and 1 info in 1 object"
        );
        assert_eq!(
            line(Summary { infos: 2, fixable: 1, unsafe_fixable: 1, ..run }),
            "2 infos in 12 objects (1 fixable with --fix, 1 more with --unsafe-fixes)"
        );
        assert_eq!(
            line(Summary { warnings: 1, unsafe_fixable: 1, ..run }),
            "1 warning in 12 objects (1 fixable with --unsafe-fixes)"
        );
    }

    #[test]
    fn says_what_else_happened() {
        let run = Summary { files: 9, documents: 12, ..Summary::default() };
        assert_eq!(line(Summary { fixed: 2, ..run }), "no problems in 12 objects, 2 fixed");
        assert_eq!(
            line(Summary { errors: 1, fixed: 1, suppressed: 3, unregistered: 3, skipped: 1, ..run }),
            "1 error in 12 objects, 1 fixed, 3 suppressed, 3 objects of kinds without a schema, \
             1 file skipped"
        );
        assert_eq!(
            line(Summary { unregistered: 1, ..run }),
            "no problems in 11 objects, 1 object of a kind without a schema"
        );
    }

    #[test]
    fn nothing_checked_is_never_called_sound() {
        let skipped = Summary { files: 4, skipped: 4, ..Summary::default() };
        assert_eq!(line(skipped), "nothing to check, 4 files skipped");
        assert_eq!(mood(&skipped), Mood::Nothing);
        let broken = Summary { files: 5, errors: 1, ..skipped };
        assert_eq!(line(broken), "1 error in 1 file, 4 files skipped");
        assert_eq!(mood(&broken), Mood::Failed);
    }
}
