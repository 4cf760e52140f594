//! The kinds that scheduling needs.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::node::v1 as node;
use k8s_openapi::api::resource::v1 as resource;
use k8s_openapi::api::scheduling::v1 as scheduling;
use k8s_openapi::api::storage::v1 as storage;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::{Metadata, Resource};
use serde::{Serialize, Serializer};

use crate::object::Object;
use crate::yaml::{DecodeError, Tree, from_node};

/// Makes the enumeration of the kinds, named as the API names them, with what is the same for all.
macro_rules! needed {
    ($($kind:ident($type:ty)),* $(,)?) => {
        /// An object of a kind that scheduling needs.
        #[derive(Clone, PartialEq, Debug)]
        pub enum Needed {
            $(
                #[doc = concat!("A ", stringify!($kind), ".")]
                $kind(Box<$type>),
            )*
        }

        impl Needed {
            /// Reads an object; none where its kind is of no use.
            pub(super) fn read(tree: &Tree<'_>, object: &Object<'_>) -> Option<Result<Self, DecodeError>> {
                let written = (object.identity.api_version.as_deref()?, object.identity.kind.as_deref()?);
                $(if written == (<$type>::API_VERSION, <$type>::KIND) {
                    return Some(from_node(tree, object.root).map(Self::$kind));
                })*
                None
            }

            /// Its kind.
            pub(super) const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => <$type>::KIND,)*
                }
            }

            /// Its namespace; empty for none.
            pub fn namespace(&self) -> &str {
                self.metadata().namespace.as_deref().unwrap_or_default()
            }

            /// Its name.
            pub fn name(&self) -> &str {
                self.metadata().name.as_deref().unwrap_or_default()
            }

            /// Its metadata.
            pub(super) fn metadata(&self) -> &ObjectMeta {
                match self {
                    $(Self::$kind(it) => it.metadata(),)*
                }
            }
        }

        $(impl From<$type> for Needed {
            fn from(object: $type) -> Self {
                Self::$kind(Box::new(object))
            }
        })*

        impl Serialize for Needed {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$kind(it) => it.serialize(serializer),)*
                }
            }
        }
    };
}

needed! {
    Pod(core::Pod),
    Node(core::Node),
    Namespace(core::Namespace),
    LimitRange(core::LimitRange),
    PersistentVolume(core::PersistentVolume),
    PersistentVolumeClaim(core::PersistentVolumeClaim),
    PriorityClass(scheduling::PriorityClass),
    RuntimeClass(node::RuntimeClass),
    StorageClass(storage::StorageClass),
    CSINode(storage::CSINode),
    CSIDriver(storage::CSIDriver),
    CSIStorageCapacity(storage::CSIStorageCapacity),
    VolumeAttachment(storage::VolumeAttachment),
    ResourceClaim(resource::ResourceClaim),
    ResourceClaimTemplate(resource::ResourceClaimTemplate),
    DeviceClass(resource::DeviceClass),
    ResourceSlice(resource::ResourceSlice),
}
