//! `useless-toleration`: a toleration that tolerates nothing, or nothing more.

use k8s_openapi::api::core::v1::Toleration;

use super::{Rule, placeholder};
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::template::Workload;
use crate::path::Path;
use crate::schedule::node::Taint;
use crate::schedule::toleration::tolerates;
use crate::schedule::well_known::{CONDITIONS, CONTROL_PLANE, MASTER};
use crate::schedule::written::Written;
use crate::schema::spelling;

/// The record.
pub static RULE: Rule = Rule {
    id: "useless-toleration",
    summary: "A toleration that matches no taint, or that another one makes idle",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: false,
    help: "\
A toleration has to fit a taint in key, value and effect. podlint speaks where none can fit: `Exists` with \
a `value` (the API server refuses it), an operator or effect that there is not, a value for a taint of \
Kubernetes that has none. And where a toleration does nothing: an earlier one tolerates all that it does \
(the first one that fits decides on `tolerationSeconds`), or `nodeName` bypasses the scheduler, so that \
only `NoExecute` counts.

Bad:

```yaml
tolerations:
- key: dedicated
  operator: Exists
  value: ml
```

Good:

```yaml
tolerations:
- key: dedicated
  value: ml
```",
};

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// What is wrong with a toleration, at a field of it.
struct Fault {
    field: &'static str,
    message: String,
    help: String,
    severity: Severity,
}

impl Fault {
    fn new(field: &'static str, message: String, help: impl Into<String>) -> Self {
        Self { field, message, help: help.into(), severity: RULE.severity }
    }

    fn refused(self) -> Self {
        Self { severity: Severity::Error, ..self }
    }
}

/// The findings, at most one for a toleration.
pub(crate) fn report(written: &Written<'_, '_>, drafts: &mut Vec<Draft>) {
    let list = Path::root().key("tolerations");
    let mut earlier: Vec<(usize, &Toleration)> = Vec::new();
    for (index, toleration) in written.tolerations.iter().enumerate() {
        let here = list.index(index);
        if has_placeholder(toleration) || written.is_broken(&here) {
            continue;
        }
        if let Some(fault) = refused(toleration) {
            drafts.push(draft(written, &here, fault));
            continue;
        }
        if let Some((before, other)) = earlier.iter().find(|(_, other)| covers(other, toleration)) {
            let fault = idle(toleration, other);
            let label = written.places.of(&list.index(*before)).1;
            drafts.push(draft(written, &here, fault).label(label, "this one comes first"));
            continue;
        }
        earlier.push((index, toleration));
        let fault = bypassed(written, toleration).or_else(|| without_value(toleration, &written.tolerations));
        drafts.extend(fault.map(|fault| draft(written, &here, fault)));
    }
}

fn draft(written: &Written<'_, '_>, toleration: &Path, fault: Fault) -> Draft {
    let path = if fault.field.is_empty() { toleration.clone() } else { toleration.key(fault.field) };
    let (path, span) = written.places.of(&path);
    let mut draft = Draft::new(&RULE, path, span, fault.message).help(fault.help);
    draft.severity = fault.severity;
    draft
}

fn has_placeholder(toleration: &Toleration) -> bool {
    let Toleration { key, operator, value, effect, .. } = toleration;
    [key, operator, value, effect].into_iter().flatten().any(|text| placeholder::is_marked(text))
}

