//! `CSINode`, `CSIDriver`, `CSIStorageCapacity` and `VolumeAttachment`.

use std::collections::BTreeMap;

use k8s_openapi::api::storage::v1 as api;

use super::migration::Plugin;
use crate::amount::Amount;
use crate::schedule::node::Node;
use crate::schedule::selector::Selector;
use crate::schedule::symbols::Symbols;

pub(crate) const MIGRATED_ANNOTATION: &str = "storage.alpha.kubernetes.io/migrated-plugins";

/// The drivers of a node.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct CsiNode {
    /// With the number of volumes that the node takes, where there is a limit.
    pub(crate) drivers: BTreeMap<Box<str>, Option<i64>>,
    /// The in-tree plugins whose volumes the drivers have taken over.
    pub(crate) migrated: Vec<Plugin>,
}

impl CsiNode {
    pub(crate) fn of(node: &api::CSINode) -> Self {
        let count = |driver: &api::CSINodeDriver| driver.allocatable.as_ref().and_then(|it| it.count).map(i64::from);
        let drivers = node.spec.drivers.iter().map(|driver| (driver.name.as_str().into(), count(driver)));
        let migrated = node.metadata.annotations.as_ref().and_then(|it| it.get(MIGRATED_ANNOTATION));
        let migrated = migrated.into_iter().flat_map(|text| text.split(','));
        Self { drivers: drivers.collect(), migrated: migrated.filter_map(Plugin::named).collect() }
    }

    /// The number of volumes of a driver that the node takes.
    pub(crate) fn limit(&self, driver: &str) -> Option<i64> {
        self.drivers.get(driver).copied().flatten()
    }
}

/// What a driver asks of the scheduler.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct CsiDriver {
    /// It tells how much room is left.
    pub(crate) tracks_capacity: bool,
    /// Its volumes keep Pods away from nodes without it.
    pub(crate) must_be_installed: bool,
}

impl CsiDriver {
    pub(crate) fn of(driver: &api::CSIDriver) -> Self {
        Self {
            tracks_capacity: driver.spec.storage_capacity == Some(true),
            must_be_installed: driver.spec.prevent_pod_scheduling_if_missing == Some(true),
        }
    }
}

/// The room that is left for volumes of a class on some nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Capacity {
    class: Box<str>,
    /// Nothing where no node reaches it.
    topology: Selector,
    /// The largest volume, in bytes.
    limit: Option<i64>,
}

impl Capacity {
    pub(crate) fn of(capacity: &api::CSIStorageCapacity) -> Self {
        let limit = capacity.maximum_volume_size.as_ref().or(capacity.capacity.as_ref());
        Self {
            class: capacity.storage_class_name.as_str().into(),
            topology: Selector::of(capacity.node_topology.as_ref()),
            limit: limit.and_then(|it| Amount::parse(&it.0).ok()).map(Amount::value),
        }
    }

    /// Whether a volume of this class and of this many bytes can be made for a node.
    /// Source: `hasEnoughCapacity` in the plugin `volumebinding` (1.37).
    pub(crate) fn suffices(&self, class: &str, size: i64, node: &Node, symbols: &Symbols) -> bool {
        &*self.class == class
            && self.limit.is_some_and(|limit| limit >= size)
            && self.topology.matches(|key| node.label_text(symbols, key))
    }
}

/// A volume that is attached to a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Attachment {
    pub(crate) driver: Box<str>,
    pub(crate) volume: Box<str>,
}

impl Attachment {
    /// With the name of its node; none where the source is no volume by its name.
    pub(crate) fn of(attachment: &api::VolumeAttachment) -> Option<(Box<str>, Self)> {
        let spec = &attachment.spec;
        let volume = spec.source.persistent_volume_name.as_deref()?;
        let driver = Some(spec.attacher.as_str()).filter(|it| !it.is_empty())?;
        Some((spec.node_name.as_str().into(), Self { driver: driver.into(), volume: volume.into() }))
    }
}
