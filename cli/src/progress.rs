//! The progress bar of long runs, on standard error.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter runs show none: it would only flicker.
const LONG: Duration = Duration::from_millis(500);

/// Shown once a run proves to be long, and only where someone can see it.
pub struct Progress {
    files: u64,
    done: u64,
    since: Instant,
    wanted: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// For a run over this many files.
    pub fn new(files: usize, quiet: bool) -> Self {
        let wanted = !quiet && std::io::stderr().is_terminal();
        Self { files: files as u64, done: 0, since: Instant::now(), wanted, bar: None }
    }

    /// One more file is done.
    pub fn file_done(&mut self) {
        self.done += 1;
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        } else if self.wanted && self.since.elapsed() >= LONG {
            let bar = ProgressBar::with_draw_target(Some(self.files), ProgressDrawTarget::stderr_with_hz(8));
            if let Ok(style) = ProgressStyle::with_template("checking {bar:30} {pos}/{len} files, {eta} left") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
    }

    /// Writes something that may go to the same terminal.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
