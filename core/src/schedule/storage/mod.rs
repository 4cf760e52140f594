//! Claims, volumes and classes, thinned to what the volume filters read.

mod builder;
mod claim;
mod class;
mod csi;
mod migration;
mod pod_volume;
mod used;
mod volume;

use std::collections::{BTreeMap, HashMap};

pub(crate) use claim::{CLAIM_ANNOTATIONS, CLASS_ANNOTATION, Claim, ClaimBinding};
pub(crate) use class::{DEFAULT_ANNOTATIONS, StorageClass};
pub(crate) use csi::{Attachment, Capacity, CsiDriver, CsiNode, MIGRATED_ANNOTATION};
pub(crate) use migration::Plugin;
pub(crate) use pod_volume::{Disk, PodVolume};
pub(crate) use used::Used;
pub(crate) use volume::{Source, Suits, TOPOLOGY_LABELS, Volume, newer_label};

/// Position in [`Storage::volumes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct VolumeIndex(u32);

/// What was given of claims and of that which they are bound to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Storage {
    /// By namespace and name.
    claims: HashMap<Box<str>, HashMap<Box<str>, Claim>>,
    volumes: Vec<Volume>,
    volume_by_name: HashMap<Box<str>, VolumeIndex>,
    classes: BTreeMap<Box<str>, StorageClass>,
    /// By the name of the node.
    pub(crate) csi_nodes: HashMap<Box<str>, CsiNode>,
    pub(crate) csi_drivers: HashMap<Box<str>, CsiDriver>,
    pub(crate) capacities: Vec<Capacity>,
    /// By the name of the node.
    pub(crate) attachments: HashMap<Box<str>, Vec<Attachment>>,
}

impl Storage {
    pub(crate) fn add_claim(&mut self, namespace: &str, name: &str, claim: Claim) {
        self.claims.entry(namespace.into()).or_default().insert(name.into(), claim);
    }

    pub(crate) fn add_volume(&mut self, name: &str, volume: Volume) {
        self.volume_by_name.insert(name.into(), VolumeIndex(self.volumes.len() as u32));
        self.volumes.push(volume);
    }

    pub(crate) fn add_class(&mut self, name: &str, class: StorageClass) {
        self.classes.insert(name.into(), class);
    }

    pub(crate) fn claim(&self, namespace: &str, name: &str) -> Option<&Claim> {
        self.claims.get(namespace)?.get(name)
    }

    pub(crate) fn find_volume(&self, name: &str) -> Option<(VolumeIndex, &Volume)> {
        let index = *self.volume_by_name.get(name)?;
        Some((index, self.volume(index)?))
    }

    pub(crate) fn volume(&self, index: VolumeIndex) -> Option<&Volume> {
        self.volumes.get(index.0 as usize)
    }

    /// Volumes with their positions.
    pub(crate) fn indexed_volumes(&self) -> impl Iterator<Item = (VolumeIndex, &Volume)> {
        self.volumes.iter().enumerate().map(|(at, volume)| (VolumeIndex(at as u32), volume))
    }

    pub(crate) fn class(&self, name: &str) -> Option<&StorageClass> {
        self.classes.get(name)
    }

    /// The class of claims that name none: the newest of the default ones.
    /// Source: `GetDefaultClass` in `pkg/volume/util` (1.37).
    pub(crate) fn default_class(&self) -> Option<&str> {
        let defaults = self.classes.iter().filter(|(_, class)| class.is_default);
        // Of equally new ones the first by name: `max_by` would take the last.
        defaults.rev().max_by(|(_, one), (_, other)| one.created.cmp(&other.created)).map(|(name, _)| &**name)
    }
}
