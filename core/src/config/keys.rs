//! The words of the configuration: its keys, and the values that are one of a few.

use super::Action;
use super::word::Word;
use crate::finding::Severity;
use crate::rule::{self, Rule};

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
    Webhook,
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
            ("webhook", Self::Webhook),
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

/// The keys of `webhook`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookKey {
    Actions,
}

impl Word for WebhookKey {
    const WHAT: &'static str = "key";

    fn all() -> Vec<(&'static str, Self)> {
        vec![("actions", Self::Actions)]
    }
}

impl Word for &'static Rule {
    const WHAT: &'static str = "rule";

    fn all() -> Vec<(&'static str, Self)> {
        rule::RULES.iter().map(|rule| (rule.id, *rule)).collect()
    }
}

/// What `fail-on` may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FailOn(pub Severity);

impl Word for FailOn {
    const WHAT: &'static str = "severity";

    fn all() -> Vec<(&'static str, Self)> {
        [Severity::Error, Severity::Warning].into_iter().map(|it| (it.as_str(), Self(it))).collect()
    }
}

impl Word for Action {
    const WHAT: &'static str = "action";
    const MANY: &'static str = "actions";

    fn all() -> Vec<(&'static str, Self)> {
        vec![("deny", Self::Deny), ("warn", Self::Warn), ("audit", Self::Audit), ("off", Self::Off)]
    }
}

/// What `severity` gives a rule: a severity, or none for `off`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Level(pub Option<Severity>);

impl Word for Level {
    const WHAT: &'static str = "severity";
    const MANY: &'static str = "severities";

    fn all() -> Vec<(&'static str, Self)> {
        let on = [Severity::Error, Severity::Warning, Severity::Info];
        let on = on.into_iter().map(|severity| (severity.as_str(), Self(Some(severity))));
        on.chain([("off", Self(None))]).collect()
    }
}
