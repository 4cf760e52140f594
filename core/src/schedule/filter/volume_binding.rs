//! `VolumeBinding`: volumes that claims are bound to, or can get on a node.

use super::{Before, Context, Filter};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;
use crate::schedule::storage::{Claim, ClaimBinding, Source, StorageClass, Suits, Used, Volume, VolumeIndex};

pub(super) const NAME: &str = "VolumeBinding";

/// A claim that gets its volume together with its Pod.
struct Waiting<'c> {
    class_name: Box<str>,
    class: &'c StorageClass,
    /// Bytes.
    size: Option<i64>,
    selected_node: Option<Box<str>>,
    /// All replicas share it.
    is_shared: bool,
    /// Volumes that were set aside for it.
    reserved: Vec<VolumeIndex>,
    /// Volumes that suit it, the smallest first.
    fitting: Vec<VolumeIndex>,
}

/// A volume by the position of the claim that takes it.
type Binding = (usize, VolumeIndex);

struct VolumeBinding<'c> {
    context: Context<'c>,
    /// The volumes of bound claims; none where a volume is gone.
    bound: Vec<Option<&'c Volume>>,
    /// Those with a selected node first, then by size.
    waiting: Vec<Waiting<'c>>,
    /// What replicas took, by node.
    placed: Vec<(NodeIndex, Vec<Binding>)>,
}

/// Why a claim finds no volume.
enum Lack {
    Volume,
    Room,
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let (cluster, candidate) = (context.cluster, context.candidate);
    let claims = Used::all(cluster, candidate);
    if claims.is_empty() {
        return Before::Skip;
    }
    let mut filter = VolumeBinding { context: *context, bound: Vec::new(), waiting: Vec::new(), placed: Vec::new() };
    let mut is_open = false;
    let mut is_unbound = false;
    for used in &claims {
        if let Some(reason) = trouble(context, used) {
            return Before::Reject(reason);
        }
        let Some(claim) = used.claim.as_deref() else {
            is_open = true;
            continue;
        };
        if let Some(name) = claim.volume.as_deref().filter(|_| claim.binding == ClaimBinding::Bound) {
            let volume = cluster.storage.find_volume(name).map(|(_, volume)| volume);
            is_open |= volume.map_or(!cluster.knows("PersistentVolume"), |volume| !is_understood(context, volume));
            if volume.is_some() || cluster.knows("PersistentVolume") {
                filter.bound.push(volume);
            }
            continue;
        }
        let class = cluster.storage.class(&claim.class);
        match class.filter(|class| class.is_delayed && claim.volume.is_none()) {
            // Volumes that are made by hand would be found where PersistentVolumes were given.
            Some(class) if cluster.knows("PersistentVolume") && cluster.knows("CSIDriver") => {
                filter.waiting.push(Waiting::of(context, used, claim, class));
            }
            Some(_) => is_open = true,
            None if used.is_foretold => is_open = true,
            None if class.is_none() && !claim.class.is_empty() && !cluster.knows("StorageClass") => is_open = true,
            None => is_unbound = true,
        }
    }
    // Of several volumes set aside for one claim the scheduler takes any.
    is_open |= filter.waiting.iter().any(|claim| claim.reserved.len() > 1);
    if is_unbound {
        return Before::Reject("pod has unbound immediate PersistentVolumeClaims".to_owned());
    }
    // Stable: of equally large ones the first in the Pod goes first.
    filter.waiting.sort_by_key(|it| (it.selected_node.is_none(), it.selected_node.is_none().then_some(it.size)));
    match (filter.bound.is_empty() && filter.waiting.is_empty(), is_open) {
        (true, _) => Before::Unevaluated,
        (false, false) => Before::Filter(Box::new(filter)),
        (false, true) => Before::Partly(Box::new(filter)),
    }
}

