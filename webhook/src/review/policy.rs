//! What is done about a finding: by its rule, its severity, and what the namespace asks for.

use std::collections::BTreeMap;

use podlint_core::config::{Action, Config};
use podlint_core::finding::Severity;
use podlint_core::rule;
use podlint_core::settings::Settings;
use podlint_schemas::Version;

/// The label by which a namespace chooses a [`Mode`].
pub const MODE_LABEL: &str = "podlint.dev/mode";

/// What a rule is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The object alone.
    Object,
    /// The object and the cluster.
    Cluster,
    /// What the user wrote, which the API server has already dropped fields of.
    Written,
}

/// The rules that the webhook asks, of what, and what it does about their findings: it denies what can
/// never run, warns about what no node takes now, since another node may come, and about what was lost
/// on the way; the rest is for the log. All others are about texts, or about what the API server itself
/// has said before it asks.
const RULES: [(&str, Source, Action); 19] = [
    ("contradictory-constraints", Source::Object, Action::Deny),
    ("doomed-template", Source::Object, Action::Deny),
    ("malformed-image", Source::Object, Action::Deny),
    ("missing-target-container", Source::Object, Action::Deny),
    ("debug-of-static-pod", Source::Object, Action::Deny),
    ("missing-port-name", Source::Object, Action::Audit),
    ("unknown-node-label", Source::Object, Action::Audit),
    ("unknown-taint-key", Source::Object, Action::Audit),
    ("useless-toleration", Source::Object, Action::Audit),
    ("spread-ignores-self", Source::Object, Action::Audit),
    ("affinity-nobody", Source::Object, Action::Audit),
    ("unschedulable", Source::Cluster, Action::Warn),
    ("partly-unschedulable", Source::Cluster, Action::Warn),
    ("daemonset-nowhere", Source::Cluster, Action::Warn),
    ("node-not-found", Source::Cluster, Action::Warn),
    ("evicted-by-taint", Source::Cluster, Action::Warn),
    ("misplaced-field", Source::Written, Action::Warn),
    ("misspelled-field", Source::Written, Action::Warn),
    ("unknown-field", Source::Written, Action::Warn),
];

/// How strict a namespace wants to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// What is warned about elsewhere is denied, where it is an error.
    Strict,
    /// As configured.
    #[default]
    Default,
    /// What is denied elsewhere is warned about.
    Warn,
    /// Everything is for the log.
    Audit,
    /// No review.
    Off,
}

impl Mode {
    /// By the value of [`MODE_LABEL`]; another word than the known ones counts as none.
    pub fn of(labels: Option<&BTreeMap<String, String>>) -> Self {
        match labels.and_then(|labels| labels.get(MODE_LABEL)).map(String::as_str) {
            Some("strict") => Self::Strict,
            Some("warn") => Self::Warn,
            Some("audit") => Self::Audit,
            Some("off") => Self::Off,
            _ => Self::Default,
        }
    }
}

/// What an administrator has chosen.
#[derive(Debug)]
pub struct Policy {
    config: Config,
    /// Goes before the configuration's.
    version: Option<Version>,
    object: Settings,
    cluster: Settings,
    written: Settings,
}

impl Default for Policy {
    fn default() -> Self {
        Self::new(Config::default(), None, false)
    }
}

impl Policy {
    /// Of a configuration, the version that goes before the configuration's, and whether an object may silence
    /// rules by its annotation.
    pub fn new(config: Config, version: Option<Version>, allow_ignore: bool) -> Self {
        let of = |source| asking(&config, source, allow_ignore);
        let (object, cluster, written) = (of(Source::Object), of(Source::Cluster), of(Source::Written));
        Self { config, version, object, cluster, written }
    }

    /// The version to check against, where one was chosen.
    pub fn version(&self) -> Option<Version> {
        self.version.or(self.config.version)
    }

    /// How to ask core about a source. A rule that is off is not asked.
    pub fn settings(&self, source: Source, version: Version) -> Settings {
        let of_source = match source {
            Source::Object => &self.object,
            Source::Cluster => &self.cluster,
            Source::Written => &self.written,
        };
        Settings { version, ..of_source.clone() }
    }

