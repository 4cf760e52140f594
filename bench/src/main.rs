//! Runs podlint and kubeconform side by side on the same input, and podlint's scheduling beside the
//! scheduler's own filters, and prints how they compare.
//!
//! `README.md` says what each figure means.

#![forbid(unsafe_code)]

mod input;
mod measure;
mod peer;
mod podlint;
mod rules;
mod scheduling;
mod table;
mod webhook;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Parser;
use podlint_bench::generate::STREAM;

use crate::input::Inputs;
use crate::measure::{Program, Used, alternate, best, median};
use crate::peer::Kubeconform;
use crate::podlint::Podlint;
use crate::table::{Row, Table};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs podlint and kubeconform side by side and prints how they compare
#[derive(Parser, Debug)]
#[command(name = "podlint-bench", version)]
struct Args {
    /// How often each is run; the medians are printed
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,

    /// Measure this podlint instead of building the one of this workspace
    #[arg(long, value_name = "PATH")]
    podlint: Option<PathBuf>,

    /// Where input, kubeconform and its schemas are kept [default: the folder `bench` beside the
    /// build]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,

    /// Leave kubeconform out
    #[arg(long)]
    alone: bool,

    /// Only the figures of one part
    #[arg(long, value_name = "PART")]
    only: Option<Part>,

    /// Measure this podlint-webhook instead of building the one of this workspace
    #[arg(long, value_name = "PATH")]
    webhook_program: Option<PathBuf>,

    /// Only ask the webhook, at a steady rate and for so many minutes, and tell what it takes
    #[arg(long, value_name = "MINUTES")]
    soak: Option<u32>,
}

/// A part of the figures.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    /// What the API server's own rules cost
    Rules,
    /// Scheduling, beside the scheduler's own filters
    Scheduling,
    /// The webhook under load
    Webhook,
}

/// Object counts over which the time per object has to stay level.
const LEVELS: [usize; 4] = [100, 1_000, 10_000, 100_000];

/// One Pod is over in milliseconds, so that it takes many runs to tell its time.
const POD_RUNS: usize = 10;

/// Two threads are told from one by the wall clock, which other work on the machine disturbs.
const THREAD_RUNS: usize = 5;

/// Threads that only count must gain this much from a second one, or the machine is too busy to tell
/// anything.
const IDLE: f64 = 1.85;

fn main() -> anyhow::Result<()> {
    if let Some(result) = measure::copy() {
        return result;
    }
    let args = Args::parse();
    let build = measure::build_folder()?;
    let folder = args.folder.unwrap_or_else(|| build.join("bench"));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;

    if args.only == Some(Part::Webhook) {
        return reviews(args.webhook_program, &build, &folder);
    }
    if let Some(minutes) = args.soak {
        return webhook::soak(minutes, args.webhook_program, &build, &folder);
    }
    let podlint = Podlint::find(args.podlint, &build)?;
    if args.only == Some(Part::Scheduling) {
        let mut table = Table::new(Some("scheduler"));
        scheduling::rows(&mut table, usize::from(args.runs), &podlint, &folder)?;
        print!("{table}");
        return Ok(());
    }
    let inputs = Inputs::write(&folder)?;
    if args.only == Some(Part::Rules) {
        let mut table = Table::new(None);
        rules::rows(&mut table, &inputs.stream)?;
        print!("{table}");
        return Ok(());
    }
    let peer = if args.alone {
        None
    } else {
        Kubeconform::prepare(&folder).inspect_err(|error| println!("kubeconform is left out: {error:#}\n")).ok()
    };
    podlint.verify(&inputs)?;
    if let Some(peer) = &peer {
        peer.verify(&inputs)?;
    }

    let runs = usize::from(args.runs);
    let mut table = Table::new(peer.as_ref().map(|_| "kubeconform"));
    stream(&mut table, runs, &podlint, peer.as_ref(), &inputs)?;
    rules::rows(&mut table, &inputs.stream)?;
    files(&mut table, runs, &podlint, peer.as_ref(), &inputs)?;
    pod(&mut table, runs * POD_RUNS, &podlint, peer.as_ref(), &inputs)?;
    levels(&mut table, runs.div_ceil(2), &podlint, &inputs)?;
    print!("{table}");

    let mut table = Table::new(Some("scheduler"));
    scheduling::rows(&mut table, runs, &podlint, &folder)?;
    print!("{table}");
    reviews(args.webhook_program, &build, &folder)
}

fn reviews(program: Option<PathBuf>, build: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut table = Table::new(None);
    webhook::rows(&mut table, program, build, folder)?;
    print!("{table}");
    Ok(())
}

