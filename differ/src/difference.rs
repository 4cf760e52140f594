//! Kinds of difference: what two cases have in common that go wrong for the same reason.

use std::collections::BTreeSet;
use std::fmt;

use crate::answer::{Answer, Cause};

/// One kind of difference between Kubernetes and podlint.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Difference {
    /// podlint gives up.
    Panic,
    /// The verdicts differ, and no cause or strict error says why.
    Verdict {
        /// Kubernetes' verdict.
        theirs: String,
        /// podlint's.
        ours: String,
    },
    /// A strict error that only one of them has.
    Strict {
        /// podlint has it.
        is_ours: bool,
    },
    /// A cause that podlint does not tell.
    Missed(Place),
    /// A cause that podlint makes up.
    False(Place),
    /// The same field and reason, in other words.
    Words(Place, String),
    /// A warning that podlint does not tell.
    MissedWarning(String),
    /// A warning that podlint makes up.
    FalseWarning(String),
}

/// Where a cause is and of what kind, indices and the way to the Pod left out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The kind of the object, where the field is not one of every Pod or object.
    pub kind: String,
    /// The field.
    pub field: String,
    /// The reason.
    pub reason: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reason, kind) = (self.reason.trim_start_matches("FieldValue"), &self.kind);
        write!(f, "{kind} {} {reason}", self.field)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panic => f.write_str("podlint panics"),
            Self::Verdict { theirs, ours } => write!(f, "verdict {theirs}, podlint says {ours}"),
            Self::Strict { is_ours: true } => f.write_str("a strict error only podlint has"),
            Self::Strict { is_ours: false } => f.write_str("a strict error missed"),
            Self::Missed(place) => write!(f, "missed: {place}"),
            Self::False(place) => write!(f, "FALSE: {place}"),
            Self::Words(place, words) => write!(f, "words: {place}: {words}"),
            Self::MissedWarning(words) => write!(f, "warning missed: {words}"),
            Self::FalseWarning(words) => write!(f, "FALSE warning: {words}"),
        }
    }
}

/// What differs, each kind once. An object that the oracle has no strategy for is not compared.
pub fn differences(kind: &str, theirs: &Answer, ours: &Answer) -> BTreeSet<Difference> {
    let mut all = BTreeSet::new();
    if matches!(theirs.verdict.as_str(), "unregistered" | "panic") {
        return all;
    }
    if ours.verdict == "panic" {
        all.insert(Difference::Panic);
        return all;
    }
    let short = |causes: &BTreeSet<Cause>| -> BTreeSet<(String, String)> {
        causes.iter().map(|it| (it.field.clone(), it.reason.clone())).collect()
    };
    let (their_short, our_short) = (short(&theirs.causes), short(&ours.causes));
    all.extend(their_short.difference(&our_short).map(|it| Difference::Missed(Place::new(kind, it))));
    all.extend(our_short.difference(&their_short).map(|it| Difference::False(Place::new(kind, it))));
    for cause in ours.causes.difference(&theirs.causes) {
        let key = (cause.field.clone(), cause.reason.clone());
        let said = theirs.causes.iter().find(|it| it.field == cause.field && it.reason == cause.reason);
        if let Some(said) = said {
            all.insert(Difference::Words(Place::new(kind, &key), plain_words(&said.detail)));
        }
    }
    let strict = |is_ours| Difference::Strict { is_ours };
    all.extend(theirs.strict.difference(&ours.strict).map(|_| strict(false)));
    all.extend(ours.strict.difference(&theirs.strict).map(|_| strict(true)));
    if all.is_empty() && theirs.verdict != ours.verdict {
        all.insert(Difference::Verdict { theirs: theirs.verdict.clone(), ours: ours.verdict.clone() });
    }
    if theirs.causes.is_empty() {
        let words = |it: &String| plain_words(&plain_field(inner(kind, it).unwrap_or(it)));
        all.extend(theirs.warnings.difference(&ours.warnings).map(|it| Difference::MissedWarning(words(it))));
        all.extend(ours.warnings.difference(&theirs.warnings).map(|it| Difference::FalseWarning(words(it))));
    }
    all
}

const WORKLOADS: &[(&str, &str)] = &[
    ("CronJob", "spec.jobTemplate.spec.template."),
    ("PodTemplate", "template."),
    ("Deployment", "spec.template."),
    ("ReplicaSet", "spec.template."),
    ("StatefulSet", "spec.template."),
    ("DaemonSet", "spec.template."),
    ("Job", "spec.template."),
    ("ReplicationController", "spec.template."),
    ("Pod", ""),
];

impl Place {
    fn new(kind: &str, (field, reason): &(String, String)) -> Self {
        let (kind, field) = match inner(kind, field) {
            Some(inner) => ("Pod", inner),
            None if field.starts_with("metadata") => ("*", field.as_str()),
            None => (kind, field.as_str()),
        };
        Self { kind: kind.to_owned(), field: plain_field(field), reason: reason.clone() }
    }
}

/// A field of the Pod, seen from there.
fn inner<'f>(kind: &str, field: &'f str) -> Option<&'f str> {
    let (_, prefix) = WORKLOADS.iter().find(|it| it.0 == kind)?;
    field.strip_prefix(prefix).filter(|it| it.starts_with("spec.") || kind != "Pod")
}

/// A field without its indices and keys.
fn plain_field(field: &str) -> String {
    let parts = field.split('[').map(|part| part.split_once(']').map_or(part, |it| it.1));
    parts.collect::<Vec<_>>().join("[]")
}

/// Words without the values in them: what is quoted or between braces, and numbers.
fn plain_words(detail: &str) -> String {
    let mut plain = String::new();
    let mut is_quoted = false;
    let mut depth = 0_usize;
    for c in detail.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 {
            continue;
        }
        if c == '"' {
            is_quoted = !is_quoted;
            plain.push(c);
        } else if c.is_ascii_digit() && !is_quoted {
            if !plain.ends_with('9') {
                plain.push('9');
            }
        } else if !is_quoted {
            plain.push(if c == '\n' { ' ' } else { c });
        }
    }
    plain.chars().take(160).collect()
}
