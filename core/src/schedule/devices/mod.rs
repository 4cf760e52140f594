//! Device claims, classes and slices, thinned to what `DynamicResources` reads.

mod builder;
mod claim;
mod slice;
mod supply;

use std::collections::{BTreeMap, HashMap};

use k8s_openapi::api::resource::v1 as api;

pub(crate) use claim::{Allocation, DeviceClaim, Requests, Wanted};
pub(crate) use slice::Slice;
pub(crate) use supply::{Need, Supply};

/// Extended resources of this prefix name a class.
const CLASS_PREFIX: &str = "deviceclass.resource.kubernetes.io/";

/// A kind of devices.
#[derive(Clone, PartialEq, Eq, Debug)]
struct DeviceClass {
    /// It takes every device.
    takes_all: bool,
    extended_resource: Option<Box<str>>,
}

/// What was given of devices and who has them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Devices {
    /// By namespace and name.
    claims: HashMap<Box<str>, HashMap<Box<str>, DeviceClaim>>,
    /// By namespace and name.
    templates: HashMap<Box<str>, HashMap<Box<str>, Requests>>,
    classes: BTreeMap<Box<str>, DeviceClass>,
    pub(crate) slices: Vec<Slice>,
}

impl Devices {
    pub(crate) fn add_claim(&mut self, namespace: &str, claim: &api::ResourceClaim) {
        let name = claim.metadata.name.as_deref().unwrap_or_default();
        self.claims.entry(namespace.into()).or_default().insert(name.into(), DeviceClaim::of(claim));
    }

    pub(crate) fn add_template(&mut self, namespace: &str, template: &api::ResourceClaimTemplate) {
        let name = template.metadata.name.as_deref().unwrap_or_default();
        let spec = template.spec.as_ref().and_then(|it| it.spec.as_ref());
        let requests = Requests::of(spec.and_then(|it| it.devices.as_ref()));
        self.templates.entry(namespace.into()).or_default().insert(name.into(), requests);
    }

    pub(crate) fn add_class(&mut self, class: &api::DeviceClass) {
        let name = class.metadata.name.as_deref().unwrap_or_default();
        let spec = class.spec.as_ref();
        let class = DeviceClass {
            takes_all: spec.and_then(|it| it.selectors.as_ref()).is_none_or(Vec::is_empty),
            extended_resource: spec.and_then(|it| it.extended_resource_name.as_deref()).map(Into::into),
        };
        self.classes.insert(name.into(), class);
    }

    pub(crate) fn claim(&self, namespace: &str, name: &str) -> Option<&DeviceClaim> {
        self.claims.get(namespace)?.get(name)
    }

    pub(crate) fn template(&self, namespace: &str, name: &str) -> Option<&Requests> {
        self.templates.get(namespace)?.get(name)
    }

    /// The claims of all namespaces, with their namespace.
    pub(crate) fn all_claims(&self) -> impl Iterator<Item = (&str, &DeviceClaim)> {
        self.claims.iter().flat_map(|(namespace, claims)| claims.values().map(|claim| (&**namespace, claim)))
    }

    pub(crate) fn has_class(&self, name: &str) -> bool {
        self.classes.contains_key(name)
    }

    /// Whether the class takes every device; where it has conditions, they are not understood here.
    pub(crate) fn takes_all(&self, class: &str) -> bool {
        self.classes.get(class).is_some_and(|class| class.takes_all)
    }

    /// Whether devices stand for this extended resource on nodes that do not have it themselves.
    /// Source: `ExtendedResourceCache` in `k8s.io/dynamic-resource-allocation/deviceclass` (1.37).
    pub(crate) fn back(&self, resource: &str) -> bool {
        resource.strip_prefix(CLASS_PREFIX).is_some_and(|class| self.has_class(class))
            || self.classes.values().any(|class| class.extended_resource.as_deref() == Some(resource))
    }
}
