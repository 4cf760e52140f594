//! What is counted of certificates.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// The certificate of the TLS port.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// When the one that is served ends, in seconds of Unix time; 0 if there is none.
    pub not_after: Gauge,
    /// Times that a new one could not be had; each problem counts once.
    pub failures: Counter,
}

impl Metrics {
    /// The metrics, shown by `registry`.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register_with_unit(
            "certificate_not_after_timestamp",
            "When the certificate that is served expires",
            Unit::Seconds,
            metrics.not_after.clone(),
        );
        registry.register(
            "certificate_reload_failures",
            "Times that a new certificate could not be taken up, each problem once",
            metrics.failures.clone(),
        );
        metrics
    }
}
