//! Roles and their bindings. Source: `pkg/apis/rbac/validation` (1.37).

use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject};

use super::METADATA;
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::{Value, json_texts};
use crate::api::metadata::{self, Naming};
use crate::api::{list, text};

const GROUP: &str = "rbac.authorization.k8s.io";
const NAMING: Naming = Naming { format: Format::PathSegment, ..Naming::UNCOUNTED };
const CLUSTER_NAMING: Naming = Naming { namespaced: false, ..NAMING };

/// A Role.
pub(super) fn role(object: &Role, causes: &mut Causes) {
    metadata::object(&object.metadata, NAMING, &METADATA, causes);
    rules(list(&object.rules), true, causes);
}

/// A `ClusterRole`.
pub(super) fn cluster_role(object: &ClusterRole, causes: &mut Causes) {
    metadata::object(&object.metadata, CLUSTER_NAMING, &METADATA, causes);
    rules(list(&object.rules), false, causes);
    let Some(aggregation) = &object.aggregation_rule else { return };
    let at = Field::ROOT.key("aggregationRule");
    let at = at.key("clusterRoleSelectors");
    let selectors = list(&aggregation.cluster_role_selectors);
    if selectors.is_empty() {
        causes.required(&at, "at least one clusterRoleSelector required if aggregationRule is non-nil");
    }
    for (index, selector) in selectors.iter().enumerate() {
        let here = at.index(index);
        let before = causes.count();
        metadata::selector(selector, &here, causes);
        if causes.count() > before {
            causes.invalid(&here, Value::Json("null".to_owned()), "invalid label selector.");
        }
    }
}

/// Source: `ValidatePolicyRule`.
fn rules(rules: &[PolicyRule], is_namespaced: bool, causes: &mut Causes) {
    let at = Field::ROOT.key("rules");
    for (index, rule) in rules.iter().enumerate() {
        let here = at.index(index);
        if rule.verbs.is_empty() {
            causes.required(&here.key("verbs"), "");
        }
        let (urls, urls_at) = (list(&rule.non_resource_urls), here.key("nonResourceURLs"));
        let (groups, resources) = (list(&rule.api_groups), list(&rule.resources));
        if !urls.is_empty() {
            let value = || Value::Json(json_texts(urls));
            if is_namespaced {
                causes.invalid(&urls_at, value(), "namespaced rules cannot apply to non-resource URLs");
            }
            if !groups.is_empty() || !resources.is_empty() || !list(&rule.resource_names).is_empty() {
                let words = "rules cannot apply to both regular resources and non-resource URLs";
                causes.invalid(&urls_at, value(), words);
            }
            continue;
        }
        if groups.is_empty() {
            causes.required(&here.key("apiGroups"), "resource rules must supply at least one api group");
        }
        if resources.is_empty() {
            causes.required(&here.key("resources"), "resource rules must supply at least one resource");
        }
    }
}

/// A `RoleBinding`.
pub(super) fn role_binding(object: &RoleBinding, causes: &mut Causes) {
    metadata::object(&object.metadata, NAMING, &METADATA, causes);
    role_reference(&object.role_ref, &["Role", "ClusterRole"], causes);
    subjects(list(&object.subjects), true, causes);
}

/// A `ClusterRoleBinding`.
pub(super) fn cluster_role_binding(object: &ClusterRoleBinding, causes: &mut Causes) {
    metadata::object(&object.metadata, CLUSTER_NAMING, &METADATA, causes);
    role_reference(&object.role_ref, &["ClusterRole"], causes);
    subjects(list(&object.subjects), false, causes);
}

fn role_reference(role: &RoleRef, kinds: &[&str], causes: &mut Causes) {
    let at = Field::ROOT.key("roleRef");
    causes.one_of_texts(&at.key("apiGroup"), text(&role.api_group), &[GROUP]);
    causes.one_of_texts(&at.key("kind"), &role.kind, kinds);
    causes.named(&at.key("name"), &role.name, Format::PathSegment);
}

/// Source: `ValidateRoleBindingSubject`.
fn subjects(subjects: &[Subject], is_namespaced: bool, causes: &mut Causes) {
    let at = Field::ROOT.key("subjects");
    for (index, subject) in subjects.iter().enumerate() {
        let here = at.index(index);
        causes.some_text(&here.key("name"), &subject.name);
        let group = text(&subject.api_group);
        match subject.kind.as_str() {
            "ServiceAccount" => {
                if !subject.name.is_empty() {
                    causes.format(&here.key("name"), &subject.name, Format::Subdomain);
                }
                causes.one_of_texts(&here.key("apiGroup"), group, &[""]);
                if !is_namespaced {
                    causes.some_text(&here.key("namespace"), text(&subject.namespace));
                }
            }
            "User" | "Group" => causes.one_of_texts(&here.key("apiGroup"), group, &[GROUP]),
            other => causes.one_of_texts(&here.key("kind"), other, &["ServiceAccount", "User", "Group"]),
        }
    }
}