/// Why no node will do for the sake of one claim.
/// Source: `podHasPVCs` in the plugin `volumebinding` (1.37).
fn trouble(context: &Context<'_>, used: &Used<'_>) -> Option<String> {
    let (candidate, name) = (context.candidate, used.name);
    let Some(claim) = used.claim.as_deref() else {
        return context.cluster.knows("PersistentVolumeClaim").then(|| {
            if used.is_ephemeral {
                format!("waiting for ephemeral volume controller to create the persistentvolumeclaim \"{name}\"")
            } else {
                format!("persistentvolumeclaim \"{name}\" not found")
            }
        });
    };
    if claim.binding == ClaimBinding::Lost {
        let volume = claim.volume.as_deref().unwrap_or_default();
        return Some(format!("persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{volume}\""));
    }
    if claim.is_deleting {
        return Some(format!("persistentvolumeclaim \"{name}\" is being deleted"));
    }
    let is_owner = used.is_foretold || claim.controller.as_deref().is_some_and(|uid| candidate.uid() == Some(uid));
    (used.is_ephemeral && !is_owner).then(|| {
        let (namespace, pod) = (candidate.namespace, candidate.pod.metadata.name.as_deref().unwrap_or_default());
        format!("PVC {namespace}/{name} was not created for pod {namespace}/{pod} (pod is not owner)")
    })
}

/// Whether it is known on which nodes a CSI driver took over the volume.
fn is_understood(context: &Context<'_>, volume: &Volume) -> bool {
    match &volume.source {
        Source::InTree { plugin, handle, .. } => {
            // What cannot be told to the driver is a mistake of the scheduler's, for ever.
            let mut nodes = context.cluster.storage.csi_nodes.values();
            context.cluster.knows("CSINode") && (handle.is_some() || !nodes.any(|node| node.migrated.contains(plugin)))
        }
        Source::Csi { .. } | Source::Other => true,
    }
}

impl<'c> Waiting<'c> {
    fn of(context: &Context<'c>, used: &Used<'c>, claim: &Claim, class: &'c StorageClass) -> Self {
        let mut reserved = Vec::new();
        let mut fitting = Vec::new();
        for (index, volume) in context.cluster.storage.indexed_volumes() {
            match volume.suits(context.candidate.namespace, used.name, claim) {
                Some(Suits::Reserved) => reserved.push(index),
                Some(Suits::Fits(capacity)) => fitting.push((capacity, index)),
                None => {}
            }
        }
        fitting.sort_unstable();
        Self {
            class_name: claim.class.clone(),
            class,
            size: claim.size.map(crate::amount::Amount::value),
            selected_node: claim.selected_node.clone(),
            is_shared: !used.is_ephemeral,
            reserved,
            fitting: fitting.into_iter().map(|(_, index)| index).collect(),
        }
    }
}

