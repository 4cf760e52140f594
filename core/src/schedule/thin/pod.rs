//! A Pod on a node: what it takes there, and whom it keeps away.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{controller, metadata};
use crate::schedule::builder::running_on;
use crate::schedule::pod::HostPort;
use crate::schedule::resources::{self, Resources};

/// The one container that is left, with what all of them request.
const CONTAINER: &str = "all";

const KIBI: i64 = 1024;

/// None for one that takes no room.
pub(super) fn pod(pod: &core::Pod) -> Option<core::Pod> {
    let spec = pod.spec.as_ref()?;
    let node = running_on(pod)?;
    let metadata = ObjectMeta {
        labels: pod.metadata.labels.clone(),
        owner_references: controller(&pod.metadata),
        deletion_timestamp: pod.metadata.deletion_timestamp.clone(),
        ..metadata(&pod.metadata)
    };
    let volumes: Vec<core::Volume> = spec.volumes.iter().flatten().filter_map(volume).collect();
    let requests = requests(&Resources::of(&resources::of_running(pod)));
    let ports: Vec<core::ContainerPort> = HostPort::of_spec(spec).into_iter().map(port).collect();
    let container = core::Container {
        name: CONTAINER.to_owned(),
        ports: (!ports.is_empty()).then_some(ports),
        resources: (!requests.is_empty())
            .then(|| core::ResourceRequirements { requests: Some(requests), ..core::ResourceRequirements::default() }),
        ..core::Container::default()
    };
    Some(core::Pod {
        metadata,
        spec: Some(core::PodSpec {
            node_name: Some(node.to_owned()),
            containers: vec![container],
            affinity: spec.affinity.as_ref().and_then(affinity),
            volumes: (!volumes.is_empty()).then_some(volumes),
            ..core::PodSpec::default()
        }),
        status: None,
    })
}

/// In the units in which the scheduler counts.
fn requests(total: &Resources) -> BTreeMap<String, Quantity> {
    let whole = [("memory", total.memory), ("ephemeral-storage", total.ephemeral_storage)];
    let whole = whole.into_iter().chain(total.scalars.iter().map(|(name, amount)| (name.as_str(), *amount)));
    let whole = whole.filter(|(_, amount)| *amount != 0).map(|(name, amount)| (name.to_owned(), binary(amount)));
    let cpu = (total.milli_cpu != 0).then(|| ("cpu".to_owned(), milli(total.milli_cpu)));
    whole.chain(cpu).collect()
}

fn milli(amount: i64) -> Quantity {
    Quantity(if amount % 1000 == 0 { (amount / 1000).to_string() } else { format!("{amount}m") })
}

/// With the largest unit that leaves a whole number.
fn binary(amount: i64) -> Quantity {
    let mut amount = amount;
    let mut units = ["", "Ki", "Mi", "Gi", "Ti"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    while amount % KIBI == 0
        && let Some(larger) = units.next()
    {
        amount /= KIBI;
        unit = larger;
    }
    Quantity(format!("{amount}{unit}"))
}

fn port(port: HostPort) -> core::ContainerPort {
    core::ContainerPort {
        container_port: port.port,
        host_port: Some(port.port),
        host_ip: Some(port.ip.into()),
        protocol: Some(port.protocol.into()),
        name: None,
    }
}

/// Only required anti-affinity holds for a Pod that runs: it keeps others away.
fn affinity(affinity: &core::Affinity) -> Option<core::Affinity> {
    let required = affinity.pod_anti_affinity.as_ref()?.required_during_scheduling_ignored_during_execution.as_ref()?;
    let terms = required.iter().map(|term| core::PodAffinityTerm {
        match_label_keys: None,
        mismatch_label_keys: None,
        ..term.clone()
    });
    let terms: Vec<core::PodAffinityTerm> = terms.collect();
    (!terms.is_empty()).then(|| core::Affinity {
        pod_anti_affinity: Some(core::PodAntiAffinity {
            required_during_scheduling_ignored_during_execution: Some(terms),
            ..core::PodAntiAffinity::default()
        }),
        ..core::Affinity::default()
    })
}

/// A volume that filters look at.
fn volume(volume: &core::Volume) -> Option<core::Volume> {
    let mut thin = core::Volume { name: volume.name.clone(), ..core::Volume::default() };
    if let Some(it) = &volume.persistent_volume_claim {
        let claim_name = it.claim_name.clone();
        thin.persistent_volume_claim = Some(core::PersistentVolumeClaimVolumeSource { claim_name, read_only: None });
    } else if volume.ephemeral.is_some() {
        thin.ephemeral = Some(core::EphemeralVolumeSource::default());
    } else if let Some(it) = &volume.gce_persistent_disk {
        thin.gce_persistent_disk = Some(core::GCEPersistentDiskVolumeSource {
            pd_name: it.pd_name.clone(),
            read_only: it.read_only,
            ..core::GCEPersistentDiskVolumeSource::default()
        });
    } else if let Some(it) = &volume.aws_elastic_block_store {
        thin.aws_elastic_block_store = Some(core::AWSElasticBlockStoreVolumeSource {
            volume_id: it.volume_id.clone(),
            ..core::AWSElasticBlockStoreVolumeSource::default()
        });
    } else if let Some(it) = &volume.iscsi {
        thin.iscsi = Some(core::ISCSIVolumeSource {
            iqn: it.iqn.clone(),
            read_only: it.read_only,
            ..core::ISCSIVolumeSource::default()
        });
    } else if let Some(it) = &volume.rbd {
        thin.rbd = Some(core::RBDVolumeSource {
            monitors: it.monitors.clone(),
            pool: it.pool.clone(),
            image: it.image.clone(),
            read_only: it.read_only,
            ..core::RBDVolumeSource::default()
        });
    } else if let Some(it) = &volume.azure_disk {
        thin.azure_disk = Some(core::AzureDiskVolumeSource {
            disk_uri: it.disk_uri.clone(),
            kind: it.kind.clone(),
            ..core::AzureDiskVolumeSource::default()
        });
    } else if let Some(it) = &volume.cinder {
        let volume_id = it.volume_id.clone();
        thin.cinder = Some(core::CinderVolumeSource { volume_id, ..core::CinderVolumeSource::default() });
    } else if let Some(it) = &volume.portworx_volume {
        let volume_id = it.volume_id.clone();
        thin.portworx_volume = Some(core::PortworxVolumeSource { volume_id, ..core::PortworxVolumeSource::default() });
    } else {
        return None;
    }
    Some(thin)
}
