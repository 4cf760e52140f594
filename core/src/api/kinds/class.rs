//! Classes of priority and of storage. Source: `pkg/apis/scheduling/validation` and
//! `pkg/apis/storage/validation` (1.37).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use k8s_openapi::api::core::v1::TopologySelectorTerm;
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::api::storage::v1::StorageClass;

use super::METADATA;
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::metadata::{self, Naming};
use crate::api::{list, text};

const NAMING: Naming = Naming { namespaced: false, ..Naming::USUAL };
const UNCOUNTED: Naming = Naming { namespaced: false, ..Naming::UNCOUNTED };
/// Highest priority of a class that is not the system's.
const HIGHEST: i32 = 1_000_000_000;
/// Parameters of a storage class.
const MOST_PARAMETERS: usize = 512;
/// Bytes of all parameters together, keys and values.
const PARAMETER_BYTES: usize = 256 << 10;

/// A `PriorityClass`. Source: `ValidatePriorityClass`.
pub(super) fn priority_class(object: &PriorityClass, causes: &mut Causes) {
    metadata::object(&object.metadata, NAMING, &METADATA, causes);
    let (name, value) = (text(&object.metadata.name), object.value.unwrap_or_default());
    if name.starts_with("system-") {
        if let Some(why) = reserved(name, value, object.global_default.unwrap_or_default()) {
            let words = "priority class names with 'system-' prefix are reserved for system use only. error: ";
            causes.forbidden(&METADATA.key("name"), &format!("{words}{why}"));
        }
    } else if value > HIGHEST {
        let words = format!("maximum allowed value of a user defined priority is {HIGHEST}");
        causes.forbidden(&Field::ROOT.key("value"), &words);
    }
    if let Some(policy) = &object.preemption_policy {
        causes.some_of(&Field::ROOT.key("preemptionPolicy"), policy, &["PreemptLowerPriority", "Never"]);
    }
}

/// Why a class is not one of the system's own. Source: `IsKnownSystemPriorityClass`.
fn reserved(name: &str, value: i32, is_default: bool) -> Option<String> {
    let own = match name {
        "system-node-critical" => 2 * HIGHEST + 1000,
        "system-cluster-critical" => 2 * HIGHEST,
        _ => return Some(format!("{name} is not a known system priority class")),
    };
    if value != own {
        return Some(format!("value of {name} PriorityClass must be {own}"));
    }
    is_default.then(|| format!("globalDefault of {name} PriorityClass must be false"))
}

/// A `StorageClass`. Source: `ValidateStorageClass`.
pub(super) fn storage_class(object: &StorageClass, causes: &mut Causes) {
    metadata::object(&object.metadata, UNCOUNTED, &METADATA, causes);
    let (at, provisioner) = (Field::ROOT.key("provisioner"), object.provisioner.to_lowercase());
    causes.named(&at, &provisioner, Format::QualifiedName);
    parameters(object.parameters.as_ref(), causes);
    if let Some(policy) = object.reclaim_policy.as_deref().filter(|policy| !policy.is_empty()) {
        causes.one_of(&Field::ROOT.key("reclaimPolicy"), policy, &["Delete", "Retain"]);
    }
    let mode = text(&object.volume_binding_mode);
    causes.one_of(&Field::ROOT.key("volumeBindingMode"), mode, &["Immediate", "WaitForFirstConsumer"]);
    topologies(list(&object.allowed_topologies), causes);
}

/// Source: `validateParameters`.
fn parameters(parameters: Option<&BTreeMap<String, String>>, causes: &mut Causes) {
    let Some(parameters) = parameters else { return };
    let at = Field::ROOT.key("parameters");
    if parameters.len() > MOST_PARAMETERS {
        causes.too_long(&at, MOST_PARAMETERS);
        return;
    }
    if parameters.contains_key("") {
        causes.invalid(&at, "", "field can not be empty.");
    }
    if parameters.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>() > PARAMETER_BYTES {
        causes.too_long(&at, PARAMETER_BYTES);
    }
}

/// Source: `validateAllowedTopologies`.
fn topologies(terms: &[TopologySelectorTerm], causes: &mut Causes) {
    let at = Field::ROOT.key("allowedTopologies");
    // The server also compares with terms that are not there, which are empty.
    let mut seen = HashSet::from([BTreeMap::new()]);
    for (index, term) in terms.iter().enumerate() {
        let here = at.index(index);
        let expressions = here.key("matchLabelExpressions");
        let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (index, expression) in list(&term.match_label_expressions).iter().enumerate() {
            let here = expressions.index(index);
            let values = here.key("values");
            if expression.values.is_empty() {
                causes.required(&values, "");
            }
            let mut known = BTreeSet::new();
            for (index, value) in expression.values.iter().enumerate() {
                if !known.insert(value.as_str()) {
                    causes.duplicate(&values.index(index), value);
                }
            }
            causes.format(&here.key("key"), &expression.key, Format::QualifiedName);
            if places.insert(&expression.key, known).is_some() {
                causes.duplicate(&here.key("key"), &expression.key);
            }
        }
        if !seen.insert(places) {
            causes.duplicate(&expressions, "");
        }
    }
}
