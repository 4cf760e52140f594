//! `--fix` and `--diff`: mending whole files.

use podlint_core::finding::Applicability;
use podlint_core::mend::mend;
use podlint_core::settings::Settings;
use podlint_core::yaml;
use similar::TextDiff;

use crate::batch::Batch;
use crate::input::{Input, Source};
use crate::replace;
use crate::work::{self, Part};

/// How to mend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fixing {
    /// The lowest applicability that may be used.
    pub least: Applicability,
    /// Show what would change instead of changing it.
    pub diff: bool,
}

/// What mending a file came to.
#[derive(Default, Debug)]
pub struct Outcome {
    /// Findings that were mended, or would be.
    pub fixed: usize,
    /// What changes, as a unified diff, where that was asked for.
    pub diff: Option<String>,
    /// The mended standard input.
    pub output: Option<Vec<u8>>,
}

impl Fixing {
    /// Mends a file whose bytes were checked, and puts what is left to say of it into `part`.
    pub fn mend(self, input: &Input, bytes: &[u8], settings: &Settings, part: &mut Part) {
        let mended = self.mended(part, settings);
        if let (Some(mended), true) = (&mended, self.diff) {
            part.fixed.diff = Some(diff(&input.name, &part.batch.text, &mended.text));
            part.fixed.fixed = mended.fixed;
            return;
        }
        match (&input.source, mended) {
            // Whoever reads the output gets all of it, also where there was nothing to mend.
            (Source::Stdin | Source::Held(_), None) if !self.diff => part.fixed.output = Some(bytes.to_owned()),
            (_, None) => {}
            (Source::Stdin | Source::Held(_), Some(mended)) => {
                part.fixed.output = Some(yaml::encode(&mended.text, part.batch.encoding));
                settle(part, mended, settings);
            }
            (Source::File(path), Some(mended)) => {
                match replace::replace(path, &yaml::encode(&mended.text, part.batch.encoding)) {
                    Ok(()) => settle(part, mended, settings),
                    // What was found is still there, so it is reported as it was.
                    Err(error) => part.failure = Some(format!("cannot be mended: {error:#}")),
                }
            }
        }
    }

    /// The whole text after mending; none where nothing changes.
    fn mended(self, part: &Part, settings: &Settings) -> Option<Mended> {
        let batch = &part.batch;
        if batch.is_broken() {
            return None;
        }
        let mut text = String::new();
        let mut kept_to = 0;
        let mut fixed = 0;
        for (piece, report) in batch.pieces.iter().zip(&part.reports) {
            let mut applicable = report.findings.iter().filter_map(|finding| finding.fix.as_ref());
            if !applicable.any(|fix| fix.applicability >= self.least) {
                continue;
            }
            let Some(mended) = mend(&batch.document(piece), settings, self.least) else {
                continue;
            };
            text.push_str(batch.text.get(kept_to..piece.range.start)?);
            text.push_str(&mended.text);
            kept_to = piece.range.end;
            fixed += mended.fixed;
        }
        text.push_str(batch.text.get(kept_to..)?);
        (fixed > 0 && text != batch.text).then_some(Mended { text, fixed })
    }
}

struct Mended {
    text: String,
    fixed: usize,
}

/// Reports what is left after mending: places have moved, so all of it is looked at again.
fn settle(part: &mut Part, mended: Mended, settings: &Settings) {
    part.fixed.fixed = mended.fixed;
    part.batch = Batch::of_text(mended.text, part.batch.encoding);
    part.reports = work::reports_of_file(&part.batch, settings);
}

fn diff(name: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(name, name).to_string()
}
