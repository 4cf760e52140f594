//! `POST /validate`.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use tokio::time::Instant;

use super::message::{self, Answer};
use super::reviewer::{Asked, Reviewer, budget};
use crate::serve::body;

/// What the API server waits where it does not say: its default.
const USUAL_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that it can be told to wait.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Clone)]
struct Shared {
    reviewer: Arc<Reviewer>,
    bodies: body::Reader,
}

#[derive(Deserialize)]
struct Asking {
    timeout: Option<String>,
}

/// The route of reviews.
pub fn router(reviewer: Arc<Reviewer>, bodies: body::Reader) -> Router {
    Router::new().route("/validate", post(validate)).with_state(Shared { reviewer, bodies })
}

async fn validate(
    State(Shared { reviewer, bodies }): State<Shared>,
    Query(asking): Query<Asking>,
    request: Request<Body>,
) -> Response {
    let timeout = asking.timeout.as_deref().and_then(seconds).unwrap_or(USUAL_TIMEOUT);
    let deadline = Instant::now() + budget(timeout);
    let metrics = reviewer.metrics();
    if !is_json(&request) {
        metrics.refuse("content_type");
        return refused("the content type has to be application/json");
    }
    let body = match bodies.read(request).await {
        Ok(body) => body,
        Err(error) => {
            metrics.refuse(error.reason());
            return error.into_response();
        }
    };
    let (uid, kind, operation) = match message::read(&body) {
        Ok(request) => (request.uid, request.kind.kind.into_owned(), request.operation.into_owned()),
        Err(error) => {
            metrics.refuse(error.reason());
            return refused(&error.to_string());
        }
    };
    let response = reviewer.answer(Asked { body, uid, kind, operation }, deadline).await;
    match serde_json::to_vec(&Answer::new(&response)) {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

fn refused(text: &str) -> Response {
    (StatusCode::BAD_REQUEST, format!("{text}\n")).into_response()
}

fn is_json(request: &Request<Body>) -> bool {
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    given.and_then(|given| given.split(';').next()).is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json"))
}

/// `10s`, as the API server writes it.
fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    let longest = LONGEST_TIMEOUT.as_secs_f64();
    (seconds > 0.0).then(|| Duration::from_secs_f64(seconds.min(longest)))
}
