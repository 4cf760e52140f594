//! Figures of a run, and the differences in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::answer::Answer;
use crate::difference::{Difference, differences};
use crate::mutate::Case;

/// What agrees, of one kind of object.
#[derive(Clone, Copy, Default)]
struct Figures {
    documents: usize,
    verdicts: usize,
    strict: usize,
    sets: usize,
    texts: usize,
    warnings: usize,
    /// Nothing differs at all.
    whole: usize,
    causes: usize,
}

/// A kind of difference as it was met.
pub struct Found {
    /// How many documents have it.
    pub count: usize,
    /// The shortest of them.
    pub smallest: Case,
}

/// Everything that a run has seen.
#[derive(Default)]
pub struct Tally {
    kinds: BTreeMap<String, Figures>,
    found: BTreeMap<Difference, Found>,
}

impl Tally {
    /// Counts one case.
    pub fn add(&mut self, case: &Case, theirs: &Answer, ours: &Answer) {
        if matches!(theirs.verdict.as_str(), "unregistered" | "panic") {
            return;
        }
        let all = differences(&case.kind, theirs, ours);
        let figures = self.kinds.entry(case.kind.clone()).or_default();
        let has = |wanted: fn(&Difference) -> bool| usize::from(!all.iter().any(wanted));
        figures.documents += 1;
        figures.causes += theirs.causes.len();
        figures.verdicts += usize::from(theirs.verdict == ours.verdict);
        figures.strict += has(|it| matches!(it, Difference::Strict { .. } | Difference::Panic));
        figures.sets += has(|it| matches!(it, Difference::Missed(_) | Difference::False(_) | Difference::Panic));
        figures.texts += has(|it| matches!(it, Difference::Words(..) | Difference::Panic));
        figures.warnings +=
            has(|it| matches!(it, Difference::MissedWarning(_) | Difference::FalseWarning(_) | Difference::Panic));
        figures.whole += usize::from(all.is_empty());
        for difference in all {
            let found = self.found.entry(difference).or_insert_with(|| Found { count: 0, smallest: case.clone() });
            found.count += 1;
            if case.yaml.len() < found.smallest.yaml.len() {
                found.smallest = case.clone();
            }
        }
    }

    fn total(&self) -> Figures {
        self.kinds.values().fold(Figures::default(), |sum, it| Figures {
            documents: sum.documents + it.documents,
            verdicts: sum.verdicts + it.verdicts,
            strict: sum.strict + it.strict,
            sets: sum.sets + it.sets,
            texts: sum.texts + it.texts,
            warnings: sum.warnings + it.warnings,
            whole: sum.whole + it.whole,
            causes: sum.causes + it.causes,
        })
    }

    /// A table: documents, then what agrees in percent.
    pub fn figures(&self) -> String {
        let mut table = format!(
            "{:24} {:>9} {:>8} {:>7} {:>7} {:>7} {:>8} {:>7} {:>7}\n",
            "kind", "documents", "verdict", "strict", "causes", "words", "warnings", "all", "(causes)"
        );
        let rows = self.kinds.iter().map(|(kind, figures)| (kind.as_str(), *figures));
        for (kind, it) in rows.chain([("all", self.total())]) {
            let percent = |part: usize| 100.0 * part as f64 / it.documents.max(1) as f64;
            let _ = writeln!(
                table,
                "{kind:24} {:>9} {:>8.2} {:>7.2} {:>7.2} {:>7.2} {:>8.2} {:>7.2} {:>7}",
                it.documents,
                percent(it.verdicts),
                percent(it.strict),
                percent(it.sets),
                percent(it.texts),
                percent(it.warnings),
                percent(it.whole),
                it.causes,
            );
        }
        table
    }

    /// In percent: the least of verdicts, strict errors and sets of causes; words; warnings.
    pub fn agreement(&self) -> [f64; 3] {
        let it = self.total();
        let percent = |part: usize| 100.0 * part as f64 / it.documents.max(1) as f64;
        [percent(it.verdicts.min(it.strict).min(it.sets)), percent(it.texts), percent(it.warnings)]
    }

    /// The differences, most frequent first.
    pub fn into_differences(self) -> Vec<(Difference, Found)> {
        let mut all: Vec<_> = self.found.into_iter().collect();
        all.sort_by(|one, other| other.1.count.cmp(&one.1.count).then_with(|| one.0.cmp(&other.0)));
        all
    }
}

/// What only one of the two says.
pub fn side_by_side(theirs: &Answer, ours: &Answer) -> String {
    let mut text = String::new();
    for (who, one, other) in [("Kubernetes", theirs, ours), ("podlint", ours, theirs)] {
        if one.verdict != other.verdict {
            let _ = writeln!(text, "  {who}: {}", one.verdict);
        }
        for cause in one.causes.difference(&other.causes) {
            let _ = writeln!(text, "  {who}: {} {} {}", cause.reason, cause.field, cause.detail);
        }
        for words in one.strict.difference(&other.strict).chain(one.warnings.difference(&other.warnings)) {
            let _ = writeln!(text, "  {who}: {words}");
        }
    }
    text
}
