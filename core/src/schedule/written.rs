//! The constraints on the Pods of one object, as they are written: what the rules that need no
//! cluster look at.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Affinity, PodAffinityTerm, PodOS, TopologySpreadConstraint};
use k8s_openapi::api::core::v1::{NodeSelectorTerm, Toleration};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::de::DeserializeOwned;

use super::report::Places;
use super::selector::Requirement;
use super::workload;
use crate::draft::Draft;
use crate::object::Identity;
use crate::object::locate::locate;
use crate::object::template::Workload;
use crate::path::Path;
use crate::rule::{
    affinity_nobody, contradictory_constraints, placeholder, spread_ignores_self, unknown_node_label,
    unknown_taint_key, useless_toleration,
};
use crate::schema::walk::Problem;
use crate::subject::Subject;
use crate::yaml::from_node;

/// The constraints of an object's Pods. A field that cannot be read counts as absent: another rule
/// speaks of it.
pub(crate) struct Written<'a, 't> {
    pub(crate) workload: Workload,
    /// How many Pods there are to be, where that is written or defaulted.
    pub(crate) replicas: Option<usize>,
    pub(crate) places: Places<'a, 't>,
    /// The Pods' labels; none where they are not known.
    pub(crate) labels: Option<BTreeMap<String, String>>,
    pub(crate) node_name: Option<String>,
    pub(crate) os: Option<String>,
    pub(crate) node_selector: BTreeMap<String, String>,
    pub(crate) affinity: Affinity,
    pub(crate) tolerations: Vec<Toleration>,
    pub(crate) spread: Vec<TopologySpreadConstraint>,
    problems: &'a [Problem],
}

/// What the rules say of the constraints of an object; nothing where it holds no Pod.
pub(crate) fn inspect(subject: &Subject<'_, '_>, identity: &Identity<'_>) -> Vec<Draft> {
    let Some(written) = Written::of(subject, identity) else { return Vec::new() };
    let mut drafts = Vec::new();
    drafts.extend(contradictory_constraints::report(&written));
    unknown_node_label::report(&written, &mut drafts);
    unknown_taint_key::report(&written, &mut drafts);
    useless_toleration::report(&written, &mut drafts);
    spread_ignores_self::report(&written, &mut drafts);
    affinity_nobody::report(&written, &mut drafts);
    drafts
}

impl<'a, 't> Written<'a, 't> {
    fn of(subject: &Subject<'a, 't>, identity: &Identity<'_>) -> Option<Self> {
        let workload = Workload::of(identity.api_version.as_deref()?, identity.kind.as_deref()?)?;
        let (tree, root) = (subject.tree, subject.root);
        if !locate(tree, root, &workload.spec()).exact {
            return None;
        }
        let labels = workload.template().key("metadata").key("labels");
        Some(Self {
            workload,
            replicas: workload::replicas(tree, root, workload),
            places: Places::new(tree, root, workload),
            labels: read(subject, &labels),
            node_name: read(subject, &workload.spec().key("nodeName")),
            os: read::<PodOS>(subject, &workload.spec().key("os")).map(|os| os.name),
            node_selector: read(subject, &workload.spec().key("nodeSelector")).unwrap_or_default(),
            affinity: read(subject, &workload.spec().key("affinity")).unwrap_or_default(),
            tolerations: read(subject, &workload.spec().key("tolerations")).unwrap_or_default(),
            spread: read(subject, &workload.spec().key("topologySpreadConstraints")).unwrap_or_default(),
            problems: subject.problems,
        })
    }

    /// The Pods' labels, where they are all known: without labels, or with placeholders, they come
    /// from elsewhere.
    pub(crate) fn known_labels(&self) -> Option<&BTreeMap<String, String>> {
        let is_known = |labels: &&BTreeMap<String, String>| {
            !labels.is_empty()
                && !labels.iter().any(|(key, value)| placeholder::is_marked(key) || placeholder::is_marked(value))
        };
        self.labels.as_ref().filter(is_known)
    }

    /// Whether something is wrong with the structure of a field, of which other rules speak.
    pub(crate) fn is_broken(&self, below_spec: &Path) -> bool {
        let (path, _) = self.places.of(below_spec);
        self.problems.iter().any(|problem| problem.path.steps().starts_with(path.steps()))
    }

