//! The certificate: from files, or made and kept by the webhook itself; taken up without a restart.

pub mod authority;
mod certificates;
mod clients;
pub mod files;
pub mod managed;
mod metrics;
mod pair;
pub mod plan;
pub mod watch;

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use clap::{Args, ValueEnum};
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::server::NoServerSessionStorage;

pub use certificates::Certificates;
pub use clients::Clients;
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

    /// Certificates (PEM) of which one must have signed a client's certificate, read again when they change; without it, any
    /// client may ask
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

/// TLS 1.2 and 1.3 with HTTP/1.1, and a check of clients' certificates if there is one.
///
/// # Errors
///
/// When the cryptography lacks something.
pub fn server_config(certificates: Certificates, clients: Option<Clients>) -> Result<Arc<ServerConfig>, rustls::Error> {
    let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    let is_checked = clients.is_some();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(clients) => builder.with_client_cert_verifier(Arc::new(clients)),
    };
    let mut config = builder.with_cert_resolver(Arc::new(certificates));
    if is_checked {
        // Who takes up a session again is not checked again.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
