//! `PersistentVolume`.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1 as api;

use super::claim::{AccessModes, Claim, class_of, storage_of};
use super::migration::{self, Plugin};
use crate::amount::Amount;
use crate::schedule::node::Node;
use crate::schedule::selector::NodeTerm;
use crate::schedule::symbols::Symbols;

/// What the volume is kept on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    Csi {
        driver: Box<str>,
        handle: Box<str>,
    },
    /// An in-tree plugin; no handle where the driver that took over has none for it.
    InTree {
        plugin: Plugin,
        handle: Option<Box<str>>,
        affinity: Option<Vec<NodeTerm>>,
    },
    Other,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct ClaimReference {
    namespace: Box<str>,
    name: Box<str>,
    /// Empty for any.
    uid: Box<str>,
}

/// A volume that exists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Volume {
    pub(crate) source: Source,
    labels: BTreeMap<String, String>,
    /// The terms that nodes must meet; none where every node will do.
    affinity: Option<Vec<NodeTerm>>,
    capacity: Amount,
    access_modes: AccessModes,
    class: Box<str>,
    attributes_class: Box<str>,
    is_block: bool,
    is_available: bool,
    is_deleting: bool,
    claim: Option<ClaimReference>,
}

/// How a volume suits a claim, leaving nodes aside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Suits {
    /// The volume was set aside for the claim: it takes this one or none.
    Reserved,
    /// It is one of those that will do; the smallest counts.
    Fits(Amount),
}

impl Volume {
    pub(crate) fn of(volume: &api::PersistentVolume) -> Self {
        let metadata = &volume.metadata;
        let spec = volume.spec.clone().unwrap_or_default();
        let labels = metadata.labels.clone().unwrap_or_default();
        let required = spec.node_affinity.as_ref().and_then(|it| it.required.as_ref());
        let affinity = required.map(|it| it.node_selector_terms.iter().filter_map(NodeTerm::of).collect::<Vec<_>>());
        let text = |given: &Option<String>| -> Box<str> { given.as_deref().unwrap_or_default().into() };
        let claim = spec.claim_ref.as_ref().map(|it| ClaimReference {
            namespace: text(&it.namespace),
            name: text(&it.name),
            uid: text(&it.uid),
        });
        Self {
            source: Source::of(&spec, affinity.as_deref(), &labels),
            labels,
            affinity,
            capacity: storage_of(spec.capacity.iter().flatten()).unwrap_or_default(),
            access_modes: AccessModes::of(spec.access_modes.as_ref()),
            class: class_of(metadata, spec.storage_class_name.as_ref()).unwrap_or_default(),
            attributes_class: text(&spec.volume_attributes_class_name),
            is_block: spec.volume_mode.as_deref() == Some("Block"),
            is_available: volume.status.as_ref().and_then(|it| it.phase.as_deref()) == Some("Available"),
            is_deleting: metadata.deletion_timestamp.is_some(),
            claim,
        }
    }

    /// As the volume controller leaves one that is new.
    pub(super) fn made_available(self) -> Self {
        Self { is_available: true, ..self }
    }

    /// Whether a node reaches it.
    /// Source: `CheckNodeAffinity` in `k8s.io/component-helpers/storage/volume` (1.37).
    pub(crate) fn reaches(&self, node: &Node, symbols: &Symbols) -> bool {
        meets(self.affinity.as_deref(), node, symbols)
    }

    /// Whether a node reaches it on which CSI drivers have taken over from these plugins.
    /// Source: `tryTranslatePVToCSI` in the plugin `volumebinding` (1.37).
    pub(crate) fn reaches_migrated(&self, node: &Node, migrated: &[Plugin], symbols: &Symbols) -> bool {
        match &self.source {
            Source::InTree { plugin, affinity, .. } if migrated.contains(plugin) => {
                meets(affinity.as_deref(), node, symbols)
            }
            _ => self.reaches(node, symbols),
        }
    }

