//! Bodies that are no reviews: each has its answer, is counted, and leaves the next review alone.

use axum::http::StatusCode;
use serde_json::json;

use crate::{JSON, Webhook, review};

#[tokio::test]
async fn what_is_no_review_is_refused_with_a_reason() {
    let mut version = review("web:1.0");
    version["apiVersion"] = json!("admission.k8s.io/v1beta1");
    let mut empty = review("web:1.0");
    empty.as_object_mut().expect("an object").remove("request");
    let cases = [
        (JSON, "no JSON".to_owned(), "unreadable", "the body is no AdmissionReview"),
        (JSON, "[]".to_owned(), "unreadable", "the body is no AdmissionReview"),
        (JSON, String::new(), "unreadable", "the body is no AdmissionReview"),
        (JSON, version.to_string(), "version", "wanted is AdmissionReview of \"admission.k8s.io/v1\""),
        (JSON, empty.to_string(), "no_request", "the AdmissionReview has no request"),
        ("text/plain", review("web:1.0").to_string(), "content_type", "application/json"),
    ];
    for (content_type, body, reason, words) in cases {
        let webhook = Webhook::new();
        let (status, answer) = webhook.post(content_type, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{reason}");
        assert!(answer.contains(words), "{reason}: {answer}");
        assert!(webhook.refused(reason), "{reason} is not counted");
        webhook.is_well().await;
    }
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused() {
    let webhook = Webhook::new();
    let (status, answer) = webhook.post(JSON, vec![b' '; (1 << 20) + 1]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.contains("limit of 1048576 bytes"), "{answer}");
    assert!(webhook.refused("too_large"));
    webhook.is_well().await;
}

#[tokio::test]
async fn deep_nesting_ends_neither_the_review_nor_the_process() {
    let webhook = Webhook::new();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let in_object = review("web:1.0").to_string().replace("\"web:1.0\"", &deep);
    let (status, answer) = webhook.post(JSON, in_object).await;
    assert!(status == StatusCode::OK && answer.contains("\"allowed\":true"), "{status} {answer}");
    let in_envelope = review("web:1.0").to_string().replace("\"uid\"", &format!("\"userInfo\":{deep},\"uid\""));
    let (status, _) = webhook.post(JSON, in_envelope).await;
    assert!(status == StatusCode::OK || status == StatusCode::BAD_REQUEST, "{status}");
    webhook.is_well().await;
}
