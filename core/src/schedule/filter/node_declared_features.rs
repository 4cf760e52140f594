//! `NodeDeclaredFeatures`: what a Pod uses that not every kubelet can do.

use k8s_openapi::api::core::v1 as api;

use super::{Before, Context, Filter, is_before};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;

pub(super) const NAME: &str = "NodeDeclaredFeatures";

/// Since then it is on by default.
const SINCE: (u8, u8) = (1, 36);

struct NodeDeclaredFeatures {
    required: Vec<&'static str>,
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    if is_before(context.version, SINCE) {
        return Before::Skip;
    }
    let required = required(context.candidate.spec);
    if required.is_empty() { Before::Skip } else { Before::Filter(Box::new(NodeDeclaredFeatures { required })) }
}

/// Source: `InferForScheduling` of the features in `k8s.io/component-helpers/nodedeclaredfeatures` (1.37).
fn required(spec: &api::PodSpec) -> Vec<&'static str> {
    let containers = || spec.init_containers.iter().flatten().chain(&spec.containers);
    let mut required = Vec::new();
    let mut rules = containers().flat_map(|it| it.restart_policy_rules.iter().flatten());
    if rules.any(|rule| rule.action == "RestartAllContainers") {
        required.push("RestartAllContainersOnContainerExits");
    }
    if spec.host_network == Some(true) && spec.host_users == Some(false) {
        required.push("UserNamespacesHostNetworkSupport");
    }
    let ephemeral = spec.ephemeral_containers.iter().flatten().flat_map(|it| it.volume_mounts.iter().flatten());
    let mut mounts = containers().flat_map(|it| it.volume_mounts.iter().flatten()).chain(ephemeral);
    if mounts.any(|mount| mount.bind_mount_options.as_ref().is_some_and(|options| !options.is_empty())) {
        required.push("VolumeBindMountOptions");
    }
    required
}

impl Filter for NodeDeclaredFeatures {
    fn reject(&self, _: NodeIndex, node: &Node) -> Option<Rejection> {
        let has = |feature: &&str| node.features.iter().any(|it| it == *feature);
        let reason = "node(s) didn't match Pod's required features";
        (!self.required.iter().all(has)).then(|| Rejection::new(NAME, Code::UnschedulableAndUnresolvable, reason))
    }
}
