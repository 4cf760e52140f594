//! What the listener counts.

use std::fmt::Write;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// The connections of the TLS port.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// Open now.
    pub connections: Gauge,
    /// Ended by the webhook, and why.
    pub refused: Family<RefusedLabels, Counter>,
}

/// The label of [`Metrics::refused`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RefusedLabels {
    /// Why.
    pub reason: Refused,
}

/// Why a connection was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refused {
    /// There was no place, and all others were at work.
    Full,
    /// It waited longest when another one needed its place.
    Evicted,
    /// TLS could not be agreed on.
    Handshake,
    /// It was too slow: the handshake, a request's head, or taking the answer.
    Slow,
}

impl EncodeLabelValue for Refused {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        encoder.write_str(match self {
            Self::Full => "full",
            Self::Evicted => "evicted",
            Self::Handshake => "handshake",
            Self::Slow => "slow",
        })
    }
}

impl Metrics {
    /// The metrics, shown by `registry`.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        // Shown from the start: a rate needs a zero to begin with.
        for reason in [Refused::Full, Refused::Evicted, Refused::Handshake, Refused::Slow] {
            let _ = metrics.refused.get_or_create(&RefusedLabels { reason });
        }
        registry.register("connections", "Open connections of the webhook's TLS port", metrics.connections.clone());
        registry.register(
            "connections_refused",
            "Connections that the webhook refused or ended, by reason",
            metrics.refused.clone(),
        );
        metrics
    }

    pub(super) fn refuse(&self, reason: Refused) {
        self.refused.get_or_create(&RefusedLabels { reason }).inc();
    }
}
