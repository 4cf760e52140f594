//! An API server with nothing behind it: lists of objects, and watches that tell of changed Pods.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::stream;
use podlint_bench::generate::cluster::{self, Size};
use serde_json::{Value, json};
use tokio::sync::broadcast;

/// Between two changes.
const PAUSE: Duration = Duration::from_millis(50);

/// A server that runs as long as this program.
pub struct Api {
    /// Where it listens.
    pub address: SocketAddr,
    /// Whether Pods change.
    pub churning: Arc<AtomicBool>,
}

/// What it serves, by resource, as texts without kind and version.
#[derive(Clone)]
struct Served {
    lists: Arc<BTreeMap<&'static str, Vec<String>>>,
    changes: broadcast::Sender<Bytes>,
}

impl Api {
    /// Serves a cluster of this size.
    pub fn start(size: Size) -> anyhow::Result<Self> {
        let mut lists: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        let mut changing = Vec::new();
        for mut object in cluster::objects(size) {
            let resource = match object.get("kind").and_then(Value::as_str) {
                Some("Node") => "nodes",
                Some("Pod") => "pods",
                _ => "namespaces",
            };
            if resource == "pods" && changing.len() < 100 {
                changing.push(object.clone());
            }
            if let Some(fields) = object.as_object_mut() {
                fields.retain(|name, _| name != "kind" && name != "apiVersion");
            }
            lists.entry(resource).or_default().push(object.to_string());
        }
        let (changes, _) = broadcast::channel(64);
        let churning = Arc::new(AtomicBool::new(false));
        churn(changing, changes.clone(), Arc::clone(&churning));

        let listener = std::net::TcpListener::bind("127.0.0.1:0").context("cannot listen")?;
        listener.set_nonblocking(true).context("cannot listen")?;
        let address = listener.local_addr().context("cannot listen")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
        let router = Router::new()
            .route("/version", get(version))
            .fallback(get(resource))
            .with_state(Served { lists: Arc::new(lists), changes });
        thread::spawn(move || {
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, router).await
            })
        });
        Ok(Self { address, churning })
    }
}

/// Gives one Pod after the other a label that it did not have.
fn churn(mut pods: Vec<Value>, changes: broadcast::Sender<Bytes>, churning: Arc<AtomicBool>) {
    thread::spawn(move || {
        for number in 0_u64.. {
            thread::sleep(PAUSE);
            let count = pods.len() as u64;
            if count == 0 || !churning.load(Ordering::Relaxed) {
                continue;
            }
            let Some(pod) = usize::try_from(number % count).ok().and_then(|at| pods.get_mut(at)) else { continue };
            if let Some(Value::Object(labels)) = pod.pointer_mut("/metadata/labels") {
                labels.insert("example.com/changed".to_owned(), json!(number.to_string()));
            }
            if let Some(version) = pod.pointer_mut("/metadata/resourceVersion") {
                *version = json!((number + 100_000_000).to_string());
            }
            let line = format!("{}\n", json!({"type": "MODIFIED", "object": pod}));
            // Nobody may be listening.
            let _ = changes.send(Bytes::from(line));
        }
    });
}

async fn version() -> Response {
    json_text(json!({"major": "1", "minor": "37", "gitVersion": "v1.37.2"}).to_string())
}

/// A list in pages, or a watch.
async fn resource(State(served): State<Served>, uri: Uri, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let name = uri.path().rsplit('/').next().unwrap_or_default();
    if query.get("watch").is_some_and(|it| it == "true") {
        return if name == "pods" { watch(&served) } else { Body::from_stream(nothing()).into_response() };
    }
    let number = |key: &str| query.get(key).and_then(|text| text.parse::<usize>().ok());
    let all = served.lists.get(name).map(Vec::as_slice).unwrap_or_default();
    let from = number("continue").unwrap_or_default().min(all.len());
    let to = number("limit").filter(|limit| *limit > 0).map_or(all.len(), |limit| (from + limit).min(all.len()));
    let page = all.get(from..to).unwrap_or_default().join(",");
    let next = if to < all.len() { to.to_string() } else { String::new() };
    let metadata = json!({"resourceVersion": "100000000", "continue": next});
    json_text(format!("{{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{metadata},\"items\":[{page}]}}"))
}

fn watch(served: &Served) -> Response {
    let changes = stream::unfold(served.changes.subscribe(), |mut changes| async move {
        Some((Ok::<_, std::io::Error>(changes.recv().await.ok()?), changes))
    });
    Body::from_stream(changes).into_response()
}

fn nothing() -> stream::Pending<std::io::Result<Bytes>> {
    stream::pending()
}

fn json_text(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
