//! `NodeVolumeLimits`: how many volumes of a CSI driver a node takes.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Before, Context, Filter, is_before};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;
use crate::schedule::pod::RunningPod;
use crate::schedule::storage::{Claim, CsiNode, Plugin, PodVolume, Source, Used};

pub(super) const NAME: &str = "NodeVolumeLimits";

/// Since then a driver can keep Pods away from nodes that lack it.
const INSTALLED_SINCE: (u8, u8) = (1, 37);

/// What tells a volume from others of its driver.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Identity<'c> {
    Handle(Cow<'c, str>),
    /// A volume that will be made for a claim.
    Claim(&'c str, &'c str),
}

/// A volume that counts.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Counted<'c> {
    driver: &'c str,
    identity: Identity<'c>,
    /// It counts only on nodes that have CSI drivers at all.
    is_in_tree: bool,
}

struct NodeVolumeLimits<'c> {
    context: Context<'c>,
    /// Volumes that all replicas use.
    shared: HashSet<Counted<'c>>,
    /// Volumes that each replica has for itself.
    own: HashSet<Counted<'c>>,
    /// Drivers that keep Pods away from nodes that lack them.
    wanted_drivers: Vec<&'c str>,
    /// Replicas by node.
    placed: HashMap<NodeIndex, i64>,
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let (cluster, candidate) = (context.cluster, context.candidate);
    if candidate.volumes.is_empty() {
        return Before::Skip;
    }
    let mut filter = NodeVolumeLimits {
        context: *context,
        shared: HashSet::new(),
        own: HashSet::new(),
        wanted_drivers: Vec::new(),
        placed: HashMap::new(),
    };
    let mut is_open = false;
    for used in Used::all(cluster, candidate) {
        let Some(claim) = &used.claim else {
            is_open |= !cluster.knows("PersistentVolumeClaim");
            continue;
        };
        is_open |= !is_understood(context, claim);
        if let Some(counted) = counted(context, candidate.namespace, used.name, claim) {
            let list = if used.is_ephemeral { &mut filter.own } else { &mut filter.shared };
            list.insert(counted);
        }
    }
    for volume in &candidate.volumes {
        let PodVolume::Disk(disk) = volume else { continue };
        match disk.migrated() {
            Some((plugin, Some(handle))) => {
                _ = filter.shared.insert(Counted::in_tree(plugin, String::from(handle).into()));
            }
            // The scheduler gives the Pod up with an error, and tries again for ever.
            Some((_, None)) => is_open = true,
            None => {}
        }
    }
    if filter.shared.is_empty() && filter.own.is_empty() {
        return if is_open { Before::Unevaluated } else { Before::Skip };
    }
    if !cluster.knows("CSINode") {
        return Before::Unevaluated;
    }
    if !is_before(context.version, INSTALLED_SINCE) {
        let drivers = cluster.storage.csi_drivers.iter().filter(|(_, driver)| driver.must_be_installed);
        filter.wanted_drivers = drivers.map(|(name, _)| &**name).collect();
        filter.wanted_drivers.sort_unstable();
    }
    if is_open || !cluster.knows("Pod") { Before::Partly(Box::new(filter)) } else { Before::Filter(Box::new(filter)) }
}

/// Whether all is there that says which driver a claim's volume is of.
fn is_understood(context: &Context<'_>, claim: &Claim) -> bool {
    let volume = claim.volume.as_deref();
    if volume.is_some_and(|name| context.cluster.storage.find_volume(name).is_some()) {
        return true;
    }
    (volume.is_none() || context.cluster.knows("PersistentVolume"))
        && (claim.class.is_empty() || context.cluster.knows("StorageClass"))
}

/// The volume of a claim as it counts; none where it does not.
/// Source: `getCSIDriverInfo` in the plugin `nodevolumelimits` (1.37).
fn counted<'c>(context: &Context<'c>, namespace: &'c str, name: &'c str, claim: &Claim) -> Option<Counted<'c>> {
    let storage = &context.cluster.storage;
    if let Some((_, volume)) = claim.volume.as_deref().and_then(|name| storage.find_volume(name)) {
        return match &volume.source {
            Source::Csi { driver, handle } => Some(Counted::of(driver, handle)),
            Source::InTree { plugin, handle, .. } => Some(Counted::in_tree(*plugin, Cow::Borrowed(handle.as_deref()?))),
            Source::Other => None,
        };
    }
    let (driver, is_in_tree) = storage.class(&claim.class)?.driver()?;
    Some(Counted { driver, identity: Identity::Claim(namespace, name), is_in_tree })
}

impl<'c> Counted<'c> {
    fn of(driver: &'c str, handle: &'c str) -> Self {
        Self { driver, identity: Identity::Handle(handle.into()), is_in_tree: false }
    }

