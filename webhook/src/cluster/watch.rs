//! Watches of the kinds that scheduling needs.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::api::resource::v1 as resource;
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::api::storage::v1 as storage;
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, Resource};
use podlint_core::schedule::Needed;
use podlint_schemas::Version;
use serde::de::DeserializeOwned;
use tokio::time::{sleep, timeout};

use super::Live;

/// How often the API server is asked whether it is there.
const PROBE: Duration = Duration::from_secs(10);
/// How often the age of what is known is shown anew.
const TICK: Duration = Duration::from_secs(2);
/// Objects that are listed at once: before they are thinned they take much room.
const PAGE: u32 = 100;

/// Follows the cluster, for ever: starts a watch for each kind, and makes the cluster anew when they
/// say something.
pub fn follow(client: &Client, live: &Arc<Live>) {
    tokio::spawn(Arc::clone(live).keep_current());
    tokio::spawn(probe(client.clone(), Arc::clone(live)));
    tokio::spawn(tick(Arc::clone(live)));
    let all = watcher::Config::default().page_size(PAGE);
    // Those that have finished take no room, and there may be many.
    let pods = all.clone().fields("status.phase!=Succeeded,status.phase!=Failed");
    watch::<core::Pod>(client, live, pods);
    watch::<core::Node>(client, live, all.clone());
    watch::<core::Namespace>(client, live, all.clone());
    watch::<core::LimitRange>(client, live, all.clone());
    watch::<core::PersistentVolume>(client, live, all.clone());
    watch::<core::PersistentVolumeClaim>(client, live, all.clone());
    watch::<PriorityClass>(client, live, all.clone());
    watch::<RuntimeClass>(client, live, all.clone());
    watch::<storage::StorageClass>(client, live, all.clone());
    watch::<storage::CSINode>(client, live, all.clone());
    watch::<storage::CSIDriver>(client, live, all.clone());
    watch::<storage::CSIStorageCapacity>(client, live, all.clone());
    watch::<storage::VolumeAttachment>(client, live, all.clone());
    watch::<resource::ResourceClaim>(client, live, all.clone());
    watch::<resource::ResourceClaimTemplate>(client, live, all.clone());
    watch::<resource::DeviceClass>(client, live, all.clone());
    watch::<resource::ResourceSlice>(client, live, all);
}

fn watch<K>(client: &Client, live: &Arc<Live>, config: watcher::Config)
where
    K: Resource<DynamicType = ()>
        + k8s_openapi::Resource
        + Clone
        + Debug
        + DeserializeOwned
        + Send
        + Into<Needed>
        + 'static,
{
    let api: Api<K> = Api::all(client.clone());
    let live = Arc::clone(live);
    let kind = <K as k8s_openapi::Resource>::KIND;
    live.begin(kind);
    tokio::spawn(async move {
        let mut events = watcher(api, config).default_backoff().boxed();
        let mut is_told = false;
        while let Some(event) = events.next().await {
            match event {
                Ok(event) => live.take(kind, event),
                Err(error) if is_not_shown(&error) && live.goes_without(kind) => {
                    if !is_told {
                        tracing::warn!(kind, %error, "the API server does not show this kind; podlint goes without");
                    }
                    is_told = true;
                }
                Err(error) => {
                    tracing::warn!(kind, %error, "the watch failed and is tried again");
                    live.fail(kind);
                }
            }
        }
    });
}

/// Whether the API server does not have the kind, or not for podlint.
fn is_not_shown(error: &watcher::Error) -> bool {
    matches!(error, watcher::Error::InitialListFailed(kube::Error::Api(status)) if matches!(status.code, 403 | 404))
}

async fn probe(client: Client, live: Arc<Live>) {
    loop {
        match timeout(PROBE, client.apiserver_version()).await {
            Ok(Ok(info)) => live.hear(version(&info.major, &info.minor)),
            Ok(Err(error)) => tracing::debug!(%error, "the API server does not answer"),
            Err(_) => tracing::debug!("the API server does not answer within {PROBE:?}"),
        }
        sleep(PROBE).await;
    }
}

async fn tick(live: Arc<Live>) {
    loop {
        live.show_age();
        sleep(TICK).await;
    }
}

/// The version that podlint knows; none where it does not know it. Providers write `33+`.
fn version(major: &str, minor: &str) -> Option<Version> {
    let minor: String = minor.chars().take_while(char::is_ascii_digit).collect();
    format!("{major}.{minor}").parse().ok()
}
