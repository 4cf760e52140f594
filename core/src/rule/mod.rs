//! The rules: one file each, with its record and what it says; and their registry, which
//! documentation, configuration and tests walk.

pub mod affinity_nobody;
pub mod contradictory_constraints;
pub mod daemonset_nowhere;
pub mod debug_of_static_pod;
pub mod deprecated_api;
pub mod doomed_template;
pub mod duplicate_item;
pub mod duplicate_key;
pub mod evicted_by_taint;
pub mod forbidden_field;
pub mod invalid_quantity;
pub mod invalid_value;
pub mod malformed_image;
pub mod misplaced_field;
pub mod missing_kind;
pub mod missing_port_name;
pub mod missing_reference;
pub mod missing_target_container;
pub mod misspelled_field;
pub mod node_not_found;
pub mod partial_object;
pub mod partly_unschedulable;
pub mod placeholder;
pub mod removed_api;
pub mod required_field;
pub mod server_warning;
pub mod spread_ignores_self;
pub mod too_long;
pub mod too_many;
pub mod unknown_field;
pub mod unknown_kind;
pub mod unknown_node_label;
pub mod unknown_taint_key;
pub mod unregistered_kind;
pub mod unschedulable;
pub mod unsupported_value;
pub mod unused_ignore;
pub mod useless_toleration;
pub mod wrong_type;
pub mod yaml_syntax;

pub use crate::finding::Rule;

/// Every rule, in the order of `podlint rules`: from what hides most to what hides least.
pub const RULES: &[&Rule] = &[
    &yaml_syntax::RULE,
    &missing_kind::RULE,
    &unknown_kind::RULE,
    &removed_api::RULE,
    &deprecated_api::RULE,
    &unregistered_kind::RULE,
    &misplaced_field::RULE,
    &misspelled_field::RULE,
    &unknown_field::RULE,
    &duplicate_key::RULE,
    &wrong_type::RULE,
    &invalid_quantity::RULE,
    &required_field::RULE,
    &invalid_value::RULE,
    &unsupported_value::RULE,
    &forbidden_field::RULE,
    &duplicate_item::RULE,
    &missing_reference::RULE,
    &too_long::RULE,
    &too_many::RULE,
    &doomed_template::RULE,
    &server_warning::RULE,
    &malformed_image::RULE,
    &missing_port_name::RULE,
    &missing_target_container::RULE,
    &debug_of_static_pod::RULE,
    &contradictory_constraints::RULE,
    &unschedulable::RULE,
    &partly_unschedulable::RULE,
    &daemonset_nowhere::RULE,
    &node_not_found::RULE,
    &evicted_by_taint::RULE,
    &unknown_node_label::RULE,
    &unknown_taint_key::RULE,
    &useless_toleration::RULE,
    &spread_ignores_self::RULE,
    &affinity_nobody::RULE,
    &placeholder::RULE,
    &partial_object::RULE,
    &unused_ignore::RULE,
];

/// The rule of this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_complete_and_every_id_its_own() {
        for (position, rule) in RULES.iter().enumerate() {
            assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.id);
            assert!(!rule.summary.is_empty() && !rule.summary.ends_with('.'), "{}", rule.id);
            assert!(rule.help.contains("```"), "{} has no example", rule.id);
            assert!(rule.since.split('.').count() == 3, "{}", rule.id);
            assert!(RULES.iter().skip(position + 1).all(|other| other.id != rule.id), "{}", rule.id);
        }
    }
}