    /// The terms of required node affinity, each with its path; none where there is no such affinity.
    pub(crate) fn node_terms(&self) -> Option<Vec<(Path, &NodeSelectorTerm)>> {
        let required =
            self.affinity.node_affinity.as_ref()?.required_during_scheduling_ignored_during_execution.as_ref()?;
        let list = Path::root().key("affinity").key("nodeAffinity").key(REQUIRED).key("nodeSelectorTerms");
        let terms = required.node_selector_terms.iter().enumerate();
        Some(terms.map(|(index, term)| (list.index(index), term)).collect())
    }

    /// The terms of preferred node affinity, each with its path.
    pub(crate) fn preferred_node_terms(&self) -> impl Iterator<Item = (Path, &NodeSelectorTerm)> {
        let list = Path::root().key("affinity").key("nodeAffinity").key(PREFERRED);
        let affinity = self.affinity.node_affinity.iter();
        let terms = affinity.flat_map(|it| it.preferred_during_scheduling_ignored_during_execution.iter().flatten());
        terms.enumerate().map(move |(index, term)| (list.index(index).key("preference"), &term.preference))
    }

    /// The terms of affinity and anti-affinity between Pods.
    pub(crate) fn pod_terms(&self) -> Vec<PodTerm<'_>> {
        let mut terms = Vec::new();
        let mut add = |is_anti: bool, is_required: bool, path: Path, term| {
            terms.push(PodTerm { path, term, is_anti, is_required });
        };
        let Affinity { pod_affinity, pod_anti_affinity, .. } = &self.affinity;
        let with = pod_affinity.as_ref().map(|it| {
            (
                &it.required_during_scheduling_ignored_during_execution,
                &it.preferred_during_scheduling_ignored_during_execution,
            )
        });
        let against = pod_anti_affinity.as_ref().map(|it| {
            (
                &it.required_during_scheduling_ignored_during_execution,
                &it.preferred_during_scheduling_ignored_during_execution,
            )
        });
        for (is_anti, key, lists) in [(false, "podAffinity", with), (true, "podAntiAffinity", against)] {
            let Some((required, preferred)) = lists else { continue };
            let path = Path::root().key("affinity").key(key);
            for (index, term) in required.iter().flatten().enumerate() {
                add(is_anti, true, path.key(REQUIRED).index(index), term);
            }
            for (index, term) in preferred.iter().flatten().enumerate() {
                add(is_anti, false, path.key(PREFERRED).index(index).key("podAffinityTerm"), &term.pod_affinity_term);
            }
        }
        terms
    }
}

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// A term of affinity or anti-affinity between Pods.
pub(crate) struct PodTerm<'a> {
    /// Below the Pod's `spec`.
    pub(crate) path: Path,
    pub(crate) term: &'a PodAffinityTerm,
    pub(crate) is_anti: bool,
    pub(crate) is_required: bool,
}

/// Labels of Pods that controllers write, with values that no manifest knows.
pub(crate) fn is_given_by_controller(key: &str) -> bool {
    matches!(
        key,
        "pod-template-hash"
            | "controller-revision-hash"
            | "pod-template-generation"
            | "statefulset.kubernetes.io/pod-name"
            | "apps.kubernetes.io/pod-index"
            | "controller-uid"
            | "job-name"
    ) || key.starts_with("batch.kubernetes.io/")
}

/// Where a requirement of the `labelSelector` of a constraint or term stands.
pub(crate) fn place_of_requirement(holder: &Path, selector: &LabelSelector, requirement: &Requirement) -> Path {
    let path = holder.key("labelSelector");
    let of_labels = selector.match_labels.as_ref().and_then(|labels| labels.get(&requirement.key));
    if of_labels.is_some_and(|value| requirement.values.iter().eq([value])) {
        return path.key("matchLabels").key(&requirement.key);
    }
    let expressions = selector.match_expressions.as_deref().unwrap_or_default();
    let at = expressions.iter().position(|it| {
        it.key == requirement.key && it.values.as_deref().unwrap_or_default() == requirement.values.as_slice()
    });
    let path = path.key("matchExpressions").index(at.unwrap_or_default());
    if requirement.values.is_empty() { path.key("operator") } else { path.key("values") }
}

fn read<T: DeserializeOwned>(subject: &Subject<'_, '_>, path: &Path) -> Option<T> {
    let place = locate(subject.tree, subject.root, path);
    if place.exact { from_node(subject.tree, place.value).ok() } else { None }
}
