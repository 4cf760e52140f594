//! `PersistentVolumeClaim`.

use k8s_openapi::api::core::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::amount::Amount;
use crate::schedule::builder::controller_of;
use crate::schedule::selector::Selector;

/// The annotation that named a class before the field did; it still goes first.
pub(crate) const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
const BIND_COMPLETED_ANNOTATION: &str = "pv.kubernetes.io/bind-completed";
const SELECTED_NODE_ANNOTATION: &str = "volume.kubernetes.io/selected-node";

/// What is read of a claim's annotations.
pub(crate) const CLAIM_ANNOTATIONS: [&str; 3] = [CLASS_ANNOTATION, BIND_COMPLETED_ANNOTATION, SELECTED_NODE_ANNOTATION];

/// How a volume can be mounted, as a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct AccessModes(u8);

const ONCE_PER_POD: u8 = 8;

impl AccessModes {
    pub(super) fn of(names: Option<&Vec<String>>) -> Self {
        let bit = |name: &String| match name.as_str() {
            "ReadWriteOnce" => 1,
            "ReadOnlyMany" => 2,
            "ReadWriteMany" => 4,
            "ReadWriteOncePod" => ONCE_PER_POD,
            _ => 0,
        };
        Self(names.into_iter().flatten().map(bit).fold(0, |all, bit| all | bit))
    }

    /// Whether all that the other has is here, too.
    pub(super) const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// What has become of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum ClaimBinding {
    #[default]
    Unbound,
    /// Not yet looked at: it is applied together with the Pods.
    Written,
    /// To its volume, for good.
    Bound,
    /// Its volume is gone.
    Lost,
}

/// What a claim wants and what it got.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Claim {
    pub(crate) uid: Box<str>,
    /// The UID of the controller that owns it.
    pub(crate) controller: Option<Box<str>>,
    /// The volume it is bound to, or shall be.
    pub(crate) volume: Option<Box<str>>,
    pub(crate) binding: ClaimBinding,
    pub(crate) is_deleting: bool,
    pub(crate) access_modes: AccessModes,
    /// Empty for none.
    pub(crate) class: Box<str>,
    /// The class was left open, so that the default one is filled in.
    pub(crate) wants_default_class: bool,
    pub(crate) size: Option<Amount>,
    pub(crate) selector: Option<Selector>,
    pub(crate) is_block: bool,
    /// Empty for none.
    pub(crate) attributes_class: Box<str>,
    /// The node for which a volume is being made.
    pub(crate) selected_node: Option<Box<str>>,
}

/// The class by the annotation or the field.
/// Source: `GetPersistentVolumeClaimClass` in `k8s.io/component-helpers/storage/volume` (1.37).
pub(super) fn class_of(metadata: &ObjectMeta, field: Option<&String>) -> Option<Box<str>> {
    let annotated = metadata.annotations.as_ref().and_then(|it| it.get(CLASS_ANNOTATION));
    annotated.or(field).map(|class| class.as_str().into())
}

/// The bytes that a map of resources names for storage.
pub(super) fn storage_of<'q>(
    amounts: impl IntoIterator<Item = (&'q String, &'q k8s_openapi::apimachinery::pkg::api::resource::Quantity)>,
) -> Option<Amount> {
    let storage = amounts.into_iter().find(|(name, _)| *name == "storage")?;
    Amount::parse(&storage.1.0).ok()
}

impl Claim {
    pub(crate) fn of(claim: &api::PersistentVolumeClaim) -> Self {
        let metadata = &claim.metadata;
        let annotation = |name: &str| metadata.annotations.as_ref().and_then(|it| it.get(name));
        let phase = claim.status.as_ref().and_then(|status| status.phase.as_deref());
        let controller = controller_of(metadata);
        let read = claim.spec.as_ref().map(|spec| Self::wanted(metadata, spec)).unwrap_or_default();
        Self {
            uid: metadata.uid.as_deref().unwrap_or_default().into(),
            controller: controller.map(|it| it.uid.as_str().into()),
            binding: match annotation(BIND_COMPLETED_ANNOTATION) {
                _ if phase == Some("Lost") => ClaimBinding::Lost,
                Some(_) if read.volume.is_some() => ClaimBinding::Bound,
                _ => ClaimBinding::Unbound,
            },
            is_deleting: metadata.deletion_timestamp.is_some(),
            selected_node: annotation(SELECTED_NODE_ANNOTATION).map(|node| node.as_str().into()),
            ..read
        }
    }

    /// The claim that is made for a volume of a Pod.
    pub(crate) fn of_template(template: &api::PersistentVolumeClaimTemplate) -> Self {
        let metadata = template.metadata.clone().unwrap_or_default();
        Self::wanted(&metadata, &template.spec)
    }

    fn wanted(metadata: &ObjectMeta, spec: &api::PersistentVolumeClaimSpec) -> Self {
        let class = class_of(metadata, spec.storage_class_name.as_ref());
        let volume = spec.volume_name.as_deref().filter(|name| !name.is_empty());
        let requests = spec.resources.as_ref().and_then(|it| it.requests.as_ref());
        Self {
            volume: volume.map(Into::into),
            access_modes: AccessModes::of(spec.access_modes.as_ref()),
            wants_default_class: class.is_none(),
            class: class.unwrap_or_default(),
            size: storage_of(requests.into_iter().flatten()),
            selector: spec.selector.as_ref().map(|selector| Selector::of(Some(selector))),
            is_block: spec.volume_mode.as_deref() == Some("Block"),
            attributes_class: spec.volume_attributes_class_name.as_deref().unwrap_or_default().into(),
            ..Self::default()
        }
    }

    /// One Pod at a time may use it.
    pub(crate) const fn is_for_one_pod(&self) -> bool {
        self.access_modes.0 & ONCE_PER_POD != 0
    }
}
