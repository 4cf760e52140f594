//! What is kept of the objects of a cluster that changes all the time, so that a [`super::Cluster`] can be
//! made of them again and again: Pods, of which there are many, are read once.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use k8s_openapi::api::core::v1 as api;

use super::builder::{controller_of, namespace_of, running_on};
use super::needed::Needed;
use super::pod::{Footprint, Term};
use super::thin::Thin;

/// Lets go of what no Pod shares any more when there is more than this.
const FIRST_BOUND: usize = 1024;

/// What is kept of an object. Clones share it.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept(Arc<Inner>);

#[derive(PartialEq, Debug)]
pub(super) enum Inner {
    Pod(KeptPod),
    Other(Thin),
}

/// A Pod on a node.
#[derive(PartialEq, Debug)]
pub(super) struct KeptPod {
    pub(super) node: Box<str>,
    pub(super) footprint: Arc<Footprint>,
    pub(super) kin: Arc<Kin>,
}

/// What the Pods of a workload have in common.
#[derive(PartialEq, Eq, Hash, Debug)]
pub(super) struct Kin {
    pub(super) namespace: Box<str>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) terminating: bool,
    /// Kind and name of their controller.
    pub(super) owner: Option<(Box<str>, Box<str>)>,
    /// Required anti-affinity.
    pub(super) anti_affinity: Vec<Term>,
}

impl Kept {
    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

/// Reads objects, and holds once what the Pods of a workload have in common.
#[derive(Debug, Default)]
pub struct Keeper {
    kin: HashSet<Arc<Kin>>,
    bound: usize,
}

impl Keeper {
    /// Of an object; none where nothing of it is of use, such as of a Pod that has finished, or that is on no
    /// node.
    pub fn keep(&mut self, object: impl Into<Needed>) -> Option<Kept> {
        let inner = match object.into() {
            Needed::Pod(pod) => Inner::Pod(self.pod(*pod)?),
            other => Inner::Other(Thin::of(other)?),
        };
        Some(Kept(Arc::new(inner)))
    }

    fn pod(&mut self, pod: api::Pod) -> Option<KeptPod> {
        let node = running_on(&pod)?.into();
        let spec = pod.spec.as_ref()?;
        let footprint = Arc::new(Footprint::of(&pod, spec));
        let namespace = namespace_of(&pod.metadata);
        let kin = Kin {
            namespace: namespace.into(),
            terminating: pod.metadata.deletion_timestamp.is_some(),
            owner: controller_of(&pod.metadata).map(|it| (it.kind.as_str().into(), it.name.as_str().into())),
            anti_affinity: Term::avoided(spec, namespace),
            labels: pod.metadata.labels.unwrap_or_default(),
        };
        Some(KeptPod { node, footprint, kin: self.shared(kin) })
    }

    fn shared(&mut self, kin: Kin) -> Arc<Kin> {
        if let Some(known) = self.kin.get(&kin) {
            return Arc::clone(known);
        }
        if self.kin.len() >= self.bound.max(FIRST_BOUND) {
            self.kin.retain(|kin| Arc::strong_count(kin) > 1);
            self.bound = self.kin.len() * 2;
        }
        let kin = Arc::new(kin);
        self.kin.insert(Arc::clone(&kin));
        kin
    }
}
