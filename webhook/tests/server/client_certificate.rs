//! `--client-ca`.

use std::fs;
use std::sync::Arc;
use std::time::Instant;

use hyper::body::Bytes;
use podlint_webhook::tls::Clients;
use podlint_webhook::tls::authority::Issued;
use tokio_rustls::TlsConnector;

use crate::support::{Http, LONG, Running, Setup, authority, client, leaf, trusting};

const FAILURES: &str = "podlint_certificate_reload_failures_total";
const HANDSHAKE: &str = "podlint_connections_refused_total{reason=\"handshake\"}";

#[tokio::test]
async fn only_clients_that_the_authority_signed_are_answered() {
    let authority = authority();
    let clients = crate::support::authority();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clients.pem");
    fs::write(&file, &clients.certificate).unwrap();
    let mut setup = Setup::new(&authority);
    setup.client_ca = Some(file);
    let server = setup.start();

    let known = client(&clients);
    let stranger = client(&authority);
    let for_servers = leaf(&clients);
    for (identity, answered) in
        [(Some(&known), true), (Some(&stranger), false), (Some(&for_servers), false), (None, false)]
    {
        assert_eq!(is_answered(&server, &authority, identity).await, answered);
    }
    // Readiness asks without a certificate; that is not a refused client.
    assert_eq!(server.status("/readyz").await, (200, "ready\n".to_owned()));
    server.metric_reaches(HANDSHAKE, 3.0).await;
    assert!(server.metric(HANDSHAKE).await < 4.0);
}

/// Whether a client with this certificate gets an answer.
async fn is_answered(server: &Running, authority: &Issued, identity: Option<&Issued>) -> bool {
    match Http::open(server.address, &trusting(authority, identity)).await {
        Ok(mut http) => http.ask("POST", "/validate", Bytes::from("{}")).await.is_ok(),
        Err(_) => false,
    }
}

#[tokio::test]
async fn a_new_authority_is_taken_up() {
    let authority = authority();
    let (one, two) = (crate::support::authority(), crate::support::authority());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clients.pem");
    fs::write(&file, &one.certificate).unwrap();
    let mut setup = Setup::new(&authority);
    setup.client_ca = Some(file.clone());
    let server = setup.start();
    let (of_one, of_two) = (client(&one), client(&two));
    assert!(is_answered(&server, &authority, Some(&of_one)).await);
    assert!(!is_answered(&server, &authority, Some(&of_two)).await);

    // What cannot be read changes nothing, and is told once.
    for (number, text) in [(1.0, "nothing"), (2.0, &one.certificate[..100])] {
        fs::write(&file, text).unwrap();
        server.metric_reaches(FAILURES, number).await;
        assert!(is_answered(&server, &authority, Some(&of_one)).await);
        assert!(server.metric(FAILURES).await < number + 1.0);
    }

    for (text, answered) in [
        (format!("{}{}", one.certificate, two.certificate), [true, true, false]),
        (two.certificate.clone(), [false, true, false]),
    ] {
        fs::write(&file, text).unwrap();
        let begin = Instant::now();
        loop {
            let mut answers = Vec::new();
            for identity in [Some(&of_one), Some(&of_two), None] {
                answers.push(is_answered(&server, &authority, identity).await);
            }
            if answers == answered {
                break;
            }
            assert!(begin.elapsed() < LONG, "{answers:?}");
        }
    }
}

/// A session of before would bring its client back unchecked.
#[tokio::test]
async fn a_session_is_not_taken_up_again() {
    let authority = authority();
    let (one, two) = (crate::support::authority(), crate::support::authority());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clients.pem");
    fs::write(&file, &one.certificate).unwrap();
    let mut setup = Setup::new(&authority);
    setup.client_ca = Some(file.clone());
    let server = setup.start();
    let of_one = client(&one);
    let mut config = (**trusting(&authority, Some(&of_one)).config()).clone();
    config.resumption = rustls::client::Resumption::in_memory_sessions(8);
    let trust = TlsConnector::from(Arc::new(config));
    let ask = async || match Http::open(server.address, &trust).await {
        Ok(mut http) => http.ask("POST", "/validate", Bytes::from("{}")).await.is_ok(),
        Err(_) => false,
    };
    assert!(ask().await);
    fs::write(&file, &two.certificate).unwrap();
    let begin = Instant::now();
    while ask().await {
        assert!(begin.elapsed() < LONG, "the old authority still counts");
    }
}

#[test]
fn a_file_without_a_certificate_is_told_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clients.pem");
    let said = || format!("{:#}", Clients::open(&file).unwrap_err());
    assert!(said().ends_with("clients.pem: No such file or directory (os error 2)"), "{}", said());
    fs::write(&file, "nothing").unwrap();
    assert!(said().ends_with("clients.pem: it holds no certificate"), "{}", said());
}
