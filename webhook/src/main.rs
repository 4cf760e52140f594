//! `podlint-webhook`: podlint as a validating admission webhook.

#![forbid(unsafe_code)]

mod log;
mod probe;

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use clap::{Parser, Subcommand};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use podlint_webhook::cluster::{self, Live};
use podlint_webhook::review::policy::Policy;
use podlint_webhook::review::{self, Bounds, Reviewer, examine};
use podlint_webhook::serve::{self, Limits, Server, Shutdown, body};
use podlint_webhook::tls::managed::{Manager, Names};
use podlint_webhook::tls::{self, Certificates, Clients, Source};
use prometheus_client::registry::Registry;

/// After this an API server that says nothing is given up: a little more than the 290 seconds of a quiet watch.
const SILENCE: Duration = Duration::from_secs(300);

/// Reviews Pods and workloads before Kubernetes stores them: says which can never run, and which no
/// node takes now
#[derive(Parser)]
#[command(name = "podlint-webhook", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Arguments,
    #[command(flatten)]
    tls: tls::Arguments,
    #[command(flatten)]
    review: review::Arguments,
    #[command(flatten)]
    cluster: cluster::Arguments,
    #[command(flatten)]
    log: log::Arguments,
}

#[derive(Subcommand)]
enum Command {
    /// Ask the installed webhook as the API server would, and say whether it answers
    Probe {
        #[command(flatten)]
        probe: probe::Arguments,
        #[command(flatten)]
        cluster: cluster::Arguments,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Some(Command::Probe { probe, cluster }) = &arguments.command {
        return runtime.block_on(async {
            let client = Client::try_from(connection(cluster.kubeconfig.as_deref()).await?)?;
            probe::run(probe, client).await
        });
    }
    log::start(&arguments.log)?;
    review::reviewer::log_panics();
    runtime.block_on(run(arguments))
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { serve, tls, review, cluster, .. } = arguments;
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    let policy = policy(&review)?;

    let mut registry = Registry::with_prefix("podlint");
    let metrics = serve::Metrics::register(&mut registry);
    let certificates = Certificates::new(tls::Metrics::register(&mut registry));
    let live = Live::new(!cluster.without_cluster, cluster::Metrics::register(&mut registry));
    let review_metrics = review::Metrics::register(&mut registry);

    if !cluster.without_cluster {
        cluster::follow(&Client::try_from(connection(cluster.kubeconfig.as_deref()).await?)?, &live);
    }
    if let (Source::Files, Some(directory)) = (tls.tls, &tls.tls_directory) {
        tokio::spawn(tls::files::watch(directory.clone(), tls::files::PERIOD, certificates.clone()));
    } else {
        let config = connection(cluster.kubeconfig.as_deref()).await?;
        let names = Names {
            namespace: tls.namespace.clone().unwrap_or_else(|| config.default_namespace.clone()),
            secret: tls.tls_secret.clone(),
            service: tls.service.clone(),
            configuration: tls.webhook_configuration.clone(),
            others: tls.tls_names.clone(),
        };
        let manager = Manager::new(Client::try_from(config)?, names, certificates.clone(), Arc::new(SystemTime::now));
        tokio::spawn(manager.run());
    }

    let clients = tls.client_ca.as_deref().map(Clients::open).transpose()?;
    if let Some(clients) = &clients {
        tokio::spawn(clients.clone().watch(tls::files::PERIOD, certificates.clone()));
    }

    let processors = thread::available_parallelism().map_or(1, usize::from);
    let bounds = Bounds {
        concurrency: review.concurrency.map_or(processors, |number| number.max(1) as usize),
        queue: review.queue as usize,
    };
    let reviewer = Arc::new(Reviewer::new(examine::Rules, policy, live, review.on_failure, bounds, review_metrics));
    let server = Server {
        listener: serve::bind(serve.listen).with_context(|| format!("--listen {}", serve.listen))?,
        status: TcpListener::bind(serve.status_listen)
            .with_context(|| format!("--status-listen {}", serve.status_listen))?,
        tls: tls::server_config(certificates.clone(), clients)?,
        certificates,
        router: review::router(reviewer, body::Reader::new(body::Limits::default())),
        condition: Arc::new(|| Ok(())),
        registry: Arc::new(registry),
        metrics,
        max_connections: serve.max_connections as usize,
        limits: Limits::default(),
        drain: Duration::from_secs(serve.drain),
    };
    Ok(server.run(shutdown).await?)
}

fn policy(arguments: &review::Arguments) -> anyhow::Result<Policy> {
    let config = match &arguments.config {
        None => podlint_core::config::Config::default(),
        Some(path) => {
            let name = path.display().to_string();
            let text = fs::read_to_string(path).with_context(|| format!("--config {name}"))?;
            podlint_core::config::Config::read(&text, &name)?
        }
    };
    Ok(Policy::new(config, arguments.kubernetes_version, arguments.allow_ignore))
}

async fn connection(kubeconfig: Option<&Path>) -> anyhow::Result<Config> {
    let mut config = match kubeconfig {
        None => Config::infer().await?,
        Some(path) => {
            let read = Kubeconfig::read_from(path).with_context(|| format!("--kubeconfig {}", path.display()))?;
            Config::from_custom_kubeconfig(read, &KubeConfigOptions::default()).await?
        }
    };
    config.read_timeout = Some(SILENCE);
    // Otherwise the time before the request counts too.
    config.reset_reader_on_write = true;
    Ok(config)
}
