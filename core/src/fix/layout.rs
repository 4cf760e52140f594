//! How a document is laid out, so that what is added looks like what is there.

use super::lines::column;
use crate::yaml::{Kind, NodeId, Style, Tree};

/// The habits of one document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Layout {
    /// Spaces per level.
    pub step: u32,
    /// Spaces between a key and the dashes of the list below it.
    pub dash: u32,
}

/// Nodes looked at to learn the habits: enough for any manifest, little for a huge document.
const MOST: usize = 5_000;

impl Layout {
    /// Learns from the first block mapping and the first block list that stand below a key.
    pub(super) fn of(tree: &Tree<'_>) -> Self {
        let (mut step, mut dash) = (None, None);
        let mut left: Vec<NodeId> = tree.root().into_iter().collect();
        let mut looked = 0;
        while let Some(node) = left.pop() {
            looked += 1;
            if looked > MOST || (step.is_some() && dash.is_some()) {
                break;
            }
            for (key, value) in tree.entries(node) {
                let style = tree.style(value);
                if style != Style::BlockCollection {
                    continue;
                }
                let key_column = column(tree.text(), tree.span(key).start);
                let value_column = column(tree.text(), tree.span(value).start);
                let more = value_column.saturating_sub(key_column);
                match tree.kind(value) {
                    Kind::Mapping if more > 0 => step = step.or(Some(more)),
                    Kind::Sequence => dash = dash.or(Some(more)),
                    _ => {}
                }
            }
            let children: Vec<NodeId> = tree.children(node).collect();
            left.extend(children.into_iter().rev());
        }
        Self { step: step.unwrap_or(2).clamp(1, 8), dash: dash.unwrap_or(0).min(8) }
    }
}
