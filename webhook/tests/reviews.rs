//! Reviews as data: `testdata/reviews/*.yaml` hold what is asked, and what has to be answered.
//!
//! A case has a `name`, the `request` as an API server sends it (without uid), and what podlint knows: the
//! file of a `cluster` (without one, nothing is known yet), the `mode` of the namespace, a `config`,
//! `allow-ignore`. The answer is as `expect` says: parts of the `denied` message, parts of each of the
//! `warnings`, the `findings` of the audit annotation. Nothing but what is listed may be said.
#![allow(missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use podlint_core::Document;
use podlint_core::config::Config;
use podlint_core::schedule::Builder;
use podlint_core::yaml::split;
use podlint_webhook::cluster::{self, Live};
use podlint_webhook::review::policy::{MODE_LABEL, Policy};
use podlint_webhook::review::{self, Bounds, OnFailure, Reviewer, examine};
use podlint_webhook::serve::body;
use prometheus_client::registry::Registry;
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    name: String,
    cluster: Option<String>,
    mode: Option<String>,
    #[serde(default)]
    config: String,
    #[serde(default)]
    allow_ignore: bool,
    request: Asked,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Asked {
    operation: String,
    /// `group/resource/subresource`, the group empty for the core.
    resource: String,
    object: Option<Value>,
    old_object: Option<Value>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Expect {
    #[serde(default)]
    denied: Vec<String>,
    #[serde(default)]
    warnings: Vec<Vec<String>>,
    findings: Option<String>,
}

const UID: &str = "0b4c1f0e-5d3c-4a53-8a68-0d6f1a9f2f11";
const NAMESPACE: &str = "shop";

fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata").join(path)
}

fn live(case: &Case) -> Arc<Live> {
    let metrics = cluster::Metrics::register(&mut Registry::default());
    let Some(file) = &case.cluster else { return Live::new(true, metrics) };
    let mut text = fs::read_to_string(testdata("clusters").join(file)).expect("a cluster");
    let labels = case.mode.iter().map(|mode| (MODE_LABEL.to_owned(), mode.clone()));
    let labels: BTreeMap<String, String> = labels.collect();
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}});
    text = format!("{text}\n---\n{namespace}\n");
    let mut builder = Builder::default();
    for chunk in split(&text) {
        assert_eq!(builder.read(&Document::of(&chunk)).problems, [], "{file}");
    }
    Live::fixed(builder.finish(), metrics)
}

fn router(case: &Case) -> Router {
    let config = Config::read(&case.config, &case.name).expect("a configuration");
    let policy = Policy::new(config, None, case.allow_ignore);
    let metrics = review::Metrics::register(&mut Registry::default());
    let bounds = Bounds { concurrency: 1, queue: 1 };
    let reviewer = Reviewer::new(examine::Rules, policy, live(case), OnFailure::Allow, bounds, metrics);
    review::router(Arc::new(reviewer), body::Reader::new(body::Limits::default()))
}

fn body(asked: &Asked) -> String {
    let mut resource = asked.resource.split('/');
    let mut part = || resource.next().unwrap_or_default();
    let (group, name, sub) = (part(), part(), part());
    let object = asked.object.as_ref().or(asked.old_object.as_ref());
    let request = json!({
        "uid": UID,
        "kind": {"group": group, "version": "v1", "kind": object.map_or(&Value::Null, |it| &it["kind"]).as_str().unwrap_or("Unknown")},
        "resource": {"group": group, "version": "v1", "resource": name},
        "subResource": sub,
        "name": "it",
        "namespace": NAMESPACE,
        "operation": asked.operation,
        "userInfo": {"username": "somebody"},
        "object": asked.object,
        "oldObject": asked.old_object,
        "dryRun": false,
        "options": null,
    });
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}).to_string()
}

async fn ask(router: Router, body: String) -> (StatusCode, Value) {
    let request = Request::post("/validate?timeout=5s").header(header::CONTENT_TYPE, "application/json");
    let response = router.oneshot(request.body(Body::from(body)).expect("a request")).await.expect("an answer");
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned().into()))
}

/// What differs from what is expected.
async fn wrong(case: &Case) -> Vec<String> {
    let (status, answer) = ask(router(case), body(&case.request)).await;
    let response = &answer["response"];
    let mut wrong = Vec::new();
    let mut check = |holds: bool, what: String| {
        if !holds {
            wrong.push(what);
        }
    };
    check(status == StatusCode::OK && response["uid"] == UID, format!("{status} {answer}"));
    let denied = !case.expect.denied.is_empty();
    check(response["allowed"] == !denied, format!("allowed is {}", response["allowed"]));
    let message = response["status"]["message"].as_str().unwrap_or_default();
    for part in &case.expect.denied {
        check(message.contains(part.as_str()), format!("`{part}` is not in the denial: {message}"));
    }
    let warnings: Vec<&str> = response["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    check(warnings.len() == case.expect.warnings.len(), format!("{} warnings: {warnings:#?}", warnings.len()));
    for (warning, parts) in warnings.iter().zip(&case.expect.warnings) {
        for part in parts {
            check(warning.contains(part.as_str()), format!("`{part}` is not in the warning: {warning}"));
        }
    }
    let findings = response["auditAnnotations"]["findings"].as_str();
    check(findings == case.expect.findings.as_deref(), format!("findings: {findings:?}"));
    wrong
}

#[tokio::test]
async fn reviews_are_answered_as_they_should_be() {
    let (mut cases, mut failed) = (0, Vec::new());
    let files = fs::read_dir(testdata("reviews")).expect("the folder is there");
    for file in files.map(|entry| entry.expect("an entry").path()) {
        let text = fs::read_to_string(&file).expect("a file");
        let read: Vec<Case> = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for case in read {
            cases += 1;
            let wrong = wrong(&case).await;
            failed.extend((!wrong.is_empty()).then(|| format!("{}: {}", case.name, wrong.join("\n  "))));
        }
    }
    println!("{cases} reviews");
    assert!(cases > 30, "only {cases} reviews");
    assert!(failed.is_empty(), "{} of {cases} reviews:\n{}", failed.len(), failed.join("\n"));
}
