//! Keeps the webhook's own authority and certificate in a Secret, and the `caBundle` of its own
//! `ValidatingWebhookConfiguration` right. Every replica does the same; resource versions decide who was first.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::StreamExt;
use k8s_openapi::ByteString;
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Api, Patch, PatchParams, PostParams, WatchParams};
use kube::{Client, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::authority::service_names;
use super::certificates::Certificates;
use super::pair::{Pair, PairError};
use super::plan::{Store, plan};

/// All is looked at again after this long, also if no watch says that something has changed.
const PERIOD: Duration = Duration::from_secs(10);
/// After a failure, doubled up to [`PERIOD`].
const BACK_OFF: Duration = Duration::from_millis(250);
/// For one look, with all its requests.
const LIMIT: Duration = Duration::from_secs(20);
/// Lost races with other replicas in one look.
const ATTEMPTS: usize = 10;

/// What belongs to the webhook in the cluster.
#[derive(Clone, Debug)]
pub struct Names {
    /// Of Secret and Service.
    pub namespace: String,
    /// The Secret.
    pub secret: String,
    /// The Service.
    pub service: String,
    /// The `ValidatingWebhookConfiguration`.
    pub configuration: String,
    /// What the certificate is for besides the Service: DNS names and IP addresses.
    pub others: Vec<String>,
}

/// The time; tests bring their own.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// One replica's part.
pub struct Manager {
    names: Names,
    server_names: Vec<String>,
    secrets: Api<Secret>,
    configurations: Api<ValidatingWebhookConfiguration>,
    certificates: Certificates,
    clock: Clock,
}

/// Why a look came to nothing.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("{0}: {1}")]
    Api(&'static str, #[source] kube::Error),
    #[error("no certificate can be made: {0}")]
    Issue(#[from] rcgen::Error),
    #[error("the Secret's certificate cannot be served: {0}")]
    Pair(#[from] PairError),
    #[error("the API server does not answer within {LIMIT:?}")]
    Time,
    #[error("others changed the Secret or the configuration {ATTEMPTS} times meanwhile")]
    Race,
}

impl Manager {
    /// Keeps what `names` says, and hands the certificate to `certificates`.
    pub fn new(client: Client, names: Names, certificates: Certificates, clock: Clock) -> Self {
        let mut server_names = service_names(&names.service, &names.namespace);
        server_names.extend(names.others.iter().cloned());
        Self {
            server_names,
            secrets: Api::namespaced(client.clone(), &names.namespace),
            configurations: Api::all(client),
            names,
            certificates,
            clock,
        }
    }

    /// Looks after everything, for ever. Without an API server it tries again, and what is served stays.
    pub async fn run(self) {
        let changed = Notify::new();
        tokio::join!(
            self.keep(&changed),
            notify(&self.secrets, &self.names.secret, &changed),
            notify(&self.configurations, &self.names.configuration, &changed),
        );
    }

    async fn keep(&self, changed: &Notify) {
        let mut told = None;
        let mut pause = BACK_OFF;
        loop {
            let looked = timeout(LIMIT, self.look()).await.unwrap_or(Err(Problem::Time));
            match looked {
                Ok(()) => {
                    told = None;
                    pause = BACK_OFF;
                    tokio::select! {
                        () = sleep(PERIOD) => {}
                        () = changed.notified() => {}
                    }
                }
                Err(problem) => {
                    let problem = problem.to_string();
                    if told.as_ref() != Some(&problem) {
                        self.certificates.failed(&problem);
                        told = Some(problem);
                    }
                    sleep(pause).await;
                    pause = (pause * 2).min(PERIOD);
                }
            }
        }
    }

    /// Brings Secret, `caBundle` and what is served into line.
    async fn look(&self) -> Result<(), Problem> {
        for _ in 0..ATTEMPTS {
            // The configuration first: whoever read an older Secret than its caBundle shows then also has an
            // older resource version, and is refused.
            let configuration = self.configurations.get_opt(&self.names.configuration).await;
            let configuration =
                configuration.map_err(|error| Problem::Api("reading the webhook configuration", error))?;
            let Some(store) = self.settle().await? else {
                continue;
            };
            if let Some(configuration) = configuration
                && !self.announce(&configuration, &store.authorities).await?
            {
                continue;
            }
            let pair = Pair::read(store.certificate.as_bytes(), store.key.as_bytes())?;
            let serves = self.certificates.current();
            if serves.is_none_or(|serves| serves.end_entity() != pair.end_entity()) {
                self.certificates.install(pair);
            }
            return Ok(());
        }
        Err(Problem::Race)
    }

    /// The Secret's content as it has to be; nothing if another replica was faster.
    async fn settle(&self) -> Result<Option<Store>, Problem> {
        let secret = self.secrets.get_opt(&self.names.secret).await;
        let secret = secret.map_err(|error| Problem::Api("reading the Secret", error))?;
        let found = secret.as_ref().map(store).unwrap_or_default();
        let Some(change) = plan(&found, &self.server_names, (self.clock)())? else {
            return Ok(Some(found));
        };
        let written = match secret {
            None => {
                let new = fill(self.new_secret(), &change.store);
                self.secrets.create(&PostParams::default(), &new).await
            }
            // With the resource version that was read.
            Some(secret) => {
                let new = fill(secret, &change.store);
                self.secrets.replace(&self.names.secret, &PostParams::default(), &new).await
            }
        };
        match written {
            Ok(_) => {
                tracing::info!(secret = self.names.secret, "{}", change.why);
                Ok(Some(change.store))
            }
            Err(error) if is_race(&error) => Ok(None),
            Err(error) => Err(Problem::Api("writing the Secret", error)),
        }
    }

    fn new_secret(&self) -> Secret {
        let mut secret = Secret { type_: Some("kubernetes.io/tls".to_owned()), ..Secret::default() };
        secret.metadata.name = Some(self.names.secret.clone());
        secret.metadata.namespace = Some(self.names.namespace.clone());
        secret
    }

    /// Writes `bundle` into every webhook that has another one; false if somebody else was faster.
    async fn announce(&self, found: &ValidatingWebhookConfiguration, bundle: &str) -> Result<bool, Problem> {
        let bundle = ByteString(bundle.as_bytes().to_vec());
        let webhooks = found.webhooks.as_deref().unwrap_or_default();
        let wrong: Vec<_> = webhooks
            .iter()
            .filter(|webhook| webhook.client_config.ca_bundle.as_ref() != Some(&bundle))
            .map(|webhook| json!({ "name": webhook.name, "clientConfig": { "caBundle": bundle } }))
            .collect();
        if wrong.is_empty() {
            return Ok(true);
        }
        let patch = json!({
            "metadata": { "resourceVersion": found.resource_version() },
            "webhooks": wrong,
        });
        let params = PatchParams::default();
        let name = &self.names.configuration;
        match self.configurations.patch(name, &params, &Patch::Strategic(&patch)).await {
            Ok(_) => {
                tracing::info!(configuration = name, "caBundle written");
                Ok(true)
            }
            Err(error) if is_race(&error) => Ok(false),
            Err(error) => Err(Problem::Api("writing the caBundle", error)),
        }
    }
}

/// Notifies whenever the object of that name changes. Watches only: RBAC by name allows no list.
async fn notify<K>(api: &Api<K>, name: &str, changed: &Notify)
where
    K: Resource + Clone + DeserializeOwned + std::fmt::Debug,
{
    let params = WatchParams::default().fields(&format!("metadata.name={name}"));
    loop {
        if let Ok(events) = api.watch(&params, "0").await {
            let mut events = std::pin::pin!(events);
            while let Some(Ok(_)) = events.next().await {
                changed.notify_one();
            }
        }
        sleep(PERIOD).await;
    }
}

/// Whether another replica created, changed or removed it since it was read.
fn is_race(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if matches!(status.code, 404 | 409))
}

fn store(secret: &Secret) -> Store {
    let text = |key: &str| {
        let value = secret.data.as_ref().and_then(|data| data.get(key));
        value.map(|value| String::from_utf8_lossy(&value.0).into_owned()).unwrap_or_default()
    };
    Store {
        authorities: text("ca.crt"),
        authority_key: text("ca.key"),
        certificate: text("tls.crt"),
        key: text("tls.key"),
    }
}

fn fill(mut secret: Secret, store: &Store) -> Secret {
    let data = secret.data.get_or_insert_default();
    for (key, value) in [
        ("ca.crt", &store.authorities),
        ("ca.key", &store.authority_key),
        ("tls.crt", &store.certificate),
        ("tls.key", &store.key),
    ] {
        data.insert(key.to_owned(), ByteString(value.as_bytes().to_vec()));
    }
    secret
}
