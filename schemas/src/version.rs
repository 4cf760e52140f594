//! Kubernetes minor versions, and sets of them.

use std::fmt;
use std::str::FromStr;

/// The minor version that bit 0 of a [`Versions`] stands for.
const OLDEST_MINOR: u8 = 25;
const NEWEST_MINOR: u8 = 37;

/// A Kubernetes minor version that the tables cover, `1.25` to `1.37`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version(u8);

impl Version {
    /// The oldest version that the tables cover.
    pub const OLDEST: Version = Version(OLDEST_MINOR);
    /// The newest version that the tables cover.
    pub const NEWEST: Version = Version(NEWEST_MINOR);

    /// The 31 of 1.31.
    pub fn minor(self) -> u8 {
        self.0
    }

    /// The version 1.`minor`, if the tables cover it.
    pub fn from_minor(minor: u8) -> Option<Version> {
        (OLDEST_MINOR..=NEWEST_MINOR).contains(&minor).then_some(Version(minor))
    }

    /// Every version, oldest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Version> {
        (OLDEST_MINOR..=NEWEST_MINOR).map(Version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

/// The text is no Kubernetes version, or one that the tables do not cover.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VersionError {
    text: String,
    /// The text does name a version of Kubernetes.
    understood: bool,
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, understood } = self;
        if *understood {
            write!(f, "Kubernetes {text} is not covered")?;
        } else {
            write!(f, "`{text}` is not a Kubernetes version")?;
        }
        write!(f, ": supported are {} to {}", Version::OLDEST, Version::NEWEST)
    }
}

impl std::error::Error for VersionError {}

impl FromStr for Version {
    type Err = VersionError;

    /// Reads `1.31`, `v1.31`, `1.31.4` and what distributions make of them: `v1.31.4-gke.1`, `1.31+`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let minor = minor_of(text);
        minor
            .and_then(Version::from_minor)
            .ok_or_else(|| VersionError { text: text.to_owned(), understood: minor.is_some() })
    }
}

/// The minor version that `text` names, covered or not.
fn minor_of(text: &str) -> Option<u8> {
    let rest = text.strip_prefix('v').unwrap_or(text).strip_prefix("1.")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (minor, tail) = rest.split_at_checked(end)?;
    let patch = match tail.strip_prefix('.') {
        None => tail,
        Some(patch) => {
            let after = patch.trim_start_matches(|c: char| c.is_ascii_digit());
            if after.len() == patch.len() {
                return None;
            }
            after
        }
    };
    // What follows the numbers is a pre-release or a build, such as `-gke.1` or `+k3s1`.
    if !(patch.is_empty() || patch.starts_with(['-', '+'])) {
        return None;
    }
    minor.parse().ok()
}

/// A set of versions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Versions(u16);

impl Versions {
    /// The set whose bit `n` stands for 1.(25 + n).
    pub(crate) fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Is the version in the set?
    pub fn contains(self, version: Version) -> bool {
        self.0 >> (version.0 - OLDEST_MINOR) & 1 == 1
    }

    /// The oldest version of the set.
    pub fn first(self) -> Option<Version> {
        self.iter().next()
    }

    /// The newest version of the set.
    pub fn last(self) -> Option<Version> {
        self.iter().next_back()
    }

    /// The versions of the set, oldest first.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Version> {
        Version::all().filter(move |&version| self.contains(version))
    }

    /// The versions that are in either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_people_write_them() {
        for text in ["1.31", "v1.31", "1.31.4", "v1.31.4-gke.1", "1.31+", "v1.31.4+k3s1"] {
            let version: Version = text.parse().unwrap();
            assert_eq!((version.minor(), version.to_string()), (31, "1.31".to_owned()));
        }
        assert_eq!("1.25".parse(), Ok(Version::OLDEST));
        assert_eq!("1.37".parse(), Ok(Version::NEWEST));
    }

    #[test]
    fn other_versions_are_errors_that_say_what_is_supported() {
        let error = |text: &str| text.parse::<Version>().unwrap_err().to_string();
        let end = ": supported are 1.25 to 1.37";
        for text in ["1.24", "v1.38.0", "1.0", "1.255"] {
            assert_eq!(error(text), format!("Kubernetes {text} is not covered{end}"));
        }
        for text in ["", "1", "1.", "v", "2.31", "1.31.", "1.31.x", "1.31x", "latest", "1.-31"] {
            assert_eq!(error(text), format!("`{text}` is not a Kubernetes version{end}"));
        }
        assert!(error("1.99999").starts_with("`1.99999` is not"));
    }

    #[test]
    fn a_set_knows_its_ends() {
        let set = Versions::from_bits(0b100_0110);
        let minors: Vec<_> = set.iter().map(Version::minor).collect();
        assert_eq!(minors, [26, 27, 31]);
        assert_eq!(set.first().map(Version::minor), Some(26));
        assert_eq!(set.last().map(Version::minor), Some(31));
        assert!(!set.contains(Version::NEWEST));
        assert_eq!(Versions::default().first(), None);
    }
}
