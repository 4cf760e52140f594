//! Field paths as typed steps; only printing makes text of them.

use std::fmt;

/// One step down a document.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// Into the value of this key, of a struct or of a map.
    Key(String),
    /// Into this item of a list, counted from 0.
    Index(usize),
}

/// Where a value stands below its object, e.g. `spec.containers[0].image`.
///
/// Printed as the server's strict errors print it: names joined by dots, `[i]` for list items, map
/// keys as they are. The root is empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Path(Vec<Step>);

impl Path {
    /// The object itself.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The steps from the object down.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// This path with one more key.
    #[must_use]
    pub fn key(&self, name: &str) -> Self {
        self.with(Step::Key(name.to_owned()))
    }

    /// This path with one more list index.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    /// This path with one more step.
    #[must_use]
    pub fn with(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    /// Goes one step down, in place.
    pub fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    /// Goes one step up, in place.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// The path one step up; none of the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, steps) = self.0.split_last()?;
        Some(Self(steps.to_vec()))
    }

    /// The last step's key; none where it is an index, or at the root.
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last()? {
            Step::Key(name) => Some(name),
            Step::Index(_) => None,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(name) if position == 0 => f.write_str(name)?,
                Step::Key(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_the_servers_strict_errors_do() {
        let labels = Path::root().key("metadata").key("labels").key("app.kubernetes.io/name");
        assert_eq!(labels.to_string(), "metadata.labels.app.kubernetes.io/name");
        let image = Path::root().key("spec").key("containers").index(0).key("image");
        assert_eq!(image.to_string(), "spec.containers[0].image");
        assert_eq!(Path::root().index(2).to_string(), "[2]");
    }
}
