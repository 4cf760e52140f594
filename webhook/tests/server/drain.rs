//! The end of a process: nobody's request fails.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use podlint_webhook::tls::files::watch;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

use crate::files::mount;
use crate::support::{Http, LONG, Running, Setup, authority, connect, leaf, pair, trusting};

#[tokio::test]
async fn readiness_fails_first_then_the_port_closes_and_work_is_finished() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.drain = Duration::from_secs(1);
    let server = setup.start();
    let trust = trusting(&authority, None);
    let mut kept = Http::open(server.address, &trust).await.unwrap();
    assert!(!kept.ask("POST", "/validate", Bytes::new()).await.unwrap().2);
    let _idle = connect(server.address, &trust).await.unwrap();
    assert_eq!(server.status("/readyz").await.0, 200);

    server.shutdown.drain();
    let ready = server.status("/readyz").await;
    assert_eq!(ready, (503, "not ready: the process is ending\n".to_owned()));
    assert_eq!(server.status("/healthz").await.0, 200);
    // Old and new connections are answered, and told to go elsewhere.
    assert!(kept.ask("POST", "/validate", Bytes::new()).await.unwrap().2);
    assert!(!kept.is_open().await);
    let mut new = Http::open(server.address, &trust).await.unwrap();
    assert_eq!(new.ask("POST", "/validate", Bytes::new()).await.unwrap(), (200, "0".to_owned(), true));

    // What is at work when the port closes is finished.
    sleep(Duration::from_millis(600)).await;
    let mut last = Http::open(server.address, &trust).await.unwrap();
    let last = tokio::spawn(async move { last.get("/slow").await });
    assert!(!server.ended.is_finished());
    let address = server.address;
    timeout(LONG, server.ended).await.expect("it ends").unwrap().unwrap();
    assert_eq!(last.await.unwrap().unwrap(), (200, "slow".to_owned()));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_abort_does_not_wait() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.drain = LONG;
    let server = setup.start();
    server.shutdown.drain();
    let begin = Instant::now();
    server.shutdown.abort();
    timeout(LONG / 2, server.ended).await.expect("it ends").unwrap().unwrap();
    assert!(begin.elapsed() < LONG / 2);
}

#[tokio::test]
async fn the_first_signal_drains_and_the_second_one_ends() {
    let authority = authority();
    let mut setup = Setup::new(&authority);
    setup.drain = LONG;
    let server = setup.start();
    server.shutdown.on_signals().unwrap();
    signal("-TERM");
    timeout(LONG / 2, server.shutdown.draining()).await.expect("the drain begins");
    assert_eq!(server.status("/readyz").await.0, 503);
    assert!(!server.ended.is_finished());
    signal("-INT");
    timeout(LONG / 2, server.ended).await.expect("it ends").unwrap().unwrap();
}

fn signal(name: &str) {
    let this = std::process::id().to_string();
    assert!(Command::new("kill").args([name, &this]).status().unwrap().success());
}

/// Clients that never stop: half of them keep their connection, half of them open one for each request.
struct Load {
    goes_on: Arc<AtomicBool>,
    answered: Arc<AtomicU32>,
    clients: JoinSet<Vec<String>>,
}

impl Load {
    fn start(address: SocketAddr, trust: &TlsConnector) -> Self {
        let goes_on = Arc::new(AtomicBool::new(true));
        let answered = Arc::new(AtomicU32::new(0));
        let mut clients = JoinSet::new();
        for number in 0..8 {
            let (goes_on, answered, trust) = (goes_on.clone(), answered.clone(), trust.clone());
            clients.spawn(async move {
                let mut failures = Vec::new();
                let mut kept = None;
                while goes_on.load(Ordering::Relaxed) {
                    let mut http = match kept.take() {
                        Some(http) => http,
                        None => match Http::open(address, &trust).await {
                            Ok(http) => http,
                            Err(error) => {
                                failures.push(format!("connecting: {error}"));
                                continue;
                            }
                        },
                    };
                    match http.ask("POST", "/validate", Bytes::from("{}")).await {
                        Ok((200, _, closes)) => {
                            answered.fetch_add(1, Ordering::Relaxed);
                            kept = (number % 2 == 0 && !closes).then_some(http);
                        }
                        other => failures.push(format!("{other:?}")),
                    }
                }
                failures
            });
        }
        Self { goes_on, answered, clients }
    }

    /// Waits for so many more answers.
    async fn more(&self, answers: u32) {
        let goal = self.answered.load(Ordering::Relaxed) + answers;
        let begin = Instant::now();
        while self.answered.load(Ordering::Relaxed) < goal {
            assert!(begin.elapsed() < LONG, "no more answers come");
            sleep(Duration::from_millis(5)).await;
        }
    }

    async fn failures(self) -> Vec<String> {
        self.goes_on.store(false, Ordering::Relaxed);
        self.clients.join_all().await.concat()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_port_take_turns_without_a_failed_request() {
    let authority = authority();
    let trust = trusting(&authority, None);
    let start = |listen: SocketAddr| -> Running {
        let mut setup = Setup::new(&authority);
        setup.listen = listen;
        setup.drain = Duration::from_millis(300);
        setup.start()
    };
    let mut server = start("127.0.0.1:0".parse().unwrap());
    let load = Load::start(server.address, &trust);
    for _ in 0..5 {
        let next = start(server.address);
        load.more(50).await;
        server.shutdown.drain();
        timeout(LONG, server.ended).await.expect("it ends").unwrap().unwrap();
        load.more(50).await;
        server = next;
    }
    assert_eq!(load.failures().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_certificates_without_a_failed_request() {
    let authority = authority();
    let trust = trusting(&authority, None);
    let mut setup = Setup::new(&authority);
    setup.certificate = None;
    let server = setup.start();
    let folder = tempfile::tempdir().unwrap();
    mount(folder.path(), "first", &leaf(&authority));
    let period = Duration::from_millis(10);
    let watch = tokio::spawn(watch(folder.path().to_owned(), period, server.certificates.clone()));
    while server.status("/readyz").await.0 != 200 {
        sleep(period).await;
    }
    let load = Load::start(server.address, &trust);
    for number in 0..50 {
        let next = leaf(&authority);
        mount(folder.path(), &number.to_string(), &next);
        let begin = Instant::now();
        loop {
            let stream = connect(server.address, &trust).await.unwrap();
            let (_, session) = stream.get_ref();
            if session.peer_certificates().unwrap()[0] == *pair(&next).end_entity() {
                break;
            }
            assert!(begin.elapsed() < LONG, "the new certificate is not taken up");
            sleep(period).await;
        }
        load.more(10).await;
    }
    assert_eq!(load.failures().await, [""; 0]);
    watch.abort();
}
