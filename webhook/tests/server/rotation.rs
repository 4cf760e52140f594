//! Two processes on one port that are restarted in turn, their certificate replaced all the while, and clients that
//! never stop: not one review fails.

use std::collections::HashSet;
use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_rustls::TlsConnector;

use crate::files::mount;
use crate::process::{Process, SharedPort, review};
use crate::support::{Http, authority, connect, leaf, trusting};

/// Set to anything: 50 certificates under 1,000 reviews a second instead of a few under some.
const LONG_FORM: &str = "PODLINT_LONG_TESTS";
/// Each keeps a connection, as an API server does.
const CLIENTS: u64 = 32;
/// No review may take longer: the chart's `timeoutSeconds`.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reviews at a steady rate.
struct Load {
    shared: Arc<Shared>,
    clients: JoinSet<()>,
    begin: Instant,
}

struct Shared {
    address: SocketAddr,
    trust: TlsConnector,
    goes_on: AtomicBool,
    answered: AtomicU64,
    connections: AtomicU64,
    failures: Mutex<Vec<String>>,
    certificates: Mutex<HashSet<Vec<u8>>>,
    seconds: Mutex<Vec<Duration>>,
}

impl Load {
    fn start(address: SocketAddr, trust: TlsConnector, rate: u64) -> Self {
        let shared = Arc::new(Shared {
            address,
            trust,
            goes_on: AtomicBool::new(true),
            answered: AtomicU64::default(),
            connections: AtomicU64::default(),
            failures: Mutex::default(),
            certificates: Mutex::default(),
            seconds: Mutex::default(),
        });
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            clients.spawn(shared.clone().client(client, Duration::from_secs(CLIENTS) / u32::try_from(rate).unwrap()));
        }
        Self { shared, clients, begin: Instant::now() }
    }

    /// Ends it, and says what it came to.
    async fn end(mut self) -> Arc<Shared> {
        self.shared.goes_on.store(false, Ordering::Relaxed);
        while let Some(ended) = self.clients.join_next().await {
            ended.unwrap();
        }
        let took = self.begin.elapsed().as_secs_f64();
        let mut times = self.shared.seconds.lock().unwrap().clone();
        times.sort();
        let at = |part: usize| times[(times.len() - 1) * part / 1000];
        let answered = self.shared.answered.load(Ordering::Relaxed);
        println!(
            "{answered} reviews in {took:.1} s, {:.0} a second, over {} connections and {} certificates; \
             p50 {:?}, p99 {:?}, longest {:?}",
            answered as f64 / took,
            self.shared.connections.load(Ordering::Relaxed),
            self.shared.certificates.lock().unwrap().len(),
            at(500),
            at(990),
            at(1000),
        );
        self.shared
    }
}

impl Shared {
    async fn client(self: Arc<Self>, number: u64, pace: Duration) {
        let mut kept: Option<Http> = None;
        let mut ticks = interval(pace);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut count = 0;
        while self.goes_on.load(Ordering::Relaxed) {
            ticks.tick().await;
            count += 1;
            let uid = format!("{number}-{count}");
            let begin = Instant::now();
            match tokio::time::timeout(PATIENCE, self.review(&mut kept, &uid)).await {
                Ok(Ok(())) => {
                    self.answered.fetch_add(1, Ordering::Relaxed);
                    self.seconds.lock().unwrap().push(begin.elapsed());
                }
                Ok(Err(error)) => self.failures.lock().unwrap().push(format!("{uid}: {error}")),
                Err(_) => self.failures.lock().unwrap().push(format!("{uid}: no answer in time")),
            }
        }
    }

    async fn review(&self, kept: &mut Option<Http>, uid: &str) -> Result<(), String> {
        let mut http = match kept.take() {
            Some(http) => http,
            None => self.connect().await?,
        };
        // One that was ended between two reviews is no failure; nor is it for Go's client.
        if !http.is_open().await {
            http = self.connect().await?;
        }
        let body = Bytes::from(review(uid, 1).to_string());
        let (status, text, closes) =
            http.ask("POST", "/validate?timeout=5s", body).await.map_err(|error| format!("{error:?}"))?;
        let answer: Value = serde_json::from_str(&text).map_err(|_| format!("{status} {text}"))?;
        if status != 200 || answer["response"]["uid"] != uid || answer["response"]["allowed"] != true {
            return Err(format!("{status} {text}"));
        }
        *kept = (!closes).then_some(http);
        Ok(())
    }

    async fn connect(&self) -> Result<Http, String> {
        let stream = connect(self.address, &self.trust).await.map_err(|error| format!("connecting: {error}"))?;
        self.connections.fetch_add(1, Ordering::Relaxed);
        let certificate = stream.get_ref().1.peer_certificates().map(|chain| chain[0].to_vec());
        self.certificates.lock().unwrap().extend(certificate);
        Ok(Http::over(stream).await)
    }
}

struct Processes {
    folder: TempDir,
    port: SharedPort,
    running: Vec<Process>,
}

impl Processes {
    async fn start(&mut self) {
        let process = Process::start(
            self.folder.path(),
            self.port.address,
            &["--without-cluster", "--drain", "1", "--log-level", "warn"],
        );
        process.ready().await;
        self.running.push(process);
    }

    /// Ends the oldest by SIGTERM, while another one serves; it says that all went well.
    async fn end_oldest(&mut self) {
        let mut oldest = self.running.remove(0);
        oldest.terminate();
        while oldest.is_ready().await {
            sleep(Duration::from_millis(1)).await;
        }
        let status = oldest.ended().await;
        assert!(status.success(), "{status}\n{}", oldest.log());
    }

    fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn certificates_and_processes_change_without_a_failed_review() {
    let (rotations, rate) = if env::var_os(LONG_FORM).is_some() { (50, 1000) } else { (4, 200) };
    let authority = authority();
    let trust = trusting(&authority, None);
    let mut processes =
        Processes { folder: tempfile::tempdir().unwrap(), port: SharedPort::new(), running: Vec::new() };
    mount(&processes.data(), "first", &leaf(&authority));
    processes.start().await;
    processes.start().await;

    let load = Load::start(processes.port.address, trust.clone(), rate);
    for number in 1..=rotations {
        let next = leaf(&authority);
        mount(&processes.data(), &number.to_string(), &next);
        processes.end_oldest().await;
        processes.start().await;
    }
    let shared = load.end().await;
    assert_eq!(*shared.failures.lock().unwrap(), [""; 0]);
    let answered = shared.answered.load(Ordering::Relaxed);
    assert!(answered > rate * rotations, "{answered}");
    let seen = shared.certificates.lock().unwrap().len() as u64;
    assert!(seen >= rotations, "{seen} certificates were served");
}
