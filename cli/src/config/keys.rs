//! The words of the configuration: its keys, and the values that are one of a few.

use podlint_core::finding::Severity;
use podlint_core::rule::{self, Rule};

use super::word::Word;
use crate::args::FailOn;

/// The keys at the root.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    Version,
    FailOn,
    RequireSchema,
    Select,
    Ignore,
    Severity,
    Paths,
    Exclude,
}

impl Word for Key {
    const WHAT: &'static str = "key";

    fn all() -> Vec<(&'static str, Self)> {
        vec![
            ("kubernetes-version", Self::Version),
            ("fail-on", Self::FailOn),
            ("require-schema", Self::RequireSchema),
            ("select", Self::Select),
            ("ignore", Self::Ignore),
            ("severity", Self::Severity),
            ("paths", Self::Paths),
            ("exclude", Self::Exclude),
        ]
    }
}

/// The keys of an entry of `paths`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathKey {
    Paths,
    Select,
    Ignore,
    Severity,
}

impl Word for PathKey {
    const WHAT: &'static str = "key";

    fn all() -> Vec<(&'static str, Self)> {
        vec![("paths", Self::Paths), ("select", Self::Select), ("ignore", Self::Ignore), ("severity", Self::Severity)]
    }
}

impl Word for &'static Rule {
    const WHAT: &'static str = "rule";

    fn all() -> Vec<(&'static str, Self)> {
        rule::RULES.iter().map(|rule| (rule.id, *rule)).collect()
    }
}

impl Word for FailOn {
    const WHAT: &'static str = "severity";

    fn all() -> Vec<(&'static str, Self)> {
        vec![("error", Self::Error), ("warning", Self::Warning)]
    }
}

/// What `severity` gives a rule: a severity, or none for `off`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Level(pub Option<Severity>);

impl Word for Level {
    const WHAT: &'static str = "severity";

    fn all() -> Vec<(&'static str, Self)> {
        let on = [Severity::Error, Severity::Warning, Severity::Info];
        let on = on.into_iter().map(|severity| (severity.as_str(), Self(Some(severity))));
        on.chain([("off", Self(None))]).collect()
    }
}
