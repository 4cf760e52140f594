//! A small API server: one Secret and one webhook configuration, with resource versions and watches.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const SECRETS: &str = "/api/v1/namespaces/podlint/secrets";
const CONFIGURATIONS: &str = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

/// The server. Clones share what it stores.
#[derive(Clone)]
pub struct Api {
    stored: Arc<Mutex<Stored>>,
    changed: Arc<watch::Sender<u64>>,
}

/// What is stored, by kind and name.
#[derive(Default)]
struct Stored {
    version: u64,
    objects: BTreeMap<(&'static str, String), Value>,
    log: Vec<String>,
    watching: bool,
}

type Answer = Result<Json<Value>, (StatusCode, Json<Value>)>;

impl Api {
    /// Nothing is stored.
    pub fn new() -> Self {
        let stored = Stored { watching: true, ..Stored::default() };
        Self { stored: Arc::new(Mutex::new(stored)), changed: Arc::new(watch::Sender::new(0)) }
    }

    /// Serves on a port of the system's choice, or on `address`.
    pub async fn serve(&self, address: Option<SocketAddr>) -> (SocketAddr, JoinHandle<()>) {
        let secrets =
            Router::new().route("/", get(list::<true>).post(create)).route("/{name}", get(read::<true>).put(replace));
        let configurations =
            Router::new().route("/", get(list::<false>)).route("/{name}", get(read::<false>).patch(patch));
        let router = Router::new().nest(SECRETS, secrets).nest(CONFIGURATIONS, configurations).with_state(self.clone());
        let any = "127.0.0.1:0".parse().unwrap();
        let listener = TcpListener::bind(address.unwrap_or(any)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (address, task)
    }

    /// Watches are refused, as without the right to watch.
    pub fn refuse_watches(&self) {
        self.lock().watching = false;
    }

    /// What is stored under a name.
    pub fn secret(&self, name: &str) -> Option<Value> {
        self.lock().objects.get(&("Secret", name.to_owned())).cloned()
    }

    /// What is stored under a name.
    pub fn configuration(&self, name: &str) -> Value {
        let key = ("ValidatingWebhookConfiguration", name.to_owned());
        self.lock().objects[&key].clone()
    }

    /// Stores an object as somebody else would.
    pub fn put(&self, kind: &'static str, mut object: Value) {
        let mut stored = self.lock();
        stored.store(kind, &mut object);
        self.changed.send_replace(stored.version);
    }

    /// Each write that was accepted: kind and name.
    pub fn writes(&self) -> Vec<String> {
        self.lock().log.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Stored> {
        self.stored.lock().unwrap()
    }

    fn write(&self, kind: &'static str, name: &str, change: impl FnOnce(Option<&Value>) -> Answer) -> Answer {
        let mut stored = self.lock();
        let Json(mut object) = change(stored.objects.get(&(kind, name.to_owned())))?;
        stored.store(kind, &mut object);
        stored.log.push(format!("{kind}/{name}"));
        self.changed.send_replace(stored.version);
        Ok(Json(object))
    }
}

impl Stored {
    fn store(&mut self, kind: &'static str, object: &mut Value) {
        self.version += 1;
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        self.objects.insert((kind, name), object.clone());
    }
}

fn refuse(code: StatusCode, reason: &str) -> (StatusCode, Json<Value>) {
    let status = json!({
        "apiVersion": "v1", "kind": "Status", "status": "Failure",
        "message": reason, "reason": reason, "code": code.as_u16(),
    });
    (code, Json(status))
}

fn kind<const SECRET: bool>() -> &'static str {
    if SECRET { "Secret" } else { "ValidatingWebhookConfiguration" }
}

async fn read<const SECRET: bool>(State(api): State<Api>, Path(name): Path<String>) -> Answer {
    let stored = api.lock();
    let found = stored.objects.get(&(kind::<SECRET>(), name));
    found.cloned().map(Json).ok_or_else(|| refuse(StatusCode::NOT_FOUND, "NotFound"))
}

/// A watch by name: the object now, and whenever something has changed. A list is refused, as by RBAC.
async fn list<const SECRET: bool>(State(api): State<Api>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let name = query.get("fieldSelector").and_then(|selector| selector.strip_prefix("metadata.name="));
    let (true, Some("true"), Some(name)) = (api.lock().watching, query.get("watch").map(String::as_str), name) else {
        return refuse(StatusCode::FORBIDDEN, "Forbidden").into_response();
    };
    let name = name.to_owned();
    let changes = stream::unfold((api.changed.subscribe(), true), move |(mut changed, first)| {
        let (api, name) = (api.clone(), name.clone());
        async move {
            if !first {
                changed.changed().await.ok()?;
            }
            let object = api.lock().objects.get(&(kind::<SECRET>(), name)).cloned();
            let line = object.map(|object| format!("{}\n", json!({ "type": "MODIFIED", "object": object })));
            Some((Ok::<_, std::io::Error>(Bytes::from(line.unwrap_or_default())), (changed, false)))
        }
    });
    Body::from_stream(changes.boxed()).into_response()
}

async fn create(State(api): State<Api>, Json(object): Json<Value>) -> Answer {
    let name = object["metadata"]["name"].as_str().unwrap().to_owned();
    api.write("Secret", &name, |found| match found {
        Some(_) => Err(refuse(StatusCode::CONFLICT, "AlreadyExists")),
        None => Ok(Json(object)),
    })
}

async fn replace(State(api): State<Api>, Path(name): Path<String>, Json(object): Json<Value>) -> Answer {
    api.write("Secret", &name, |found| {
        check(found, &object)?;
        Ok(Json(object))
    })
}

/// A strategic merge as far as it is needed: webhooks are found by name, their `caBundle` is replaced.
async fn patch(State(api): State<Api>, Path(name): Path<String>, bytes: Bytes) -> Answer {
    let patch: Value = serde_json::from_slice(&bytes).unwrap();
    api.write("ValidatingWebhookConfiguration", &name, |found| {
        let mut object = check(found, &patch)?.clone();
        for change in patch["webhooks"].as_array().unwrap() {
            let webhooks = object["webhooks"].as_array_mut().unwrap();
            let webhook = webhooks.iter_mut().find(|webhook| webhook["name"] == change["name"]).unwrap();
            webhook["clientConfig"]["caBundle"] = change["clientConfig"]["caBundle"].clone();
        }
        Ok(Json(object))
    })
}

fn check<'a>(found: Option<&'a Value>, new: &Value) -> Result<&'a Value, (StatusCode, Json<Value>)> {
    let found = found.ok_or_else(|| refuse(StatusCode::NOT_FOUND, "NotFound"))?;
    if found["metadata"]["resourceVersion"] == new["metadata"]["resourceVersion"] {
        Ok(found)
    } else {
        Err(refuse(StatusCode::CONFLICT, "Conflict"))
    }
}