/// Runs podlint and, where it is there, its peer: what each run used.
fn race(runs: usize, podlint: Program, peer: Option<Program>) -> anyhow::Result<(Vec<Used>, Option<Vec<Used>>)> {
    let programs: Vec<Program> = std::iter::once(podlint).chain(peer).collect();
    let mut results = alternate(runs, &programs)?.into_iter();
    Ok((results.next().unwrap_or_default(), results.next()))
}

fn stream(
    table: &mut Table,
    runs: usize,
    podlint: &Podlint,
    peer: Option<&Kubeconform>,
    inputs: &Inputs,
) -> anyhow::Result<()> {
    let path = &inputs.stream;
    let (ours, theirs) = race(runs, podlint.on(path, 2), peer.map(|peer| peer.on(path)))?;
    let theirs = theirs.as_deref();
    table.title(format!("A stream of {STREAM} objects, {}", table::megabytes(inputs.stream_bytes)));
    table.row(Row::seconds("CPU time", &ours, theirs, Used::cpu).at_most_share(8.0));
    table.row(Row::bytes("peak memory", &ours, theirs).below_bytes(40_000_000));
    table.row(Row::seconds("wall time", &ours, theirs, Used::wall));

    let programs = [podlint.on(path, 1), podlint.on(path, 2), Program::spin(1)?, Program::spin(2)?];
    let results = alternate(runs * THREAD_RUNS, &programs)?;
    let [one, two, one_spins, two_spin] = results.as_slice() else { return Ok(()) };
    let machine = median(one_spins, Used::wall) / median(two_spin, Used::wall);
    let gain = Row::factor("two threads against one", median(one, Used::wall) / median(two, Used::wall));
    table.row(if machine < IDLE { gain.untold("other work has the cores") } else { gain.at_least(1.7) });
    table.row(Row::factor("  what the machine gives now", machine));
    table.row(Row::factor("  best run of each", best(one, Used::wall) / best(two, Used::wall)));
    table.row(Row::factor("  CPU time of two against one", median(two, Used::cpu) / median(one, Used::cpu)));
    Ok(())
}

fn files(
    table: &mut Table,
    runs: usize,
    podlint: &Podlint,
    peer: Option<&Kubeconform>,
    inputs: &Inputs,
) -> anyhow::Result<()> {
    let path = &inputs.files;
    let (ours, theirs) = race(runs, podlint.on(path, 2), peer.map(|peer| peer.on(path)))?;
    let theirs = theirs.as_deref();
    table.title(format!("The same objects in {STREAM} files"));
    table.row(Row::seconds("CPU time", &ours, theirs, Used::cpu));
    table.row(Row::bytes("peak memory", &ours, theirs));
    table.row(Row::seconds("wall time", &ours, theirs, Used::wall));
    Ok(())
}

fn pod(
    table: &mut Table,
    runs: usize,
    podlint: &Podlint,
    peer: Option<&Kubeconform>,
    inputs: &Inputs,
) -> anyhow::Result<()> {
    let path = &inputs.pod;
    let (ours, theirs) = race(runs, podlint.on(path, 2), peer.map(|peer| peer.on(path)))?;
    let theirs = theirs.as_deref();
    table.title("One Pod, from start to end".to_owned());
    table.row(Row::seconds("wall time", &ours, theirs, Used::wall).at_most_seconds(0.005));
    table.row(Row::seconds("CPU time", &ours, theirs, Used::cpu));
    table.row(Row::bytes("peak memory", &ours, theirs).below_bytes(12_000_000));
    Ok(())
}

/// The time of a run over one Pod is start-up, and is taken off.
fn levels(table: &mut Table, runs: usize, podlint: &Podlint, inputs: &Inputs) -> anyhow::Result<()> {
    table.title("Time per object (CPU, one thread, start-up taken off)".to_owned());
    let mut each = Vec::new();
    for count in LEVELS {
        // Short runs need to be many for the same certainty.
        let runs = if count < 10_000 { runs * POD_RUNS } else { runs };
        let programs = [podlint.on(&inputs.pod, 1), podlint.on(&inputs.level(count)?, 1)];
        let results = alternate(runs, &programs)?;
        let [start, used] = results.as_slice() else { continue };
        #[allow(clippy::cast_precision_loss, reason = "counts of objects are small")]
        let time = ((median(used, Used::cpu) - median(start, Used::cpu)) / count as f64).max(0.0);
        each.push(time);
        table.row(Row::plain(&format!("{count} objects"), format!("{:.1} µs", time * 1e6), median(used, Used::memory)));
    }
    if let (Some(first), Some(last)) = (each.first(), each.last()) {
        table.row(Row::factor("the most against the fewest", last / first).at_most(1.2));
    }
    Ok(())
}
