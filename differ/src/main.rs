//! Mutates manifests that the API server accepts, asks Kubernetes (`testdata/upstream/bin/oracle`) and podlint
//! what a create would be told, and shows where the two differ, each difference in its smallest manifest.
#![allow(clippy::disallowed_methods, clippy::print_stdout)] // A tool for the terminal.

mod answer;
mod base;
mod difference;
mod mutate;
mod oracle;
mod place;
mod shrink;
mod tally;
mod values;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use serde_json::json;

use answer::Answer;
use base::Bases;
use difference::Difference;
use mutate::{Case, Mutator};
use oracle::Oracle;
use tally::Tally;

#[derive(Parser)]
#[command(about, long_about = None)]
struct Args {
    /// Where the random numbers start
    seed: u64,
    /// Cases to make
    #[arg(default_value_t = 1_000)]
    count: u64,
    /// The oracle to ask
    #[arg(long, default_value = "testdata/upstream/bin/oracle")]
    oracle: PathBuf,
    /// Folder of the project's test data
    #[arg(long, default_value = "testdata")]
    testdata: PathBuf,
    /// Only these kinds
    #[arg(long, value_delimiter = ',')]
    kinds: Vec<String>,
    /// Differences to show, most frequent first, each in its smallest manifest
    #[arg(long, default_value_t = 30)]
    show: usize,
    /// Add the differences to this file of test cases, each in its smallest manifest
    #[arg(long)]
    write: Option<PathBuf>,
    /// Write every case with its answer to this file
    #[arg(long)]
    record: Option<PathBuf>,
    /// Fail where fewer verdicts, strict messages or sets of causes agree, in percent
    #[arg(long, default_value_t = 0.0)]
    floor: f64,
    /// Fail where fewer documents are free of a wrong word, in percent
    #[arg(long, default_value_t = 0.0)]
    floor_texts: f64,
    /// Fail where fewer sets of warnings agree, in percent
    #[arg(long, default_value_t = 0.0)]
    floor_warnings: f64,
}

/// Cases that are on their way to the oracle at once.
const BATCH: u64 = 256;

fn main() -> Result<()> {
    let args = Args::parse();
    // A panic of podlint is a difference, and told as one.
    std::panic::set_hook(Box::new(|_| {}));
    let mut oracle = Oracle::start(&args.oracle)?;
    let mut bases = Bases::read(&args.testdata, &args.kinds)?;
    let refused = bases.refused(&mut oracle)?;
    ensure!(refused.is_empty(), "Kubernetes refuses these manifests to start from:\n{}", refused.join("\n"));
    let mutator = Mutator::new(&bases);
    let mut tally = Tally::default();
    let mut recorded = args.record.as_deref().map(fs::File::create).transpose()?;
    for first in (0..args.count).step_by(BATCH as usize) {
        let numbers = first..args.count.min(first + BATCH);
        let cases: Vec<Case> = numbers.map(|number| mutator.case(args.seed, number)).collect();
        for (case, theirs) in oracle.ask(&cases)? {
            if let Some(file) = &mut recorded {
                let line = json!({"id": case.id, "yaml": case.yaml, "ops": case.ops, "answer": theirs});
                writeln!(file, "{line}")?;
            }
            tally.add(case, &Answer::of_kubernetes(&theirs), &Answer::of_podlint(&case.yaml));
        }
    }
    print!("{}", tally.figures());
    let agreement = tally.agreement();
    let all = tally.into_differences();
    if !all.is_empty() {
        println!("\n{} kinds of difference:", all.len());
    }
    for (difference, found) in &all {
        println!("{:6} {difference}   {}", found.count, found.smallest.id);
    }
    let told = if args.write.is_some() { all.len() } else { args.show };
    let mut small = Vec::new();
    for (position, (difference, found)) in all.iter().take(told).enumerate() {
        let yaml = shrink::shrink(&found.smallest, difference, &mut oracle)?;
        if position < args.show {
            println!("\n--- {difference} ({} times)\n{yaml}", found.count);
            let answers = oracle.answer(&found.smallest.id, &yaml)?;
            print!("{}", tally::side_by_side(&Answer::of_kubernetes(&answers), &Answer::of_podlint(&yaml)));
        }
        small.push((difference.clone(), found.smallest.id.clone(), yaml));
    }
    if let Some(file) = &args.write {
        let added = write(file, &small, &mut oracle)?;
        println!("\n{added} cases added to {}", file.display());
    }
    for (found, floor) in agreement.into_iter().zip([args.floor, args.floor_texts, args.floor_warnings]) {
        ensure!(found >= floor, "{found:.2} % agree, {floor} % should");
    }
    Ok(())
}

/// Adds to a file what it does not have yet; a case is known by its manifest.
fn write(file: &Path, small: &[(Difference, String, String)], oracle: &mut Oracle) -> Result<usize> {
    let mut text = fs::read_to_string(file).unwrap_or_default();
    let mut added = 0;
    for (difference, id, yaml) in small {
        let known = serde_json::to_string(yaml)?;
        if text.contains(&known) {
            continue;
        }
        let answer = oracle.answer(id, yaml)?;
        let line = json!({"id": id, "difference": difference.to_string(), "yaml": yaml, "answer": answer});
        text.push_str(&line.to_string());
        text.push('\n');
        added += 1;
    }
    fs::write(file, text).with_context(|| file.display().to_string())?;
    Ok(added)
}
