//! What the command line and the configuration together ask for.

use std::path::Path;
use std::sync::Arc;

use podlint_core::config;
use podlint_core::finding::Severity;
use podlint_core::rule::Rule;
use podlint_core::schedule::Cluster;
use podlint_core::settings::Settings;
use podlint_schemas::Version;

use super::Found;
use crate::args::{FailOn, RuleArgs};

/// The settings of a run, by file.
pub struct Policy {
    /// What Pods are scheduled against (`--cluster`).
    pub cluster: Option<Arc<Cluster>>,
    /// Every node is held against every constraint (`podlint schedule`).
    pub with_table: bool,
    found: Found,
    version: Version,
    require_schema: bool,
    fail_on: Severity,
    select: Option<Vec<&'static Rule>>,
    ignore: Vec<&'static Rule>,
}

impl Policy {
    /// The command line's word goes before the configuration's.
    pub fn new(args: &RuleArgs, found: Found) -> Self {
        let config = &found.config;
        Self {
            cluster: None,
            with_table: false,
            version: args.kubernetes_version.or(config.version).unwrap_or(Version::NEWEST),
            require_schema: args.require_schema || config.require_schema,
            fail_on: args.fail_on.map(FailOn::severity).or(config.fail_on).unwrap_or(Severity::Error),
            select: (!args.select.is_empty()).then(|| args.select.clone()),
            ignore: args.ignore.clone(),
            found,
        }
    }

    /// The Kubernetes version to check against.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The mildest severity that fails the run.
    pub fn fail_on(&self) -> Severity {
        self.fail_on
    }

    /// Whether the configuration excludes this file or folder.
    pub fn excluded(&self, place: &Path, is_dir: bool) -> bool {
        self.found.exclude.matches(place, is_dir)
    }

    /// How to check the file at this place.
    pub fn settings(&self, place: Option<&Path>) -> Settings {
        let mut settings = Settings {
            version: self.version,
            require_schema: self.require_schema,
            cluster: self.cluster.clone(),
            with_table: self.with_table,
            ..Settings::default()
        };
        let chosen_here = self.select.is_some();
        self.found.config.rules.apply(chosen_here, &mut settings);
        for (paths, rules) in &self.found.paths {
            if place.is_some_and(|place| paths.matches(place, false)) {
                rules.apply(chosen_here, &mut settings);
            }
        }
        if let Some(select) = &self.select {
            config::only(select, &mut settings);
        }
        settings.off.extend(self.ignore.iter().map(|rule| rule.id));
        settings
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use podlint_core::rule;

    use super::*;
    use crate::args::Cli;

    fn policy(arguments: &[&str], config: &str) -> Policy {
        let cli = Cli::parse_from(["podlint"].iter().chain(arguments));
        let folder = Path::new("/repo");
        let config = Found::read(config, &folder.join("podlint.yaml"), folder).unwrap();
        Policy::new(&cli.check.rules, config)
    }

    fn on(policy: &Policy, place: &str) -> Vec<&'static str> {
        let settings = policy.settings(Some(Path::new(place)));
        rule::RULES.iter().map(|rule| rule.id).filter(|id| !settings.off.contains(id)).collect()
    }

    #[test]
    fn what_cannot_be_read_is_reported_whatever_is_selected() {
        assert_eq!(on(&policy(&["--select", "wrong-type"], ""), "/repo/a.yaml"), ["yaml-syntax", "wrong-type"]);
        let none = policy(&["--select", "wrong-type", "--ignore", "yaml-syntax"], "");
        assert_eq!(on(&none, "/repo/a.yaml"), ["wrong-type"]);
    }

    #[test]
    fn later_entries_go_over_earlier_ones() {
        let config = "\
select: [wrong-type, duplicate-key]
severity: {wrong-type: warning}
paths:
- paths: [legacy/]
  ignore: [duplicate-key]
  severity: {wrong-type: info}
- paths: ['*.gen.yaml']
  select: [unknown-field]
";
        let policy = policy(&[], config);
        assert_eq!(on(&policy, "/repo/a.yaml"), ["yaml-syntax", "duplicate-key", "wrong-type"]);
        assert_eq!(on(&policy, "/repo/legacy/a.yaml"), ["yaml-syntax", "wrong-type"]);
        assert_eq!(on(&policy, "/repo/legacy/a.gen.yaml"), ["yaml-syntax", "unknown-field"]);
        let severity = |place| policy.settings(Some(Path::new(place))).severity.get("wrong-type").copied();
        assert_eq!(severity("/repo/a.yaml"), Some(Severity::Warning));
        assert_eq!(severity("/repo/legacy/a.yaml"), Some(Severity::Info));
    }

    #[test]
    fn the_command_line_goes_first() {
        let config = "kubernetes-version: 1.30\nfail-on: warning\nselect: [wrong-type]\nseverity: {wrong-type: off}\n";
        let here = policy(&[], config);
        assert_eq!((here.version().to_string().as_str(), here.fail_on()), ("1.30", Severity::Warning));
        assert_eq!(on(&here, "/repo/a.yaml"), ["yaml-syntax"]);
        let over = policy(&["--kubernetes-version", "1.31", "--fail-on", "error", "--select", "wrong-type"], config);
        assert_eq!((over.version().to_string().as_str(), over.fail_on()), ("1.31", Severity::Error));
        assert_eq!(on(&over, "/repo/a.yaml"), ["yaml-syntax", "wrong-type"]);
    }
}
