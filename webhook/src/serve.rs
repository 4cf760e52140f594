//! Connections: bounded in number and in time, drained before the process ends.
//!
//! [`Server::run`] serves a router over TLS on one port, and what the kubelet and Prometheus ask on another.

mod activity;
pub mod body;
mod bound;
mod connection;
mod listen;
mod metrics;
mod probe;
mod shutdown;
mod status;
mod stream;

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use clap::Args;
use prometheus_client::registry::Registry;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

pub use connection::Limits;
pub use listen::bind;
pub use metrics::{Metrics, Refused, RefusedLabels};
pub use shutdown::Shutdown;
pub use status::Condition;

use crate::tls::Certificates;
use bound::Bound;
use connection::Shared;
use listen::Port;
use probe::Probe;
use status::Status;

/// Connections of the status port: a kubelet, a Prometheus or two, and people.
const STATUS_CONNECTIONS: usize = 64;
/// The longest that a drain waits for what is at work.
const FINISH: Duration = Duration::from_secs(30);

/// Where to listen, and for how many.
#[derive(Args, Clone, Debug)]
// Other modules name theirs the same.
#[group(skip)]
pub struct Arguments {
    /// Address and port of the webhook itself (TLS)
    #[arg(long, value_name = "ADDRESS", env = "PODLINT_LISTEN", default_value = "0.0.0.0:8443")]
    pub listen: SocketAddr,

    /// Address and port of /healthz, /readyz and /metrics (plain HTTP)
    #[arg(long, value_name = "ADDRESS", env = "PODLINT_STATUS_LISTEN", default_value = "0.0.0.0:8080")]
    pub status_listen: SocketAddr,

    /// The most connections at once; beyond it the one that waits longest is closed
    #[arg(long, value_name = "NUMBER", env = "PODLINT_MAX_CONNECTIONS", default_value = "4096",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: u32,

    /// How long to serve on after SIGTERM, not ready any more
    #[arg(long, value_name = "SECONDS", env = "PODLINT_DRAIN", default_value = "10")]
    pub drain: u64,
}

/// What is served, to whom, and for how long.
pub struct Server {
    /// The TLS port, of [`bind`].
    pub listener: StdListener,
    /// The status port.
    pub status: StdListener,
    /// How TLS is spoken, of [`crate::tls::server_config`].
    pub tls: Arc<ServerConfig>,
    /// What `tls` takes its certificates from.
    pub certificates: Certificates,
    /// Who answers.
    pub router: Router,
    /// What readiness needs besides a certificate and a listener that answers.
    pub condition: Condition,
    /// What `/metrics` shows.
    pub registry: Arc<Registry>,
    /// What this server counts.
    pub metrics: Metrics,
    /// The most connections of the TLS port.
    pub max_connections: usize,
    /// The time limits of a connection.
    pub limits: Limits,
    /// How long to serve on when the process is to end.
    pub drain: Duration,
}

impl Server {
    /// Serves until `shutdown` has been wished for and carried out: readiness fails at once; connections are
    /// taken for the drain time, and told to close after their answer; then the port is closed and what is at
    /// work is finished, for at most 30 seconds.
    ///
    /// # Errors
    ///
    /// When a socket cannot be listened to.
    pub async fn run(self, shutdown: Shutdown) -> io::Result<()> {
        let max_connections = listen::raise_open_files(self.max_connections);
        let listener = TcpListener::from_std(self.listener)?;
        self.status.set_nonblocking(true)?;
        let status_listener = TcpListener::from_std(self.status)?;
        let probe = Probe::new(listener.local_addr()?, self.certificates).map_err(io::Error::other)?;
        let probe = Arc::new(probe);

        let status = Status {
            shutdown: shutdown.clone(),
            probe: probe.clone(),
            condition: self.condition,
            registry: self.registry,
        };
        // It answers to the very end, and its connections are not counted.
        let status_metrics = Metrics::default();
        let status_port = Port {
            shared: Shared {
                router: status::router(status),
                tls: None,
                limits: self.limits,
                shutdown: Shutdown::new(),
                metrics: status_metrics.clone(),
            },
            bound: Bound::new(STATUS_CONNECTIONS, status_metrics),
            tasks: TaskTracker::new(),
            probe: None,
        };
        let status_task = tokio::spawn(status_port.accept(status_listener));

        let tasks = TaskTracker::new();
        let port = Port {
            shared: Shared {
                router: self.router,
                tls: Some(TlsAcceptor::from(self.tls)),
                limits: self.limits,
                shutdown: shutdown.clone(),
                metrics: self.metrics.clone(),
            },
            bound: Bound::new(max_connections, self.metrics),
            tasks: tasks.clone(),
            probe: Some(probe),
        };
        let accepting = tokio::spawn(port.accept(listener));

        shutdown.draining().await;
        tracing::info!(seconds = self.drain.as_secs_f64(), "draining");
        tokio::select! {
            () = sleep(self.drain) => {}
            () = shutdown.aborted() => {}
        }
        shutdown.stop();
        let finish = async {
            accepting.await.map_err(io::Error::other)??;
            tasks.close();
            if timeout(FINISH, tasks.wait()).await.is_err() {
                tracing::warn!(connections = tasks.len(), "not all work could be finished");
            }
            Ok(())
        };
        let ended = tokio::select! {
            ended = finish => ended,
            () = shutdown.aborted() => Ok(()),
        };
        status_task.abort();
        ended
    }
}