impl<'c> VolumeBinding<'c> {
    fn volume(&self, index: VolumeIndex) -> Option<&'c Volume> {
        self.context.cluster.storage.volume(index)
    }

    /// The volume that a replica before has got for a claim that all share.
    fn taken_for(&self, claim: usize) -> Option<VolumeIndex> {
        let mut bindings = self.placed.iter().flat_map(|(_, bindings)| bindings);
        bindings.find(|(at, _)| *at == claim).map(|(_, volume)| *volume)
    }

    fn is_taken(&self, volume: VolumeIndex) -> bool {
        self.placed.iter().any(|(_, bindings)| bindings.iter().any(|(_, taken)| *taken == volume))
    }

    /// The volumes that claims get on a node.
    /// Source: `FindPodVolumes` in the plugin `volumebinding` (1.37).
    fn bind(&self, node: &Node) -> Result<Vec<Binding>, Lack> {
        let symbols = &self.context.cluster.symbols;
        let mut bindings: Vec<Binding> = Vec::new();
        let mut to_make: Vec<&Waiting<'c>> = Vec::new();
        for (at, claim) in self.waiting.iter().enumerate() {
            if let Some(selected) = &claim.selected_node {
                if *selected != node.name {
                    return Err(Lack::Volume);
                }
                to_make.push(claim);
                continue;
            }
            if let Some(taken) = self.taken_for(at).filter(|_| claim.is_shared) {
                let reaches = self.volume(taken).is_some_and(|volume| volume.reaches(node, symbols));
                if !reaches {
                    return Err(Lack::Volume);
                }
                bindings.push((at, taken));
                continue;
            }
            match self.find(claim, node, &bindings) {
                Some(volume) => bindings.push((at, volume)),
                None => to_make.push(claim),
            }
        }
        to_make.iter().try_for_each(|claim| self.can_make(claim, node))?;
        Ok(bindings)
    }

    /// Source: `FindMatchingVolume` in `k8s.io/component-helpers/storage/volume` (1.37).
    fn find(&self, claim: &Waiting<'c>, node: &Node, bindings: &[Binding]) -> Option<VolumeIndex> {
        let symbols = &self.context.cluster.symbols;
        let is_free =
            |index: &&VolumeIndex| !bindings.iter().any(|(_, volume)| volume == *index) && !self.is_taken(**index);
        let reaches = |index: &&VolumeIndex| self.volume(**index).is_some_and(|volume| volume.reaches(node, symbols));
        let mut reserved = claim.reserved.iter().filter(is_free).peekable();
        if reserved.peek().is_some() {
            return reserved.find(reaches).copied();
        }
        claim.fitting.iter().filter(is_free).find(reaches).copied()
    }

    /// Whether a volume for the claim can be made for a node.
    /// Source: `checkVolumeProvisions` in the plugin `volumebinding` (1.37).
    fn can_make(&self, claim: &Waiting<'c>, node: &Node) -> Result<(), Lack> {
        let cluster = self.context.cluster;
        if !claim.class.makes_volumes() || !claim.class.reaches(node, &cluster.symbols) {
            return Err(Lack::Volume);
        }
        let storage = &cluster.storage;
        let driver = storage.csi_drivers.get(&claim.class.provisioner);
        let Some(size) = claim.size.filter(|_| driver.is_some_and(|driver| driver.tracks_capacity)) else {
            return Ok(());
        };
        let suffices = storage.capacities.iter().any(|it| it.suffices(&claim.class_name, size, node, &cluster.symbols));
        if suffices { Ok(()) } else { Err(Lack::Room) }
    }

    /// Why the volumes of bound claims are no good on a node.
    fn bound_trouble(&self, node: &Node) -> Option<&'static str> {
        let cluster = self.context.cluster;
        let migrated = cluster.storage.csi_nodes.get(&node.name).map_or(&[][..], |it| &*it.migrated);
        self.bound.iter().find_map(|volume| match volume {
            None => Some("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"),
            Some(volume) => (!volume.reaches_migrated(node, migrated, &cluster.symbols))
                .then_some("node(s) didn't match PersistentVolume's node affinity"),
        })
    }
}

impl Filter for VolumeBinding<'_> {
    fn reject(&self, _: NodeIndex, node: &Node) -> Option<Rejection> {
        let lack = self.bind(node).err().map(|lack| match lack {
            Lack::Volume => "node(s) didn't find available persistent volumes to bind",
            Lack::Room => "node(s) did not have enough free storage",
        });
        let reasons = self.bound_trouble(node).into_iter().chain(lack).map(Into::into);
        let reasons: Vec<std::borrow::Cow<'static, str>> = reasons.collect();
        (!reasons.is_empty()).then_some(Rejection { plugin: NAME, code: Code::UnschedulableAndUnresolvable, reasons })
    }

    fn place(&mut self, index: NodeIndex, node: &Node, count: i64) {
        for _ in 0..count {
            let bindings = self.bind(node).unwrap_or_default();
            self.placed.push((index, bindings));
        }
        for _ in count..0 {
            if let Some(at) = self.placed.iter().rposition(|(on, _)| *on == index) {
                self.placed.remove(at);
            }
        }
    }
}
