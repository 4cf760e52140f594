//! `--client-ca`.

use hyper::body::Bytes;

use crate::support::{Http, Setup, authority, leaf, trusting};

const HANDSHAKE: &str = "podlint_connections_refused_total{reason=\"handshake\"}";

#[tokio::test]
async fn only_clients_that_the_authority_signed_are_answered() {
    let authority = authority();
    let clients = crate::support::authority();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clients.pem");
    std::fs::write(&file, &clients.certificate).unwrap();
    let mut setup = Setup::new(&authority);
    setup.client_ca = Some(file);
    let server = setup.start();

    let known = crate::support::client(&clients);
    let stranger = crate::support::client(&authority);
    let for_servers = leaf(&clients);
    for (identity, answered) in
        [(Some(&known), true), (Some(&stranger), false), (Some(&for_servers), false), (None, false)]
    {
        let trust = trusting(&authority, identity);
        let answer = match Http::open(server.address, &trust).await {
            Ok(mut http) => http.ask("POST", "/validate", Bytes::from("{}")).await.is_ok(),
            Err(_) => false,
        };
        assert_eq!(answer, answered);
    }
    // Readiness asks without a certificate; that is not a refused client.
    assert_eq!(server.status("/readyz").await, (200, "ready\n".to_owned()));
    server.metric_reaches(HANDSHAKE, 3.0).await;
    assert!(server.metric(HANDSHAKE).await < 4.0);
}

#[test]
fn a_file_without_a_certificate_is_told_at_start() {
    use podlint_webhook::tls::{Certificates, Metrics, server_config};

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clients.pem");
    let said = || {
        let certificates = Certificates::new(Metrics::default());
        format!("{:#}", server_config(certificates, Some(&file)).unwrap_err())
    };
    assert!(said().ends_with("clients.pem: No such file or directory (os error 2)"), "{}", said());
    std::fs::write(&file, "nothing").unwrap();
    assert!(said().ends_with("clients.pem: it holds no certificate"), "{}", said());
}
