//! podlint's own configuration: finding it, reading it.

mod error;
mod keys;
mod policy;
mod read;
#[cfg(test)]
mod schema;
mod word;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, bail};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use podlint_core::finding::Severity;
use podlint_core::rule::Rule;
use podlint_schemas::Version;

use crate::args::FailOn;
use crate::paths;

pub use policy::Policy;

/// The names a configuration may have, the first found is taken.
const NAMES: [&str; 2] = ["podlint.yaml", ".podlint.yaml"];

/// What a configuration file says. Nothing in it is required.
#[derive(Default, Debug)]
pub struct Config {
    /// `kubernetes-version`.
    pub version: Option<Version>,
    /// `fail-on`.
    pub fail_on: Option<FailOn>,
    /// `require-schema`.
    pub require_schema: bool,
    /// `select`, `ignore` and `severity` for all files.
    pub rules: Rules,
    /// `paths`: the same for some files, in order.
    pub paths: Vec<PathRules>,
    /// `exclude`.
    pub exclude: Globs,
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
    /// The files that it is about.
    pub paths: Globs,
    /// What applies to them.
    pub rules: Rules,
}

/// Patterns as in a `.gitignore` that stands beside the configuration.
#[derive(Default, Debug)]
pub struct Globs {
    patterns: Vec<String>,
    matcher: Option<Gitignore>,
}

impl Globs {
    /// Whether one of the patterns means this file or folder, or a folder around it.
    pub fn matches(&self, place: &Path, is_dir: bool) -> bool {
        self.matcher.as_ref().is_some_and(|matcher| {
            // A place outside of the configuration's folder is none that it can speak of.
            place.starts_with(matcher.path()) && matcher.matched_path_or_any_parents(place, is_dir).is_ignore()
        })
    }

    fn anchor(&mut self, folder: &Path) -> anyhow::Result<()> {
        let mut builder = GitignoreBuilder::new(folder);
        for pattern in &self.patterns {
            builder.add_line(None, pattern).with_context(|| format!("bad pattern `{pattern}`"))?;
        }
        self.matcher = Some(builder.build()?);
        Ok(())
    }
}

impl Config {
    /// Reads the configuration that applies in `folder`: the named one, or the first one found from
    /// there up. None where there is none.
    pub fn find(folder: &Path, named: Option<&Path>) -> anyhow::Result<Option<Self>> {
        if let Some(path) = named {
            let text = fs::read_to_string(path)
                .map_err(|error| anyhow::anyhow!("{}: {}", path.display(), paths::reason(&error)))?;
            return Self::read(&text, path, folder).map(Some);
        }
        for above in folder.ancestors() {
            for name in NAMES {
                let path = above.join(name);
                match fs::read_to_string(&path) {
                    Ok(text) => return Self::read(&text, &path, folder).map(Some),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => bail!("{}: {}", path.display(), paths::reason(&error)),
                }
            }
        }
        Ok(None)
    }

    /// Reads the text of a configuration file.
    fn read(text: &str, path: &Path, folder: &Path) -> anyhow::Result<Self> {
        let shown = path.strip_prefix(folder).unwrap_or(path);
        let read: Option<Self> = serde_yaml::from_str(text).map_err(|error| error::explain(&error, text, shown))?;
        let mut config = read.unwrap_or_default();
        let path = paths::absolute(folder, path);
        let around: PathBuf = path.parent().unwrap_or(folder).to_owned();
        let globs = config.paths.iter_mut().map(|entry| &mut entry.paths);
        for globs in globs.chain([&mut config.exclude]) {
            globs.anchor(&around).with_context(|| shown.display().to_string())?;
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Config> {
        Config::read(text, Path::new("/repo/podlint.yaml"), Path::new("/repo"))
    }

    fn error(text: &str) -> String {
        format!("{:#}", read(text).unwrap_err())
    }

    #[test]
    fn nothing_is_required() {
        for text in ["", "# nothing\n", "---\n", "select:\nexclude:\npaths:\nseverity:\n"] {
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
    fn errors_name_the_nearest_word_and_show_the_line() {
        let shown = error("fail-on: error\nexlude:\n- build/\n");
        assert_eq!(shown, "podlint.yaml:2:1: unknown key `exlude`; did you mean `exclude`?\n 2 | exlude:\n   | ^");
        assert!(error("paths:\n- path: []\n").contains(":2:3: paths[0]: unknown key `path`; did you mean `paths`?"));
        assert!(error("fail-on: warn\n").contains("known are error, warning"));
        assert!(error("fail-on: error\nfail-on: error\n").contains(":2:1: `fail-on` is given twice"));
        assert!(error("kubernetes-version: 1.99\n").contains(":1:21: kubernetes-version: Kubernetes 1.99"));
        assert!(error("exclude: build/\n").contains("expected a sequence"));
        assert!(error("exclude: ['[z-a]']\n").contains("bad pattern `[z-a]`"));
        assert!(error("[]\n").contains("a mapping of settings"));
    }

    #[test]
    fn patterns_are_those_of_gitignore() {
        let config = read("exclude: [build/, '*.gen.yaml', /top.yaml]\n").unwrap();
        let excluded = |path: &str| config.exclude.matches(Path::new(path), false);
        assert!(excluded("/repo/build/a.yaml") && excluded("/repo/x/build/y/a.yaml"));
        assert!(excluded("/repo/x/a.gen.yaml") && excluded("/repo/top.yaml"));
        assert!(!excluded("/repo/x/top.yaml") && !excluded("/repo/a.yaml"));
        assert!(!excluded("/elsewhere/build/a.yaml"), "not below the configuration");
    }
}
