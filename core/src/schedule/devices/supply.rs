//! Which devices are left, and whether they are enough.

use std::collections::{HashMap, HashSet};

use super::{Devices, Requests, Slice, Wanted};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::devices::slice::Reach;
use crate::schedule::filter::Context;
use crate::schedule::node::Node;
use crate::schedule::symbols::Symbols;

/// The most devices that a claim can have. Source: `AllocationResultsMaxSize` (1.37).
const MOST: i64 = 32;

/// How many devices are needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Need {
    devices: i64,
    /// How many requests want all that the node reaches.
    alls: i64,
    /// It may be more, or not every device will do.
    is_vague: bool,
}

impl Need {
    /// At least one device.
    pub(crate) const SOME: Self = Self { devices: 1, alls: 0, is_vague: true };

    /// Adds what a claim asks for.
    pub(crate) fn add(&mut self, requests: &Requests, devices: &Devices) {
        let mut need = Self { is_vague: requests.has_constraints, ..Self::default() };
        for request in &requests.list {
            let is_plain = request.classes.iter().all(|(_, class)| devices.takes_all(class));
            match request.wanted {
                Wanted::All if is_plain => need.alls += 1,
                Wanted::All => need.more(&Self::SOME),
                Wanted::Exactly(count) => {
                    need.devices = need.devices.saturating_add(count);
                    need.is_vague |= !is_plain;
                }
                Wanted::AtLeast(count) => {
                    need.devices = need.devices.saturating_add(count);
                    need.is_vague = true;
                }
            }
        }
        // The scheduler gives up a claim that asks for more, with an error.
        need.is_vague |= need.devices > MOST;
        self.more(&need);
    }

    pub(crate) fn more(&mut self, other: &Self) {
        self.devices = self.devices.saturating_add(other.devices);
        self.alls += other.alls;
        self.is_vague |= other.is_vague;
    }

    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) const fn is_vague(&self) -> bool {
        self.is_vague
    }
}

/// A device by its slice and its place there.
type Device = (usize, usize);

/// What a replica took.
struct Taken {
    on: NodeIndex,
    devices: Vec<Device>,
    /// Of these, the ones that the next replicas share.
    shared: Vec<Device>,
}

/// The devices of the cluster, as far as they are not taken.
#[derive(Default)]
pub(crate) struct Supply<'c> {
    slices: &'c [Slice],
    /// Positions of slices by the node that alone reaches them.
    by_node: HashMap<&'c str, Vec<usize>>,
    /// Positions of the other slices.
    common: Vec<usize>,
    taken: HashSet<Device>,
    by_replicas: Vec<Taken>,
    is_understood: bool,
}

impl<'c> Supply<'c> {
    pub(crate) fn of(context: &Context<'c>) -> Self {
        let devices = &context.cluster.devices;
        let slices = &*devices.slices;
        let is_understood = context.cluster.knows("ResourceSlice")
            && context.cluster.knows("ResourceClaim")
            && slices.iter().all(|slice| slice.is_plain)
            && are_complete(slices);
        let mut supply = Self { slices, is_understood, ..Self::default() };
        let taken = taken(context);
        for (at, slice) in slices.iter().enumerate() {
            match &slice.reach {
                Reach::Node(node) => supply.by_node.entry(node).or_default().push(at),
                _ => supply.common.push(at),
            }
            for (place, device) in slice.devices.iter().enumerate() {
                if taken.contains(&(&*slice.driver, &*slice.pool, &**device)) {
                    supply.taken.insert((at, place));
                }
            }
        }
        supply
    }

    /// Whether the number of devices on a node can be told.
    pub(crate) const fn is_understood(&self) -> bool {
        self.is_understood
    }

    /// Whether the devices that are left on a node are enough. Where the need is vague, whether they
    /// can be.
    /// Source: `Allocate` in `k8s.io/dynamic-resource-allocation/structured` (1.37).
    pub(crate) fn covers(&self, need: &Need, node: &Node, symbols: &Symbols) -> bool {
        if need.is_nothing() || !self.is_understood {
            return true;
        }
        let (mut free, mut all) = (0, 0);
        for device in self.on(node, symbols) {
            all += 1;
            free += i64::from(self.is_free(device));
        }
        match (need.is_vague, need.alls) {
            (true, alls) => free >= need.devices.saturating_add(alls),
            (false, 0) => free >= need.devices,
            (false, 1) => need.devices == 0 && free == all && (1..=MOST).contains(&all),
            // What one request takes, the other cannot have.
            (false, _) => false,
        }
    }

