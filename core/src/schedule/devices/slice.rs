//! `ResourceSlice`.

use k8s_openapi::api::resource::v1 as api;

use crate::schedule::node::Node;
use crate::schedule::selector::NodeTerm;
use crate::schedule::symbols::Symbols;

/// The nodes from which the devices of a slice are reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reach {
    Node(Box<str>),
    All,
    Matching(Vec<NodeTerm>),
    /// It differs from device to device, or is said in a way that is not understood here.
    Unknown,
}

/// Some devices of a pool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Slice {
    pub(crate) driver: Box<str>,
    pub(crate) pool: Box<str>,
    pub(crate) generation: i64,
    /// How many slices the pool has.
    pub(crate) slices_of_pool: i64,
    pub(crate) reach: Reach,
    pub(crate) devices: Vec<Box<str>>,
    /// Each device is had by one claim at a time, and nothing but that counts.
    pub(crate) is_plain: bool,
}

impl Slice {
    pub(crate) fn of(slice: &api::ResourceSlice) -> Self {
        let spec = &slice.spec;
        let devices = spec.devices.as_deref().unwrap_or_default();
        let reach = match (spec.node_name.as_deref(), &spec.node_selector) {
            (Some(node), _) if !node.is_empty() => Reach::Node(node.into()),
            _ if spec.all_nodes == Some(true) => Reach::All,
            (_, Some(nodes)) => Reach::Matching(nodes.node_selector_terms.iter().filter_map(NodeTerm::of).collect()),
            _ => Reach::Unknown,
        };
        let is_plain = spec.shared_counters.as_ref().is_none_or(Vec::is_empty)
            && spec.skip_node_operations.as_ref().is_none_or(Vec::is_empty)
            && reach != Reach::Unknown
            && devices.iter().all(is_plain);
        Self {
            driver: spec.driver.as_str().into(),
            pool: spec.pool.name.as_str().into(),
            generation: spec.pool.generation,
            slices_of_pool: spec.pool.resource_slice_count,
            reach,
            devices: devices.iter().map(|device| device.name.as_str().into()).collect(),
            is_plain,
        }
    }

    /// Whether the devices are reached from a node.
    pub(crate) fn reaches(&self, node: &Node, symbols: &Symbols) -> bool {
        match &self.reach {
            Reach::Node(name) => *name == node.name,
            Reach::All => true,
            Reach::Matching(terms) => {
                terms.iter().any(|term| term.matches(&node.name, |key| node.label_text(symbols, key)))
            }
            Reach::Unknown => false,
        }
    }
}

fn is_plain(device: &api::Device) -> bool {
    device.taints.as_ref().is_none_or(Vec::is_empty)
        && device.consumes_counters.as_ref().is_none_or(Vec::is_empty)
        && device.binding_conditions.as_ref().is_none_or(Vec::is_empty)
        && device.node_allocatable_resources.as_ref().is_none_or(std::collections::BTreeMap::is_empty)
        && device.allow_multiple_allocations != Some(true)
}
