//! The order in which the process ends: not ready, still serving; then no new connections, work finished;
//! then gone.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

/// The wish that the process ends, shared by all who have to know.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    drain: CancellationToken,
    stop: CancellationToken,
    abort: CancellationToken,
}

impl Shutdown {
    /// Nobody wishes it yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins the drain: readiness fails, requests are served on for the drain time.
    pub fn drain(&self) {
        self.drain.cancel();
    }

    /// Ends at once, whatever is at work.
    pub fn abort(&self) {
        self.drain.cancel();
        self.stop.cancel();
        self.abort.cancel();
    }

    /// Listens for SIGTERM and SIGINT from now on: the first one drains, the second one aborts.
    ///
    /// # Errors
    ///
    /// When the handlers cannot be installed.
    pub fn on_signals(&self) -> io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let shutdown = self.clone();
        tokio::spawn(async move {
            for end in [Self::drain, Self::abort] {
                let name = tokio::select! {
                    _ = terminate.recv() => "SIGTERM",
                    _ = interrupt.recv() => "SIGINT",
                };
                tracing::info!(signal = name, "ending");
                end(&shutdown);
            }
        });
        Ok(())
    }

    /// Whether the drain has begun.
    pub fn is_draining(&self) -> bool {
        self.drain.is_cancelled()
    }

    /// Waits for the drain to begin.
    pub fn draining(&self) -> WaitForCancellationFuture<'_> {
        self.drain.cancelled()
    }

    /// Waits for the end of the drain, when no connection is taken any more.
    pub(super) fn stopping(&self) -> WaitForCancellationFuture<'_> {
        self.stop.cancelled()
    }

    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    pub(super) fn aborted(&self) -> WaitForCancellationFuture<'_> {
        self.abort.cancelled()
    }
}
