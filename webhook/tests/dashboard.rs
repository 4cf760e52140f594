//! The chart's dashboard and alerts ask only for metrics that the webhook has, by labels that they carry. That
//! Prometheus can read them at all is told by its own tool, in `.ci/chart`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use podlint_core::config::Action;
use podlint_webhook::cluster::{self, Live};
use podlint_webhook::{review, serve, tls};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

/// The API server's own count of what it let pass (k8s.io/apiserver pkg/admission/metrics/metrics.go, 1.37).
const FAIL_OPEN: (&str, [&str; 2]) = ("apiserver_admission_webhook_fail_open_count", ["name", "type"]);

/// Labels that Prometheus adds to every metric of a Pod.
const TARGET: [&str; 2] = ["namespace", "pod"];

fn chart(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../charts/podlint").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The questions of every panel.
fn dashboard() -> Vec<String> {
    let dashboard: serde_json::Value = serde_json::from_str(&chart("dashboards/podlint.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    targets.map(|target| target["expr"].as_str().expect("an expression").to_owned()).collect()
}

/// The questions of every alert.
fn alerts() -> Vec<String> {
    let alerts: serde_json::Value = serde_yaml::from_str(&chart("alerts/podlint.yaml")).expect("YAML");
    let rules = alerts["groups"][0]["rules"].as_array().expect("rules");
    rules.iter().map(|rule| rule["expr"].as_str().expect("an expression").to_owned()).collect()
}

/// The words of a question that name a metric.
fn names(question: &str) -> impl Iterator<Item = &str> {
    let words = question.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    words.filter(|word| word.starts_with("podlint_") || word.starts_with("apiserver_"))
}

/// The labels of a question: in braces before `=`, and after `by`.
fn labels(question: &str) -> impl Iterator<Item = &str> {
    let between = |open: &'static str, close: char| {
        question.split(open).skip(1).filter_map(move |rest| rest.split(close).next()).flat_map(|it| it.split(','))
    };
    let matched = between("{", '}').map(|it| it.split(['=', '!']).next().unwrap_or(it));
    matched.chain(between("by (", ')')).map(str::trim)
}

/// Names of metrics, and their own labels.
type Metrics = BTreeMap<String, BTreeSet<String>>;

/// The webhook's metrics as it shows them: each has a sample.
fn webhook() -> Metrics {
    let mut registry = Registry::with_prefix("podlint");
    serve::Metrics::register(&mut registry);
    tls::Metrics::register(&mut registry);
    let live = Live::new(true, cluster::Metrics::register(&mut registry));
    let nowhere = kube::Config::new("http://127.0.0.1:1".parse().expect("an address"));
    cluster::follow(&kube::Client::try_from(nowhere).expect("a client"), &live);
    let reviews = review::Metrics::register(&mut registry);
    reviews.review("allowed", "Pod", "CREATE", 0.001);
    reviews.finding("unschedulable", "Pod", Action::Warn);
    let mut page = String::new();
    encode(&mut page, &registry).expect("metrics");

    let mut metrics = Metrics::new();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (name, rest) = line.split_at(line.find(['{', ' ']).expect("a sample"));
        let labels = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or("", |(labels, _)| labels);
        let labels = labels.split(',').filter_map(|label| label.split_once('=')).map(|(label, _)| label.to_owned());
        metrics.entry(name.to_owned()).or_default().extend(labels);
    }
    // A histogram is asked by its buckets.
    metrics.retain(|name, _| !name.ends_with("_sum") && !name.ends_with("_count"));
    metrics
}

/// Those of the webhook and of the API server.
fn known() -> Metrics {
    let mut metrics = webhook();
    metrics.insert(FAIL_OPEN.0.to_owned(), FAIL_OPEN.1.map(str::to_owned).into());
    metrics
}

/// Holds every question against the metrics, and returns those it asks for.
fn asked<'q>(questions: &'q [String], metrics: &Metrics) -> BTreeSet<&'q str> {
    let mut all = BTreeSet::new();
    for question in questions {
        let mut names = names(question).peekable();
        assert!(names.peek().is_some(), "{question} asks for nothing");
        for name in names {
            let own = metrics.get(name).unwrap_or_else(|| panic!("{question}: there is no metric {name}"));
            for label in labels(question) {
                assert!(own.contains(label) || TARGET.contains(&label), "{question}: {name} has no label {label}");
            }
            all.insert(name);
        }
    }
    all
}

#[tokio::test]
async fn the_dashboard_shows_every_metric_and_no_other() {
    let known = known();
    assert_eq!(asked(&dashboard(), &known), known.keys().map(String::as_str).collect());
}

#[tokio::test]
async fn alerts_ask_for_what_there_is() {
    let alerts = alerts();
    let asked = asked(&alerts, &known());
    for needed in ["podlint_cache_synced", "podlint_certificate_not_after_timestamp_seconds", "podlint_panics_total"] {
        assert!(asked.contains(needed), "no alert asks for {needed}");
    }
}
