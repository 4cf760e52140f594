//! Which TLS, and which HTTP over it.

use std::sync::Arc;

use hyper::body::Bytes;
use podlint_webhook::tls::provider;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ProtocolVersion, SupportedProtocolVersion};
use tokio_rustls::TlsConnector;

use crate::support::{Http, Setup, authority, connect, roots};

#[tokio::test]
async fn tls_1_2_and_1_3_carry_http_1_1_and_nothing_else() {
    let authority = authority();
    let server = Setup::new(&authority).start();
    let with = |version: &'static SupportedProtocolVersion, protocols: &[&str]| {
        let mut config = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots(&authority))
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsConnector::from(Arc::new(config))
    };
    for (version, name) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        for (protocols, agreed) in
            [(&["h2", "http/1.1"][..], Some(&b"http/1.1"[..])), (&["http/1.1"], Some(b"http/1.1")), (&[], None)]
        {
            let stream = connect(server.address, &with(version, protocols)).await.unwrap();
            let (_, session) = stream.get_ref();
            assert_eq!((session.protocol_version(), session.alpn_protocol()), (Some(name), agreed));
            let answer = Http::over(stream).await.ask("POST", "/validate?timeout=5s", Bytes::from("{}")).await;
            assert_eq!(answer.unwrap(), (200, "2".to_owned(), false));
        }
        assert!(connect(server.address, &with(version, &["h2"])).await.is_err());
    }
}
