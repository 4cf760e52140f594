//! The webhook under load: how fast it answers reviews over TLS, and what it takes.

mod api;
mod process;
mod reviews;
mod vegeta;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use podlint_bench::generate::cluster::Size;

use self::api::Api;
use self::process::Webhook;
use self::vegeta::{Rate, Vegeta};
use crate::podlint;
use crate::table::{Row, Table};

/// What the webhook knows while it is asked.
const CLUSTER: Size = Size { nodes: 1_000, pods: 10_000 };
const NOTHING: Size = Size { nodes: 0, pods: 0 };

/// Reviews a second of a long run.
const STEADY: u32 = 200;
/// How often a long run tells of itself.
const SAMPLE: Duration = Duration::from_secs(30);

/// How often the start is timed; the median is printed.
const STARTS: usize = 9;

/// The programs that take part, and where what they read is kept.
struct Stage {
    program: PathBuf,
    vegeta: Vegeta,
    folder: PathBuf,
}

impl Stage {
    fn prepare(program: Option<PathBuf>, build: &Path, folder: &Path) -> anyhow::Result<Self> {
        let program = program.map_or_else(|| podlint::built("podlint-webhook", build), Ok)?;
        let vegeta = Vegeta::prepare(folder)?;
        let folder = folder.join("webhook");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { program, vegeta, folder })
    }

    /// A webhook that knows the cluster of `api`, and what to ask it.
    fn start(&self, api: &Api) -> anyhow::Result<(Webhook, PathBuf)> {
        let webhook = Webhook::start(&self.program, &self.folder, api)?;
        webhook.knows("Pod", CLUSTER.pods)?;
        let targets = self.folder.join(format!("targets-{}.json", webhook.port()));
        reviews::write(&targets, &webhook.url())?;
        Ok((webhook, targets))
    }
}

/// Asks for so many minutes, at a steady rate and while the cluster changes, and says every half minute what the
/// webhook takes.
pub fn soak(minutes: u32, program: Option<PathBuf>, build: &Path, folder: &Path) -> anyhow::Result<()> {
    let stage = Stage::prepare(program, build, folder)?;
    let vegeta = &stage.vegeta;
    let api = Api::start(CLUSTER)?;
    let (webhook, targets) = stage.start(&api)?;
    api.churning.store(true, Ordering::Relaxed);
    let seconds = minutes * 60;
    println!("{STEADY} reviews/s for {minutes} minutes, while 20 Pods a second change");
    println!("{:>8}  {:>9}  {:>9}  {:>8}  {:>6}", "seconds", "memory", "largest", "CPU time", "failed");
    let attack = thread::scope(|scope| {
        let attack = scope.spawn(|| vegeta.attack(&webhook, &targets, Rate::Fixed(STEADY), seconds));
        let begin = Instant::now();
        while !attack.is_finished() {
            let memory = webhook.memory()?;
            let (cpu, failed) = (webhook.cpu()?, webhook.failed()?);
            let (now, most) = (memory.now / 1e6, memory.most / 1e6);
            println!("{:>8}  {now:>6.1} MB  {most:>6.1} MB  {cpu:>6.1} s  {failed:>6}", begin.elapsed().as_secs());
            thread::sleep(SAMPLE);
        }
        attack.join().map_err(|_| anyhow!("the attack broke off"))?
    })?;
    let failed = webhook.failed()?;
    println!(
        "{:.1} reviews/s; p50 {:.2} ms, p99 {:.2} ms, longest {:.1} ms; {failed} failed",
        attack.rate,
        attack.p50 * 1e3,
        attack.p99 * 1e3,
        attack.longest * 1e3
    );
    ensure!(failed == 0, "{failed} reviews failed");
    Ok(())
}

/// Adds the rows of the webhook.
pub fn rows(table: &mut Table, program: Option<PathBuf>, build: &Path, folder: &Path) -> anyhow::Result<()> {
    let stage = Stage::prepare(program, build, folder)?;
    let Stage { program, vegeta, folder } = &stage;

    table.title("The webhook, with an empty cluster".to_owned());
    let empty = Api::start(NOTHING)?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(Webhook::start(program, folder, &empty)?.started.as_secs_f64());
    }
    starts.sort_by(f64::total_cmp);
    let median = starts.get(STARTS / 2).copied().unwrap_or_default();
    table.row(Row::single("start to ready", median, None).at_most_seconds(0.3));

    table.title(format!("The webhook, with {} nodes and {} Pods", CLUSTER.nodes, CLUSTER.pods));
    let api = Api::start(CLUSTER)?;
    let (webhook, targets) = stage.start(&api)?;
    table.row(Row::held("memory once all is known", webhook.memory()?.now).below_bytes(100_000_000));
    // Warms up both, and is not told.
    vegeta.attack(&webhook, &targets, Rate::Most, 3)?;

    let most = vegeta.attack(&webhook, &targets, Rate::Most, 10)?;
    table.row(Row::number("reviews/s, 32 connections busy", most.rate).at_least_number(2_000.0));
    table.row(Row::single("  p50", most.p50, None));
    table.row(Row::single("  p99", most.p99, None));
    table.row(Row::single("  CPU time of a review", most.cpu, None));
    for (name, churning) in [("at 2000/s", false), ("at 2000/s, 20 changes/s", true)] {
        api.churning.store(churning, Ordering::Relaxed);
        let many = vegeta.attack(&webhook, &targets, Rate::Fixed(2_000), 10)?;
        table.row(Row::number(&format!("{name}: reviews/s"), many.rate).at_least_number(1_990.0));
        table.row(Row::single("  p50", many.p50, None));
        table.row(Row::single("  p99", many.p99, None).at_most_seconds(0.010));
    }
    for (name, churning) in [("at 500/s", false), ("at 500/s, 20 changes/s", true)] {
        api.churning.store(churning, Ordering::Relaxed);
        let few = vegeta.attack(&webhook, &targets, Rate::Fixed(500), 10)?;
        table.row(Row::single(&format!("{name}: p50"), few.p50, None).at_most_seconds(0.001));
        table.row(Row::single("  p99", few.p99, None).at_most_seconds(0.003));
        table.row(Row::single("  longest", few.longest, None));
    }
    let memory = webhook.memory()?;
    table.row(Row::held("memory after all of this", memory.now).below_bytes(100_000_000));
    table.row(Row::held("  at its largest", memory.most).below_bytes(100_000_000));
    let failed = webhook.failed()?;
    ensure!(failed == 0, "{failed} reviews failed");
    Ok(())
}
