//! Another name in the same place.

use super::proof::{Expect, proven_as};
use crate::draft::{Change, Mend};
use crate::finding::Applicability;
use crate::schema::place::{Candidate, Placing};
use crate::schema::walk::Problem;
use crate::subject::Subject;
use crate::yaml::{NodeId, Style, Tree};

/// A slip dearer than this is a guess.
const PLAIN_SLIP: f32 = 0.65;

/// Gives a field its right name.
pub(crate) fn respell(
    subject: &Subject<'_, '_>,
    problem: &Problem,
    key: NodeId,
    placing: &Placing,
    best: &Candidate,
) -> Option<Mend> {
    let name = best.path.last_key()?;
    let others = placing.candidates.iter().skip(1);
    let alone = others.clone().all(|other| !other.fit.whole || other.cost > best.cost + 0.6);
    let sure = best.is_sure() && alone && best.cost <= PLAIN_SLIP;
    let applicability = if sure { Applicability::Safe } else { Applicability::Unsafe };
    let changes = vec![Change { span: subject.tree.span(key), text: scalar_like(subject.tree, key, name)? }];
    let expect = Expect { moved: Some((problem.value, best.path.clone())), same_leaves: true };
    proven_as(subject, problem, Mend { applicability, changes }, &expect)
}

/// A text in the quotes of the scalar that it replaces. None where it would need escapes, or the
/// scalar is a block.
pub(crate) fn scalar_like(tree: &Tree<'_>, node: NodeId, text: &str) -> Option<String> {
    match tree.style(node) {
        Style::Plain => Some(text.to_owned()),
        Style::SingleQuoted => Some(format!("'{}'", text.replace('\'', "''"))),
        Style::DoubleQuoted if !text.contains(['"', '\\', '\n']) => Some(format!("\"{text}\"")),
        _ => None,
    }
}
