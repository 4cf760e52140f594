//! The edits that mend one finding, each proven.
//!
//! Edits replace bytes and leave everything else as it was: comments, quotes, indentation, flow
//! style, line ends, anchors. A fix is proven by making it: the text is read again, the finding has
//! to be gone, and nothing else may have changed its meaning.

mod block;
mod layout;
mod lines;
mod moving;
mod proof;
mod rename;
mod retype;

pub(crate) use lines::{column, first_line, line_break};
pub(crate) use moving::{relocate, remove_entry};
pub(crate) use proof::{proven, same_value};
pub(crate) use rename::{respell, scalar_like};
pub(crate) use retype::retype;

use crate::draft::Change;

/// Makes changes that do not overlap, in any order. None where there are none, or they do.
pub(crate) fn apply_changes(text: &str, changes: &[Change]) -> Option<String> {
    let mut changes: Vec<&Change> = changes.iter().collect();
    changes.sort();
    let mut result = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for change in &changes {
        let start = change.span.start as usize;
        result.push_str(text.get(at..start)?);
        result.push_str(&change.text);
        at = change.span.end as usize;
    }
    result.push_str(text.get(at..)?);
    (!changes.is_empty()).then_some(result)
}
