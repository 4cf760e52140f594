//! The claims that a Pod uses.

use std::borrow::Cow;

use super::pod_volume::{PodVolume, ephemeral_claim};
use super::{Claim, ClaimBinding};
use crate::schedule::candidate::Candidate;
use crate::schedule::cluster::Cluster;

/// A claim of the Pod that looks for a node.
pub(crate) struct Used<'c> {
    pub(crate) name: &'c str,
    /// Made with the Pod, for it alone.
    pub(crate) is_ephemeral: bool,
    /// None where there is no such claim.
    pub(crate) claim: Option<Cow<'c, Claim>>,
    /// The claim is not there yet and will be as its template says, or as it is written beside the Pod.
    pub(crate) is_foretold: bool,
}

impl<'c> Used<'c> {
    /// The claims of a Pod, in the order of its volumes.
    pub(crate) fn all(cluster: &'c Cluster, candidate: &'c Candidate<'c>) -> Vec<Self> {
        let claims = candidate.volumes.iter().filter_map(|volume| match volume {
            PodVolume::Claim(name) => Some((&**name, false)),
            PodVolume::Ephemeral(name) => Some((&**name, true)),
            PodVolume::Disk(_) => None,
        });
        let look_up = |(name, is_ephemeral): (&'c str, bool)| {
            let claim = cluster.storage.claim(candidate.namespace, name);
            if let Some(claim) = claim {
                let is_foretold = claim.binding == ClaimBinding::Written && !is_ephemeral;
                let claim =
                    if is_foretold { Cow::Owned(defaulted(cluster, claim.clone())) } else { Cow::Borrowed(claim) };
                return Self { name, is_ephemeral, claim: Some(claim), is_foretold };
            }
            let foretold = is_ephemeral.then(|| foretold(cluster, candidate, name)).flatten();
            Self { name, is_ephemeral, is_foretold: foretold.is_some(), claim: foretold.map(Cow::Owned) }
        };
        claims.map(look_up).collect()
    }
}

fn foretold(cluster: &Cluster, candidate: &Candidate<'_>, name: &str) -> Option<Claim> {
    if candidate.exists() {
        return None;
    }
    let pod = candidate.pod.metadata.name.as_deref().unwrap_or_default();
    let mut volumes = candidate.spec.volumes.iter().flatten();
    let volume = volumes.find(|it| it.ephemeral.is_some() && *ephemeral_claim(pod, &it.name) == *name)?;
    let template = volume.ephemeral.as_ref().and_then(|it| it.volume_claim_template.as_ref())?;
    Some(defaulted(cluster, Claim::of_template(template)))
}

/// With the class that admission fills in.
fn defaulted(cluster: &Cluster, mut claim: Claim) -> Claim {
    if claim.wants_default_class {
        claim.class = cluster.storage.default_class().unwrap_or_default().into();
    }
    claim
}
