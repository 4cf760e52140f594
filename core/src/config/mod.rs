//! podlint's own configuration, `podlint.yaml`, as the command line and the webhook read it.

mod error;
mod keys;
mod read;
#[cfg(test)]
mod schema;
mod word;

use std::collections::BTreeMap;

use podlint_schemas::Version;

pub use self::error::ConfigError;
use crate::finding::Severity;
use crate::rule::{self, Rule};
use crate::settings::Settings;

/// What a configuration file says. Nothing in it is required.
#[derive(Default, Debug)]
pub struct Config {
    /// `kubernetes-version`.
    pub version: Option<Version>,
    /// `fail-on`: the mildest severity that fails a run.
    pub fail_on: Option<Severity>,
    /// `require-schema`.
    pub require_schema: bool,
    /// `select`, `ignore` and `severity` for all files.
    pub rules: Rules,
    /// `paths`: the same for some files, in order.
    pub paths: Vec<PathRules>,
    /// `exclude`: patterns as in a `.gitignore` that stands beside the configuration.
    pub exclude: Vec<String>,
    /// `webhook.actions`: what the webhook does about findings, by rule id.
    pub actions: BTreeMap<&'static str, Action>,
}

/// Which rules apply, and how grave they are.
#[derive(Default, Debug)]
pub struct Rules {
    /// Only these, where it is given.
    pub select: Option<Vec<&'static Rule>>,
    /// Not these.
    pub ignore: Vec<&'static Rule>,
    /// None stands for `off`.
    pub severity: BTreeMap<&'static str, Option<Severity>>,
}

/// An entry of `paths`.
#[derive(Default, Debug)]
pub struct PathRules {
    /// The files that it is about: patterns as in a `.gitignore`.
    pub paths: Vec<String>,
    /// What applies to them.
    pub rules: Rules,
}

/// What the webhook does about a finding. Ordered from mild to grave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// Nothing.
    Off,
    /// Counts and logs it.
    Audit,
    /// Also tells the user, who gets what was asked for all the same.
    Warn,
    /// Refuses the request.
    Deny,
}

/// Rules that a selection cannot leave out: what cannot be read was not checked, and that is never
/// silent unless it is asked for by name.
const ALWAYS: [&str; 1] = ["yaml-syntax"];

impl Config {
    /// Reads the text of a configuration; `name` is what errors call the file.
    pub fn read(text: &str, name: &str) -> Result<Self, ConfigError> {
        let read: Option<Self> =
            serde_yaml::from_str(text).map_err(|error| ConfigError::explaining(&error, text, name))?;
        Ok(read.unwrap_or_default())
    }
}

impl Rules {
    /// Lays these over the settings. Where the rules were selected elsewhere, by a word that goes
    /// before this one, only severities count.
    pub fn apply(&self, selected_elsewhere: bool, settings: &mut Settings) {
        if !selected_elsewhere {
            if let Some(select) = &self.select {
                only(select, settings);
            }
            settings.off.extend(self.ignore.iter().map(|rule| rule.id));
        }
        for (rule, severity) in &self.severity {
            match severity {
                Some(severity) => {
                    settings.severity.insert(rule, *severity);
                }
                None if selected_elsewhere => {}
                None => {
                    settings.off.insert(rule);
                }
            }
        }
    }
}

/// Turns off every rule but these, and what is always on.
pub fn only(select: &[&'static Rule], settings: &mut Settings) {
    let others = rule::RULES.iter().filter(|rule| !select.contains(rule) && !ALWAYS.contains(&rule.id));
    settings.off = others.map(|rule| rule.id).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, ConfigError> {
        Config::read(text, "podlint.yaml")
    }

    fn error(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn nothing_is_required() {
        for text in ["", "# nothing\n", "---\n", "select:\nexclude:\npaths:\nseverity:\nwebhook:\n"] {
            let config = read(text).unwrap();
            assert!(config.rules.select.is_none() && config.paths.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_version_without_quotes_is_no_number() {
        let config = read("kubernetes-version: 1.30\n").unwrap();
        assert_eq!(config.version.map(|version| version.to_string()).as_deref(), Some("1.30"));
    }

    #[test]
    fn the_webhook_has_its_actions() {
        let config = read("webhook:\n  actions: {unschedulable: deny, placeholder: 'off'}\n").unwrap();
        let actions: Vec<_> = config.actions.into_iter().collect();
        assert_eq!(actions, [("placeholder", Action::Off), ("unschedulable", Action::Deny)]);
        assert!(error("webhook: {actions: {unschedulable: refuse}}\n").contains("known are deny, warn, audit, off"));
        assert!(error("webhook: {action: {}}\n").contains("did you mean `actions`?"));
    }

    #[test]
    fn errors_name_the_nearest_word_and_show_the_line() {
        let shown = error("fail-on: error\nexlude:\n- build/\n");
        assert_eq!(shown, "podlint.yaml:2:1: unknown key `exlude`; did you mean `exclude`?\n 2 | exlude:\n   | ^");
        assert!(error("paths:\n- path: []\n").contains(":2:3: paths[0]: unknown key `path`; did you mean `paths`?"));
        assert!(error("fail-on: warnin\n").contains("`warnin`; did you mean `warning`?"));
        assert!(error("fail-on: info\n").contains("known are error, warning"));
        assert!(error("fail-on: error\nfail-on: error\n").contains(":2:1: `fail-on` is given twice"));
        assert!(error("kubernetes-version: 1.99\n").contains(":1:21: kubernetes-version: Kubernetes 1.99"));
        assert!(error("exclude: build/\n").contains("expected a sequence"));
        assert!(error("[]\n").contains("a mapping of settings"));
    }
}
