//! The API server away, its watches broken, nodes gone, kinds that it does not have: the webhook keeps answering.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;
use tokio_rustls::TlsConnector;

use crate::files::mount;
use crate::kubernetes::Kubernetes;
use crate::process::Process;
use crate::support::{authority, leaf, trusting};

const NODES: &str = "/api/v1/nodes";
const SYNCED: &str = "podlint_cache_synced";

/// A folder with a certificate, and the trust in it.
fn certificate() -> (TempDir, TlsConnector) {
    let authority = authority();
    let folder = tempfile::tempdir().unwrap();
    mount(folder.path(), "one", &leaf(&authority));
    (folder, trusting(&authority, None))
}

fn node(name: &str, cpu: u32) -> Value {
    json!({"metadata": {"name": name}, "status": {"allocatable": {"cpu": cpu.to_string(), "pods": "110"}}})
}

fn of(metric: &str, kind: &str) -> String {
    format!("podlint_cache_{metric}{{kind=\"{kind}\"}}")
}

fn says_nothing(warnings: &[String]) -> bool {
    warnings.is_empty()
}

fn is_unschedulable(warnings: &[String]) -> bool {
    warnings.len() == 1 && warnings[0].ends_with("(unschedulable)")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_api_server_it_answers_from_what_it_has() {
    let (folder, trust) = certificate();
    let mut server = Kubernetes::start().await;
    server.go_away();
    let webhook = Process::of_cluster(folder.path(), server.address);
    webhook.ready().await;
    let unknown = "podlint does not know the cluster's nodes yet: whether one takes the Pods was not checked";
    assert_eq!(webhook.warnings(&trust, 2).await, [unknown]);
    webhook.metric_is(&of("errors_total", "Node"), |errors| errors >= 1.0).await;
    assert!(webhook.metric(SYNCED).await < 1.0);

    server.put(NODES, node("small", 4));
    server.come_back().await;
    webhook.metric_is(SYNCED, |synced| synced >= 1.0).await;
    assert_eq!(webhook.warnings(&trust, 2).await, [""; 0]);
    assert!(is_unschedulable(&webhook.warnings(&trust, 8).await));

    server.go_away();
    let errors = webhook.metric(&of("errors_total", "Node")).await;
    webhook.metric_is(&of("errors_total", "Node"), |now| now >= errors + 2.0).await;
    webhook.metric_is(&of("age_seconds", "Node"), |age| age >= 3.0).await;
    assert!(webhook.is_ready().await);
    assert_eq!(webhook.warnings(&trust, 2).await, [""; 0]);
    assert!(is_unschedulable(&webhook.warnings(&trust, 8).await));
    assert!(webhook.metric(SYNCED).await >= 1.0);

    // What has happened meanwhile is caught up with.
    server.delete(NODES, "small");
    server.put(NODES, node("large", 16));
    server.compact();
    server.come_back().await;
    webhook.warns(&trust, 8, says_nothing).await;
    webhook.metric_is(&of("age_seconds", "Node"), |age| age < 3.0).await;
    webhook.metric_is(&of("objects", "Node"), |nodes| (nodes - 1.0).abs() < f64::EPSILON).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_watches_are_taken_up_again_and_not_in_haste() {
    let (folder, trust) = certificate();
    let server = Kubernetes::start().await;
    server.put(NODES, node("one", 4));
    server.put(NODES, node("two", 4));
    let webhook = Process::of_cluster(folder.path(), server.address);
    webhook.ready().await;
    webhook.metric_is(SYNCED, |synced| synced >= 1.0).await;

    // Nodes go until there is none.
    server.delete(NODES, "one");
    webhook.metric_is(&of("objects", "Node"), |nodes| nodes < 2.0).await;
    server.break_watches();
    server.delete(NODES, "two");
    webhook.warns(&trust, 2, is_unschedulable).await;
    server.put(NODES, node("three", 8));
    webhook.warns(&trust, 8, says_nothing).await;

    // The server has forgotten where the watch was.
    server.put(NODES, node("four", 16));
    server.compact();
    server.break_watches();
    webhook.warns(&trust, 16, says_nothing).await;

    server.refuse("/", StatusCode::INTERNAL_SERVER_ERROR);
    server.break_watches();
    let before = server.asked();
    sleep(Duration::from_secs(5)).await;
    let after = server.asked();
    assert_eq!(after.len(), before.len());
    for (path, times) in after {
        let times = times - before[&path];
        // Twice as long before each: 0.8 seconds, 1.6, 3.2, give or take.
        assert!((1..=6).contains(&times), "{path} was asked {times} times");
    }
    assert!(webhook.is_ready().await);
    assert_eq!(webhook.warnings(&trust, 16).await, [""; 0]);
    server.delete(NODES, "four");
    server.refuse_nothing();
    webhook.warns(&trust, 16, is_unschedulable).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kinds_that_the_api_server_does_not_show_are_gone_without() {
    let (folder, trust) = certificate();
    let server = Kubernetes::start().await;
    server.put(NODES, node("one", 4));
    let (missing, forbidden) = ("/apis/resource.k8s.io/", "/apis/storage.k8s.io/v1/csistoragecapacities");
    server.refuse(missing, StatusCode::NOT_FOUND);
    server.refuse(forbidden, StatusCode::FORBIDDEN);
    let webhook = Process::of_cluster(folder.path(), server.address);
    webhook.ready().await;
    webhook.metric_is(SYNCED, |synced| synced >= 1.0).await;
    assert!(is_unschedulable(&webhook.warnings(&trust, 8).await));

    // They are asked for now and then, and count as no failure.
    let slices = format!("{missing}v1/resourceslices");
    server.asked_until(|asked| asked.get(&slices).is_some_and(|times| *times >= 3)).await;
    for kind in ["ResourceSlice", "ResourceClaim", "ResourceClaimTemplate", "DeviceClass", "CSIStorageCapacity"] {
        assert!(webhook.metric(&of("errors_total", kind)).await < 1.0, "{kind}");
        let told = webhook.log().lines().filter(|line| line.contains(&format!("\"kind\":\"{kind}\""))).count();
        assert_eq!(told, 1, "{kind} in\n{}", webhook.log());
    }
    // It is there after all.
    server.put(
        &slices,
        json!({"metadata": {"name": "devices"}, "spec": {"driver": "d", "pool": {
        "name": "p", "generation": 1, "resourceSliceCount": 1}}}),
    );
    server.refuse_nothing();
    webhook.metric_is(&of("objects", "ResourceSlice"), |slices| slices >= 1.0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kind_that_is_needed_is_never_gone_without() {
    let (folder, trust) = certificate();
    let server = Kubernetes::start().await;
    server.put(NODES, node("one", 4));
    server.refuse(NODES, StatusCode::FORBIDDEN);
    let webhook = Process::of_cluster(folder.path(), server.address);
    webhook.ready().await;
    webhook.metric_is(&of("errors_total", "Node"), |errors| errors >= 2.0).await;
    assert!(webhook.metric(SYNCED).await < 1.0);
    server.refuse_nothing();
    webhook.warns(&trust, 2, says_nothing).await;
}

/// Group and resource of what the chart lets the webhook list and watch in the whole cluster.
fn granted() -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../charts/podlint/templates/rbac.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let role = text.split("\n---\n").next().unwrap();
    // Without the template's own lines, and with a word for each expression, it is YAML.
    let lines = role.lines().filter(|line| !line.trim_start().starts_with("{{"));
    let text: String = lines
        .flat_map(|line| line.split_inclusive("}}").chain(["\n"]))
        .map(|part| part.split_once("{{").map_or(part.to_owned(), |(before, _)| format!("{before}x")))
        .collect();
    let role: Value = serde_yaml::from_str(&text).unwrap();
    assert_eq!(role["kind"], "ClusterRole");
    let mut granted = BTreeSet::new();
    for rule in role["rules"].as_array().unwrap() {
        if rule["verbs"] != json!(["list", "watch"]) {
            continue;
        }
        for group in rule["apiGroups"].as_array().unwrap() {
            let resources = rule["resources"].as_array().unwrap().iter();
            granted.extend(resources.map(|it| (group.as_str().unwrap().to_owned(), it.as_str().unwrap().to_owned())));
        }
    }
    granted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_chart_allows_what_is_watched_and_no_more() {
    let (folder, _) = certificate();
    let server = Kubernetes::start().await;
    let webhook = Process::of_cluster(folder.path(), server.address);
    webhook.ready().await;
    let granted = granted();
    assert!(granted.contains(&(String::new(), "nodes".to_owned())), "{granted:?}");
    // Each is listed, then watched.
    server.asked_until(|asked| asked.values().filter(|times| **times >= 2).count() >= granted.len()).await;
    let asked = server.asked().into_keys().map(|path| {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match parts[..] {
            ["api", "v1", resource] => (String::new(), resource.to_owned()),
            ["apis", group, "v1", resource] => (group.to_owned(), resource.to_owned()),
            _ => panic!("{path}"),
        }
    });
    assert_eq!(asked.collect::<BTreeSet<_>>(), granted);
}
