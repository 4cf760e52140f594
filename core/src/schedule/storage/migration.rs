//! In-tree volumes as their CSI drivers see them. Source: `k8s.io/csi-translation-lib` (1.37).

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1 as api;

use crate::schedule::selector::{NodeTerm, Operator, Requirement};

/// An in-tree plugin whose volumes the scheduler counts as those of a CSI driver.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Plugin {
    AwsEbs,
    AzureDisk,
    Cinder,
    GcePd,
    Portworx,
}

pub(super) const ZONE: &str = "topology.kubernetes.io/zone";
pub(super) const REGION: &str = "topology.kubernetes.io/region";
pub(super) const BETA_ZONE: &str = "failure-domain.beta.kubernetes.io/zone";
pub(super) const BETA_REGION: &str = "failure-domain.beta.kubernetes.io/region";
/// Between the zones in a label of a volume.
const ZONE_SEPARATOR: &str = "__";

impl Plugin {
    const ALL: [Self; 5] = [Self::AwsEbs, Self::AzureDisk, Self::Cinder, Self::GcePd, Self::Portworx];

    /// The plugin that calls itself so; none for the ones that the scheduler leaves alone.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plugin| plugin.name() == name)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::AwsEbs => "kubernetes.io/aws-ebs",
            Self::AzureDisk => "kubernetes.io/azure-disk",
            Self::Cinder => "kubernetes.io/cinder",
            Self::GcePd => "kubernetes.io/gce-pd",
            Self::Portworx => "kubernetes.io/portworx-volume",
        }
    }

    /// The CSI driver that took over.
    pub(crate) const fn driver(self) -> &'static str {
        match self {
            Self::AwsEbs => "ebs.csi.aws.com",
            Self::AzureDisk => "disk.csi.azure.com",
            Self::Cinder => "cinder.csi.openstack.org",
            Self::GcePd => "pd.csi.storage.gke.io",
            Self::Portworx => "pxd.portworx.com",
        }
    }

    /// The node label in which the driver tells the zone; none where zones are not translated.
    const fn zone_label(self) -> Option<&'static str> {
        match self {
            Self::AwsEbs => Some("topology.ebs.csi.aws.com/zone"),
            Self::Cinder => Some("topology.cinder.csi.openstack.org/zone"),
            Self::GcePd => Some("topology.gke.io/zone"),
            Self::AzureDisk | Self::Portworx => None,
        }
    }
}

/// The volume as EBS knows it: `aws://zone/vol-1` and `vol-1` are the same.
pub(super) fn ebs_handle(id: &str) -> Option<Box<str>> {
    let Some(rest) = id.strip_prefix("aws://") else { return Some(id.into()) };
    let path = rest.split_once('/')?.1.trim_matches('/');
    (path.starts_with("vol-") && !path.contains('/')).then(|| path.into())
}

/// A disk whose zone is not known, as it is for one that stands in a Pod.
pub(super) fn gce_handle(disk: &str) -> Box<str> {
    zonal_gce_handle("UNSPECIFIED", disk)
}

fn zonal_gce_handle(zone: &str, disk: &str) -> Box<str> {
    format!("projects/UNSPECIFIED/zones/{zone}/disks/{disk}").into()
}

/// A disk of a volume, by the zones in the volume's labels; none where they are of several regions.
pub(super) fn gce_volume_handle(disk: &str, labels: &BTreeMap<String, String>) -> Option<Box<str>> {
    let label = |name: &str| labels.get(name).filter(|zones| !zones.is_empty());
    let Some(zones) = label(BETA_ZONE).or_else(|| label(ZONE)) else { return Some(gce_handle(disk)) };
    if !zones.contains(ZONE_SEPARATOR) {
        return Some(zonal_gce_handle(zones, disk));
    }
    let mut regions = BTreeSet::new();
    for zone in zones.split(ZONE_SEPARATOR) {
        let (region, letter) = zone.rsplit_once('-')?;
        regions.insert((region.matches('-').count() == 1 && !letter.contains('-')).then_some(region)?);
    }
    let region = regions.pop_first().filter(|_| regions.is_empty())?;
    Some(format!("projects/UNSPECIFIED/regions/{region}/disks/{disk}").into())
}

/// Only managed disks have a driver.
pub(super) fn azure_handle(disk: &api::AzureDiskVolumeSource) -> Option<Box<str>> {
    let is_managed = disk.kind.as_ref().is_none_or(|kind| kind.eq_ignore_ascii_case("Managed"));
    is_managed.then(|| disk.disk_uri.as_str().into())
}

