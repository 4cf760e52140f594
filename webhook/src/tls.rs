//! The certificate: from files, or made and kept by the webhook itself; taken up without a restart.

pub mod authority;
mod certificates;
pub mod files;
pub mod managed;
mod metrics;
mod pair;
pub mod plan;

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

pub use certificates::Certificates;
pub use metrics::Metrics;
pub use pair::{Pair, PairError, Validity};

/// Where the certificate comes from.
#[derive(Args, Clone, Debug)]
// Other modules name theirs the same.
#[group(skip)]
pub struct Arguments {
    /// Where the certificate comes from
    #[arg(long, value_name = "SOURCE", env = "PODLINT_TLS", default_value = "self-managed")]
    pub tls: Source,

    /// Folder of tls.crt and tls.key, read again when they change [with --tls files]
    #[arg(long, value_name = "FOLDER", env = "PODLINT_TLS_DIRECTORY", required_if_eq("tls", "files"))]
    pub tls_directory: Option<PathBuf>,

    /// Certificates (PEM) of which one must have signed a client's certificate; without it, any client may ask
    #[arg(long, value_name = "FILE", env = "PODLINT_CLIENT_CA")]
    pub client_ca: Option<PathBuf>,

    /// Secret that keeps authority and certificate [with --tls self-managed]
    #[arg(long, value_name = "NAME", env = "PODLINT_TLS_SECRET", default_value = "podlint-tls")]
    pub tls_secret: String,

    /// Service by which the API server reaches the webhook [with --tls self-managed]
    #[arg(long, value_name = "NAME", env = "PODLINT_SERVICE", default_value = "podlint")]
    pub service: String,

    /// A further name or address that the certificate is for, e.g. `--tls-name 192.0.2.7`, for API servers outside of
    /// the cluster; may be given several times [with --tls self-managed]
    #[arg(long = "tls-name", value_name = "NAME", env = "PODLINT_TLS_NAME", value_delimiter = ',', value_parser = server_name)]
    pub tls_names: Vec<String>,

    /// Namespace of the Service and the Secret; by default the webhook's own [with --tls self-managed]
    #[arg(long, value_name = "NAME", env = "PODLINT_NAMESPACE")]
    pub namespace: Option<String>,

    /// `ValidatingWebhookConfiguration` whose caBundle is kept right [with --tls self-managed]
    #[arg(long, value_name = "NAME", env = "PODLINT_WEBHOOK_CONFIGURATION", default_value = "podlint")]
    pub webhook_configuration: String,
}

fn server_name(text: &str) -> Result<String, String> {
    match ServerName::try_from(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("neither a DNS name nor an IP address".to_owned()),
    }
}

/// A way to come by a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// The webhook makes it, keeps it in a Secret and renews it
    SelfManaged,
    /// Somebody else does, and puts it into files
    Files,
}

/// The cryptography: ring, for servers, clients and checks alike.
pub fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| Arc::new(ring::default_provider()));
    PROVIDER.clone()
}

/// TLS 1.2 and 1.3 with HTTP/1.1, and a client certificate if `client_ca` names who signs them.
///
/// # Errors
///
/// When `client_ca` cannot be read or holds no certificate.
pub fn server_config(certificates: Certificates, client_ca: Option<&Path>) -> anyhow::Result<Arc<ServerConfig>> {
    let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    let builder = match client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let roots = roots(path).with_context(|| format!("--client-ca {}", path.display()))?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build()?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder.with_cert_resolver(Arc::new(certificates));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn roots(path: &Path) -> anyhow::Result<RootCertStore> {
    let text = std::fs::read(path)?;
    let mut roots = RootCertStore::empty();
    for certificate in pair::certificates(&text).map_err(anyhow::Error::msg)? {
        roots.add(certificate)?;
    }
    ensure!(!roots.is_empty(), "it holds no certificate");
    Ok(roots)
}
