//! `affinity-nobody`: affinity between Pods whose selector means nobody.

use super::{Rule, placeholder};
use crate::draft::Draft;
use crate::finding::Severity;
use crate::schedule::contradiction::conflict;
use crate::schedule::selector::{Operator, Requirement, Selector};
use crate::schedule::written::{PodTerm, Written, is_given_by_controller, place_of_requirement};

/// The record.
pub static RULE: Rule = Rule {
    id: "affinity-nobody",
    summary: "Affinity or anti-affinity that selects no Pod, or not the Pods it was meant for",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: false,
    help: "\
A term of `podAffinity` or `podAntiAffinity` without `labelSelector` selects no Pod: required affinity \
keeps the Pod Pending, anti-affinity does nothing. And where the only anti-affinity of an object names \
another app than its own, its Pods are not kept apart, which is fine only where the other app is meant.

Bad:

```yaml
metadata:
  labels:
    app: web
spec:
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            app: wbe
```

Good: `app: web` in both places.",
};

/// The findings.
pub(crate) fn report(written: &Written<'_, '_>, drafts: &mut Vec<Draft>) {
    let mut terms = written.pod_terms();
    terms.retain(|it| !written.is_broken(&it.path));
    let (nobody, some): (Vec<_>, Vec<_>) = terms.into_iter().partition(selects_nobody);
    drafts.extend(nobody.iter().map(|term| about_nobody(written, term)));
    drafts.extend(about_others(written, &some));
}

fn selects_nobody(term: &PodTerm<'_>) -> bool {
    match Selector::of(term.term.label_selector.as_ref()) {
        // Where there is one, it has an operator that the server refuses.
        Selector::Nothing => term.term.label_selector.is_none(),
        Selector::All(requirements) => {
            let judged: Vec<&Requirement> = requirements.iter().filter(|it| !is_marked(it)).collect();
            conflict(&judged).is_some_and(|conflict| !conflict.others.is_empty())
        }
    }
}

fn is_marked(requirement: &Requirement) -> bool {
    requirement.values.iter().chain([&requirement.key]).any(|text| placeholder::is_marked(text))
}

fn about_nobody(written: &Written<'_, '_>, term: &PodTerm<'_>) -> Draft {
    let (what, path) = match term.term.label_selector {
        None => ("without `labelSelector` this term selects no Pod", term.path.clone()),
        Some(_) => ("this `labelSelector` contradicts itself and selects no Pod", term.path.key("labelSelector")),
    };
    let (path, span) = written.places.of(&path);
    let (outcome, severity) = match (term.is_anti, term.is_required) {
        (false, true) => ("no node takes the Pod", Severity::Error),
        _ => ("it does nothing", Severity::Warning),
    };
    let mut draft = Draft::new(&RULE, path, span, format!("{what}: {outcome}"))
        .help("select the labels of the Pods that are meant");
    draft.severity = severity;
    draft
}

/// Labels that say which app a Pod belongs to.
const APP_KEYS: &[&str] = &["app", "app.kubernetes.io/name", "k8s-app", "name"];

/// The only anti-affinity of an object, where it names an app, and another than the object's own.
fn about_others(written: &Written<'_, '_>, terms: &[PodTerm<'_>]) -> Option<Draft> {
    let mut anti = terms.iter().filter(|it| it.is_anti);
    let (Some(only), None) = (anti.next(), anti.next()) else { return None };
    let is_here = only.term.namespace_selector.is_none() && only.term.namespaces.as_ref().is_none_or(Vec::is_empty);
    let labels = written.known_labels()?;
    let selector = only.term.label_selector.as_ref()?;
    let Selector::All(requirements) = Selector::of(Some(selector)) else { return None };
    let is_known = |it: &Requirement| {
        it.operator == Operator::In
            && !is_marked(it)
            && !is_given_by_controller(&it.key)
            && labels.contains_key(&it.key)
    };
    if !is_here || !requirements.iter().all(is_known) {
        return None;
    }
    let missed = requirements.iter().find(|it| !it.matches(labels.get(&it.key).map(String::as_str)))?;
    let own = labels.get(&missed.key).filter(|_| APP_KEYS.contains(&missed.key.as_str()))?;
    let (path, span) = written.places.of(&place_of_requirement(&only.path, selector, missed));
    let message =
        format!("these Pods are not kept apart: `{}` does not match their own `{}: {own}`", missed.plain(), missed.key);
    let draft = Draft::new(&RULE, path, span, message)
        .label(written.places.of_label(&missed.key), "their label")
        .help(format!("use `{}: {own}`, unless Pods of the other app are to be kept away", missed.key));
    Some(draft)
}