    /// Whether the claim can have it, and how well it suits.
    /// Source: `FindMatchingVolume` in `k8s.io/component-helpers/storage/volume` (1.37).
    pub(crate) fn suits(&self, namespace: &str, name: &str, claim: &Claim) -> Option<Suits> {
        let is_reserved = match &self.claim {
            None => false,
            Some(reference) if reference.is_to(namespace, name, claim) => true,
            Some(_) => return None,
        };
        let fits = self.capacity >= claim.size.unwrap_or_default()
            && self.is_block == claim.is_block
            && self.attributes_class == claim.attributes_class
            && !self.is_deleting;
        if !fits || self.class != claim.class {
            return None;
        }
        if is_reserved {
            return Some(Suits::Reserved);
        }
        let label = |key: &str| self.labels.get(key).map(String::as_str);
        let fits = self.is_available
            && claim.selector.as_ref().is_none_or(|selector| selector.matches(label))
            && self.access_modes.covers(claim.access_modes);
        fits.then_some(Suits::Fits(self.capacity))
    }

    /// The zones and regions it can be reached from, by label.
    /// Source: `getPVTopologies` in the plugin `volumezone` (1.37).
    pub(crate) fn zones(&self) -> impl Iterator<Item = (&'static str, BTreeSet<&str>)> {
        TOPOLOGY_LABELS.into_iter().filter_map(|label| {
            let zones = self.labels.get(label)?.split("__").map(str::trim);
            let zones: BTreeSet<&str> = zones.collect();
            (!zones.contains("")).then_some((label, zones))
        })
    }
}

/// The labels that the plugin `volumezone` looks at (1.37).
pub(crate) const TOPOLOGY_LABELS: [&str; 4] =
    [migration::BETA_ZONE, migration::BETA_REGION, migration::ZONE, migration::REGION];

/// The label that came after a beta one.
pub(crate) fn newer_label(label: &str) -> &str {
    match label {
        migration::BETA_ZONE => migration::ZONE,
        migration::BETA_REGION => migration::REGION,
        _ => label,
    }
}

fn meets(terms: Option<&[NodeTerm]>, node: &Node, symbols: &Symbols) -> bool {
    // The scheduler hides the node's name here.
    let matches = |term: &NodeTerm| term.matches("", |key| node.label_text(symbols, key));
    terms.is_none_or(|terms| terms.iter().any(matches))
}

impl ClaimReference {
    /// Source: `IsVolumeBoundToClaim` in `k8s.io/component-helpers/storage/volume` (1.37).
    fn is_to(&self, namespace: &str, name: &str, claim: &Claim) -> bool {
        &*self.namespace == namespace && &*self.name == name && (self.uid.is_empty() || self.uid == claim.uid)
    }
}

impl Source {
    fn of(spec: &api::PersistentVolumeSpec, terms: Option<&[NodeTerm]>, labels: &BTreeMap<String, String>) -> Self {
        if let Some(csi) = &spec.csi {
            return Self::Csi { driver: csi.driver.as_str().into(), handle: csi.volume_handle.as_str().into() };
        }
        let found = if let Some(disk) = &spec.aws_elastic_block_store {
            (Plugin::AwsEbs, migration::ebs_handle(&disk.volume_id))
        } else if let Some(disk) = &spec.gce_persistent_disk {
            (Plugin::GcePd, migration::gce_volume_handle(&disk.pd_name, labels))
        } else if let Some(disk) = &spec.azure_disk {
            (Plugin::AzureDisk, migration::azure_handle(disk))
        } else if let Some(disk) = &spec.cinder {
            (Plugin::Cinder, Some(disk.volume_id.as_str().into()))
        } else if let Some(disk) = &spec.portworx_volume {
            (Plugin::Portworx, Some(disk.volume_id.as_str().into()))
        } else {
            return Self::Other;
        };
        let (plugin, handle) = found;
        Self::InTree { plugin, handle, affinity: migration::affinity(plugin, terms, labels) }
    }
}
