//! What goes wrong in a review, over the route of reviews.
#![allow(missing_docs)]

mod bodies;
mod trouble;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use podlint_core::Document;
use podlint_core::schedule::Builder;
use podlint_core::yaml::split;
use podlint_webhook::cluster::{self, Live};
use podlint_webhook::review::examine::{Examine, Rules};
use podlint_webhook::review::policy::Policy;
use podlint_webhook::review::{self, Bounds, OnFailure, Reviewer};
use podlint_webhook::serve::body;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde_json::{Value, json};
use tower::ServiceExt;

const JSON: &str = "application/json";

/// Any Pod can run here.
const NODE: &str = "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {allocatable: {cpu: 4, pods: 9}}}";

#[derive(Clone)]
struct Webhook {
    router: Router,
    registry: Arc<Registry>,
}

impl Webhook {
    /// As it is installed, but for a bound on bodies that tests can reach.
    fn new() -> Self {
        Self::with(Rules, OnFailure::Allow, Bounds { concurrency: 1, queue: 1 })
    }

    fn with(examine: impl Examine + 'static, on_failure: OnFailure, bounds: Bounds) -> Self {
        let mut builder = Builder::default();
        for chunk in split(NODE) {
            assert_eq!(builder.read(&Document::of(&chunk)).problems, []);
        }
        let mut registry = Registry::with_prefix("podlint");
        let live = Live::fixed(builder.finish(), cluster::Metrics::register(&mut registry));
        let metrics = review::Metrics::register(&mut registry);
        let reviewer = Reviewer::new(examine, Policy::default(), live, on_failure, bounds, metrics);
        let bodies = body::Reader::new(body::Limits { bytes: 1 << 20, ..body::Limits::default() });
        Self { router: review::router(Arc::new(reviewer), bodies), registry: Arc::new(registry) }
    }

    async fn send(&self, path: &str, content_type: &str, body: impl Into<Body>) -> (StatusCode, String) {
        let request = Request::post(path).header(header::CONTENT_TYPE, content_type);
        let request = request.body(body.into()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, String::from_utf8(body.to_vec()).expect("text"))
    }

    async fn post(&self, content_type: &str, body: impl Into<Body>) -> (StatusCode, String) {
        self.send("/validate", content_type, body).await
    }

    /// The answer to a review of a Pod with this image.
    async fn ask(&self, image: &str, timeout: &str) -> Value {
        let path = format!("/validate?timeout={timeout}");
        let (status, answer) = self.send(&path, JSON, review(image).to_string()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let mut answer: Value = serde_json::from_str(&answer).expect("JSON");
        answer["response"].take()
    }

    async fn is_well(&self) {
        assert_eq!(self.ask("web:1.0", "10s").await, json!({"uid": "u", "allowed": true}));
    }

    /// One line of the metrics, without its number.
    fn metric(&self, name: &str) -> f64 {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("metrics");
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0.0, |number| number.parse().expect("a number"))
    }

    fn refused(&self, reason: &str) -> bool {
        let name = format!("podlint_requests_refused_total{{reason=\"{reason}\"}}");
        (self.metric(&name) - 1.0).abs() < f64::EPSILON
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
