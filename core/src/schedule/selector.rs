//! Label selectors and node selectors, matched as `k8s.io/apimachinery/pkg/labels` and
//! `k8s.io/component-helpers/scheduling/corev1/nodeaffinity` do (1.37).

use std::collections::BTreeMap;
use std::fmt;

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, NodeSelectorTerm};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::object::label;

/// How a requirement compares.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Gt,
    Lt,
}

impl Operator {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "In" => Self::In,
            "NotIn" => Self::NotIn,
            "Exists" => Self::Exists,
            "DoesNotExist" => Self::DoesNotExist,
            "Gt" => Self::Gt,
            "Lt" => Self::Lt,
            _ => return None,
        })
    }
}

/// What one label must be; written as `disk=ssd`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Requirement {
    pub(crate) key: String,
    pub(crate) operator: Operator,
    pub(crate) values: Vec<String>,
}

impl Requirement {
    /// As in `matchLabels` where it could stand there: `disk: ssd`.
    pub(crate) fn plain(&self) -> String {
        match (self.operator, self.values.as_slice()) {
            (Operator::In, [value]) => format!("{}: {value}", self.key),
            _ => self.expression(),
        }
    }

    /// As in `matchExpressions`, on a line: `disk In [ssd, nvme]`.
    pub(crate) fn expression(&self) -> String {
        let Self { key, operator, values } = self;
        match (operator, values.as_slice()) {
            (_, []) => format!("{key} {operator:?}"),
            (Operator::Gt | Operator::Lt, [bound]) => format!("{key} {operator:?} {bound}"),
            (_, values) => format!("{key} {operator:?} [{}]", values.join(", ")),
        }
    }

    /// Whether a label of this value, or none, will do.
    pub(crate) fn matches(&self, value: Option<&str>) -> bool {
        let listed = |value: &str| self.values.iter().any(|it| it == value);
        match self.operator {
            Operator::In => value.is_some_and(listed),
            Operator::NotIn => !value.is_some_and(listed),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Gt | Operator::Lt => {
                let (Some(value), Some(bound)) = (value.and_then(integer), self.bound()) else { return false };
                if self.operator == Operator::Gt { value > bound } else { value < bound }
            }
        }
    }

    /// Whether the scheduler can read it: otherwise its term matches no node.
    /// Source: `NewRequirement` in `k8s.io/apimachinery/pkg/labels` (1.37).
    pub(crate) fn is_readable(&self) -> bool {
        let is_filled = match self.operator {
            Operator::In | Operator::NotIn => !self.values.is_empty(),
            Operator::Exists | Operator::DoesNotExist => self.values.is_empty(),
            Operator::Gt | Operator::Lt => self.values.len() == 1 && self.bound().is_some(),
        };
        is_filled && label::is_key(&self.key) && self.values.iter().all(|value| label::is_value(value))
    }

    /// The number of `Gt` and `Lt`.
    pub(crate) fn bound(&self) -> Option<i64> {
        self.values.first().and_then(|value| integer(value))
    }
}

/// As `strconv.ParseInt(text, 10, 64)` reads it.
pub(crate) fn integer(text: &str) -> Option<i64> {
    text.parse().ok()
}

impl fmt::Display for Requirement {
    /// As `kubectl --selector` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, operator, values } = self;
        match (operator, values.as_slice()) {
            (Operator::In, [value]) => write!(f, "{key}={value}"),
            (Operator::NotIn, [value]) => write!(f, "{key}!={value}"),
            (Operator::In, values) => write!(f, "{key} in ({})", values.join(", ")),
            (Operator::NotIn, values) => write!(f, "{key} notin ({})", values.join(", ")),
            (Operator::Exists, _) => f.write_str(key),
            (Operator::DoesNotExist, _) => write!(f, "!{key}"),
            (Operator::Gt, values) => write!(f, "{key}>{}", values.join(", ")),
            (Operator::Lt, values) => write!(f, "{key}<{}", values.join(", ")),
        }
    }
}

/// Requirements that must all be met.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Selector {
    /// What is not given selects nothing.
    Nothing,
    /// Without requirements it selects all.
    All(Vec<Requirement>),
}

impl Selector {
    /// Of a label selector, where an absent one selects nothing. An operator that the server would
    /// refuse matches nothing.
    pub(crate) fn of(selector: Option<&LabelSelector>) -> Self {
        let Some(selector) = selector else { return Self::Nothing };
        let mut requirements: Vec<Requirement> = selector.match_labels.iter().flatten().map(equals).collect();
        for expression in selector.match_expressions.iter().flatten() {
            let Some(operator) = Operator::parse(&expression.operator) else { return Self::Nothing };
            let values = expression.values.clone().unwrap_or_default();
            requirements.push(Requirement { key: expression.key.clone(), operator, values });
        }
        Self::All(requirements)
    }

    /// Of labels that must all be equal.
    pub(crate) fn of_labels(labels: &BTreeMap<String, String>) -> Self {
        Self::All(labels.iter().map(equals).collect())
    }

    /// With one more requirement; nothing stays nothing.
    pub(crate) fn and(&mut self, requirement: Requirement) {
        if let Self::All(requirements) = self {
            requirements.push(requirement);
        }
    }

    /// Whether it has no requirements, so that it matches all.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::All(requirements) if requirements.is_empty())
    }

    /// Whether labels match, given by a look-up.
    pub(crate) fn matches<'l>(&self, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        match self {
            Self::Nothing => false,
            Self::All(requirements) => requirements.iter().all(|it| it.matches(label(&it.key))),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no Pod"),
            Self::All(requirements) if requirements.is_empty() => f.write_str("every Pod"),
            Self::All(requirements) => {
                let texts: Vec<String> = requirements.iter().map(ToString::to_string).collect();
                f.write_str(&texts.join(","))
            }
        }
    }
}

fn equals((key, value): (&String, &String)) -> Requirement {
    Requirement { key: key.clone(), operator: Operator::In, values: vec![value.clone()] }
}

/// One of several terms, of which one must be met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NodeTerm {
    pub(crate) labels: Vec<Requirement>,
    /// On `metadata.name`.
    pub(crate) names: Vec<Requirement>,
}

impl NodeTerm {
    /// None where the scheduler takes it for one that matches no node: empty, or not readable.
    pub(crate) fn of(term: &NodeSelectorTerm) -> Option<Self> {
        let labels = requirements(term.match_expressions.as_deref().unwrap_or_default())?;
        let names = requirements(term.match_fields.as_deref().unwrap_or_default())?;
        if labels.is_empty() && names.is_empty() {
            return None;
        }
        let readable = labels.iter().all(Requirement::is_readable);
        readable.then_some(Self { labels, names })
    }

    /// Whether a node of this name and these labels matches.
    pub(crate) fn matches<'l>(&self, name: &str, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.labels.iter().all(|it| it.matches(label(&it.key))) && self.names.iter().all(|it| it.matches(Some(name)))
    }
}

/// None where an operator is none.
pub(crate) fn requirements(given: &[NodeSelectorRequirement]) -> Option<Vec<Requirement>> {
    let read = |it: &NodeSelectorRequirement| {
        let operator = Operator::parse(&it.operator)?;
        Some(Requirement { key: it.key.clone(), operator, values: it.values.clone().unwrap_or_default() })
    };
    given.iter().map(read).collect()
}
