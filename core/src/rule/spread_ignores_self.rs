//! `spread-ignores-self`: a topology spread constraint that does not count the Pods it stands in.

use k8s_openapi::api::core::v1::TopologySpreadConstraint;

use super::{Rule, placeholder};
use crate::draft::Draft;
use crate::finding::Severity;
use crate::path::Path;
use crate::schedule::selector::{Requirement, Selector};
use crate::schedule::written::{Written, is_given_by_controller, place_of_requirement};

/// The record.
pub static RULE: Rule = Rule {
    id: "spread-ignores-self",
    summary: "A topology spread constraint whose selector does not match its own Pods",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: false,
    help: "\
`topologySpreadConstraints` spread the Pods that their `labelSelector` selects. One that does not select \
the Pod it stands in, as after a copy from another app, spreads nothing of this object, and may keep its \
Pods from nodes because of others. Without a selector it selects no Pod, and an empty one counts as none.

Bad:

```yaml
metadata:
  labels:
    app: web
spec:
  topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: DoNotSchedule
    labelSelector:
      matchLabels:
        app: api
```

Good: `app: web` in both places.",
};

/// The findings.
pub(crate) fn report(written: &Written<'_, '_>, drafts: &mut Vec<Draft>) {
    let list = Path::root().key("topologySpreadConstraints");
    for (index, constraint) in written.spread.iter().enumerate() {
        let path = list.index(index);
        if !written.is_broken(&path) {
            drafts.extend(about(written, &path, constraint));
        }
    }
}

fn about(written: &Written<'_, '_>, path: &Path, constraint: &TopologySpreadConstraint) -> Option<Draft> {
    let selector = Selector::of(constraint.label_selector.as_ref());
    let help = "select the Pods' own labels";
    let Selector::All(requirements) = selector else {
        // An operator that there is not is refused, which is not what this rule is about.
        if constraint.label_selector.is_some() {
            return None;
        }
        let (path, span) = written.places.of(path);
        let message = "without `labelSelector` this constraint counts no Pods and spreads nothing";
        return Some(Draft::new(&RULE, path, span, message.to_owned()).help(help));
    };
    if requirements.is_empty() {
        // `matchLabelKeys` add requirements, if only with labels that are there.
        if constraint.match_label_keys.as_ref().is_some_and(|keys| !keys.is_empty()) {
            return None;
        }
        let (path, span) = written.places.of(&path.key("labelSelector"));
        let message = "an empty `labelSelector` counts no Pods here, and spreads nothing";
        return Some(Draft::new(&RULE, path, span, message.to_owned()).help(help));
    }
    // What `matchLabelKeys` add is taken from the Pod's own labels, which always match.
    let labels = written.known_labels()?;
    let value = |it: &Requirement| labels.get(&it.key).map(String::as_str);
    let is_judged = |it: &Requirement| {
        !is_given_by_controller(&it.key) && !it.values.iter().chain([&it.key]).any(|text| placeholder::is_marked(text))
    };
    let missed = requirements.iter().find(|it| is_judged(it) && !it.matches(value(it)))?;
    let place = place_of_requirement(path, constraint.label_selector.as_ref()?, missed);
    let (path, span) = written.places.of(&place);
    let message = format!("these Pods are not spread: `{}` does not match their own labels", missed.plain());
    let draft = Draft::new(&RULE, path, span, message);
    Some(match value(missed) {
        Some(own) => draft
            .label(written.places.of_label(&missed.key), "their label")
            .help(format!("the Pods have `{}: {own}`", missed.key)),
        None => draft.help(format!("the Pods have no label `{}`: {help}", missed.key)),
    })
}
