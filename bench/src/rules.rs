//! What the server's own rules cost on top of structure.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use podlint_core::settings::Settings;
use podlint_core::yaml::split;
use podlint_core::{Document, check};

use crate::table::{Row, Table};

/// One pass takes a part of a second, and the two take turns: the best of each counts.
const PASSES: usize = 40;

/// Adds the row: the stream, read and checked with and without the rules, by one thread inside of
/// this program.
pub fn rows(table: &mut Table, stream: &Path) -> anyhow::Result<()> {
    table.title("The API server's own rules, on the stream (one thread)".to_owned());
    let text = std::fs::read_to_string(stream).with_context(|| format!("cannot read {}", stream.display()))?;
    let all = Settings::default();
    let structure = Settings { accepted: true, ..Settings::default() };
    let (mut with, mut without) = (Duration::MAX, Duration::MAX);
    for _ in 0..PASSES {
        without = without.min(pass(&text, &structure)?);
        with = with.min(pass(&text, &all)?);
    }
    table.row(Row::single("structure", without.as_secs_f64(), None));
    table.row(Row::single("structure and rules", with.as_secs_f64(), None));
    table.row(Row::factor("  times structure", with.as_secs_f64() / without.as_secs_f64()).at_most(1.4));
    Ok(())
}

fn pass(text: &str, settings: &Settings) -> anyhow::Result<Duration> {
    let start = Instant::now();
    for chunk in split(text) {
        let report = check(&Document::of(&chunk), settings);
        ensure!(report.findings.is_empty(), "the stream has mistakes: {:?}", report.findings);
    }
    Ok(start.elapsed())
}