    /// Whether any rule about the cluster is on.
    pub fn asks_cluster(&self) -> bool {
        rule::RULES.iter().any(|rule| !self.cluster.off.contains(rule.id))
    }

    /// What to do about a finding. What is only a warning denies nothing, and what is good to know
    /// bothers nobody.
    pub fn action(&self, rule: &str, severity: Severity, mode: Mode) -> Action {
        let gravest = match severity {
            Severity::Error => Action::Deny,
            Severity::Warning => Action::Warn,
            Severity::Info => Action::Audit,
        };
        let chosen = chosen(&self.config, rule);
        let chosen = match mode {
            Mode::Strict if chosen == Action::Warn => Action::Deny,
            Mode::Strict | Mode::Default => chosen,
            Mode::Warn => chosen.min(Action::Warn),
            Mode::Audit => chosen.min(Action::Audit),
            Mode::Off => Action::Off,
        };
        chosen.min(gravest)
    }
}

fn asking(config: &Config, source: Source, allow_ignore: bool) -> Settings {
    let mut settings = Settings { without_fixes: true, without_ignores: !allow_ignore, ..Settings::default() };
    config.rules.apply(false, &mut settings);
    for rule in rule::RULES {
        let is_asked = RULES.iter().any(|(id, of, _)| *id == rule.id && *of == source);
        if !is_asked || chosen(config, rule.id) == Action::Off {
            settings.off.insert(rule.id);
        }
    }
    // The API server asks after its own rules; only what it would refuse of the Pods is left to say.
    settings.accepted = settings.off.contains("doomed-template");
    settings
}

fn chosen(config: &Config, rule: &str) -> Action {
    let usual = RULES.iter().find(|(id, _, _)| *id == rule).map_or(Action::Off, |(_, _, action)| *action);
    config.actions.get(rule).copied().unwrap_or(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_core_s() {
        for (id, _, _) in RULES {
            assert!(rule::find(id).is_some(), "{id}");
        }
    }

    fn action(config: &str, rule: &str, severity: Severity, mode: &str) -> Action {
        let config = Config::read(config, "podlint.yaml").expect("a configuration");
        let labels = BTreeMap::from([(MODE_LABEL.to_owned(), mode.to_owned())]);
        Policy::new(config, None, false).action(rule, severity, Mode::of(Some(&labels)))
    }

    #[test]
    fn namespaces_are_stricter_or_milder() {
        use Severity::{Error, Warning};
        let of = |rule, severity, mode| action("", rule, severity, mode);
        assert_eq!(of("malformed-image", Error, "default"), Action::Deny);
        assert_eq!(of("malformed-image", Error, "of a word that nobody knows"), Action::Deny);
        assert_eq!(of("malformed-image", Error, "warn"), Action::Warn);
        assert_eq!(of("malformed-image", Error, "audit"), Action::Audit);
        assert_eq!(of("malformed-image", Error, "off"), Action::Off);
        assert_eq!(of("unschedulable", Error, "default"), Action::Warn);
        assert_eq!(of("unschedulable", Error, "strict"), Action::Deny);
        assert_eq!(of("unschedulable", Warning, "strict"), Action::Warn);
        assert_eq!(of("useless-toleration", Warning, "strict"), Action::Audit);
        assert_eq!(of("yaml-syntax", Error, "strict"), Action::Off);
    }

    #[test]
    fn the_configuration_goes_before_the_defaults() {
        let config = "webhook: {actions: {unschedulable: deny, malformed-image: 'off'}}";
        assert_eq!(action(config, "unschedulable", Severity::Error, "default"), Action::Deny);
        assert_eq!(action(config, "unschedulable", Severity::Error, "warn"), Action::Warn);
        assert_eq!(action(config, "malformed-image", Severity::Error, "strict"), Action::Off);
        let config = Config::read(config, "podlint.yaml").expect("a configuration");
        let settings = Policy::new(config, None, false).settings(Source::Object, Version::NEWEST);
        assert!(settings.off.contains("malformed-image") && settings.off.contains("unschedulable"));
        assert!(!settings.off.contains("contradictory-constraints"));
    }
}
