//! What is known of a kind: its structure, or why there is none.

use podlint_schemas::{Deprecation, KindInfo, Removal, Version};

use crate::schema::spelling;

/// What podlint knows of a kind in one version of Kubernetes.
#[derive(Clone, Debug)]
pub enum Registered {
    /// It is served.
    Known(KindInfo, Option<Deprecation>),
    /// It was served by older versions.
    Removed(Removal),
    /// A built-in group does not have it, or the group is nearly a built-in one.
    Missing(Miss),
    /// Of another group: nothing is known of it.
    Foreign,
}

/// What was probably meant by a kind that is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Miss {
    /// The group has a kind of nearly this name.
    OtherKind {
        /// Its name.
        kind: String,
    },
    /// The kind is in other groups or versions.
    OtherVersion {
        /// `apiVersion`s that have it, the best first.
        api_versions: Vec<String>,
        /// Only one can be meant.
        sure: bool,
    },
    /// Other versions of Kubernetes have it.
    OtherRelease {
        /// The first of them.
        first: Version,
        /// The last of them.
        last: Version,
    },
    /// Nothing is near.
    Nowhere,
}

/// Looks a kind up.
pub fn look_up(version: Version, api_version: &str, kind: &str) -> Registered {
    if let Some(known) = podlint_schemas::kind(version, api_version, kind) {
        return Registered::Known(known, podlint_schemas::deprecated(version, api_version, kind));
    }
    if let Some(removal) = podlint_schemas::removed(api_version, kind)
        && removal.removed_in <= version.minor()
    {
        return Registered::Removed(removal);
    }
    let (group, _) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    if !podlint_schemas::groups().any(|known| known == group) {
        return match near_group(group) {
            Some(_) => Registered::Missing(elsewhere(version, api_version, kind)),
            None => Registered::Foreign,
        };
    }
    let ever = podlint_schemas::kind_ever(api_version, kind);
    if let Some((first, last)) = ever.and_then(|known| known.versions.first().zip(known.versions.last())) {
        return Registered::Missing(Miss::OtherRelease { first, last });
    }
    Registered::Missing(elsewhere(version, api_version, kind))
}

/// `apiVersion`s that serve this kind, the most likely first.
pub fn api_versions(version: Version, kind: &str) -> Vec<String> {
    let mut found: Vec<String> = podlint_schemas::kinds()
        .filter(|known| known.kind == kind && known.versions.contains(version))
        .map(|known| known.api_version.to_owned())
        .collect();
    found.sort_by_key(|api_version| {
        let stable = !api_version.contains("alpha") && !api_version.contains("beta");
        // Events live in two groups; everybody means the core one.
        (!stable, api_version.contains('/'), api_version.clone())
    });
    found.dedup();
    found
}

fn elsewhere(version: Version, api_version: &str, kind: &str) -> Miss {
    let others = api_versions(version, kind);
    if !others.is_empty() {
        return Miss::OtherVersion { sure: others.len() == 1, api_versions: others };
    }
    let here =
        podlint_schemas::kinds().filter(|known| known.versions.contains(version) && known.api_version == api_version);
    match spelling::nearest(kind, here.map(|known| known.kind)) {
        Some(kind) => Miss::OtherKind { kind: kind.to_owned() },
        None => Miss::Nowhere,
    }
}

/// A built-in group within two letters. An empty group is the core one, which needs no name.
fn near_group(group: &str) -> Option<&'static str> {
    let known = podlint_schemas::groups().filter(|known| !known.is_empty());
    known
        .filter(|known| group.len() >= 2 && strsim::osa_distance(group, known) <= 2)
        .min_by_key(|known| strsim::osa_distance(group, known))
}
