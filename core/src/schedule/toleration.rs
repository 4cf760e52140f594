//! Tolerations and the taints they tolerate.

use k8s_openapi::api::core::v1::Toleration;

use super::node::Taint;

/// Whether a toleration tolerates a taint.
/// Source: `ToleratesTaint` in `k8s.io/api/core/v1` (1.37), comparison operators off as by default.
pub(crate) fn tolerates(toleration: &Toleration, taint: &Taint) -> bool {
    let same = |given: &Option<String>, of_taint: &str| {
        given.as_deref().is_none_or(|given| given.is_empty() || given == of_taint)
    };
    same(&toleration.effect, &taint.effect)
        && same(&toleration.key, &taint.key)
        && match toleration.operator.as_deref() {
            None | Some("" | "Equal") => toleration.value.as_deref().unwrap_or_default() == &*taint.value,
            Some("Exists") => true,
            Some(_) => false,
        }
}

/// The first taint of those given that no toleration tolerates.
pub(crate) fn first_untolerated<'t>(
    taints: &'t [Taint],
    tolerations: &[Toleration],
    counts: impl Fn(&Taint) -> bool,
) -> Option<&'t Taint> {
    untolerated(taints, tolerations).find(|taint| counts(taint))
}

/// The taints of those given that no toleration tolerates.
pub(crate) fn untolerated<'t>(taints: &'t [Taint], tolerations: &[Toleration]) -> impl Iterator<Item = &'t Taint> {
    taints.iter().filter(|taint| !tolerations.iter().any(|it| tolerates(it, taint)))
}
