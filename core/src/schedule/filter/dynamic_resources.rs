//! `DynamicResources`: devices that claims got, or can get on a node.

use k8s_openapi::api::core::v1::PodResourceClaim;

use super::{Before, Context, Filter, is_before};
use crate::schedule::cluster::NodeIndex;
use crate::schedule::devices::{Allocation, Need, Requests, Supply};
use crate::schedule::fit::{Code, Rejection};
use crate::schedule::node::Node;
use crate::schedule::selector::NodeTerm;

pub(super) const NAME: &str = "DynamicResources";

/// Since then it is on by default.
const SINCE: (u8, u8) = (1, 34);
/// Since then devices stand for extended resources.
const EXTENDED_SINCE: (u8, u8) = (1, 36);

struct DynamicResources<'c> {
    context: Context<'c>,
    allocated: Vec<&'c Allocation>,
    /// What all replicas share, once one of them has it.
    shared: Need,
    /// What each replica needs for itself.
    own: Need,
    /// Extended resources that devices stand for, on nodes that have none themselves.
    extended: Vec<&'c str>,
    supply: Supply<'c>,
}

/// A claim of the Pod.
enum Claimed<'c> {
    Allocated(&'c Allocation),
    Shared(&'c Requests),
    Own(&'c Requests),
    /// What it asks for was not given.
    Unknown,
    /// It is not needed after all.
    Nothing,
}

/// Whether devices, as far as they are given, may stand for an extended resource.
pub(super) fn may_stand_for(context: &Context<'_>, resource: &str) -> bool {
    !is_before(context.version, EXTENDED_SINCE) && context.cluster.devices.back(resource)
}

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    let (cluster, candidate) = (context.cluster, context.candidate);
    let scalars = candidate.requests.scalars.iter().filter(|(_, amount)| *amount > 0).map(|(name, _)| name.as_str());
    let extended: Vec<&str> = scalars.filter(|name| may_stand_for(context, name)).collect();
    let claims = candidate.spec.resource_claims.as_deref().unwrap_or_default();
    if claims.is_empty() && extended.is_empty() {
        return Before::Skip;
    }
    if is_before(context.version, SINCE) {
        return Before::Unevaluated;
    }
    let mut filter = DynamicResources {
        context: *context,
        allocated: Vec::new(),
        shared: Need::default(),
        own: Need::default(),
        extended,
        supply: Supply::default(),
    };
    let mut is_open = !filter.extended.is_empty();
    for claim in claims {
        let claimed = match claimed(context, claim) {
            Ok(claimed) => claimed,
            Err(reason) => return Before::Wait(reason),
        };
        let requests = match claimed {
            Claimed::Allocated(allocation) => {
                is_open |= allocation.is_conditional;
                filter.allocated.push(allocation);
                continue;
            }
            Claimed::Shared(requests) => {
                filter.shared.add(requests, &cluster.devices);
                requests
            }
            Claimed::Own(requests) => {
                filter.own.add(requests, &cluster.devices);
                requests
            }
            Claimed::Unknown => {
                is_open = true;
                continue;
            }
            Claimed::Nothing => continue,
        };
        if !cluster.knows("DeviceClass") {
            is_open = true;
        } else if let Some(reason) = missing_class(context, requests) {
            return Before::Reject(reason);
        }
    }
    let needs_devices = !filter.shared.is_nothing() || !filter.own.is_nothing() || !filter.extended.is_empty();
    if needs_devices {
        filter.supply = Supply::of(context);
        is_open |= !filter.supply.is_understood() || filter.shared.is_vague() || filter.own.is_vague();
    }
    if is_open { Before::Partly(Box::new(filter)) } else { Before::Filter(Box::new(filter)) }
}

/// Finds a claim of the Pod, or the reason to wait for it.
/// Source: `foreachPodResourceClaim` in the plugin `dynamicresources` (1.37).
fn claimed<'c>(context: &Context<'c>, given: &'c PodResourceClaim) -> Result<Claimed<'c>, String> {
    let (cluster, candidate) = (context.cluster, context.candidate);
    let namespace = candidate.namespace;
    let pod = candidate.pod.metadata.name.as_deref().unwrap_or_default();
    let statuses = candidate.pod.status.as_ref().and_then(|status| status.resource_claim_statuses.as_ref());
    let made = statuses.into_iter().flatten().find(|it| it.name == given.name);
    let (name, is_own) = match (&given.resource_claim_name, &given.resource_claim_template_name) {
        (Some(name), _) => (name.as_str(), false),
        (None, Some(template)) => match made.map(|it| it.resource_claim_name.as_deref()) {
            Some(Some(name)) => (name, true),
            Some(None) => return Ok(Claimed::Nothing),
            None => {
                let requests = cluster.devices.template(namespace, template).filter(|_| !candidate.exists());
                let may_be_there = !candidate.exists() && !cluster.knows("ResourceClaimTemplate");
                return match requests {
                    Some(requests) => Ok(Claimed::Own(requests)),
                    None if may_be_there => Ok(Claimed::Unknown),
                    None => Err(format!("pod \"{namespace}/{pod}\": ResourceClaim not created yet")),
                };
            }
        },
        // The server refuses a claim with neither.
        (None, None) => return Ok(Claimed::Nothing),
    };
    let Some(claim) = cluster.devices.claim(namespace, name) else {
        let is_known = cluster.knows("ResourceClaim");
        return if is_known {
            Err(format!("could not find ResourceClaim \"{namespace}/{name}\""))
        } else {
            Ok(Claimed::Unknown)
        };
    };
    if claim.is_deleting {
        return Err(format!("resourceclaim \"{name}\" is being deleted"));
    }
    if is_own && claim.controller.as_deref() != candidate.uid() {
        return Err(format!(
            "ResourceClaim {namespace}/{name} was not created for Pod {namespace}/{pod} (Pod is not owner)"
        ));
    }
    Ok(match &claim.allocation {
        Some(allocation) => Claimed::Allocated(allocation),
        None if is_own => Claimed::Own(&claim.requests),
        None => Claimed::Shared(&claim.requests),
    })
}

fn missing_class(context: &Context<'_>, requests: &Requests) -> Option<String> {
    let mut classes = requests.list.iter().flat_map(|request| &request.classes);
    let (request, class) = classes.find(|(_, class)| !context.cluster.devices.has_class(class))?;
    Some(format!("request {request}: device class {class} does not exist"))
}

impl DynamicResources<'_> {
    fn is_available(&self, node: &Node) -> bool {
        let symbols = &self.context.cluster.symbols;
        let meets = |term: &NodeTerm| term.matches(&node.name, |key| node.label_text(symbols, key));
        let reaches = |it: &&Allocation| it.nodes.as_ref().is_none_or(|terms| terms.iter().any(meets));
        self.allocated.iter().all(reaches) && self.supply.reaches_shared(node, symbols)
    }

    fn need(&self, node: &Node) -> Need {
        let mut need = self.own;
        if !self.supply.is_shared() {
            need.more(&self.shared);
        }
        if self.extended.iter().any(|name| node.allocatable.scalar(name) == 0) {
            need.more(&Need::SOME);
        }
        need
    }
}

impl Filter for DynamicResources<'_> {
    /// Source: `DynamicResources.Filter` in the plugin `dynamicresources` (1.37).
    fn reject(&self, _: NodeIndex, node: &Node) -> Option<Rejection> {
        let reason = if !self.supply.covers(&self.need(node), node, &self.context.cluster.symbols) {
            "cannot allocate all claims"
        } else if !self.is_available(node) {
            "resourceclaim not available on the node"
        } else {
            return None;
        };
        Some(Rejection::new(NAME, Code::UnschedulableAndUnresolvable, reason))
    }

    fn place(&mut self, index: NodeIndex, node: &Node, count: i64) {
        for _ in 0..count {
            let symbols = &self.context.cluster.symbols;
            self.supply.take(index, node, &self.shared, &self.own, symbols);
        }
        for _ in count..0 {
            self.supply.give_back(index);
        }
    }
}
