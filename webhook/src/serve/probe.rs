//! A real TLS handshake with our own listener: readiness means that an API server would be answered.

use std::collections::HashSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::net::TcpSocket;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;

use crate::tls::{Certificates, provider};

/// A success counts for this long.
const FRESH: Duration = Duration::from_secs(1);
/// For one handshake.
const LIMIT: Duration = Duration::from_secs(2);
/// Another process may share the port, with a certificate of its own: the kernel chooses who is asked.
const ATTEMPTS: usize = 8;

/// Asks our own listener, as an API server would.
pub(super) struct Probe {
    target: SocketAddr,
    certificates: Certificates,
    connector: TlsConnector,
    last: Mutex<Option<Instant>>,
    sources: StdMutex<HashSet<SocketAddr>>,
}

impl Probe {
    /// For the listener that is bound to `listener`.
    pub fn new(listener: SocketAddr, certificates: Certificates) -> Result<Self, Error> {
        let provider = provider();
        let verifier = Exactly { certificates: certificates.clone(), provider: provider.clone() };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        config.resumption = rustls::client::Resumption::disabled();
        let ip = match listener.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        Ok(Self {
            target: SocketAddr::new(ip, listener.port()),
            certificates,
            connector: TlsConnector::from(Arc::new(config)),
            last: Mutex::default(),
            sources: StdMutex::default(),
        })
    }

    /// Whether our listener answers with our certificate now, or did within the last second.
    pub async fn check(&self) -> Result<(), String> {
        if self.certificates.current().is_none() {
            return Err("no certificate yet".to_owned());
        }
        let mut last = self.last.lock().await;
        if last.is_some_and(|last| last.elapsed() < FRESH) {
            return Ok(());
        }
        let mut problem = String::new();
        for _ in 0..ATTEMPTS {
            match timeout(LIMIT, self.handshake()).await {
                Ok(Ok(())) => {
                    *last = Some(Instant::now());
                    return Ok(());
                }
                Ok(Err(error)) if is_other_certificate(&error) => problem = error.to_string(),
                Ok(Err(error)) => return Err(format!("the TLS port does not answer: {error}")),
                Err(_) => return Err(format!("the TLS port does not answer within {LIMIT:?}")),
            }
        }
        Err(format!("the TLS port does not answer with our certificate: {problem}"))
    }

    /// Whether a connection comes from a probe that is under way.
    pub fn is_from(&self, peer: SocketAddr) -> bool {
        self.sources().contains(&peer)
    }

    async fn handshake(&self) -> io::Result<()> {
        let (socket, any) = match self.target {
            SocketAddr::V4(_) => (TcpSocket::new_v4()?, IpAddr::from(Ipv4Addr::LOCALHOST)),
            SocketAddr::V6(_) => (TcpSocket::new_v6()?, IpAddr::from(Ipv6Addr::LOCALHOST)),
        };
        let from = if self.target.ip().is_loopback() { any } else { self.target.ip() };
        socket.bind(SocketAddr::new(from, 0))?;
        let source = socket.local_addr()?;
        self.sources().insert(source);
        let _forget = Forget { probe: self, source };
        let stream = socket.connect(self.target).await?;
        let name = ServerName::IpAddress(self.target.ip().into());
        self.connector.connect(name, stream).await?;
        Ok(())
    }

    fn sources(&self) -> MutexGuard<'_, HashSet<SocketAddr>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a source out again, also when the handshake ran out of time.
struct Forget<'a> {
    probe: &'a Probe,
    source: SocketAddr,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.probe.sources().remove(&self.source);
    }
}

fn is_other_certificate(error: &io::Error) -> bool {
    error
        .get_ref()
        .and_then(|error| error.downcast_ref::<Error>())
        .is_some_and(|error| matches!(error, Error::InvalidCertificate(_)))
}

/// Trusts the certificate that is served now, and no other.
#[derive(Debug)]
struct Exactly {
    certificates: Certificates,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Exactly {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.certificates.current() {
            Some(pair) if pair.end_entity() == end_entity => Ok(ServerCertVerified::assertion()),
            _ => Err(CertificateError::UnknownIssuer.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
