//! A server on loopback, and clients of it.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::extract::Request;
use axum::routing::{self, post};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use podlint_webhook::serve::{Condition, Limits, Metrics, Server, Shutdown, bind, body};
use podlint_webhook::tls::authority::{self, Issued};
use podlint_webhook::tls::{self, Certificates, Clients, Pair};
use prometheus_client::registry::Registry;
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, Issuer, KeyPair};
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The name that all certificates here are for.
pub const NAME: &str = "podlint.podlint.svc";
/// Nothing here takes this long, also where two cores do many other things.
pub const LONG: Duration = Duration::from_secs(30);

/// A server to start.
pub struct Setup {
    pub listen: SocketAddr,
    pub limits: Limits,
    pub bodies: body::Limits,
    pub max_connections: usize,
    pub drain: Duration,
    pub client_ca: Option<PathBuf>,
    pub condition: Condition,
    pub certificate: Option<Issued>,
}

/// A server that runs.
pub struct Running {
    pub address: SocketAddr,
    pub status: SocketAddr,
    pub shutdown: Shutdown,
    pub certificates: Certificates,
    pub ended: JoinHandle<std::io::Result<()>>,
}

pub fn authority() -> Issued {
    authority::authority(SystemTime::now()).unwrap()
}

pub fn leaf(authority: &Issued) -> Issued {
    leaf_at(authority, SystemTime::now())
}

pub fn leaf_at(authority: &Issued, now: SystemTime) -> Issued {
    authority::leaf(authority, &[NAME.to_owned()], now).unwrap()
}

/// A certificate for a client.
pub fn client(authority: &Issued) -> Issued {
    let key = KeyPair::generate().unwrap();
    let signer = KeyPair::from_pem(&authority.key).unwrap();
    let issuer = Issuer::from_ca_cert_pem(&authority.certificate, signer).unwrap();
    let mut params = CertificateParams::default();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    Issued { certificate: params.signed_by(&key, &issuer).unwrap().pem(), key: key.serialize_pem() }
}

pub fn pair(issued: &Issued) -> Pair {
    Pair::read(issued.certificate.as_bytes(), issued.key.as_bytes()).unwrap()
}

impl Setup {
    pub fn new(authority: &Issued) -> Self {
        Self {
            listen: "127.0.0.1:0".parse().unwrap(),
            limits: Limits::default(),
            bodies: body::Limits::default(),
            max_connections: 1000,
            drain: Duration::ZERO,
            client_ca: None,
            condition: Arc::new(|| Ok(())),
            certificate: Some(leaf(authority)),
        }
    }

    /// `POST /validate` says how long the body was; `GET /slow` takes half a second; `GET /huge` is 64 MiB.
    pub fn start(self) -> Running {
        let mut registry = Registry::with_prefix("podlint");
        let metrics = Metrics::register(&mut registry);
        let certificates = Certificates::new(tls::Metrics::register(&mut registry));
        if let Some(certificate) = &self.certificate {
            certificates.install(pair(certificate));
        }
        let clients = self.client_ca.as_deref().map(|path| Clients::open(path).unwrap());
        if let Some(clients) = &clients {
            tokio::spawn(clients.clone().watch(Duration::from_millis(10), certificates.clone()));
        }
        let bodies = body::Reader::new(self.bodies);
        let validate = move |request: Request| {
            let bodies = bodies.clone();
            async move { bodies.read(request).await.map(|body| body.len().to_string()) }
        };
        let slow = || async {
            sleep(Duration::from_millis(500)).await;
            "slow"
        };
        let listener = bind(self.listen).unwrap();
        let status = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let status_address = status.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let server = Server {
            listener,
            status,
            tls: tls::server_config(certificates.clone(), clients).unwrap(),
            certificates: certificates.clone(),
            router: Router::new()
                .route("/validate", post(validate))
                .route("/slow", routing::get(slow))
                .route("/huge", routing::get(|| async { vec![b'x'; 64 << 20] })),
            condition: self.condition,
            registry: Arc::new(registry),
            metrics,
            max_connections: self.max_connections,
            limits: self.limits,
            drain: self.drain,
        };
        Running {
            address,
            status: status_address,
            shutdown: shutdown.clone(),
            certificates,
            ended: tokio::spawn(server.run(shutdown)),
        }
    }
}

