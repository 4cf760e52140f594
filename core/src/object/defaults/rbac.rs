//! Defaults of bindings. Source: `pkg/apis/rbac/v1` (1.37).

use k8s_openapi::api::rbac::v1::{ClusterRoleBinding, RoleBinding, RoleRef, Subject};

use super::text;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Fills in a `RoleBinding`.
pub fn role_binding(object: &mut RoleBinding) {
    binding(&mut object.role_ref, object.subjects.as_mut());
}

/// Fills in a `ClusterRoleBinding`.
pub fn cluster_role_binding(object: &mut ClusterRoleBinding) {
    binding(&mut object.role_ref, object.subjects.as_mut());
}

fn binding(role: &mut RoleRef, subjects: Option<&mut Vec<Subject>>) {
    text(&mut role.api_group, GROUP);
    for subject in subjects.into_iter().flatten() {
        if matches!(&*subject.kind, "User" | "Group") {
            text(&mut subject.api_group, GROUP);
        }
    }
}