/// What the server refuses. Source: `ValidateTolerations` in `pkg/apis/core/validation` (1.37).
fn refused(toleration: &Toleration) -> Option<Fault> {
    let operator = toleration.operator.as_deref().unwrap_or_default();
    let value = toleration.value.as_deref().unwrap_or_default();
    let effect = toleration.effect.as_deref().unwrap_or_default();
    match operator {
        "" | "Equal" if toleration.key.as_deref().unwrap_or_default().is_empty() => {
            let message = "a toleration without `key` wants `operator: Exists`: the API server refuses it";
            let field = if operator.is_empty() { "" } else { "operator" };
            return Some(
                Fault::new(field, message.to_owned(), "name a `key`, or tolerate all taints with `Exists`").refused(),
            );
        }
        "Exists" if !value.is_empty() => {
            let message = format!("`operator: Exists` takes no value, and the API server refuses `{value}`");
            let help = "drop `value` to tolerate any, or drop `operator` to tolerate this one";
            return Some(Fault::new("value", message, help).refused());
        }
        "" | "Equal" | "Exists" => {}
        "Lt" | "Gt" => {
            let message = format!(
                "the API server refuses `{operator}` unless the feature gate TaintTolerationComparisonOperators is on"
            );
            let help = "it is off by default: use `Equal` or `Exists`";
            return Some(Fault::new("operator", message, help).refused());
        }
        _ => {
            let message = format!("there is no operator `{operator}`: the API server refuses it");
            let near = spelling::nearest(operator, ["Equal", "Exists"]);
            let help = near.map_or("use `Equal` or `Exists`".to_owned(), |near| format!("did you mean `{near}`?"));
            return Some(Fault::new("operator", message, help).refused());
        }
    }
    if effect.is_empty() || EFFECTS.contains(&effect) {
        return None;
    }
    let message = format!("there is no effect `{effect}`: the API server refuses it");
    let help = match spelling::nearest(effect, EFFECTS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "use `NoSchedule`, `PreferNoSchedule` or `NoExecute`".to_owned(),
    };
    Some(Fault::new("effect", message, help).refused())
}

/// Whether the first tolerates all that the second does.
fn covers(first: &Toleration, second: &Toleration) -> bool {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let is_all =
        |first: &Option<String>, second: &Option<String>| text(first).is_empty() || text(first) == text(second);
    let is_any = |it: &Toleration| it.operator.as_deref() == Some("Exists");
    is_all(&first.key, &second.key)
        && is_all(&first.effect, &second.effect)
        && (is_any(first) || !is_any(second) && text(&first.value) == text(&second.value))
}

fn idle(toleration: &Toleration, earlier: &Toleration) -> Fault {
    if toleration.toleration_seconds != earlier.toleration_seconds {
        let message =
            "this toleration is never used, nor are its `tolerationSeconds`: the first that fits a taint counts";
        let help = "put the narrower toleration first, or drop one of the two";
        let field = if toleration.toleration_seconds.is_some() { "tolerationSeconds" } else { "" };
        return Fault::new(field, message.to_owned(), help);
    }
    let message = "an earlier toleration tolerates all that this one does".to_owned();
    Fault { severity: Severity::Info, ..Fault::new("", message, "drop it") }
}

/// `nodeName` leaves only the kubelet, which asks for `NoExecute`. The controller of a `DaemonSet` asks
/// for `NoSchedule` all the same.
fn bypassed(written: &Written<'_, '_>, toleration: &Toleration) -> Option<Fault> {
    let is_named = written.node_name.as_deref().is_some_and(|name| !name.is_empty());
    let effect = toleration.effect.as_deref().filter(|effect| matches!(*effect, "NoSchedule" | "PreferNoSchedule"))?;
    (is_named && written.workload != Workload::DaemonSet).then(|| {
        let message = format!("`{effect}` does not count here: `nodeName` bypasses the scheduler");
        Fault::new("effect", message, "drop the toleration, or drop `nodeName`")
    })
}

/// Kubernetes writes these taints without a value.
fn without_value(toleration: &Toleration, all: &[Toleration]) -> Option<Fault> {
    let key = toleration.key.as_deref()?;
    let value = toleration.value.as_deref().filter(|value| !value.is_empty())?;
    let is_role = matches!(key, MASTER | CONTROL_PLANE);
    if !is_role && !CONDITIONS.contains(&key) {
        return None;
    }
    let effects =
        EFFECTS.iter().filter(|effect| toleration.effect.as_deref().is_none_or(|it| it.is_empty() || it == **effect));
    let mut taints = effects.map(|effect| Taint { key: key.into(), value: "".into(), effect: (*effect).into() });
    if taints.all(|taint| all.iter().any(|it| tolerates(it, &taint))) {
        return None;
    }
    let message = if is_role {
        format!("kubeadm's taint `{key}` has no value: this tolerates only one with the value `{value}`")
    } else {
        format!("Kubernetes writes `{key}` without a value: `{value}` matches none")
    };
    Some(Fault::new("value", message, "use `operator: Exists` and drop `value`"))
}
