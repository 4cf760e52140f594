//! What stands between a Pod and a node, constraint by constraint, as people write them.

use std::fmt;

use super::resources;

/// Something that a node must meet.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Constraint {
    /// The scheduler's plugin that looks at it.
    pub plugin: &'static str,
    /// What it is: `nodeSelector`, `taint`, `hostPort`, a resource.
    pub kind: String,
    /// What it says: `disk=ssd`, `dedicated=ml:NoSchedule`, `500m`; empty where the kind says all.
    pub what: String,
}

impl fmt::Display for Constraint {
    /// `nodeSelector disk=ssd`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        if self.what.is_empty() { Ok(()) } else { write!(f, " {}", self.what) }
    }
}

impl Constraint {
    pub(crate) fn new(plugin: &'static str, kind: impl Into<String>, what: impl Into<String>) -> Self {
        Self { plugin, kind: kind.into(), what: what.into() }
    }

    /// A plugin that gives no finer account of itself.
    pub(crate) fn of_plugin(plugin: &'static str) -> Self {
        let (kind, what) = match plugin {
            "VolumeRestrictions" => ("volumes", "not in use elsewhere"),
            "NodeVolumeLimits" => ("volumes", "within the node's limit"),
            "VolumeBinding" => ("volumes", "to be had on the node"),
            "VolumeZone" => ("volumes", "in the node's zone"),
            "DynamicResources" => ("resourceClaims", ""),
            "NodeDeclaredFeatures" => ("features", "declared by the node"),
            "" => ("nodes", "named by the Pod"),
            plugin => (plugin, ""),
        };
        Self::new(plugin, kind, what)
    }

    /// An amount of the resource that it asks for, in the unit in which [`Found::Free`] counts, as
    /// Kubernetes writes it.
    pub fn amount(&self, amount: i64) -> String {
        resources::written(&self.kind, amount)
    }
}

/// What a node has where it does not meet a constraint.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Found {
    /// In words: `disk=hdd`; empty where there is no more to say.
    Text(String),
    /// So much of the resource is left: thousandths of cpu, bytes, or pieces.
    Free(i64),
}

/// A constraint that a node does not meet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Objection {
    pub(crate) constraint: Constraint,
    pub(crate) found: Found,
}

impl Objection {
    pub(crate) fn new(constraint: Constraint, found: impl Into<String>) -> Self {
        Self { constraint, found: Found::Text(found.into()) }
    }
}

/// A topology key as people call it: `zone` for `topology.kubernetes.io/zone`.
pub(crate) fn topology(key: &str) -> &str {
    let rest = key.strip_prefix("topology.kubernetes.io/").or_else(|| key.strip_prefix("kubernetes.io/"));
    rest.unwrap_or(key)
}
