//! Files that somebody else replaces while we run: what a look at them comes to.

/// What to do about what was found.
#[derive(Debug)]
pub enum Change<T> {
    /// Nothing.
    None,
    /// Use this from now on.
    Take(T),
    /// Say this, once.
    Refuse(String),
}

/// What was seen at the last looks.
#[derive(Debug)]
pub struct Watch<F> {
    seen: Option<Result<F, String>>,
    told: bool,
}

impl<F> Default for Watch<F> {
    fn default() -> Self {
        Self { seen: None, told: false }
    }
}

impl<F: PartialEq> Watch<F> {
    /// Decides on what is found, which `read` makes something of.
    ///
    /// What cannot be used is told of at the second look only: files are also replaced one after the other, and read while
    /// they are.
    pub fn look<T>(&mut self, found: Result<F, String>, read: impl FnOnce(&F) -> Result<T, String>) -> Change<T> {
        let again = self.seen.as_ref() == Some(&found);
        if again && self.told {
            return Change::None;
        }
        self.told = false;
        let made = found.as_ref().map_err(Clone::clone).and_then(read);
        self.seen = Some(found);
        match made {
            Ok(made) => {
                self.told = true;
                Change::Take(made)
            }
            Err(problem) if again => {
                self.told = true;
                Change::Refuse(problem)
            }
            Err(_) => Change::None,
        }
    }
}
