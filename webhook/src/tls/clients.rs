//! Who may ask: clients with a certificate of an authority, whose file is read again when it changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use arc_swap::ArcSwap;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme};
use tokio::time::{MissedTickBehavior, interval};

use super::certificates::Certificates;
use super::watch::{Change, Watch};
use super::{pair, provider};

/// The check of clients' certificates. Clones share it.
#[derive(Clone, Debug)]
pub struct Clients {
    path: PathBuf,
    verifier: Arc<ArcSwap<Arc<dyn ClientCertVerifier>>>,
}

impl Clients {
    /// Reads the authorities of a file.
    ///
    /// # Errors
    ///
    /// When it cannot be read or holds no certificate.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let verifier = std::fs::read(path).map_err(anyhow::Error::from).and_then(|text| verifier(&text));
        let verifier = verifier.with_context(|| format!("--client-ca {}", path.display()))?;
        Ok(Self { path: path.to_owned(), verifier: Arc::new(ArcSwap::from_pointee(verifier)) })
    }

    /// Looks at the file every `period`. While it cannot be used, the last authorities count, and `certificates` says so.
    pub async fn watch(self, period: Duration, certificates: Certificates) {
        let file = self.path.display();
        let mut watch = Watch::default();
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let found = tokio::fs::read(&self.path).await.map_err(|error| error.to_string());
            match watch.look(found, |text| verifier(text).map_err(|error| format!("{error:#}"))) {
                Change::None => {}
                Change::Take(verifier) => {
                    tracing::info!(%file, "clients are held against these authorities");
                    self.verifier.store(Arc::new(verifier));
                }
                Change::Refuse(problem) => certificates.failed(&format!("--client-ca {file}: {problem}")),
            }
        }
    }
}

fn verifier(text: &[u8]) -> anyhow::Result<Arc<dyn ClientCertVerifier>> {
    let mut roots = RootCertStore::empty();
    for certificate in pair::certificates(text).map_err(anyhow::Error::msg)? {
        roots.add(certificate)?;
    }
    ensure!(!roots.is_empty(), "it holds no certificate");
    Ok(WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build()?)
}

impl ClientCertVerifier for Clients {
    /// None: they would be those of the start. A client then shows the certificate that it has.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.verifier.load().verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.load().verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.load().verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.load().supported_verify_schemes()
    }
}
