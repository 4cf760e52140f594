//! The status port: plain HTTP for the kubelet and Prometheus.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::probe::Probe;
use super::shutdown::Shutdown;

/// What else readiness needs: why it is not given, in a few words.
pub type Condition = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// What the status port knows.
#[derive(Clone)]
pub(super) struct Status {
    pub shutdown: Shutdown,
    pub probe: Arc<Probe>,
    pub condition: Condition,
    pub registry: Arc<Registry>,
}

/// `/healthz`, `/readyz` and `/metrics`.
pub(super) fn router(status: Status) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(status)
}

async fn ready(State(status): State<Status>) -> Response {
    let verdict = if status.shutdown.is_draining() {
        Err("the process is ending".to_owned())
    } else {
        match (status.condition)() {
            Ok(()) => status.probe.check().await,
            Err(reason) => Err(reason),
        }
    };
    match verdict {
        Ok(()) => "ready\n".into_response(),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {reason}\n")).into_response(),
    }
}

async fn metrics(State(status): State<Status>) -> Response {
    let mut page = String::new();
    match encode(&mut page, &status.registry) {
        Ok(()) => {
            let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, content_type)], page).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}
