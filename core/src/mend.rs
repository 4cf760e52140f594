//! All fixes of a document, round after round.

use std::collections::HashSet;

use crate::document::Document;
use crate::draft::Change;
use crate::engine::{Outcome, check};
use crate::finding::{Applicability, Edit};
use crate::fix::apply_changes;
use crate::settings::Settings;
use crate::yaml::{Encoding, Span};

/// A document after its fixes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mended {
    /// The whole text of the document afterwards.
    pub text: String,
    /// How many findings were fixed.
    pub fixed: usize,
}

/// Rounds of fixing: a fix can uncover the next mistake, and two that touch wait for each other.
const MOST_ROUNDS: usize = 20;

/// Applies the fixes of a document until none is left, at most 20 rounds. None where there is
/// nothing to fix.
///
/// `least` is the lowest applicability that may be used.
pub fn mend(document: &Document<'_>, settings: &Settings, least: Applicability) -> Option<Mended> {
    let mut mended: Option<Mended> = None;
    for _ in 0..MOST_ROUNDS {
        let text = mended.as_ref().map_or(document.text, |mended| mended.text.as_str());
        let Some((text, fixed)) = round(document, text, settings, least) else { break };
        let before = mended.map_or(0, |mended| mended.fixed);
        mended = Some(Mended { text, fixed: before + fixed });
    }
    mended.filter(|mended| mended.text != document.text)
}

/// One round: every fix that touches no other. The text afterwards, and how many were made.
fn round(document: &Document<'_>, text: &str, settings: &Settings, least: Applicability) -> Option<(String, usize)> {
    let here = Document { text, offset: 0, line: 0, column: 0, encoding: Encoding::Utf8, ..*document };
    let report = check(&here, settings);
    let fixes = report.findings.iter().filter_map(|finding| Some((finding, finding.fix.as_ref()?)));
    // Two fields for one place: the first goes there, the other is looked at again.
    let mut places = HashSet::new();
    let mut taken: Vec<&Edit> = Vec::new();
    let mut fixed = 0;
    let mut first: Option<Vec<&Edit>> = None;
    for (finding, fix) in fixes.filter(|(_, fix)| fix.applicability >= least) {
        let touches = fix.edits.iter().any(|edit| taken.iter().any(|it| edit.start <= it.end && it.start <= edit.end));
        let taken_place =
            finding.suggestion.as_ref().is_some_and(|path| !places.insert((finding.object, path.clone())));
        if touches || taken_place {
            continue;
        }
        taken.extend(&fix.edits);
        fixed += 1;
        first.get_or_insert_with(|| fix.edits.iter().collect());
    }
    let all = apply(text, &taken)?;
    if reads(&here, &all, settings) {
        return Some((all, fixed));
    }
    // Each fix was proven alone; should two not go together, one is made at a time.
    let alone = apply(text, &first?)?;
    reads(&here, &alone, settings).then_some((alone, 1))
}

fn reads(document: &Document<'_>, text: &str, settings: &Settings) -> bool {
    let settings = Settings { without_fixes: true, ..settings.clone() };
    check(&Document { text, ..*document }, &settings).outcome == Outcome::Objects
}

/// Makes edits that do not overlap, in any order. None where there are none, or they do.
fn apply(text: &str, edits: &[&Edit]) -> Option<String> {
    let changes: Vec<Change> = edits
        .iter()
        .map(|edit| Change { span: Span { start: edit.start as u32, end: edit.end as u32 }, text: edit.text.clone() })
        .collect();
    apply_changes(text, &changes)
}