impl Running {
    /// Asks the status port.
    pub async fn status(&self, path: &str) -> (u16, String) {
        get(self.status, path).await.unwrap()
    }

    /// One number of `/metrics`, by its whole name with labels; 0 if it is not there.
    pub async fn metric(&self, name: &str) -> f64 {
        metric(&self.status("/metrics").await.1, name)
    }

    /// Waits until a metric is at least that.
    pub async fn metric_reaches(&self, name: &str, least: f64) {
        let deadline = Instant::now() + LONG;
        while self.metric(name).await < least {
            assert!(Instant::now() < deadline, "{name} does not reach {least}");
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Asks a status port.
pub async fn get(status: SocketAddr, path: &str) -> std::io::Result<(u16, String)> {
    let mut http = Http::over(TcpStream::connect(status).await?).await;
    http.get(path).await.map_err(std::io::Error::other)
}

/// One number of a page of metrics, by its whole name with labels; 0 if it is not there.
pub fn metric(page: &str, name: &str) -> f64 {
    let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0.0, |number| number.parse().unwrap())
}

/// Trusts `authority`, and shows `identity`.
pub fn trusting(authority: &Issued, identity: Option<&Issued>) -> TlsConnector {
    let builder = ClientConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots(authority));
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
            builder.with_client_auth_cert(vec![certificate(identity)], key).unwrap()
        }
    };
    // Each connection shows which certificate is served.
    config.resumption = rustls::client::Resumption::disabled();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsConnector::from(Arc::new(config))
}

pub fn roots(authority: &Issued) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(certificate(authority)).unwrap();
    roots
}

fn certificate(issued: &Issued) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap()
}

/// A TLS connection.
pub async fn connect(address: SocketAddr, trust: &TlsConnector) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    trust.connect(ServerName::try_from(NAME).unwrap(), stream).await
}

/// Reads to the end of a connection, however it ends.
pub async fn rest(stream: &mut TlsStream<TcpStream>) -> String {
    let mut bytes = Vec::new();
    let _ = timeout(LONG, stream.read_to_end(&mut bytes)).await.expect("the connection ends");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes a byte now and then, until the other side ends the connection; says what it answered, and when.
pub async fn trickle(mut stream: TlsStream<TcpStream>, pace: Duration) -> (String, Duration) {
    let begin = Instant::now();
    let mut answer = Vec::new();
    let mut buffer = [0; 1024];
    while begin.elapsed() < LONG {
        tokio::select! {
            read = stream.read(&mut buffer) => match read {
                Ok(length) if length > 0 => answer.extend_from_slice(&buffer[..length]),
                _ => return (String::from_utf8(answer).unwrap(), begin.elapsed()),
            },
            () = sleep(pace) => {
                let _ = stream.write_all(b"x").await;
                let _ = stream.flush().await;
            }
        }
    }
    panic!("the connection goes on for ever");
}

/// An HTTP connection that is kept.
pub struct Http {
    sender: SendRequest<Full<Bytes>>,
    connection: JoinHandle<()>,
}

impl Http {
    pub async fn over<S>(stream: S) -> Self
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(async move {
            let _ = connection.await;
        });
        Self { sender, connection }
    }

    pub async fn open(address: SocketAddr, trust: &TlsConnector) -> std::io::Result<Self> {
        Ok(Self::over(connect(address, trust).await?).await)
    }

    pub async fn get(&mut self, path: &str) -> hyper::Result<(u16, String)> {
        let (status, text, _) = self.ask("GET", path, Bytes::new()).await?;
        Ok((status, text))
    }

    /// The status, the text, and whether the server ends the connection.
    pub async fn ask(&mut self, method: &str, path: &str, body: Bytes) -> hyper::Result<(u16, String, bool)> {
        let request = hyper::Request::builder().method(method).uri(path).header("host", NAME);
        let request = request.header("content-type", "application/json").body(Full::new(body)).unwrap();
        let response = self.sender.send_request(request).await?;
        let status = response.status().as_u16();
        let closes = response.headers().get("connection").is_some_and(|value| value == "close");
        let text = response.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8(text.to_vec()).unwrap(), closes))
    }

    /// Whether it could be asked again.
    pub async fn is_open(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }
}

impl Drop for Http {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
