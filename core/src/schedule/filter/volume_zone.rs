//! `VolumeZone`: zones and regions of the volumes that claims are bound to.

use std::collections::BTreeSet;

use super::{Before, Context, Filter};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;
use crate::schedule::storage::{TOPOLOGY_LABELS, Used, newer_label};
use crate::schedule::symbols::Symbols;

pub(super) const NAME: &str = "VolumeZone";

struct VolumeZone<'c> {
    symbols: &'c Symbols,
    /// The values that a label must have.
    zones: Vec<(&'static str, BTreeSet<&'c str>)>,
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let cluster = context.cluster;
    let mut filter = VolumeZone { symbols: &cluster.symbols, zones: Vec::new() };
    let mut is_open = false;
    // Claims without a volume are told by VolumeBinding, which looks first.
    for used in Used::all(cluster, context.candidate).into_iter().filter(|used| !used.is_ephemeral) {
        let Some(claim) = &used.claim else {
            is_open |= !cluster.knows("PersistentVolumeClaim");
            continue;
        };
        let Some(name) = claim.volume.as_deref() else { continue };
        match cluster.storage.find_volume(name) {
            Some((_, volume)) => filter.zones.extend(volume.zones()),
            None if cluster.knows("PersistentVolume") => {
                return Before::Reject(format!("persistentvolume \"{name}\" not found"));
            }
            None => is_open = true,
        }
    }
    match (filter.zones.is_empty(), is_open) {
        (true, false) => Before::Skip,
        (true, true) => Before::Unevaluated,
        (false, false) => Before::Filter(Box::new(filter)),
        (false, true) => Before::Partly(Box::new(filter)),
    }
}

impl Filter for VolumeZone<'_> {
    fn reject(&self, _: NodeIndex, node: &Node) -> Option<Rejection> {
        let label = |key: &str| node.label_text(self.symbols, key);
        // A node that says nothing of zones is taken to be in the only one.
        if TOPOLOGY_LABELS.into_iter().all(|key| label(key).is_none()) {
            return None;
        }
        let is_in = |(key, zones): &(&'static str, BTreeSet<&str>)| {
            label(key).or_else(|| label(newer_label(key))).is_some_and(|zone| zones.contains(zone))
        };
        let reason = "node(s) had no available volume zone";
        (!self.zones.iter().all(is_in)).then(|| Rejection::new(NAME, Code::UnschedulableAndUnresolvable, reason))
    }
}
