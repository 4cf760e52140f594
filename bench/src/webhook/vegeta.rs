//! vegeta, the load tool: many bodies in turn, at a rate that does not wait for answers.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::process::Webhook;
use crate::peer::from_go;

/// Its Go module.
const MODULE: &str = "github.com/tsenart/vegeta/v12";
/// Its version.
const VERSION: &str = "v12.12.0";
const CONNECTIONS: &str = "32";

/// A vegeta.
pub struct Vegeta(PathBuf);

/// How fast to ask.
#[derive(Clone, Copy, Debug)]
pub enum Rate {
    /// Reviews a second, each at its time, also where answers are late.
    Fixed(u32),
    /// The next review on a connection as soon as the last is answered.
    Most,
}

/// What came of an attack. Times are in seconds.
pub struct Result {
    /// Answers a second.
    pub rate: f64,
    /// Half of the answers came within.
    pub p50: f64,
    /// All but one in a hundred came within.
    pub p99: f64,
    /// The last came within.
    pub longest: f64,
    /// What a review cost the webhook, on all processors.
    pub cpu: f64,
}

impl Vegeta {
    /// Builds it from its Go module, unless an earlier run did.
    pub fn prepare(folder: &Path) -> anyhow::Result<Self> {
        from_go(MODULE, VERSION, "vegeta", folder).map(Self)
    }

    /// Asks for so many seconds. Every answer has to be 200.
    pub fn attack(&self, webhook: &Webhook, targets: &Path, rate: Rate, seconds: u32) -> anyhow::Result<Result> {
        let before = webhook.cpu()?;
        let mut command = Command::new(&self.0);
        command.args(["attack", "-format", "json", "-http2=false", "-max-body", "0"]);
        command.args(["-connections", CONNECTIONS, "-max-connections", CONNECTIONS]);
        command.arg("-targets").arg(targets).arg("-root-certs").arg(&webhook.authority);
        command.args(["-duration", &format!("{seconds}s"), "-workers", CONNECTIONS]);
        match rate {
            Rate::Fixed(rate) => command.args(["-rate", &format!("{rate}/1s")]),
            Rate::Most => command.args(["-rate", "0", "-max-workers", CONNECTIONS]),
        };
        let mut attack = command.stdout(Stdio::piped()).spawn().context("cannot start vegeta")?;
        let results = attack.stdout.take().context("vegeta gives no results")?;
        let mut report = Command::new(&self.0);
        let report = report.args(["report", "-type", "json"]).stdin(results).output().context("cannot start vegeta")?;
        ensure!(attack.wait().context("vegeta is lost")?.success(), "vegeta failed");
        let report: Value = serde_json::from_slice(&report.stdout).context("vegeta's report cannot be read")?;
        ensure!(report["success"] == 1.0, "not all reviews were answered: {}", report["errors"]);
        let number = |pointer: &str| {
            report.pointer(pointer).and_then(Value::as_f64).with_context(|| format!("vegeta does not say {pointer}"))
        };
        let time = |name: &str| number(&format!("/latencies/{name}")).map(|nanoseconds| nanoseconds / 1e9);
        Ok(Result {
            rate: number("/throughput")?,
            p50: time("50th")?,
            p99: time("99th")?,
            longest: time("max")?,
            cpu: (webhook.cpu()? - before) / number("/requests")?,
        })
    }
}
