//! `StorageClass`.

use k8s_openapi::api::storage::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

use super::migration::Plugin;
use crate::schedule::node::Node;
use crate::schedule::symbols::Symbols;

pub(crate) const DEFAULT_ANNOTATIONS: [&str; 2] =
    ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
/// The provisioner that makes no volumes.
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

/// In-tree plugins that drivers took over and whose volumes are not counted all the same.
const UNCOUNTED: [&str; 2] = ["kubernetes.io/azure-file", "kubernetes.io/vsphere-volume"];

/// How volumes of a class are made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct StorageClass {
    pub(crate) provisioner: Box<str>,
    /// Claims wait for the node of their Pod.
    pub(crate) is_delayed: bool,
    /// Labels and their values, all of one term; any term will do.
    topologies: Vec<Vec<(String, Vec<String>)>>,
    pub(super) is_default: bool,
    pub(super) created: Option<Time>,
}

impl StorageClass {
    pub(crate) fn of(class: &api::StorageClass) -> Self {
        let topologies = class.allowed_topologies.iter().flatten().map(|term| {
            let labels = term.match_label_expressions.iter().flatten();
            labels.map(|it| (it.key.clone(), it.values.clone())).collect()
        });
        let is_true = |name: &&str| {
            class.metadata.annotations.as_ref().and_then(|it| it.get(*name)).is_some_and(|it| it == "true")
        };
        Self {
            provisioner: class.provisioner.as_str().into(),
            is_delayed: class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer"),
            topologies: topologies.collect(),
            is_default: DEFAULT_ANNOTATIONS.iter().any(is_true),
            created: class.metadata.creation_timestamp.clone(),
        }
    }

    /// The driver whose volumes it makes, and whether that took over from an in-tree plugin; none
    /// where the scheduler does not count them.
    pub(crate) fn driver(&self) -> Option<(&str, bool)> {
        match Plugin::named(&self.provisioner) {
            Some(plugin) => Some((plugin.driver(), true)),
            None if UNCOUNTED.contains(&&*self.provisioner) => None,
            None => Some((&self.provisioner, false)),
        }
    }

    /// Whether volumes are made when they are wanted.
    pub(crate) fn makes_volumes(&self) -> bool {
        !self.provisioner.is_empty() && &*self.provisioner != NO_PROVISIONER
    }

    /// Whether volumes can be made for a node.
    /// Source: `MatchTopologySelectorTerms` in `pkg/apis/core/v1/helper` (1.37).
    pub(crate) fn reaches(&self, node: &Node, symbols: &Symbols) -> bool {
        let matches = |(key, values): &(String, Vec<String>)| {
            node.label_text(symbols, key).is_some_and(|value| values.iter().any(|it| it == value))
        };
        self.topologies.is_empty() || self.topologies.iter().any(|term| !term.is_empty() && term.iter().all(matches))
    }
}
