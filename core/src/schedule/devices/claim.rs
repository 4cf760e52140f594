//! `ResourceClaim` and what it asks for.

use k8s_openapi::api::resource::v1 as api;

use crate::schedule::builder::controller_of;
use crate::schedule::selector::NodeTerm;

/// The driver, the pool and the name of a device.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct DeviceId {
    pub(crate) driver: Box<str>,
    pub(crate) pool: Box<str>,
    pub(crate) device: Box<str>,
}

/// How many devices are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    Exactly(i64),
    /// All that the node reaches, and at least one.
    All,
    /// At least so many; which ones will do is not understood here.
    AtLeast(i64),
}

/// One request of a claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Request {
    /// The classes by the names of the requests that want them; several where the first that is
    /// available counts.
    pub(crate) classes: Vec<(Box<str>, Box<str>)>,
    pub(crate) wanted: Wanted,
}

/// What a claim asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Requests {
    pub(crate) list: Vec<Request>,
    /// The devices must suit each other.
    pub(crate) has_constraints: bool,
}

impl Requests {
    pub(super) fn of(claim: Option<&api::DeviceClaim>) -> Self {
        let requests = claim.and_then(|it| it.requests.as_ref());
        let constraints = claim.and_then(|it| it.constraints.as_ref());
        Self {
            list: requests.into_iter().flatten().map(Request::of).collect(),
            has_constraints: constraints.is_some_and(|it| !it.is_empty()),
        }
    }
}

impl Request {
    fn of(request: &api::DeviceRequest) -> Self {
        let Some(exact) = &request.exactly else {
            let alternatives = request.first_available.iter().flatten();
            let class = |it: &api::DeviceSubRequest| {
                (format!("{}/{}", request.name, it.name).into(), it.device_class_name.as_str().into())
            };
            return Self { classes: alternatives.map(class).collect(), wanted: Wanted::AtLeast(1) };
        };
        let count = exact.count.filter(|count| *count > 0).unwrap_or(1);
        let takes_all = exact.allocation_mode.as_deref() == Some("All");
        let is_plain = exact.selectors.as_ref().is_none_or(Vec::is_empty)
            && exact.derived_attributes.as_ref().is_none_or(Vec::is_empty)
            && exact.capacity.is_none();
        let wanted = match (exact.admin_access.unwrap_or_default(), is_plain, takes_all) {
            // It may have devices that are taken.
            (true, _, _) => Wanted::AtLeast(0),
            (_, true, true) => Wanted::All,
            (_, true, false) => Wanted::Exactly(count),
            (_, false, true) => Wanted::AtLeast(1),
            (_, false, false) => Wanted::AtLeast(count),
        };
        let class = (request.name.as_str().into(), exact.device_class_name.as_str().into());
        Self { classes: vec![class], wanted }
    }
}

/// The devices that a claim got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Allocation {
    /// The terms that nodes must meet; none where every node will do.
    pub(crate) nodes: Option<Vec<NodeTerm>>,
    pub(crate) devices: Vec<DeviceId>,
    /// Whether it can be used hangs on more than the node.
    pub(crate) is_conditional: bool,
}

/// A claim for devices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct DeviceClaim {
    pub(crate) is_deleting: bool,
    /// The UID of the controller that owns it.
    pub(crate) controller: Option<Box<str>>,
    pub(crate) requests: Requests,
    pub(crate) allocation: Option<Allocation>,
    /// The names of the Pods it is kept for.
    pub(crate) users: Vec<Box<str>>,
}

impl DeviceClaim {
    pub(super) fn of(claim: &api::ResourceClaim) -> Self {
        let status = claim.status.as_ref();
        let controller = controller_of(&claim.metadata);
        let users = status.into_iter().flat_map(|status| status.reserved_for.iter().flatten());
        Self {
            is_deleting: claim.metadata.deletion_timestamp.is_some(),
            controller: controller.map(|it| it.uid.as_str().into()),
            requests: Requests::of(claim.spec.as_ref().and_then(|spec| spec.devices.as_ref())),
            allocation: status.and_then(|status| status.allocation.as_ref()).map(Allocation::of),
            users: users.filter(|it| it.resource == "pods").map(|it| it.name.as_str().into()).collect(),
        }
    }
}

impl Allocation {
    fn of(allocation: &api::AllocationResult) -> Self {
        let results = allocation.devices.as_ref().and_then(|devices| devices.results.as_ref());
        let results = results.map(Vec::as_slice).unwrap_or_default();
        let is_given = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
        let is_conditional = results
            .iter()
            .any(|it| is_given(&it.binding_conditions) || is_given(&it.skip_node_operations) || it.share_id.is_some());
        // An administrator's look at a device does not take it.
        let taken = results.iter().filter(|it| it.admin_access != Some(true)).map(|it| DeviceId {
            driver: it.driver.as_str().into(),
            pool: it.pool.as_str().into(),
            device: it.device.as_str().into(),
        });
        let terms = allocation.node_selector.as_ref().map(|it| it.node_selector_terms.iter().filter_map(NodeTerm::of));
        Self { nodes: terms.map(Iterator::collect), devices: taken.collect(), is_conditional }
    }
}
