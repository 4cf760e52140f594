//! The labels and taints of nodes that Kubernetes itself writes and reads.

use crate::schema::spelling;

/// Labels that nodes have. Sources: `well_known_labels.go` in `k8s.io/api/core/v1`, and
/// `cmd/kubeadm/app/constants` (1.37).
pub(crate) const LABELS: &[&str] = &[
    "kubernetes.io/arch",
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "node-role.kubernetes.io/control-plane",
    "node.kubernetes.io/exclude-from-external-load-balancers",
    "node.kubernetes.io/instance-type",
    "node.kubernetes.io/windows-build",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

/// Labels of old, what took their place, and since which minor version they are deprecated.
/// Source: `deprecatedNodeLabels` in `pkg/api/node` (1.37).
pub(crate) const OLD_LABELS: &[(&str, &str, u8)] = &[
    ("beta.kubernetes.io/arch", "kubernetes.io/arch", 14),
    ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type", 17),
    ("beta.kubernetes.io/os", "kubernetes.io/os", 14),
    ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region", 17),
    ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone", 17),
];

/// The role of a node that runs the control plane: label and taint.
pub(crate) const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";
/// Its name of old: kubeadm writes the label up to Kubernetes 1.23 and the taint up to 1.24.
pub(crate) const MASTER: &str = "node-role.kubernetes.io/master";

/// Taints that Kubernetes writes without a value. Source: `well_known_taints.go` in
/// `k8s.io/api/core/v1` (1.37).
pub(crate) const CONDITIONS: &[&str] = &[
    "node.kubernetes.io/disk-pressure",
    "node.kubernetes.io/memory-pressure",
    "node.kubernetes.io/network-unavailable",
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/pid-pressure",
    "node.kubernetes.io/unreachable",
    "node.kubernetes.io/unschedulable",
];

/// Other taints. Source: `k8s.io/cloud-provider/api` (1.37).
const OTHER_TAINTS: &[&str] = &[
    "node.kubernetes.io/out-of-service",
    "node.cloudprovider.kubernetes.io/shutdown",
    "node.cloudprovider.kubernetes.io/uninitialized",
    CONTROL_PLANE,
];

/// Taints of old, and what took their place.
pub(crate) const OLD_TAINTS: &[(&str, &str)] = &[
    ("node.alpha.kubernetes.io/notReady", "node.kubernetes.io/not-ready"),
    ("node.alpha.kubernetes.io/unreachable", "node.kubernetes.io/unreachable"),
];

/// Names that are near a known one and not meant for it.
const OTHERS: &[&str] = &["node-role.kubernetes.io/controlplane", "topology.kubernetes.io/rack"];

/// A name dearer than this is another name.
const SLIP: f32 = 0.5;

/// The label of nodes that a key was probably meant for.
pub(crate) fn label_meant(key: &str) -> Option<&'static str> {
    let old = OLD_LABELS.iter().map(|(old, ..)| *old);
    meant(key, LABELS.iter().copied().chain(old).chain([MASTER]))
}

/// The taint that a key was probably meant for.
pub(crate) fn taint_meant(key: &str) -> Option<&'static str> {
    let old = OLD_TAINTS.iter().map(|(old, _)| *old);
    meant(key, CONDITIONS.iter().chain(OTHER_TAINTS).copied().chain(old).chain([MASTER]))
}

