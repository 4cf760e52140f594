//! `podlint-webhook probe`: asks a webhook as the API server would, for `helm test`.

use std::time::Duration;

use anyhow::{Context, bail};
use axum::http::{Request, Uri, header};
use clap::Args;
use k8s_openapi::api::admissionregistration::v1::{ValidatingWebhook, ValidatingWebhookConfiguration};
use kube::{Api, Client, Config};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// How long it may take until a fresh installation answers.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(1);
/// For one answer.
const LIMIT: Duration = Duration::from_secs(5);
const UID: &str = "f0d5c4b0-0000-4000-8000-000000000000";

/// What is asked.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// `ValidatingWebhookConfiguration` whose webhooks are asked
    #[arg(long, value_name = "NAME", env = "PODLINT_WEBHOOK_CONFIGURATION", default_value = "podlint")]
    webhook_configuration: String,
}

/// Asks every webhook of the configuration, until it answers, for at most half a minute.
pub async fn run(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let name = &arguments.webhook_configuration;
    let until = Instant::now() + PATIENCE;
    loop {
        match ask(name, client.clone()).await {
            Ok(count) => {
                println!("{name}: {count} of {count} webhooks answer");
                return Ok(());
            }
            Err(error) if Instant::now() > until => return Err(error.context(name.clone())),
            Err(_) => sleep(PAUSE).await,
        }
    }
}

async fn ask(name: &str, client: Client) -> anyhow::Result<usize> {
    let api: Api<ValidatingWebhookConfiguration> = Api::all(client);
    let webhooks = api.get(name).await?.webhooks.unwrap_or_default();
    if webhooks.is_empty() {
        bail!("the configuration has no webhook");
    }
    for webhook in &webhooks {
        let answer = tokio::time::timeout(LIMIT, answer(webhook)).await;
        answer.context("no answer in time").flatten().with_context(|| webhook.name.clone())?;
    }
    Ok(webhooks.len())
}

/// Sends a review of a small Pod by the webhook's own address, trusting its own `caBundle`.
async fn answer(webhook: &ValidatingWebhook) -> anyhow::Result<()> {
    let client = &webhook.client_config;
    let url = match (&client.service, &client.url) {
        (Some(service), _) => {
            let port = service.port.unwrap_or(443);
            let path = service.path.as_deref().unwrap_or("/");
            format!("https://{}.{}.svc:{port}{path}", service.name, service.namespace)
        }
        (None, Some(url)) => url.clone(),
        (None, None) => bail!("it has neither a service nor a url"),
    };
    let url: Uri = url.parse()?;
    let bundle = client.ca_bundle.as_ref().context("its caBundle is empty")?;
    let roots: Result<Vec<CertificateDer<'_>>, _> = CertificateDer::pem_slice_iter(&bundle.0).collect();
    let roots = roots.context("its caBundle cannot be read")?;
    let origin = format!("https://{}/", url.authority().context("its address has no host")?);
    let mut config = Config::new(origin.parse()?);
    config.root_cert = Some(roots.into_iter().map(|root| root.to_vec()).collect());
    let request = Request::post(format!("{}?timeout={}s", url.path(), LIMIT.as_secs()))
        .header(header::CONTENT_TYPE, "application/json")
        .body(review().to_string().into_bytes())?;
    let answer: Value = Client::try_from(config)?.request(request).await?;
    let response = &answer["response"];
    if response["uid"] != UID || !response["allowed"].is_boolean() {
        bail!("it did not answer the review: {answer}");
    }
    Ok(())
}

fn review() -> Value {
    let resource = json!({"group": "", "version": "v1", "resource": "pods"});
    let kind = json!({"group": "", "version": "v1", "kind": "Pod"});
    json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": UID,
            "kind": kind,
            "resource": resource,
            "requestKind": kind,
            "requestResource": resource,
            "name": "podlint-probe",
            "namespace": "default",
            "operation": "CREATE",
            "userInfo": {},
            "dryRun": true,
            "object": {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": "podlint-probe", "namespace": "default"},
                "spec": {"containers": [{"name": "pause", "image": "registry.k8s.io/pause:3.10"}]},
            },
        },
    })
}
