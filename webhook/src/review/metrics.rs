//! What reviews count.

use std::sync::atomic::AtomicU64;

use podlint_core::config::Action;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Seconds: from what nobody notices to the longest that the API server waits.
const SECONDS: [f64; 13] = [0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

type Histograms = Family<KindLabels, Histogram, fn() -> Histogram>;

/// The metrics of reviews.
#[derive(Clone, Debug)]
pub struct Metrics {
    reviews: Family<ReviewLabels, Counter>,
    findings: Family<FindingLabels, Counter>,
    duration: Histograms,
    /// At work or waiting.
    pub in_flight: Gauge,
    refused: Family<RefusedLabels, Counter>,
    /// Reviews that ended in an error of podlint's own.
    pub panics: Counter<u64, AtomicU64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReviewLabels {
    verdict: &'static str,
    kind: String,
    operation: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FindingLabels {
    rule: &'static str,
    kind: String,
    action: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabels {
    kind: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusedLabels {
    reason: &'static str,
}

/// The kinds that have a label of their own: a client must not be able to make more.
const KINDS: [&str; 9] = [
    "Pod",
    "PodTemplate",
    "ReplicationController",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
];
const OPERATIONS: [&str; 4] = ["CREATE", "UPDATE", "DELETE", "CONNECT"];

fn known(word: &str, words: &[&str]) -> String {
    words.iter().find(|it| **it == word).map_or("other", |it| it).to_owned()
}

impl Metrics {
    /// The metrics, shown by `registry`.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            reviews: Family::default(),
            findings: Family::default(),
            duration: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            in_flight: Gauge::default(),
            refused: Family::default(),
            panics: Counter::default(),
        };
        // Shown from the start: a rate needs a zero to begin with.
        for reason in ["unreadable", "version", "no_request", "content_type", "too_large", "too_slow", "overload"] {
            let _ = metrics.refused.get_or_create(&RefusedLabels { reason });
        }
        registry.register("reviews", "Reviews by verdict, kind and operation", metrics.reviews.clone());
        registry.register("findings", "Findings by rule, kind and what was done about them", metrics.findings.clone());
        registry.register("review_duration_seconds", "How long reviews took, by kind", metrics.duration.clone());
        registry.register("reviews_in_flight", "Reviews at work or waiting for their turn", metrics.in_flight.clone());
        registry.register(
            "requests_refused",
            "Requests that were no review, or more than could be taken, by reason",
            metrics.refused.clone(),
        );
        registry.register("panics", "Reviews that ended in an error of podlint's own", metrics.panics.clone());
        metrics
    }

    /// A request got no review.
    pub fn refuse(&self, reason: &'static str) {
        self.refused.get_or_create(&RefusedLabels { reason }).inc();
    }

    /// A review has ended.
    pub fn review(&self, verdict: &'static str, kind: &str, operation: &str, seconds: f64) {
        let kind = known(kind, &KINDS);
        self.duration.get_or_create(&KindLabels { kind: kind.clone() }).observe(seconds);
        let operation = known(operation, &OPERATIONS);
        self.reviews.get_or_create(&ReviewLabels { verdict, kind, operation }).inc();
    }

    /// Something was found.
    pub fn finding(&self, rule: &'static str, kind: &str, action: Action) {
        let action = match action {
            Action::Off => return,
            Action::Audit => "audit",
            Action::Warn => "warn",
            Action::Deny => "deny",
        };
        self.findings.get_or_create(&FindingLabels { rule, kind: known(kind, &KINDS), action }).inc();
    }
}
