//! Patterns of files, as in a `.gitignore` that stands beside the configuration.

use std::path::Path;

use anyhow::Context;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Patterns, and the folder that they start from.
#[derive(Default, Debug)]
pub struct Globs {
    matcher: Option<Gitignore>,
}

impl Globs {
    /// Patterns that start from `folder`.
    pub fn new(patterns: &[String], folder: &Path) -> anyhow::Result<Self> {
        let mut builder = GitignoreBuilder::new(folder);
        for pattern in patterns {
            builder.add_line(None, pattern).with_context(|| format!("bad pattern `{pattern}`"))?;
        }
        Ok(Self { matcher: Some(builder.build()?) })
    }

    /// Whether one of the patterns means this file or folder, or a folder around it.
    pub fn matches(&self, place: &Path, is_dir: bool) -> bool {
        self.matcher.as_ref().is_some_and(|matcher| {
            // A place outside of the configuration's folder is none that it can speak of.
            place.starts_with(matcher.path()) && matcher.matched_path_or_any_parents(place, is_dir).is_ignore()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(patterns: &[&str]) -> anyhow::Result<Globs> {
        let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        Globs::new(&patterns, Path::new("/repo"))
    }

    #[test]
    fn patterns_are_those_of_gitignore() {
        let globs = globs(&["build/", "*.gen.yaml", "/top.yaml"]).unwrap();
        let excluded = |path: &str| globs.matches(Path::new(path), false);
        assert!(excluded("/repo/build/a.yaml") && excluded("/repo/x/build/y/a.yaml"));
        assert!(excluded("/repo/x/a.gen.yaml") && excluded("/repo/top.yaml"));
        assert!(!excluded("/repo/x/top.yaml") && !excluded("/repo/a.yaml"));
        assert!(!excluded("/elsewhere/build/a.yaml"), "not below the configuration");
    }

    #[test]
    fn a_bad_pattern_is_named() {
        assert!(globs(&["[z-a]"]).unwrap_err().to_string().contains("bad pattern `[z-a]`"));
    }
}