/// The node affinity of a volume once its driver has taken over.
/// Source: `translateTopologyFromInTreeToCSI` (1.37).
pub(super) fn affinity(
    plugin: Plugin,
    terms: Option<&[NodeTerm]>,
    labels: &BTreeMap<String, String>,
) -> Option<Vec<NodeTerm>> {
    let Some(driver_zone) = plugin.zone_label() else { return terms.map(<[NodeTerm]>::to_vec) };
    let mut terms = terms.map(<[NodeTerm]>::to_vec).unwrap_or_default();
    let speaks_of = |terms: &[NodeTerm], key: &str| terms.iter().any(|term| term.labels.iter().any(|it| it.key == key));
    let is_beta = !speaks_of(&terms, ZONE)
        && (speaks_of(&terms, BETA_ZONE) || !labels.contains_key(ZONE) && labels.contains_key(BETA_ZONE));
    let zone = if is_beta { BETA_ZONE } else { ZONE };
    let has_values = |it: &Requirement| it.key == zone && !it.values.is_empty();
    if terms.iter().any(|term| term.labels.iter().any(has_values)) {
        rename(&mut terms, zone, driver_zone);
    } else if let Some(zones) = labels.get(zone) {
        let zones = zones.split(ZONE_SEPARATOR).map(str::trim).filter(|zone| !zone.is_empty());
        let values: Vec<String> = zones.map(str::to_owned).collect();
        if !values.is_empty() {
            if terms.is_empty() {
                terms.push(NodeTerm { labels: Vec::new(), names: Vec::new() });
            }
            for term in &mut terms {
                let requirement =
                    Requirement { key: driver_zone.to_owned(), operator: Operator::In, values: values.clone() };
                term.labels.push(requirement);
            }
        }
    }
    if is_beta {
        rename(&mut terms, BETA_REGION, REGION);
    }
    (!terms.is_empty()).then_some(terms)
}

fn rename(terms: &mut [NodeTerm], from: &str, to: &str) {
    for requirement in terms.iter_mut().flat_map(|term| &mut term.labels).filter(|it| it.key == from) {
        to.clone_into(&mut requirement.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The answers of `TranslateInTreePVToCSI` and `KubernetesVolumeIDToEBSVolumeID` (1.37.2).
    #[test]
    fn handles_are_those_of_the_drivers() {
        let ebs = |id| ebs_handle(id).map(String::from);
        assert_eq!(ebs("vol-1").as_deref(), Some("vol-1"));
        assert_eq!(ebs("aws://us-east-1a/vol-1").as_deref(), Some("vol-1"));
        assert_eq!(ebs("aws:///vol-1/").as_deref(), Some("vol-1"));
        assert_eq!(ebs("aws://us-east-1a/snap-1"), None);
        let gce = |zones: &str| {
            let labels = BTreeMap::from([(ZONE.to_owned(), zones.to_owned())]);
            gce_volume_handle("d", &labels).map(String::from)
        };
        assert_eq!(gce("").as_deref(), Some("projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d"));
        assert_eq!(gce("us-east1-a").as_deref(), Some("projects/UNSPECIFIED/zones/us-east1-a/disks/d"));
        assert_eq!(gce("us-east1-a__us-east1-b").as_deref(), Some("projects/UNSPECIFIED/regions/us-east1/disks/d"));
        assert_eq!(gce("us-east1-a__us-west1-b"), None);
        assert_eq!(gce("a__b"), None);
    }

    #[test]
    fn beta_labels_go_over_to_the_driver_and_the_newer_region() {
        let requirement = |key: &str, value: &str| Requirement {
            key: key.to_owned(),
            operator: Operator::In,
            values: vec![value.to_owned()],
        };
        let term = |zone: &str, region: &str| {
            let labels = vec![requirement(zone, "a"), requirement(region, "r")];
            NodeTerm { labels, names: Vec::new() }
        };
        let translated = affinity(Plugin::AwsEbs, Some(&[term(BETA_ZONE, BETA_REGION)]), &BTreeMap::new());
        assert_eq!(translated, Some(vec![term("topology.ebs.csi.aws.com/zone", REGION)]));
        assert_eq!(
            affinity(Plugin::Portworx, Some(&[term(ZONE, REGION)]), &BTreeMap::new()),
            Some(vec![term(ZONE, REGION)])
        );
        assert_eq!(affinity(Plugin::GcePd, None, &BTreeMap::new()), None);
    }
}
