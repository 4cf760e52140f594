//! The status port.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::sleep;

use crate::support::{Setup, authority, leaf, pair};

#[tokio::test]
async fn ready_means_a_certificate_and_a_handshake_and_what_else_is_asked_for() {
    let authority = authority();
    let synced = Arc::new(AtomicBool::new(false));
    let mut setup = Setup::new(&authority);
    setup.certificate = None;
    let seen = synced.clone();
    setup.condition = Arc::new(move || {
        let synced = seen.load(Ordering::Relaxed);
        synced.then_some(()).ok_or_else(|| "the cluster is not known yet".to_owned())
    });
    let server = setup.start();
    let not = |reason: &str| (503, format!("not ready: {reason}\n"));
    assert_eq!(server.status("/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(server.status("/readyz").await, not("the cluster is not known yet"));
    synced.store(true, Ordering::Relaxed);
    assert_eq!(server.status("/readyz").await, not("no certificate yet"));
    server.certificates.install(pair(&leaf(&authority)));
    assert_eq!(server.status("/readyz").await, (200, "ready\n".to_owned()));
    synced.store(false, Ordering::Relaxed);
    assert_eq!(server.status("/readyz").await, not("the cluster is not known yet"));
}

/// Another process may share the port: its answers do not count for ours, nor against us.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_certificate_on_the_same_port_is_not_ours() {
    let (ours, theirs) = (authority(), authority());
    let ours = Setup::new(&ours).start();
    let mut setup = Setup::new(&theirs);
    setup.listen = ours.address;
    let theirs = setup.start();
    let mut ready = 0;
    for _ in 0..3 {
        for server in [&ours, &theirs] {
            ready += u32::from(server.status("/readyz").await.0 == 200);
        }
        sleep(Duration::from_millis(1100)).await;
    }
    // The kernel may choose the other process eight times in a row, once in 256.
    assert!(ready >= 5, "{ready}");
    theirs.shutdown.drain();
    theirs.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_metrics_page_is_open_metrics() {
    let authority = authority();
    let server = Setup::new(&authority).start();
    let (status, page) = server.status("/metrics").await;
    assert_eq!(status, 200);
    assert!(page.ends_with("# EOF\n"), "{page}");
    for line in [
        "# TYPE podlint_connections gauge",
        "# TYPE podlint_connections_refused counter",
        "# TYPE podlint_certificate_reload_failures counter",
        "podlint_certificate_reload_failures_total 0",
        "# UNIT podlint_certificate_not_after_timestamp_seconds seconds",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} in\n{page}");
    }
    let ends = server.metric("podlint_certificate_not_after_timestamp_seconds").await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let days = (ends - now.as_secs_f64()) / 86_400.0;
    assert!((89.9..=90.0).contains(&days), "{days}");
}