    fn in_tree(plugin: Plugin, handle: Cow<'c, str>) -> Self {
        Self { driver: plugin.driver(), identity: Identity::Handle(handle), is_in_tree: true }
    }

    /// The same volume, whatever it was found by.
    fn key(&self) -> (&str, &Identity<'c>) {
        (self.driver, &self.identity)
    }
}

/// Volumes by what they are, with the driver first.
type Volumes<'v, 'c> = HashSet<(&'v str, &'v Identity<'c>)>;

impl<'c> NodeVolumeLimits<'c> {
    fn volumes_of(&self, pod: &'c RunningPod) -> impl Iterator<Item = Counted<'c>> {
        let cluster = self.context.cluster;
        let namespace = cluster.group(pod.group).map_or("", |group| cluster.symbols.name(group.namespace));
        pod.footprint.volumes.iter().filter_map(move |volume| match volume {
            PodVolume::Claim(name) | PodVolume::Ephemeral(name) => {
                let claim = cluster.storage.claim(namespace, name)?;
                counted(&self.context, namespace, name, claim)
            }
            PodVolume::Disk(disk) => {
                let (plugin, handle) = disk.migrated()?;
                Some(Counted::in_tree(plugin, String::from(handle?).into()))
            }
        })
    }

    /// How many volumes of each driver the node would have beyond its limit.
    fn exceeds(&self, index: NodeIndex, node: &Node, csi_node: &CsiNode) -> bool {
        let cluster = self.context.cluster;
        let (mut attached, mut leaving): (HashSet<Counted<'c>>, HashSet<Counted<'c>>) = Default::default();
        for (_, at) in &node.pods {
            let Some(pod) = cluster.pod(*at) else { continue };
            let list = if self.context.gone.contains(at) { &mut leaving } else { &mut attached };
            list.extend(self.volumes_of(pod));
        }
        let replicas = self.placed.get(&index).copied().unwrap_or_default();
        if replicas > 0 {
            attached.extend(self.shared.iter().cloned());
        }
        let (attached, leaving): (Volumes<'_, 'c>, Volumes<'_, 'c>) =
            (attached.iter().map(Counted::key).collect(), leaving.iter().map(Counted::key).collect());
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for (driver, _) in &attached {
            *counts.entry(driver).or_default() += 1;
        }
        for attachment in cluster.storage.attachments.get(&node.name).into_iter().flatten() {
            let volume = cluster.storage.find_volume(&attachment.volume).map(|(_, volume)| &volume.source);
            let Some(Source::Csi { handle, .. }) = volume else { continue };
            let identity = Identity::Handle(Cow::Borrowed(&**handle));
            let key = (&*attachment.driver, &identity);
            if !attached.contains(&key) && !leaving.contains(&key) {
                *counts.entry(&attachment.driver).or_default() += 1;
            }
        }
        let mut more: BTreeMap<&str, i64> = BTreeMap::new();
        for volume in self.shared.iter().filter(|volume| !attached.contains(&volume.key())) {
            *more.entry(volume.driver).or_default() += 1;
        }
        for volume in &self.own {
            let is_new = replicas > 0 || !attached.contains(&volume.key());
            *more.entry(volume.driver).or_default() += i64::from(is_new);
            *counts.entry(volume.driver).or_default() += replicas;
        }
        more.iter().any(|(driver, more)| {
            let used = counts.get(driver).copied().unwrap_or_default();
            *more > 0 && csi_node.limit(driver).is_some_and(|limit| used + more > limit)
        })
    }
}

impl Filter for NodeVolumeLimits<'_> {
    /// Source: `CSILimits.Filter` in the plugin `nodevolumelimits` (1.37).
    fn reject(&self, index: NodeIndex, node: &Node) -> Option<Rejection> {
        let csi_node = self.context.cluster.storage.csi_nodes.get(&node.name);
        let counts = |driver: &str| {
            let mut volumes = self.shared.iter().chain(&self.own);
            volumes.any(|volume| volume.driver == driver && (!volume.is_in_tree || csi_node.is_some()))
        };
        let is_installed = |driver: &str| csi_node.is_some_and(|node| node.drivers.contains_key(driver));
        if let Some(driver) = self.wanted_drivers.iter().find(|driver| counts(driver) && !is_installed(driver)) {
            let reason = format!("{driver} CSI driver is not installed on the node");
            return Some(Rejection::new(NAME, Code::Unschedulable, reason));
        }
        let csi_node = csi_node.filter(|node| node.drivers.values().any(Option::is_some))?;
        self.exceeds(index, node, csi_node)
            .then(|| Rejection::new(NAME, Code::Unschedulable, "node(s) exceed max volume count"))
    }

    fn place(&mut self, index: NodeIndex, _: &Node, count: i64) {
        *self.placed.entry(index).or_default() += count;
    }
}
