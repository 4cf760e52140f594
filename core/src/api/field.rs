//! Fields as the API server names them, beside where they stand.

use std::fmt::{self, Write};

use crate::path::{Path, Step as Place};

/// A field on the way down an object. The server's name of it is not always its path
/// (`volumeMounts.subPath` has no index), so that each step says what it is in both.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    parent: Option<&'a Self>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
    /// An item, and the index that the server gives it.
    Renumbered(usize, usize),
    /// A field, and the name that the server gives it.
    Renamed(&'a str, &'a str),
    /// A key of a map.
    Entry(&'a str),
    /// Only in the server's name.
    Said(&'a str),
    /// Only in the object.
    Silent(&'a str),
    SilentIndex(usize),
}

impl Field<'_> {
    /// The object itself.
    pub(crate) const ROOT: Self = Self { parent: None, step: Step::Root };

    const fn below<'b>(&'b self, step: Step<'b>) -> Field<'b> {
        Field { parent: Some(self), step }
    }

    /// A field of a struct.
    pub(crate) const fn key<'b>(&'b self, name: &'b str) -> Field<'b> {
        self.below(Step::Key(name))
    }

    /// An item of a list.
    pub(crate) const fn index(&self, index: usize) -> Field<'_> {
        self.below(Step::Index(index))
    }

    /// An item that the server counts otherwise.
    pub(crate) const fn index_said_as(&self, index: usize, said: usize) -> Field<'_> {
        self.below(Step::Renumbered(index, said))
    }

    /// A field that the server calls otherwise.
    pub(crate) const fn key_said_as<'b>(&'b self, name: &'b str, said: &'b str) -> Field<'b> {
        self.below(Step::Renamed(name, said))
    }

    /// A key of a map.
    pub(crate) const fn entry<'b>(&'b self, key: &'b str) -> Field<'b> {
        self.below(Step::Entry(key))
    }

    /// A word in the server's name that is no step down.
    pub(crate) const fn said<'b>(&'b self, word: &'b str) -> Field<'b> {
        self.below(Step::Said(word))
    }

    /// A field that the server's name leaves out.
    pub(crate) const fn silent<'b>(&'b self, name: &'b str) -> Field<'b> {
        self.below(Step::Silent(name))
    }

    /// An item whose index the server's name leaves out.
    pub(crate) const fn silent_index(&self, index: usize) -> Field<'_> {
        self.below(Step::SilentIndex(index))
    }

    /// Where it stands.
    pub(crate) fn path(&self) -> Path {
        let mut path = self.parent.map(Self::path).unwrap_or_default();
        match self.step {
            Step::Root | Step::Said(_) => {}
            Step::Key(name) | Step::Entry(name) | Step::Silent(name) | Step::Renamed(name, _) => {
                path.push(Place::Key(name.to_owned()));
            }
            Step::Index(index) | Step::SilentIndex(index) | Step::Renumbered(index, _) => {
                path.push(Place::Index(index));
            }
        }
        path
    }
}

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut name = String::new();
        let mut steps = Vec::new();
        let mut here = Some(self);
        while let Some(field) = here {
            steps.push(field.step);
            here = field.parent;
        }
        for step in steps.into_iter().rev() {
            match step {
                Step::Root | Step::Silent(_) | Step::SilentIndex(_) => {}
                Step::Key(key) | Step::Said(key) | Step::Renamed(_, key) if name.is_empty() => name.push_str(key),
                Step::Key(key) | Step::Said(key) | Step::Renamed(_, key) => write!(name, ".{key}")?,
                Step::Entry(key) => write!(name, "[{key}]")?,
                Step::Index(index) | Step::Renumbered(_, index) => write!(name, "[{index}]")?,
            }
        }
        f.write_str(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_name_and_the_path_are_told_apart() {
        let mount = Field::ROOT.key("volumeMounts");
        let (mount, labels) = (mount.silent_index(2), Field::ROOT.key("template"));
        let labels = labels.silent("metadata");
        let sub_path = mount.key("subPath");
        assert_eq!(
            (sub_path.to_string(), sub_path.path().to_string()),
            ("volumeMounts.subPath".to_owned(), "volumeMounts[2].subPath".to_owned())
        );
        let labels = labels.key("labels");
        assert_eq!(
            (labels.to_string(), labels.path().to_string()),
            ("template.labels".to_owned(), "template.metadata.labels".to_owned())
        );
        let (overhead, list) = (Field::ROOT.key("overhead"), Field::ROOT.key("items"));
        let limits = overhead.said("limits");
        let limit = limits.entry("cpu");
        assert_eq!(
            (limit.to_string(), limit.path().to_string()),
            ("overhead.limits[cpu]".to_owned(), "overhead.cpu".to_owned())
        );
        let item = list.index_said_as(3, 0);
        assert_eq!((item.to_string(), item.path().to_string()), ("items[0]".to_owned(), "items[3]".to_owned()));
    }
}
