//! A node as the filters see it.

use k8s_openapi::api::core::v1 as api;

use super::pod::{GroupIndex, HostPort, PodIndex};
use super::resources::{self, Resources};
use super::symbols::{Symbol, Symbols};

/// The annotation of a node that stands for a node group: how many of it there may be, `0..20`.
pub const COUNT_ANNOTATION: &str = "podlint.dev/count";

/// What keeps Pods away.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Taint {
    pub(crate) key: Box<str>,
    pub(crate) value: Box<str>,
    pub(crate) effect: Box<str>,
}

impl Taint {
    /// A taint that keeps new Pods away.
    pub(crate) fn is_filtering(&self) -> bool {
        matches!(&*self.effect, "NoSchedule" | "NoExecute")
    }

    /// As it is written on the command line: `dedicated=ml:NoSchedule`.
    pub(crate) fn text(&self) -> String {
        let Self { key, value, effect } = self;
        if value.is_empty() { format!("{key}:{effect}") } else { format!("{key}={value}:{effect}") }
    }
}

/// One node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: Box<str>,
    /// Sorted by key.
    pub(crate) labels: Box<[(Symbol, Symbol)]>,
    pub(crate) taints: Box<[Taint]>,
    pub(crate) unschedulable: bool,
    pub(crate) allocatable: Resources,
    /// What the Pods on it take.
    pub(crate) requested: Resources,
    pub(crate) pods: Vec<(GroupIndex, PodIndex)>,
    pub(crate) used_ports: Vec<HostPort>,
    /// It stands for a group of at least and at most so many nodes, none of which runs yet.
    pub(crate) count: Option<(u32, u32)>,
    /// `status.declaredFeatures`.
    pub(crate) features: Box<[String]>,
}

impl Node {
    /// Reads a node; `count` comes from its annotation.
    pub(crate) fn of(node: &api::Node, symbols: &mut Symbols, count: Option<(u32, u32)>) -> Self {
        let mut labels: Vec<(Symbol, Symbol)> = Vec::new();
        for (key, value) in node.metadata.labels.iter().flatten() {
            labels.push((symbols.add(key), symbols.add(value)));
        }
        labels.sort_unstable();
        let spec = node.spec.as_ref();
        let taints = spec.into_iter().flat_map(|spec| spec.taints.iter().flatten()).map(|taint| Taint {
            key: taint.key.as_str().into(),
            value: taint.value.as_deref().unwrap_or_default().into(),
            effect: taint.effect.as_str().into(),
        });
        let status = node.status.as_ref();
        let allocatable = resources::amounts(status.and_then(|status| status.allocatable.as_ref()));
        Self {
            name: node.metadata.name.as_deref().unwrap_or_default().into(),
            labels: labels.into(),
            taints: taints.collect(),
            unschedulable: spec.and_then(|spec| spec.unschedulable).unwrap_or_default(),
            allocatable: Resources::of(&allocatable),
            count,
            features: status.and_then(|status| status.declared_features.clone()).unwrap_or_default().into(),
            ..Self::default()
        }
    }

    /// The value of a label.
    pub(crate) fn label(&self, key: Symbol) -> Option<Symbol> {
        let at = self.labels.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.labels.get(at).map(|(_, value)| *value)
    }

    /// The value of a label by its name.
    pub(crate) fn label_text<'s>(&self, symbols: &'s Symbols, key: &str) -> Option<&'s str> {
        symbols.find(key).and_then(|key| self.label(key)).map(|value| symbols.name(value))
    }
}
