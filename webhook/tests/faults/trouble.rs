//! Rules that panic or take too long, and more reviews than there is room for.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use podlint_core::schedule::Cluster;
use podlint_schemas::Version;
use podlint_webhook::review::examine::{Examine, Rules, Told};
use podlint_webhook::review::policy::Policy;
use podlint_webhook::review::scope::Subject;
use podlint_webhook::review::{Bounds, OnFailure};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::Webhook;

/// podlint's rules, but for images named `panic-at-…` and `wait-at-…`, at the object or the cluster.
#[derive(Debug)]
struct Trouble {
    /// Closed until the other end is dropped.
    gate: Mutex<Receiver<()>>,
}

impl Trouble {
    fn meet(&self, subject: &Subject<'_>, stage: &str) {
        assert!(!subject.text.contains(&format!("panic-at-{stage}")), "as it was asked for");
        if subject.text.contains(&format!("wait-at-{stage}")) {
            let _ = self.gate.lock().unwrap_or_else(PoisonError::into_inner).recv();
        }
    }
}

impl Examine for Trouble {
    fn object(&self, subject: &Subject<'_>, policy: &Policy, version: Version) -> Vec<Told> {
        self.meet(subject, "object");
        Rules.object(subject, policy, version)
    }

    fn scheduling(
        &self,
        subject: &Subject<'_>,
        policy: &Policy,
        version: Version,
        cluster: Arc<Cluster>,
    ) -> (Vec<Told>, Vec<&'static str>) {
        self.meet(subject, "cluster");
        Rules.scheduling(subject, policy, version, cluster)
    }
}

/// A webhook in trouble, and what ends the waiting.
fn troubled(on_failure: OnFailure, bounds: Bounds) -> (Webhook, Sender<()>) {
    let (open, gate) = channel();
    (Webhook::with(Trouble { gate: Mutex::new(gate) }, on_failure, bounds), open)
}

const ONE: Bounds = Bounds { concurrency: 1, queue: 1 };
const TWO: Bounds = Bounds { concurrency: 2, queue: 1 };

fn warned(text: &str) -> Value {
    json!({"uid": "u", "allowed": true, "warnings": [text]})
}

fn denied(text: &str) -> Value {
    json!({"uid": "u", "allowed": false, "status": {"code": 403, "reason": "Forbidden", "message": text}})
}

#[tokio::test]
async fn a_panic_ends_one_review_and_no_more() {
    let unseen = "podlint has a fault: this object was not reviewed";
    let nodes_unseen = "podlint has a fault: whether a node takes the Pods was not checked";
    for (on_failure, image, answer) in [
        (OnFailure::Allow, "panic-at-object", warned(unseen)),
        (OnFailure::Deny, "panic-at-object", denied(unseen)),
        (OnFailure::Allow, "panic-at-cluster", warned(nodes_unseen)),
    ] {
        let (webhook, _open) = troubled(on_failure, ONE);
        for count in [1.0, 2.0] {
            assert_eq!(webhook.ask(image, "10s").await, answer);
            let panics = webhook.metric("podlint_panics_total");
            assert!((panics - count).abs() < f64::EPSILON, "{panics}");
            webhook.is_well().await;
        }
        let failed = "podlint_reviews_total{verdict=\"failed\",kind=\"Pod\",operation=\"CREATE\"}";
        assert!((webhook.metric(failed) - 2.0).abs() < f64::EPSILON);
        assert!(webhook.metric("podlint_reviews_in_flight").abs() < f64::EPSILON);
    }
}

