//! An API server as the watches of a cluster see it: it lists, it watches, it has faults, and it can go away.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::support::LONG;

/// The server. What it stores outlives it.
pub struct Kubernetes {
    pub address: SocketAddr,
    shared: Shared,
    /// Of its own, so that its end is also that of all its connections.
    runtime: Option<Runtime>,
}

#[derive(Clone)]
struct Shared {
    stored: Arc<Mutex<Stored>>,
    changed: Arc<watch::Sender<u64>>,
}

#[derive(Default)]
struct Stored {
    changes: Vec<Change>,
    /// Changes up to this one are known to lists only.
    compacted: usize,
    /// Watches that began before have been broken.
    broken: u64,
    refused: BTreeMap<String, StatusCode>,
    /// Lists and watches, by path.
    asked: BTreeMap<String, u32>,
}

struct Change {
    path: String,
    event: &'static str,
    object: Value,
}

impl Kubernetes {
    /// With nothing in it.
    pub async fn start() -> Self {
        let shared = Shared { stored: Arc::default(), changed: Arc::new(watch::Sender::new(0)) };
        let mut server = Self { address: "127.0.0.1:0".parse().unwrap(), shared, runtime: None };
        server.come_back().await;
        server
    }

    /// Serves, at the address that it had.
    pub async fn come_back(&mut self) {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let router = Router::new().fallback(answer).with_state(self.shared.clone());
        let address = self.address;
        let bind = async move {
            let begin = Instant::now();
            loop {
                match TcpListener::bind(address).await {
                    Ok(listener) => break listener,
                    Err(error) => assert!(begin.elapsed() < LONG, "{error}"),
                }
                sleep(Duration::from_millis(10)).await;
            }
        };
        let listener = runtime.spawn(bind).await.unwrap();
        self.address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        self.runtime = Some(runtime);
    }

    /// Ends, and all its connections with it.
    pub fn go_away(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }

    /// Stores an object below a path like `/api/v1/nodes`.
    pub fn put(&self, path: &str, object: Value) {
        self.change(path, "MODIFIED", object);
    }

    /// Deletes an object.
    pub fn delete(&self, path: &str, name: &str) {
        self.change(path, "DELETED", json!({ "metadata": { "name": name } }));
    }

    fn change(&self, path: &str, event: &'static str, mut object: Value) {
        let mut stored = self.stored();
        object["metadata"]["resourceVersion"] = json!((stored.changes.len() + 1).to_string());
        stored.changes.push(Change { path: path.to_owned(), event, object });
        self.tell();
    }

    /// Breaks all watches off.
    pub fn break_watches(&self) {
        self.stored().broken += 1;
        self.tell();
    }

    /// Forgets how things came to be as they are: who watches has to list again.
    pub fn compact(&self) {
        let mut stored = self.stored();
        stored.compacted = stored.changes.len();
    }

    /// Answers so to what is asked of paths that begin like this.
    pub fn refuse(&self, path: &str, with: StatusCode) {
        self.stored().refused.insert(path.to_owned(), with);
    }

    /// Refuses nothing any more.
    pub fn refuse_nothing(&self) {
        self.stored().refused.clear();
    }

    /// How often each path was listed or watched.
    pub fn asked(&self) -> BTreeMap<String, u32> {
        self.stored().asked.clone()
    }

    /// Waits until paths were asked so.
    pub async fn asked_until(&self, holds: impl Fn(&BTreeMap<String, u32>) -> bool) {
        let begin = Instant::now();
        while !holds(&self.asked()) {
            assert!(begin.elapsed() < LONG, "{:?}", self.asked());
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn stored(&self) -> MutexGuard<'_, Stored> {
        self.shared.stored.lock().unwrap()
    }

    fn tell(&self) {
        self.shared.changed.send_modify(|count| *count += 1);
    }
}

impl Drop for Kubernetes {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn status(code: StatusCode) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Failure",
        "message": "as the test wants it", "reason": code.canonical_reason(), "code": code.as_u16(),
    })
}

async fn answer(State(shared): State<Shared>, uri: Uri, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let path = uri.path().to_owned();
    {
        let mut stored = shared.stored.lock().unwrap();
        let refused = stored.refused.iter().find(|(begin, _)| path.starts_with(begin.as_str()));
        let refused = refused.map(|(_, code)| *code);
        if path != "/version" {
            *stored.asked.entry(path.clone()).or_default() += 1;
        }
        if let Some(code) = refused {
            return (code, Json(status(code))).into_response();
        }
    }
    if path == "/version" {
        let mut version = json!({"major": "1", "minor": "37"});
        for field in ["gitVersion", "gitCommit", "gitTreeState", "buildDate", "goVersion", "compiler", "platform"] {
            version[field] = json!("");
        }
        return Json(version).into_response();
    }
    match query.get("watch").map(String::as_str) {
        Some("true") => follow(shared, path, &query["resourceVersion"]),
        _ => list(&shared, &path).into_response(),
    }
}

fn list(shared: &Shared, path: &str) -> Json<Value> {
    let stored = shared.stored.lock().unwrap();
    let mut objects = BTreeMap::new();
    for change in stored.changes.iter().filter(|change| change.path == path) {
        let name = change.object["metadata"]["name"].as_str().unwrap();
        match change.event {
            "DELETED" => drop(objects.remove(name)),
            _ => drop(objects.insert(name, &change.object)),
        }
    }
    let items: Vec<&Value> = objects.into_values().collect();
    let metadata = json!({"resourceVersion": stored.changes.len().to_string()});
    Json(json!({"apiVersion": "v1", "kind": "List", "metadata": metadata, "items": items}))
}

/// What changes from a version on, until the watch is broken.
fn follow(shared: Shared, path: String, version: &str) -> Response {
    let version: usize = version.parse().unwrap();
    let (broken, compacted) = {
        let stored = shared.stored.lock().unwrap();
        (stored.broken, stored.compacted)
    };
    if version < compacted {
        let gone = json!({"type": "ERROR", "object": status(StatusCode::GONE)});
        return format!("{gone}\n").into_response();
    }
    let changed = shared.changed.subscribe();
    let lines = stream::unfold((shared, changed, version), move |(shared, mut changed, seen)| {
        let path = path.clone();
        async move {
            loop {
                let next = {
                    let stored = shared.stored.lock().unwrap();
                    if stored.broken != broken {
                        let end = Err(io::Error::other("as the test wants it"));
                        return Some((end, (shared.clone(), changed, usize::MAX)));
                    }
                    let mut later = stored.changes.iter().enumerate().skip(seen);
                    later.find(|(_, change)| change.path == path).map(|(index, change)| {
                        (index + 1, format!("{}\n", json!({"type": change.event, "object": change.object})))
                    })
                };
                if let Some((seen, line)) = next {
                    return Some((Ok(Bytes::from(line)), (shared, changed, seen)));
                }
                changed.changed().await.ok()?;
            }
        }
    });
    Body::from_stream(lines.boxed()).into_response()
}
