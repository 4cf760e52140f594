//! What a process used: wall time, CPU time and peak memory of the whole of it.
//!
//! The system adds up what all children of a process used. So that each run is seen by itself, the
//! harness starts a copy of itself for it, which starts the one program and reports. The copy also
//! is small, which matters: Linux counts the memory of the parent at the start of a child as the
//! child's.

use std::env;
use std::ffi::OsString;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// The first argument of a copy that runs one program.
const WRAPPER: &str = "--run-and-measure";

/// The first argument of a copy that only keeps threads busy.
const SPIN: &str = "--spin";

/// A program with its arguments.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// A program without arguments.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), arguments: Vec::new() }
    }

    /// A copy of this program that does the same work whatever the threads, shared among them: what
    /// more threads can gain on this machine now.
    pub fn spin(threads: usize) -> anyhow::Result<Self> {
        let program = env::current_exe().context("cannot find this program")?;
        Ok(Self::new(&program).arg(SPIN).arg(threads.to_string()))
    }

    /// The same with one more argument.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Runs it, and gives its exit status and what it wrote to standard output.
    pub fn output(&self) -> anyhow::Result<(Option<i32>, String)> {
        let output = Command::new(&self.path)
            .args(&self.arguments)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot start {}", self.path.display()))?;
        Ok((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
    }

    /// Runs it once, by itself, and measures. It has to find nothing.
    fn measure(&self) -> anyhow::Result<Used> {
        let wrapper = env::current_exe().context("cannot find this program")?;
        let output = Command::new(wrapper)
            .arg(WRAPPER)
            .arg(&self.path)
            .args(&self.arguments)
            .stderr(Stdio::inherit())
            .output()
            .context("cannot start a copy of this program")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        match numbers.as_slice() {
            &[wall, cpu, memory] => Ok(Used { wall, cpu, memory }),
            _ => bail!("{} could not be measured", self.path.display()),
        }
    }
}

/// What one run used.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    wall: f64,
    cpu: f64,
    memory: f64,
}

impl Used {
    /// Seconds from start to end.
    pub const fn wall(&self) -> f64 {
        self.wall
    }

    /// Seconds of all processors, for the program and for the system on its behalf.
    pub const fn cpu(&self) -> f64 {
        self.cpu
    }

    /// Bytes of memory at its largest.
    pub const fn memory(&self) -> f64 {
        self.memory
    }
}

/// Runs the programs in turn, so that what disturbs the machine disturbs all of them; the first
/// round only warms up.
pub fn alternate(runs: usize, programs: &[Program]) -> anyhow::Result<Vec<Vec<Used>>> {
    let mut results = vec![Vec::with_capacity(runs); programs.len()];
    for round in 0..=runs {
        for (program, results) in programs.iter().zip(&mut results) {
            let used = program.measure()?;
            if round > 0 {
                results.push(used);
            }
        }
    }
    Ok(results)
}

/// The median of one measure.
pub fn median(runs: &[Used], measure: impl Fn(&Used) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(measure).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle).copied().unwrap_or_default();
    if values.len() % 2 == 1 {
        return upper;
    }
    let lower = middle.checked_sub(1).and_then(|at| values.get(at).copied()).unwrap_or(upper);
    f64::midpoint(lower, upper)
}

/// The least of one measure: the run that was disturbed least.
pub fn best(runs: &[Used], measure: impl Fn(&Used) -> f64) -> f64 {
    runs.iter().map(measure).fold(f64::INFINITY, f64::min)
}

/// Where the build puts its results: two levels above this program.
pub fn build_folder() -> anyhow::Result<PathBuf> {
    let program = env::current_exe().context("cannot find this program")?;
    let folder = program.parent().and_then(Path::parent).context("this program is not in a build folder")?;
    Ok(folder.to_owned())
}

/// Does the work of a copy, where this process is one.
pub fn copy() -> Option<anyhow::Result<()>> {
    let first = env::args_os().nth(1)?;
    if first == WRAPPER {
        return Some(wrap());
    }
    (first == SPIN).then(spin)
}

/// Counts, on as many threads as the arguments say.
#[allow(clippy::unnecessary_wraps, reason = "as the other work of a copy")]
fn spin() -> anyhow::Result<()> {
    const ROUNDS: u64 = 100_000_000;
    let threads = env::args().nth(2).and_then(|threads| threads.parse().ok()).unwrap_or(1_u64).max(1);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..ROUNDS / threads).fold(0, |sum, number| black_box(sum ^ number)));
        }
    });
    Ok(())
}

/// Runs the program that the arguments name and prints seconds of wall time, seconds of CPU time
/// and bytes of peak memory.
fn wrap() -> anyhow::Result<()> {
    let mut arguments = env::args_os().skip(2);
    let path = arguments.next().context("no program is named")?;
    let start = Instant::now();
    let status = Command::new(&path)
        .args(arguments)
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {}", path.display()))?;
    let wall = start.elapsed();
    if !status.success() {
        bail!("{} ended with {status}", path.display());
    }
    let (cpu, memory) = children()?;
    println!("{} {} {memory}", wall.as_secs_f64(), cpu.as_secs_f64());
    Ok(())
}

/// CPU time and peak memory of the one child.
#[cfg(unix)]
fn children() -> anyhow::Result<(Duration, i64)> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("the system does not say what a process used")?;
    let duration = |time: TimeVal| {
        let micros = time.tv_sec() * 1_000_000 + time.tv_usec();
        Duration::from_micros(u64::try_from(micros).unwrap_or_default())
    };
    // Linux counts in KiB, macOS in bytes.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    Ok((duration(usage.user_time()) + duration(usage.system_time()), usage.max_rss() * unit))
}

#[cfg(not(unix))]
fn children() -> anyhow::Result<(Duration, i64)> {
    bail!("measuring processes needs Linux or macOS")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(values: &[f64]) -> Vec<Used> {
        values.iter().map(|&wall| Used { wall, cpu: 0.0, memory: 0.0 }).collect()
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "halves are exact")]
    fn medians() {
        assert_eq!(median(&runs(&[3.0, 1.0, 2.0]), Used::wall), 2.0);
        assert_eq!(median(&runs(&[4.0, 1.0, 2.0, 3.0]), Used::wall), 2.5);
        assert_eq!(median(&[], Used::wall), 0.0);
    }
}
