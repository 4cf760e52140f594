//! What the page knows of each node, for its search box.

use std::collections::HashMap;
use std::fmt::Write as _;

use podlint_core::schedule::Cluster;
use serde::Serialize;

use crate::schedule::nodes::Names;

/// Texts that many nodes share, each held once; and of each node its name with the positions of its texts.
#[derive(Serialize)]
struct Data<'a> {
    domain: &'a str,
    texts: Vec<String>,
    nodes: Vec<(String, Vec<usize>)>,
}

/// The nodes as JSON that can stand in a `script` element: without `<` no such element ends.
pub fn data(cluster: &Cluster, names: &Names) -> String {
    let mut positions: HashMap<String, usize> = HashMap::new();
    let mut texts: Vec<String> = Vec::new();
    let mut position = |text: String| {
        *positions.entry(text).or_insert_with_key(|text| {
            texts.push(text.clone());
            texts.len() - 1
        })
    };
    let nodes = cluster.descriptions().zip(&names.full).map(|(node, name)| {
        let labels = node.labels.iter().map(|(key, value)| format!("{key}={value}"));
        (name.clone(), labels.chain(node.taints.iter().cloned()).map(&mut position).collect())
    });
    let nodes = nodes.collect();
    serde_json::to_string(&Data { domain: &names.domain, texts, nodes }).unwrap_or_default().replace('<', "\\u003c")
}

/// Rising numbers, those that follow each other together: `0-3 7`.
pub fn ranges(numbers: &[usize]) -> String {
    let mut text = String::new();
    let mut rest = numbers;
    while let [first, ..] = rest {
        let run = rest.iter().zip(*first..).take_while(|(number, next)| *number == next).count();
        let between = if text.is_empty() { "" } else { " " };
        let _ = match run {
            1 => write!(text, "{between}{first}"),
            _ => write!(text, "{between}{first}-{}", first + run - 1),
        };
        rest = &rest[run..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn runs_are_written_as_one() {
        assert_eq!(ranges(&[]), "");
        assert_eq!(ranges(&[4]), "4");
        assert_eq!(ranges(&[0, 1, 2, 3, 7, 9, 10]), "0-3 7 9-10");
    }
}