/// The one known key that is a slip or a domain away; none for a known key, and for the keys of
/// others.
fn meant(key: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let (prefix, name) = key.split_once('/')?;
    let mut best: Option<(f32, &'static str)> = None;
    for other in known {
        if other == key || OTHERS.contains(&key) {
            return None;
        }
        let Some((known_prefix, known_name)) = other.split_once('/') else { continue };
        let Some(name_cost) = slip(name, known_name) else { continue };
        let Some(prefix_cost) = slip(prefix, known_prefix).or_else(|| strayed(prefix, name, known_name)) else {
            continue;
        };
        let cost = name_cost + prefix_cost;
        if cost < SLIP && best.is_none_or(|(lowest, _)| cost < lowest) {
            best = Some((cost, other));
        }
    }
    best.map(|(_, other)| other)
}

/// The cost of a slip; joints between words count little.
fn slip(written: &str, known: &str) -> Option<f32> {
    let joined = |text: &str| text.replace(['-', '_', '.'], "");
    if written == known {
        return Some(0.0);
    }
    spelling::nearness(&joined(written), &joined(known)).map(|cost| cost.max(0.1)).filter(|cost| *cost < SLIP)
}

/// The cost of a name that is right under another domain of Kubernetes. Some of those are free to use.
fn strayed(prefix: &str, name: &str, known_name: &str) -> Option<f32> {
    const DOMAINS: &[&str] = &[
        "kubernetes.io",
        "k8s.io",
        "beta.kubernetes.io",
        "failure-domain.kubernetes.io",
        "topology.kubernetes.io",
        "topology.beta.kubernetes.io",
        "topology.k8s.io",
        "node.kubernetes.io",
        "node.k8s.io",
    ];
    (name == known_name && DOMAINS.contains(&prefix)).then_some(0.4)
}

/// The value that a value of `kubernetes.io/arch` or `kubernetes.io/os` was meant for, where no node
/// has it: Go's names count there.
pub(crate) fn value_meant(key: &str, value: &str) -> Option<&'static str> {
    let low = value.to_ascii_lowercase();
    let meant = match key {
        "kubernetes.io/arch" | "beta.kubernetes.io/arch" => match low.as_str() {
            "amd64" | "x86_64" | "x86-64" | "x64" => "amd64",
            "arm64" | "aarch64" | "arm64v8" | "armv8" => "arm64",
            "arm" | "armhf" | "armv7" | "armv7l" => "arm",
            "386" | "i386" | "i586" | "i686" => "386",
            "ppc64le" | "ppc64el" => "ppc64le",
            "s390x" => "s390x",
            "riscv64" => "riscv64",
            _ => return None,
        },
        "kubernetes.io/os" | "beta.kubernetes.io/os" => match low.as_str() {
            "linux" => "linux",
            "windows" => "windows",
            _ => return None,
        },
        _ => return None,
    };
    (meant != value).then_some(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_slips_from_the_keys_of_others() {
        for (written, known) in [
            ("topology.kubernets.io/zone", "topology.kubernetes.io/zone"),
            ("topology.kubernetes.io/Zone", "topology.kubernetes.io/zone"),
            ("kubernetes.io/hostame", "kubernetes.io/hostname"),
            ("kubernetes.io/zone", "topology.kubernetes.io/zone"),
            ("topology.kubernetes.io/hostname", "kubernetes.io/hostname"),
            ("node-role.kubernetes.io/control-plan", CONTROL_PLANE),
        ] {
            assert_eq!(label_meant(written), Some(known), "{written}");
        }
        for free in [
            "zone",
            "example.com/zone",
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/rack",
            "topology.ebs.csi.aws.com/zone",
            "topology.gke.io/zone",
            "topology.k8s.aws/zone-id",
            "node-restriction.kubernetes.io/zone",
            "node-role.kubernetes.io/worker",
            "node-role.kubernetes.io/controlplane",
            "node.kubernetes.io/role",
            "failure-domain.beta.kubernetes.io/zone",
        ] {
            assert_eq!(label_meant(free), None, "{free}");
        }
        assert_eq!(taint_meant("node.kubernetes.io/notready"), Some("node.kubernetes.io/not-ready"));
        assert_eq!(taint_meant("node.kubernetes.io/memory-presure"), Some("node.kubernetes.io/memory-pressure"));
        assert_eq!(taint_meant("node.kubernetes.io/not-redy"), Some("node.kubernetes.io/not-ready"));
        assert_eq!(taint_meant("node-role.kubernetes.io/etcd"), None);
        assert_eq!(taint_meant("node.kubernetes.io/out-of-disk"), None);
    }
}
