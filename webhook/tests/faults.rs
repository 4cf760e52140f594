//! Bodies that are no reviews: each has its answer, is counted, and leaves the next review alone.
#![allow(missing_docs)]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use podlint_webhook::cluster::{self, Live};
use podlint_webhook::review::policy::Policy;
use podlint_webhook::review::{self, Bounds, OnFailure, Reviewer};
use podlint_webhook::serve::body;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde_json::{Value, json};
use tower::ServiceExt;

struct Webhook {
    router: Router,
    registry: Registry,
}

impl Webhook {
    fn new() -> Self {
        let mut registry = Registry::with_prefix("podlint");
        let live = Live::new(false, cluster::Metrics::register(&mut registry));
        let metrics = review::Metrics::register(&mut registry);
        let bounds = Bounds { concurrency: 1, queue: 1 };
        let reviewer = Reviewer::new(Policy::default(), live, OnFailure::Allow, bounds, metrics);
        let bodies = body::Reader::new(body::Limits { bytes: 1 << 20, ..body::Limits::default() });
        Self { router: review::router(Arc::new(reviewer), bodies), registry }
    }

    async fn post(&self, content_type: &str, body: impl Into<Body>) -> (StatusCode, String) {
        let request = Request::post("/validate").header(header::CONTENT_TYPE, content_type);
        let request = request.body(body.into()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, String::from_utf8(body.to_vec()).expect("text"))
    }

    fn refused(&self, reason: &str) -> bool {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("metrics");
        text.contains(&format!("podlint_requests_refused_total{{reason=\"{reason}\"}} 1\n"))
    }
}

/// A review of a Pod with this image.
fn review(image: &str) -> Value {
    let object = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web"},
        "spec": {"containers": [{"name": "web", "image": image}]},
    });
    json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "u",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "operation": "CREATE",
            "object": object,
        },
    })
}

async fn is_well(webhook: &Webhook) {
    let (status, answer) = webhook.post("application/json", review("web:1.0").to_string()).await;
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!((status, &answer["response"]), (StatusCode::OK, &json!({"uid": "u", "allowed": true})));
}

#[tokio::test]
async fn what_is_no_review_is_refused_with_a_reason() {
    let mut version = review("web:1.0");
    version["apiVersion"] = json!("admission.k8s.io/v1beta1");
    let mut empty = review("web:1.0");
    empty.as_object_mut().expect("an object").remove("request");
    let json = "application/json";
    let cases = [
        (json, "no JSON".to_owned(), "unreadable", "the body is no AdmissionReview"),
        (json, "[]".to_owned(), "unreadable", "the body is no AdmissionReview"),
        (json, String::new(), "unreadable", "the body is no AdmissionReview"),
        (json, version.to_string(), "version", "wanted is AdmissionReview of \"admission.k8s.io/v1\""),
        (json, empty.to_string(), "no_request", "the AdmissionReview has no request"),
        ("text/plain", review("web:1.0").to_string(), "content_type", "application/json"),
    ];
    for (content_type, body, reason, words) in cases {
        let webhook = Webhook::new();
        let (status, answer) = webhook.post(content_type, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{reason}");
        assert!(answer.contains(words), "{reason}: {answer}");
        assert!(webhook.refused(reason), "{reason} is not counted");
        is_well(&webhook).await;
    }
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused() {
    let webhook = Webhook::new();
    let (status, answer) = webhook.post("application/json", vec![b' '; (1 << 20) + 1]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.contains("limit of 1048576 bytes"), "{answer}");
    assert!(webhook.refused("too_large"));
    is_well(&webhook).await;
}

#[tokio::test]
async fn deep_nesting_ends_neither_the_review_nor_the_process() {
    let webhook = Webhook::new();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let in_object = review("web:1.0").to_string().replace("\"web:1.0\"", &deep);
    let (status, answer) = webhook.post("application/json", in_object).await;
    assert!(status == StatusCode::OK && answer.contains("\"allowed\":true"), "{status} {answer}");
    let in_envelope = review("web:1.0").to_string().replace("\"uid\"", &format!("\"userInfo\":{deep},\"uid\""));
    let (status, _) = webhook.post("application/json", in_envelope).await;
    assert!(status == StatusCode::OK || status == StatusCode::BAD_REQUEST, "{status}");
    is_well(&webhook).await;
}