#[tokio::test]
async fn the_answer_comes_within_the_api_server_s_time_and_says_what_was_not_checked() {
    let unseen = "podlint ran out of time: this object was not reviewed";
    let nodes_unseen = "podlint ran out of time: whether a node takes the Pods was not checked";
    for (on_failure, image, answer) in [
        (OnFailure::Allow, "wait-at-object", warned(unseen)),
        (OnFailure::Deny, "wait-at-object", denied(unseen)),
        (OnFailure::Allow, "wait-at-cluster", warned(nodes_unseen)),
    ] {
        let (webhook, _open) = troubled(on_failure, TWO);
        let begin = Instant::now();
        assert_eq!(webhook.ask(image, "2s").await, answer);
        let took = begin.elapsed();
        assert!(took < Duration::from_secs(2) && took > Duration::from_secs(1), "{took:?}");
        assert!(webhook.refused("too_slow"));
        webhook.is_well().await;
    }
}

#[tokio::test]
async fn what_was_found_before_the_trouble_is_said() {
    let image = "spec.containers[0].image: ";
    for trouble in ["panic", "wait"] {
        let (webhook, _open) = troubled(OnFailure::Allow, ONE);
        let answer = webhook.ask(&format!("{trouble}-at-cluster:!"), "1s").await;
        assert_eq!(answer["allowed"], false);
        let message = answer["status"]["message"].as_str().unwrap_or_default();
        assert!(message.starts_with(image) && message.ends_with("(malformed-image)"), "{message}");
        let warning = answer["warnings"][0].as_str().unwrap_or_default();
        assert!(warning.ends_with(": whether a node takes the Pods was not checked"), "{warning}");
    }
}

/// A review that is asked for while others wait.
fn ask(webhook: &Webhook, image: &'static str, timeout: &'static str) -> JoinHandle<Value> {
    let webhook = webhook.clone();
    tokio::spawn(async move { webhook.ask(image, timeout).await })
}

async fn in_flight(webhook: &Webhook, count: f64) {
    let begin = Instant::now();
    while (webhook.metric("podlint_reviews_in_flight") - count).abs() > f64::EPSILON {
        assert!(begin.elapsed() < Duration::from_secs(30), "never {count} reviews at once");
        sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn beyond_the_queue_the_answer_is_at_once_and_by_policy() {
    let full = "podlint has more reviews than it can take: this one was not made";
    for (on_failure, answer) in [(OnFailure::Allow, warned(full)), (OnFailure::Deny, denied(full))] {
        let (webhook, open) = troubled(on_failure, ONE);
        let first = ask(&webhook, "wait-at-object", "30s");
        in_flight(&webhook, 1.0).await;
        let second = ask(&webhook, "web:1.0", "30s");
        in_flight(&webhook, 2.0).await;
        for count in 1..=20 {
            let begin = Instant::now();
            assert_eq!(webhook.ask("web:1.0", "30s").await, answer);
            assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
            let refused = webhook.metric("podlint_requests_refused_total{reason=\"overload\"}");
            assert!((refused - f64::from(count)).abs() < f64::EPSILON, "{refused}");
        }
        // Those that had a place are answered when there is time again.
        drop(open);
        for waited in [first, second] {
            assert_eq!(waited.await.expect("an answer"), json!({"uid": "u", "allowed": true}));
        }
        in_flight(&webhook, 0.0).await;
        webhook.is_well().await;
    }
}

#[tokio::test]
async fn a_place_in_the_queue_is_given_back() {
    let full = "podlint has more reviews than it can take: this one was not made";
    let (webhook, open) = troubled(OnFailure::Allow, ONE);
    let first = ask(&webhook, "wait-at-object", "30s");
    in_flight(&webhook, 1.0).await;
    // By one whose time is over, and by one that gives up.
    assert_eq!(webhook.ask("web:1.0", "1s").await, warned(full));
    let gone = ask(&webhook, "web:1.0", "30s");
    in_flight(&webhook, 2.0).await;
    gone.abort();
    in_flight(&webhook, 1.0).await;
    let last = ask(&webhook, "web:1.0", "30s");
    in_flight(&webhook, 2.0).await;
    drop(open);
    for waited in [first, last] {
        assert_eq!(waited.await.expect("an answer"), json!({"uid": "u", "allowed": true}));
    }
}
