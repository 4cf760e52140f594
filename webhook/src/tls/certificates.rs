//! The certificate that is served now.

use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwapOption;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::metrics::Metrics;
use super::pair::Pair;

/// What new connections are answered with. Clones share it; it is replaced without disturbing a handshake.
#[derive(Clone, Debug)]
pub struct Certificates {
    current: Arc<ArcSwapOption<Pair>>,
    metrics: Metrics,
}

impl Certificates {
    /// Nothing yet: until the first certificate, handshakes are refused.
    pub fn new(metrics: Metrics) -> Self {
        Self { current: Arc::default(), metrics }
    }

    /// What is served now.
    pub fn current(&self) -> Option<Arc<Pair>> {
        self.current.load_full()
    }

    /// Serves `pair` from now on.
    pub fn install(&self, pair: Pair) {
        let not_after = pair.validity.not_after;
        let seconds = not_after.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        self.metrics.not_after.set(i64::try_from(seconds).unwrap_or(i64::MAX));
        tracing::info!(not_after_timestamp_seconds = seconds, "a new certificate is served");
        self.current.store(Some(Arc::new(pair)));
    }

    /// Says, once a problem, that a new certificate could not be had.
    pub(super) fn failed(&self, problem: &str) {
        self.metrics.failures.inc();
        let serving = if self.current.load().is_some() { "the last good one" } else { "none" };
        tracing::warn!(problem, serving, "no new certificate");
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current.load().as_ref().map(|pair| pair.key.clone())
    }
}
