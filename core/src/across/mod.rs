//! What the documents of one file say together.
//!
//! [`crate::check`] takes documents one at a time, and leaves in each [`Report`] the [`Facts`] that matter to others;
//! [`join`] holds these against each other. It wants every document of the file: of a file that is read in stretches
//! it is not asked, since what one stretch lacks may stand in the next.

mod service;

use crate::draft::{Draft, Spoken};
use crate::engine::{Outcome, Report};
use crate::finding::{Finding, Verdict};
use crate::object::{Identity, SkipReason};
use crate::subject::Subject;

pub(crate) use self::service::{Target, Template};

/// What one document has to say to the others of its file.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub(crate) targets: Vec<Question<Target>>,
    pub(crate) templates: Vec<Template>,
}

impl Facts {
    /// Nothing.
    pub(crate) const EMPTY: Self = Self { targets: Vec::new(), templates: Vec::new() };
}

/// A finding that the other documents decide about.
#[derive(Clone, Debug)]
pub(crate) struct Question<A> {
    /// Its words depend on the answer.
    pub(crate) finding: Finding,
    /// A comment or an annotation silences it.
    pub(crate) is_silenced: bool,
    /// What is asked.
    pub(crate) about: A,
}

/// The facts of one object, before its places are looked up.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) targets: Vec<(Spoken, Target)>,
    pub(crate) template: Option<Template>,
}

/// Gathers the facts of an object that is no patch. `verdict` is the server's: what it refuses has another finding,
/// and is asked about once that is mended. What a suppression may cover is gathered for that alone, too.
pub(crate) fn gather(
    subject: &Subject<'_, '_>,
    identity: &Identity<'_>,
    verdict: Verdict,
    has_suppressions: bool,
) -> Gathered {
    let is_wanted = subject.settings.with_facts;
    let spoken = |draft: Draft| Spoken::of(draft, subject.position, None);
    let targets = (is_wanted || has_suppressions).then(|| service::targets(subject, identity, verdict));
    Gathered {
        targets: targets.into_iter().flatten().map(|(draft, target)| (spoken(draft), target)).collect(),
        template: is_wanted.then(|| service::template(subject, identity, verdict)).flatten(),
    }
}

/// A cheap look: whether the documents of a file can have anything to say together. False means that [`join`] would
/// add nothing.
pub fn may_speak(text: &[u8]) -> bool {
    service::may_ask(text)
}

/// Adds to the reports of a file what only all of them together tell. They have to be made with
/// [`crate::settings::Settings::with_facts`].
///
/// Says nothing where a document cannot be read: what others seem to lack may stand there.
pub fn join(reports: &mut [Report]) {
    if reports.iter().any(is_unread) {
        return;
    }
    let mut touched = Vec::new();
    for (at, found) in service::inspect(reports) {
        let Some(report) = reports.get_mut(at) else { continue };
        match found {
            Some(finding) => report.findings.push(finding),
            None => report.suppressed += 1,
        }
        touched.push(at);
    }
    touched.dedup();
    for at in touched {
        let Some(report) = reports.get_mut(at) else { continue };
        report.findings.sort_by(|a, b| (a.range, &a.path).cmp(&(b.range, &b.path)));
    }
}

fn is_unread(report: &Report) -> bool {
    let hides = |reason: &SkipReason| matches!(reason, SkipReason::Template | SkipReason::Encrypted);
    match &report.outcome {
        Outcome::Broken => true,
        Outcome::Skipped(reason) => hides(reason),
        Outcome::Empty | Outcome::Objects => {
            report.objects.iter().filter_map(|object| object.skipped.as_ref()).any(hides)
        }
    }
}
