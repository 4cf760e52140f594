//! The nodes as they are called in tables.

use podlint_core::schedule::Cluster;

use crate::render::names::plain;

/// The names of a cluster's nodes, by position.
pub struct Names {
    /// In full; that of a group says how many there may be.
    pub full: Vec<String>,
    /// Without the domain.
    pub short: Vec<String>,
    /// What all names end with, e.g. `.eu-west-1.compute.internal`; may be empty.
    pub domain: String,
}

impl Names {
    /// Of a cluster.
    pub fn of(cluster: &Cluster) -> Self {
        let names: Vec<&str> = cluster.node_names().collect();
        let domain = domain(&names);
        let shown = |cut: usize| {
            let described = cluster.descriptions().map(|node| {
                let name = plain(&node.name[..node.name.len() - cut]);
                match node.count {
                    Some((least, most)) => format!("{name} ({least}..{most})"),
                    None => name.into_owned(),
                }
            });
            described.collect()
        };
        Self { full: shown(0), short: shown(domain.len()), domain: plain(domain).into_owned() }
    }
}

/// The longest end that all names share and that begins with a dot behind each one's own part.
fn domain<'n>(names: &[&'n str]) -> &'n str {
    let [first, _, ..] = names else { return "" };
    let mut ends = first.match_indices('.').filter(|(at, _)| *at > 0).map(|(at, _)| &first[at..]);
    ends.find(|end| names.iter().all(|name| name.len() > end.len() && name.ends_with(end))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::domain;

    #[test]
    fn what_all_names_end_with_is_found() {
        assert_eq!(domain(&["a.x.example", "b.x.example"]), ".x.example");
        assert_eq!(domain(&["a.x.example", "b.y.example"]), ".example");
        assert_eq!(domain(&["a.x", "a.y"]), "");
        assert_eq!(domain(&["a.x", ".x"]), "", "each keeps a name of its own");
        assert_eq!(domain(&["a.x"]), "", "one node is called by its whole name");
        assert_eq!(domain(&[]), "");
    }
}
