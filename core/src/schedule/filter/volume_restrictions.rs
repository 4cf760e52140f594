//! `VolumeRestrictions`: disks that one Pod at a time can mount, and claims for one Pod only.

use std::collections::{BTreeSet, HashMap};

use super::{Before, Context, Filter};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;
use crate::schedule::storage::{Disk, PodVolume};

pub(super) const NAME: &str = "VolumeRestrictions";

struct VolumeRestrictions<'c> {
    context: Context<'c>,
    disks: Vec<&'c Disk>,
    /// Two replicas cannot mount them on one node.
    disks_conflict: bool,
    has_claim_for_one_pod: bool,
    /// A Pod has such a claim already.
    is_claim_taken: bool,
    /// Replicas by node.
    placed: HashMap<NodeIndex, i64>,
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let (cluster, candidate) = (context.cluster, context.candidate);
    let volumes = &candidate.volumes;
    let claims = || volumes.iter().filter_map(|it| if let PodVolume::Claim(name) = it { Some(&**name) } else { None });
    let disks = volumes.iter().filter_map(|it| if let PodVolume::Disk(disk) = it { Some(&**disk) } else { None });
    let disks: Vec<&Disk> = disks.filter(|disk| disk.is_exclusive()).collect();
    let knows_claims = cluster.knows("PersistentVolumeClaim") || claims().next().is_none();
    let mut for_one_pod = BTreeSet::new();
    for name in claims().filter(|_| knows_claims) {
        match cluster.storage.claim(candidate.namespace, name) {
            None => return Before::Reject(format!("persistentvolumeclaim \"{name}\" not found")),
            Some(claim) if claim.is_for_one_pod() => _ = for_one_pod.insert(name),
            Some(_) => {}
        }
    }
    if disks.is_empty() && for_one_pod.is_empty() {
        return if knows_claims { Before::Skip } else { Before::Unevaluated };
    }
    let mut filter = VolumeRestrictions {
        context: *context,
        disks_conflict: disks.iter().any(|one| disks.iter().any(|other| one.conflicts(other))),
        disks,
        has_claim_for_one_pod: !for_one_pod.is_empty(),
        is_claim_taken: false,
        placed: HashMap::new(),
    };
    filter.is_claim_taken = filter.has_claim_for_one_pod && filter.is_used(&for_one_pod);
    let is_known = knows_claims && cluster.knows("Pod");
    if is_known { Before::Filter(Box::new(filter)) } else { Before::Partly(Box::new(filter)) }
}

impl VolumeRestrictions<'_> {
    /// Whether a Pod on some node uses one of these claims.
    fn is_used(&self, claims: &BTreeSet<&str>) -> bool {
        let (cluster, namespace) = (self.context.cluster, self.context.candidate.namespace);
        let uses = |volume: &PodVolume| matches!(volume, PodVolume::Claim(name) if claims.contains(&**name));
        cluster.indexed_pods().any(|(index, pod)| {
            pod.footprint.volumes.iter().any(uses)
                && cluster.group(pod.group).is_some_and(|group| cluster.symbols.name(group.namespace) == namespace)
                && !self.context.gone.contains(&index)
        })
    }

    fn conflicts(&self, index: NodeIndex, node: &Node) -> bool {
        if self.disks.is_empty() {
            return false;
        }
        if self.disks_conflict && self.placed.get(&index).is_some_and(|count| *count > 0) {
            return true;
        }
        let staying = node.pods.iter().filter(|(_, pod)| !self.context.gone.contains(pod));
        let volumes =
            staying.filter_map(|(_, pod)| self.context.cluster.pod(*pod)).flat_map(|pod| &*pod.footprint.volumes);
        let mut disks = volumes.filter_map(|it| if let PodVolume::Disk(disk) = it { Some(&**disk) } else { None });
        disks.any(|taken| self.disks.iter().any(|disk| disk.conflicts(taken)))
    }
}

impl Filter for VolumeRestrictions<'_> {
    fn reject(&self, index: NodeIndex, node: &Node) -> Option<Rejection> {
        if self.conflicts(index, node) {
            return Some(Rejection::new(NAME, Code::Unschedulable, "node(s) had no available disk"));
        }
        let holds_replica = || self.placed.values().any(|count| *count > 0);
        let reason = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";
        (self.is_claim_taken || self.has_claim_for_one_pod && holds_replica())
            .then(|| Rejection::new(NAME, Code::Unschedulable, reason))
    }

    fn place(&mut self, index: NodeIndex, _: &Node, count: i64) {
        *self.placed.entry(index).or_default() += count;
    }
}
