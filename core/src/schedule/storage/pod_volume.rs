//! The volumes of a Pod.

use k8s_openapi::api::core::v1 as api;

use super::migration::{self, Plugin};

/// A volume of a Pod that the filters look at.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum PodVolume {
    /// A claim by its name.
    Claim(Box<str>),
    /// A claim that is made with the Pod, by its name.
    Ephemeral(Box<str>),
    /// A disk that stands in the Pod itself.
    Disk(Box<Disk>),
}

/// A disk that stands in a Pod.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Disk {
    AwsEbs {
        id: Box<str>,
    },
    GcePd {
        name: Box<str>,
        read_only: bool,
    },
    Iscsi {
        iqn: Box<str>,
        read_only: bool,
    },
    Rbd {
        monitors: Box<[Box<str>]>,
        pool: Box<str>,
        image: Box<str>,
        read_only: bool,
    },
    /// One that Pods may share; no handle where its driver has none for it.
    Counted {
        plugin: Plugin,
        handle: Option<Box<str>>,
    },
}

impl PodVolume {
    /// The volumes of a Pod of this name.
    pub(crate) fn all(spec: &api::PodSpec, pod: &str) -> impl Iterator<Item = Self> {
        spec.volumes.iter().flatten().filter_map(move |volume| Self::of(volume, pod))
    }

    fn of(volume: &api::Volume, pod: &str) -> Option<Self> {
        if let Some(claim) = &volume.persistent_volume_claim {
            Some(Self::Claim(claim.claim_name.as_str().into()))
        } else if volume.ephemeral.is_some() {
            Some(Self::Ephemeral(ephemeral_claim(pod, &volume.name)))
        } else {
            Disk::of(volume).map(|disk| Self::Disk(Box::new(disk)))
        }
    }
}

/// The name of the claim that is made for a volume of a Pod.
/// Source: `VolumeClaimName` in `k8s.io/component-helpers/storage/ephemeral` (1.37).
pub(crate) fn ephemeral_claim(pod: &str, volume: &str) -> Box<str> {
    format!("{pod}-{volume}").into()
}

impl Disk {
    fn of(volume: &api::Volume) -> Option<Self> {
        let is_set = |flag: Option<bool>| flag.unwrap_or_default();
        Some(if let Some(disk) = &volume.gce_persistent_disk {
            Self::GcePd { name: disk.pd_name.as_str().into(), read_only: is_set(disk.read_only) }
        } else if let Some(disk) = &volume.aws_elastic_block_store {
            Self::AwsEbs { id: disk.volume_id.as_str().into() }
        } else if let Some(disk) = &volume.iscsi {
            Self::Iscsi { iqn: disk.iqn.as_str().into(), read_only: is_set(disk.read_only) }
        } else if let Some(disk) = &volume.rbd {
            Self::Rbd {
                monitors: disk.monitors.iter().map(|it| it.as_str().into()).collect(),
                pool: disk.pool.as_deref().filter(|pool| !pool.is_empty()).unwrap_or("rbd").into(),
                image: disk.image.as_str().into(),
                read_only: is_set(disk.read_only),
            }
        } else if let Some(disk) = &volume.azure_disk {
            Self::Counted { plugin: Plugin::AzureDisk, handle: migration::azure_handle(disk) }
        } else if let Some(disk) = &volume.cinder {
            Self::Counted { plugin: Plugin::Cinder, handle: Some(disk.volume_id.as_str().into()) }
        } else if let Some(disk) = &volume.portworx_volume {
            Self::Counted { plugin: Plugin::Portworx, handle: Some(disk.volume_id.as_str().into()) }
        } else {
            return None;
        })
    }

    /// Whether the two cannot both be mounted on one node.
    /// Source: `isVolumeConflict` in the plugin `volumerestrictions` (1.37).
    pub(crate) fn conflicts(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::AwsEbs { id }, Self::AwsEbs { id: other }) => id == other,
            (Self::GcePd { name: one, read_only }, Self::GcePd { name: other, read_only: both })
            | (Self::Iscsi { iqn: one, read_only }, Self::Iscsi { iqn: other, read_only: both }) => {
                one == other && !(*read_only && *both)
            }
            (
                Self::Rbd { monitors, pool, image, read_only },
                Self::Rbd { monitors: others, pool: other_pool, image: other_image, read_only: both },
            ) => {
                pool == other_pool
                    && image == other_image
                    && monitors.iter().any(|it| others.contains(it))
                    && !(*read_only && *both)
            }
            _ => false,
        }
    }

    /// Whether some Pods cannot share it.
    pub(crate) const fn is_exclusive(&self) -> bool {
        !matches!(self, Self::Counted { .. })
    }

    /// As a volume of the CSI driver that took over: none where none did, or where the driver has no
    /// handle for it.
    pub(crate) fn migrated(&self) -> Option<(Plugin, Option<Box<str>>)> {
        match self {
            Self::AwsEbs { id } => Some((Plugin::AwsEbs, migration::ebs_handle(id))),
            Self::GcePd { name, .. } => Some((Plugin::GcePd, Some(migration::gce_handle(name)))),
            Self::Counted { plugin, handle } => Some((*plugin, handle.clone())),
            Self::Iscsi { .. } | Self::Rbd { .. } => None,
        }
    }
}
