//! The webhook as it is installed: a process.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};
use tokio::time::sleep;
use tokio_rustls::TlsConnector;

use crate::support::{Http, LONG, get, metric};

/// A process; killed when dropped.
pub struct Process {
    child: Child,
    pub listen: SocketAddr,
    pub status: SocketAddr,
    log: PathBuf,
}

/// A port of the TLS listener, kept for processes that share it.
pub struct SharedPort {
    pub address: SocketAddr,
    _socket: Socket,
}

impl SharedPort {
    /// It is bound and not listened to: the kernel gives it no connection.
    pub fn new() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_reuse_address(true).unwrap();
        socket.set_reuse_port(true).unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        socket.bind(&any.into()).unwrap();
        Self { address: socket.local_addr().unwrap().as_socket().unwrap(), _socket: socket }
    }
}

/// A port that nobody listens to now.
fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Process {
    /// Starts it with the certificate in `folder`, where its log goes too.
    pub fn start(folder: &Path, listen: SocketAddr, arguments: &[&str]) -> Self {
        let status = free_port();
        let log = folder.join(format!("{}.log", status.port()));
        let file = File::create(&log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_podlint-webhook"))
            .args(["--listen", &listen.to_string(), "--status-listen", &status.to_string(), "--tls", "files"])
            .arg("--tls-directory")
            .arg(folder)
            .args(arguments)
            .stderr(file.try_clone().unwrap())
            .stdout(file)
            .spawn()
            .unwrap();
        Self { child, listen, status, log }
    }

    /// Starts it with a kubeconfig for an API server.
    pub fn of_cluster(folder: &Path, server: SocketAddr) -> Self {
        let kubeconfig = folder.join("kubeconfig");
        let text = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": format!("http://{server}")}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "users": [{"name": "test", "user": {}}],
        });
        fs::write(&kubeconfig, text.to_string()).unwrap();
        Self::start(folder, free_port(), &["--kubeconfig", kubeconfig.to_str().unwrap()])
    }

    /// What it has said.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Whether it says that it is ready; not so where it does not answer.
    pub async fn is_ready(&self) -> bool {
        get(self.status, "/readyz").await.is_ok_and(|(status, _)| status == 200)
    }

    /// Waits until it is ready.
    pub async fn ready(&self) {
        let begin = Instant::now();
        while !self.is_ready().await {
            assert!(begin.elapsed() < LONG, "it does not become ready:\n{}", self.log());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// One number of `/metrics`.
    pub async fn metric(&self, name: &str) -> f64 {
        metric(&get(self.status, "/metrics").await.unwrap().1, name)
    }

    /// Waits until a metric is as it should be.
    pub async fn metric_is(&self, name: &str, holds: impl Fn(f64) -> bool) {
        let begin = Instant::now();
        loop {
            let now = self.metric(name).await;
            if holds(now) {
                return;
            }
            assert!(begin.elapsed() < LONG, "{name} is {now}:\n{}", self.log());
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let process = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < LONG, "it does not end:\n{}", self.log());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// The warnings of a review of a Pod that asks for so much; it is allowed.
    pub async fn warnings(&self, trust: &TlsConnector, cpu: u32) -> Vec<String> {
        let mut http = Http::open(self.listen, trust).await.unwrap();
        let body = Bytes::from(review("u", cpu).to_string());
        let (status, text, _) = http.ask("POST", "/validate?timeout=5s", body).await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert!(status == 200 && answer["response"]["allowed"] == true, "{status} {text}");
        let warnings = answer["response"]["warnings"].as_array().into_iter().flatten();
        warnings.map(|warning| warning.as_str().unwrap().to_owned()).collect()
    }

    /// Waits until the warnings are such.
    pub async fn warns(&self, trust: &TlsConnector, cpu: u32, such: impl Fn(&[String]) -> bool) {
        let begin = Instant::now();
        loop {
            let warnings = self.warnings(trust, cpu).await;
            if such(&warnings) {
                return;
            }
            assert!(begin.elapsed() < LONG, "{warnings:?}\n{}", self.log());
            sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A review of a Pod that asks for so many processors.
pub fn review(uid: &str, cpu: u32) -> Value {
    let requests = json!({"cpu": cpu.to_string()});
    json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": uid,
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "operation": "CREATE",
            "namespace": "shop",
            "name": "web",
            "object": {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": "web", "namespace": "shop"},
                "spec": {"containers": [{"name": "web", "image": "web:1.0", "resources": {"requests": requests}}]},
            },
        },
    })
}
