//! What is known of the cluster.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// The metrics of the watched cluster.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// 1 once nodes, Pods and namespaces have been listed.
    pub synced: Gauge,
    objects: Family<KindLabels, Gauge>,
    age: Family<KindLabels, Gauge<f64, AtomicU64>>,
    errors: Family<KindLabels, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabels {
    kind: &'static str,
}

impl Metrics {
    /// The metrics, shown by `registry`.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register("cache_synced", "1 once nodes, Pods and namespaces are known", metrics.synced.clone());
        registry.register("cache_objects", "Objects known, by kind", metrics.objects.clone());
        registry.register(
            "cache_age_seconds",
            "Time since the watch of a kind was last known to work",
            metrics.age.clone(),
        );
        registry.register("cache_errors", "Failures of watches, by kind", metrics.errors.clone());
        metrics
    }

    /// Shown from the start: a rate needs a zero to begin with.
    pub(super) fn begin(&self, kind: &'static str) {
        self.set_objects(kind, 0);
        self.set_age(kind, 0.0);
        let _ = self.errors.get_or_create(&KindLabels { kind });
    }

    pub(super) fn set_objects(&self, kind: &'static str, count: usize) {
        self.objects.get_or_create(&KindLabels { kind }).set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub(super) fn set_age(&self, kind: &'static str, seconds: f64) {
        self.age.get_or_create(&KindLabels { kind }).set(seconds);
    }

    pub(super) fn error(&self, kind: &'static str) {
        self.errors.get_or_create(&KindLabels { kind }).inc();
    }
}
