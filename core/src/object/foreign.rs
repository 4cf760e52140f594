//! Documents that look like objects and are not for a cluster.

use super::{Identity, SkipReason};
use crate::yaml::{NodeId, Tree};

/// API groups of programs that read files of this shape, and what to call such a file.
const PROGRAMS: &[(&str, &str)] = &[
    ("kustomize.config.k8s.io", "Kustomization"),
    ("kind.x-k8s.io", "a kind cluster"),
    ("kubeadm.k8s.io", "kubeadm configuration"),
    ("kubelet.config.k8s.io", "kubelet configuration"),
    ("kubeproxy.config.k8s.io", "kube-proxy configuration"),
    ("kubescheduler.config.k8s.io", "scheduler configuration"),
    ("kubecontrollermanager.config.k8s.io", "controller manager configuration"),
    ("apiserver.config.k8s.io", "API server configuration"),
    ("apiserver.k8s.io", "API server configuration"),
    ("audit.k8s.io", "an audit policy"),
    ("client.authentication.k8s.io", "an exec credential"),
    ("config.kubernetes.io", "function configuration"),
    ("skaffold", "Skaffold"),
    ("k3d.io", "k3d configuration"),
    ("eksctl.io", "eksctl configuration"),
    ("ctlptl.dev", "ctlptl configuration"),
];

/// Whether a document is for another program than a cluster, or encrypted.
pub fn skip(tree: &Tree<'_>, root: NodeId, identity: &Identity<'_>) -> Option<SkipReason> {
    let has = |wanted: &str| tree.field(root, wanted).is_some();
    if is_encrypted(tree, root) {
        return Some(SkipReason::Encrypted);
    }
    let api_version = identity.api_version.as_deref().unwrap_or_default();
    let group = api_version.split_once('/').map_or(api_version, |(group, _)| group);
    if let Some((_, program)) = PROGRAMS.iter().find(|(known, _)| *known == group) {
        return Some(SkipReason::Foreign(program));
    }
    match identity.kind.as_deref() {
        Some("Config") if api_version == "v1" && (has("clusters") || has("contexts") || has("users")) => {
            Some(SkipReason::Foreign("kubeconfig"))
        }
        Some("Kustomization" | "Component") if api_version.is_empty() => Some(SkipReason::Foreign("Kustomization")),
        None if identity.kind_node.is_none() && has("name") && has("version") => {
            Some(SkipReason::Foreign("a Helm chart"))
        }
        _ => None,
    }
}

/// SOPS leaves its keys under `sops`, with the code that proves the values.
fn is_encrypted(tree: &Tree<'_>, root: NodeId) -> bool {
    let Some(sops) = tree.field(root, "sops") else { return false };
    let sops = tree.target(sops);
    ["mac", "version", "lastmodified"].iter().any(|key| tree.field(sops, key).is_some())
}

/// Whether a text that could not be read is a template to be rendered first.
///
/// `offset` is where reading failed.
pub fn is_template(text: &str, offset: usize) -> bool {
    let marked = |line: &str| line.contains("{{") || line.contains("{%");
    if !marked(text) {
        return false;
    }
    if text.lines().any(|line| line.trim_start().starts_with("{{") || line.trim_start().starts_with("{%")) {
        return true;
    }
    // The reader often notices one line late.
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let failed = before.lines().count().saturating_sub(3);
    text.lines().skip(failed).take(4).any(marked)
}
