//! `podlint-webhook`: podlint as a validating admission webhook.

#![forbid(unsafe_code)]

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use axum::Router;
use axum::routing::post;
use clap::Parser;
use podlint_webhook::serve::{self, Limits, Server, Shutdown, body};
use podlint_webhook::tls::managed::{Manager, Names};
use podlint_webhook::tls::{self, Certificates, Source};
use prometheus_client::registry::Registry;

#[derive(Parser)]
#[command(name = "podlint-webhook", version, about)]
struct Arguments {
    #[command(flatten)]
    serve: serve::Arguments,
    #[command(flatten)]
    tls: tls::Arguments,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::new("info")).init();
    let arguments = Arguments::parse();
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;

    let mut registry = Registry::with_prefix("podlint");
    let metrics = serve::Metrics::register(&mut registry);
    let certificates = Certificates::new(tls::Metrics::register(&mut registry));
    if let (Source::Files, Some(directory)) = (arguments.tls.tls, &arguments.tls.tls_directory) {
        tokio::spawn(tls::files::watch(directory.clone(), tls::files::PERIOD, certificates.clone()));
    } else {
        let config = kube::Config::infer().await?;
        let namespace = arguments.tls.namespace.unwrap_or_else(|| config.default_namespace.clone());
        let names = Names {
            namespace,
            secret: arguments.tls.tls_secret,
            service: arguments.tls.service,
            configuration: arguments.tls.webhook_configuration,
        };
        let client = kube::Client::try_from(config)?;
        let manager = Manager::new(client, names, certificates.clone(), Arc::new(SystemTime::now));
        tokio::spawn(manager.run());
    }

    let bodies = body::Reader::new(body::Limits::default());
    let validate = post(move |request: axum::extract::Request| {
        let bodies = bodies.clone();
        async move { bodies.read(request).await.map(|body| format!("{}\n", body.len())) }
    });
    let listen = arguments.serve.listen;
    let status = arguments.serve.status_listen;
    let server = Server {
        listener: serve::bind(listen).with_context(|| format!("--listen {listen}"))?,
        status: TcpListener::bind(status).with_context(|| format!("--status-listen {status}"))?,
        tls: tls::server_config(certificates.clone(), arguments.tls.client_ca.as_deref())?,
        certificates,
        router: Router::new().route("/validate", validate),
        condition: Arc::new(|| Ok(())),
        registry: Arc::new(registry),
        metrics,
        max_connections: arguments.serve.max_connections as usize,
        limits: Limits::default(),
        drain: Duration::from_secs(arguments.serve.drain),
    };
    Ok(server.run(shutdown).await?)
}
