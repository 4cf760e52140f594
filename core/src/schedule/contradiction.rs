//! Whether requirements on labels can be met at all: what is proven here holds on every cluster.

use super::selector::{Operator, Requirement};

/// Requirements that cannot be met together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Conflict {
    /// The position of the last of them.
    pub(crate) at: usize,
    /// The positions of the others; none where it cannot be met by itself.
    pub(crate) others: Vec<usize>,
}

/// The first conflict among requirements that must all be met, between as few of them as possible.
pub(crate) fn conflict(requirements: &[&Requirement]) -> Option<Conflict> {
    let alone = |it: &&Requirement| !it.is_readable() || !can_be_met(&[it]);
    if let Some(at) = requirements.iter().position(alone) {
        return Some(Conflict { at, others: Vec::new() });
    }
    for (at, last) in requirements.iter().enumerate() {
        let of_key: Vec<(usize, &Requirement)> = requirements
            .iter()
            .take(at)
            .enumerate()
            .map(|(other, it)| (other, *it))
            .filter(|(_, it)| it.key == last.key)
            .collect();
        if let Some((other, _)) = of_key.iter().find(|(_, it)| !can_be_met(&[it, last])) {
            return Some(Conflict { at, others: vec![*other] });
        }
        let all: Vec<&Requirement> = of_key.iter().map(|(_, it)| *it).chain([*last]).collect();
        if !can_be_met(&all) {
            return Some(Conflict { at, others: of_key.iter().map(|(other, _)| *other).collect() });
        }
    }
    None
}

/// Whether one label, present or absent, can meet all requirements on it.
fn can_be_met(requirements: &[&Requirement]) -> bool {
    if requirements.iter().any(|it| it.operator == Operator::DoesNotExist) {
        return requirements.iter().all(|it| it.matches(None));
    }
    if let Some(listed) = requirements.iter().find(|it| it.operator == Operator::In) {
        return listed.values.iter().any(|value| requirements.iter().all(|it| it.matches(Some(value))));
    }
    let bounds = |operator| {
        requirements.iter().filter(move |it| it.operator == operator).filter_map(|it| it.bound()).map(i128::from)
    };
    // A label's value starts with a letter or digit, so that no label is below 0. Every number can be
    // written in more ways than a `NotIn` lists.
    let above = bounds(Operator::Gt).max().unwrap_or(-1).max(-1);
    let below = bounds(Operator::Lt).min().unwrap_or(i128::from(i64::MAX) + 1);
    above + 1 < below
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(text: &str) -> Requirement {
        let mut words = text.split(' ');
        let mut next = || words.next().unwrap_or_default().to_owned();
        let (key, operator) = (next(), next());
        let operator = match operator.as_str() {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            "Gt" => Operator::Gt,
            "Lt" => Operator::Lt,
            other => panic!("{other}"),
        };
        Requirement { key, operator, values: words.map(str::to_owned).collect() }
    }

    fn conflict_of(texts: &[&str]) -> Option<(usize, Vec<usize>)> {
        let requirements: Vec<Requirement> = texts.iter().map(|text| requirement(text)).collect();
        let borrowed: Vec<&Requirement> = requirements.iter().collect();
        conflict(&borrowed).map(|conflict| (conflict.at, conflict.others))
    }

    #[test]
    fn what_can_never_be_met() {
        for (texts, expected) in [
            (vec!["a Gt 5", "a Lt 6"], (1, vec![0])),
            (vec!["a In x y", "b Exists", "a In z"], (2, vec![0])),
            (vec!["a In x y", "a NotIn x", "a NotIn y"], (2, vec![0, 1])),
            (vec!["a Exists", "a DoesNotExist"], (1, vec![0])),
            (vec!["a DoesNotExist", "a In x"], (1, vec![0])),
            (vec!["a In x 7 9", "a Gt 8", "a Lt 9"], (2, vec![1])),
            (vec!["a Gt abc"], (0, vec![])),
            (vec!["a DoesNotExist x"], (0, vec![])),
            (vec!["a Lt 0"], (0, vec![])),
            (vec!["a Gt 9223372036854775807"], (0, vec![])),
        ] {
            assert_eq!(conflict_of(&texts), Some(expected), "{texts:?}");
        }
    }

    #[test]
    fn what_can_be_met_somewhere() {
        for texts in [
            vec!["a Gt 5", "a Lt 7"],
            vec!["a Gt 5", "a Lt 7", "a NotIn 6"],
            vec!["a In x y", "a NotIn x"],
            vec!["a NotIn x", "a DoesNotExist"],
            vec!["a In 007", "a Lt 8"],
            vec!["a In x", "b In y"],
            vec!["a Lt 1"],
            vec![],
        ] {
            assert_eq!(conflict_of(&texts), None, "{texts:?}");
        }
    }
}