    /// Whether a replica has what the next ones share.
    pub(crate) fn is_shared(&self) -> bool {
        !self.by_replicas.is_empty()
    }

    /// Whether a node reaches what a replica got for all of them.
    pub(crate) fn reaches_shared(&self, node: &Node, symbols: &Symbols) -> bool {
        let reaches = |(slice, _): &Device| self.slices.get(*slice).is_some_and(|it| it.reaches(node, symbols));
        self.by_replicas.last().is_none_or(|taken| taken.shared.iter().all(reaches))
    }

    /// Another replica takes its devices.
    pub(crate) fn take(&mut self, on: NodeIndex, node: &Node, shared: &Need, own: &Need, symbols: &Symbols) {
        let shared = match self.by_replicas.last() {
            Some(taken) => taken.shared.clone(),
            None => self.pick(shared, &[], node, symbols),
        };
        let mut devices = self.pick(own, &shared, node, symbols);
        devices.extend(&shared);
        self.by_replicas.push(Taken { on, devices, shared });
    }

    /// The last replica on a node leaves.
    pub(crate) fn give_back(&mut self, on: NodeIndex) {
        if let Some(at) = self.by_replicas.iter().rposition(|taken| taken.on == on) {
            self.by_replicas.remove(at);
        }
    }

    fn pick(&self, need: &Need, not: &[Device], node: &Node, symbols: &Symbols) -> Vec<Device> {
        let wanted = if need.alls > 0 { usize::MAX } else { usize::try_from(need.devices).unwrap_or_default() };
        let free = self.on(node, symbols).filter(|device| self.is_free(*device) && !not.contains(device));
        free.take(wanted).collect()
    }

    /// The devices that a node reaches, its own first.
    fn on(&self, node: &Node, symbols: &Symbols) -> impl Iterator<Item = Device> {
        let own = self.by_node.get(&*node.name).into_iter().flatten();
        let slices = own.chain(&self.common).filter_map(|at| Some((*at, self.slices.get(*at)?)));
        let slices = slices.filter(|(_, slice)| slice.reaches(node, symbols));
        slices.flat_map(|(at, slice)| (0..slice.devices.len()).map(move |place| (at, place)))
    }

    fn is_free(&self, device: Device) -> bool {
        !self.taken.contains(&device) && !self.by_replicas.iter().any(|taken| taken.devices.contains(&device))
    }
}

/// The devices that claims have, leaving out what was made for Pods that are gone.
fn taken<'c>(context: &Context<'c>) -> HashSet<(&'c str, &'c str, &'c str)> {
    let cluster = context.cluster;
    let gone = context.gone.iter().filter_map(|index| {
        let pod = cluster.pod(*index)?;
        Some((cluster.symbols.name(cluster.group(pod.group)?.namespace), &*pod.footprint.name))
    });
    let gone: HashSet<(&str, &str)> = gone.collect();
    let is_held = |(namespace, users): (&str, &[Box<str>])| {
        users.is_empty() || users.iter().any(|user| !gone.contains(&(namespace, &**user)))
    };
    let claims = cluster.devices.all_claims();
    let claims = claims.filter(|(namespace, claim)| claim.controller.is_none() || is_held((namespace, &claim.users)));
    let devices = claims.filter_map(|(_, claim)| claim.allocation.as_ref()).flat_map(|it| &it.devices);
    devices.map(|it| (&*it.driver, &*it.pool, &*it.device)).collect()
}

/// Whether every pool has all its slices, of one generation, and no device twice.
fn are_complete(slices: &[Slice]) -> bool {
    let mut pools: HashMap<(&str, &str), Vec<&Slice>> = HashMap::new();
    for slice in slices {
        pools.entry((&slice.driver, &slice.pool)).or_default().push(slice);
    }
    pools.values().all(|slices| {
        let names: Vec<&str> = slices.iter().flat_map(|slice| &slice.devices).map(|name| &**name).collect();
        let distinct: HashSet<&str> = names.iter().copied().collect();
        let is_one = |slice: &&Slice| {
            i64::try_from(slices.len()) == Ok(slice.slices_of_pool)
                && slices.first().is_some_and(|it| it.generation == slice.generation)
        };
        slices.iter().all(is_one) && names.len() == distinct.len()
    })
}
