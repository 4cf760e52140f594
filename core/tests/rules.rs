//! Every rule has fixtures: manifests that begin with what must be said about them.
//!
//! ```yaml
//! # expect: misplaced-field 12:5 spec.template.spec.tolerations
//! # kubernetes: 1.30
//! # cluster: two-zones.yaml
//! ```
//!
//! Each `expect` line is one finding: rule, `line:column`, and the suggestion or `-`. All findings
//! must be listed. Beside `name.yaml`, `name.fixed.yaml` is the text after the safe fixes, and
//! `name.unsafe.yaml` after all fixes; a `cluster` is a file of `testdata/clusters`. Where a file is missing, such fixes must change nothing.
#![allow(clippy::disallowed_methods)] // Tests read their data.

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use podlint_core::Document;
use podlint_core::finding::Applicability;
use podlint_core::mend::mend;
use podlint_core::rule::RULES;
use podlint_core::settings::Settings;
use podlint_core::yaml::split;
use support::{check_all, cluster, testdata};

fn fixtures(rule: &str) -> Vec<PathBuf> {
    let Ok(folder) = std::fs::read_dir(testdata("rules").join(rule)) else { return Vec::new() };
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| {
        !file.to_string_lossy().ends_with(".fixed.yaml") && !file.to_string_lossy().ends_with(".unsafe.yaml")
    });
    files.sort();
    files
}

fn settings(text: &str) -> Settings {
    let mut settings = Settings::default();
    for line in text.lines().map_while(|line| line.strip_prefix("# ")) {
        match line.split_once(": ") {
            Some(("kubernetes", version)) => settings.version = version.parse().expect("a version"),
            Some(("require-schema", _)) => settings.require_schema = true,
            Some(("patch", _)) => settings.patch = true,
            Some(("cluster", file)) => settings.cluster = Some(Arc::new(cluster(file))),
            _ => {}
        }
    }
    settings
}

fn said(text: &str, settings: &Settings) -> Vec<String> {
    let mut said = Vec::new();
    for finding in check_all(text, settings).into_iter().flat_map(|(_, report)| report.findings) {
        let suggestion = finding.suggestion.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let start = finding.range.start;
        said.push(format!("{} {}:{} {suggestion}", finding.rule.id, start.line, start.column));
    }
    said
}

fn mended(text: &str, settings: &Settings, least: Applicability) -> String {
    let mut result = text.to_owned();
    let chunks: Vec<_> = split(text).collect();
    for chunk in chunks.iter().rev() {
        let document = Document::of(chunk);
        if let Some(mended) = mend(&document, settings, least) {
            result.replace_range(chunk.offset..chunk.offset + chunk.text.len(), &mended.text);
        }
    }
    result
}

fn expected_text(file: &Path, ending: &str, otherwise: &str) -> String {
    let path = file.with_extension(ending);
    std::fs::read_to_string(path).unwrap_or_else(|_| otherwise.to_owned())
}

#[test]
fn fixtures_say_what_they_expect() {
    let mut wrong = Vec::new();
    for rule in RULES {
        for file in fixtures(rule.id) {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(&file).expect("a fixture");
            let expected: Vec<String> =
                text.lines().filter_map(|line| line.strip_prefix("# expect: ")).map(str::to_owned).collect();
            let settings = settings(&text);
            let said = said(&text, &settings);
            if said != expected {
                wrong.push(format!("{name}\n  expected {expected:#?}\n  said {said:#?}"));
            }
            let safe = mended(&text, &settings, Applicability::Safe);
            let expected_safe = expected_text(&file, "fixed.yaml", &text);
            if safe != expected_safe {
                wrong.push(format!("{name} --fix gives\n{safe}"));
            }
            let all = mended(&text, &settings, Applicability::Unsafe);
            if all != expected_text(&file, "unsafe.yaml", &expected_safe) {
                wrong.push(format!("{name} --fix --unsafe-fixes gives\n{all}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_rule_has_fixtures_that_it_speaks_in() {
    for rule in RULES {
        let files = fixtures(rule.id);
        let speaks = |file: &PathBuf| {
            let text = std::fs::read_to_string(file).expect("a fixture");
            text.lines().any(|line| line.starts_with(&format!("# expect: {} ", rule.id)))
        };
        assert!(files.iter().any(speaks), "{} has no fixture", rule.id);
        if rule.fixable {
            let fixed = files
                .iter()
                .any(|file| file.with_extension("fixed.yaml").exists() || file.with_extension("unsafe.yaml").exists());
            assert!(fixed, "{} claims fixes and proves none", rule.id);
        }
    }
}

#[test]
fn every_folder_is_a_rule() {
    for entry in std::fs::read_dir(testdata("rules")).expect("testdata/rules") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        assert!(RULES.iter().any(|rule| rule.id == name), "testdata/rules/{name} is no rule");
    }
}
