//! The chart's dashboard and alerts ask only for metrics that the webhook has, by labels that they carry. That
//! Prometheus can read them at all is told by its own tool, in `.ci/chart`.

use std::collections::BTreeSet;
use std::path::Path;

/// The webhook's metrics as Prometheus names them, with their own labels.
const METRICS: [(&str, &[&str]); 14] = [
    ("podlint_cache_age_seconds", &["kind"]),
    ("podlint_cache_errors_total", &["kind"]),
    ("podlint_cache_objects", &["kind"]),
    ("podlint_cache_synced", &[]),
    ("podlint_certificate_not_after_timestamp_seconds", &[]),
    ("podlint_certificate_reload_failures_total", &[]),
    ("podlint_connections", &[]),
    ("podlint_connections_refused_total", &["reason"]),
    ("podlint_findings_total", &["rule", "kind", "action"]),
    ("podlint_panics_total", &[]),
    ("podlint_requests_refused_total", &["reason"]),
    ("podlint_review_duration_seconds_bucket", &["kind", "le"]),
    ("podlint_reviews_in_flight", &[]),
    ("podlint_reviews_total", &["verdict", "kind", "operation"]),
];

/// The API server's own count of what it let pass (k8s.io/apiserver pkg/admission/metrics/metrics.go, 1.37).
const FAIL_OPEN: (&str, &[&str]) = ("apiserver_admission_webhook_fail_open_count", &["name", "type"]);

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
fn metrics(question: &str) -> impl Iterator<Item = &str> {
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

/// Holds every question against the metrics, and returns those it asks for.
fn asked(questions: &[String]) -> BTreeSet<&str> {
    let mut all = BTreeSet::new();
    for question in questions {
        let mut names = metrics(question).peekable();
        assert!(names.peek().is_some(), "{question} asks for nothing");
        for name in names {
            let known = METRICS.iter().chain([&FAIL_OPEN]).find(|(known, _)| *known == name);
            let (_, own) = known.unwrap_or_else(|| panic!("{question}: there is no metric {name}"));
            for label in labels(question) {
                assert!(own.contains(&label) || TARGET.contains(&label), "{question}: {name} has no label {label}");
            }
            all.insert(name);
        }
    }
    all
}

#[test]
fn the_dashboard_shows_every_metric_and_no_other() {
    let all: BTreeSet<&str> = METRICS.iter().chain([&FAIL_OPEN]).map(|(name, _)| *name).collect();
    assert_eq!(asked(&dashboard()), all);
}

#[test]
fn alerts_ask_for_what_there_is() {
    let alerts = alerts();
    let asked = asked(&alerts);
    for needed in ["podlint_cache_synced", "podlint_certificate_not_after_timestamp_seconds", "podlint_panics_total"] {
        assert!(asked.contains(needed), "no alert asks for {needed}");
    }
}
