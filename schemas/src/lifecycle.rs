//! What became of API versions that are gone, and which of those still served are deprecated.

use crate::lifecycle_table::{OTHERWISE, ROWS, Row};
use crate::{Version, table};

/// An API version of a kind that the newest covered version of Kubernetes no longer serves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Removal {
    /// The minor version that no longer serves it: 22 for 1.22.
    pub removed_in: u8,
    /// The minor version that deprecated it.
    pub deprecated_in: Option<u8>,
    /// The API version in which the newest covered version of Kubernetes serves the same kind,
    /// such as `networking.k8s.io/v1`.
    pub instead: Option<&'static str>,
}

/// What the server warns about when it is given an API version of a kind that is deprecated.
///
/// The facts are those in the server's words: `batch/v1beta1 CronJob is deprecated in v1.21+,
/// unavailable in v1.25+; use batch/v1 CronJob`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deprecation {
    /// The minor version that deprecated it: 21 for 1.21.
    pub deprecated_in: u8,
    /// The minor version that is announced to serve it no longer. Some alpha versions went before.
    pub removed_in: Option<u8>,
    /// What to use instead, `batch/v1 CronJob`, if the server names something.
    pub instead: Option<&'static str>,
}

/// What became of a kind that Kubernetes once served, but its newest covered version does not.
pub fn removed(api_version: &str, kind: &str) -> Option<Removal> {
    let row = find(ROWS, api_version, kind).map(|(row, _)| row);
    let removed_in = match table::kind_ever(api_version, kind) {
        Some(known) => {
            let last = known.versions.last()?;
            (last < Version::NEWEST).then_some(last.minor() + 1)?
        }
        None => row?.removed_in()?,
    };
    Some(Removal {
        removed_in,
        deprecated_in: row.and_then(Row::deprecated_in),
        instead: instead(row, api_version, kind),
    })
}

/// Does that version of Kubernetes serve the kind, but warn that it is deprecated?
pub fn deprecated(version: Version, api_version: &str, kind: &str) -> Option<Deprecation> {
    let otherwise = OTHERWISE
        .iter()
        .filter(|(minors, _)| minors.contains(&version.minor()))
        .find_map(|(_, rows)| find(rows, api_version, kind));
    let (row, of_list) = otherwise.or_else(|| find(ROWS, api_version, kind))?;
    let deprecated_in = row.deprecated_in()?;
    if deprecated_in > version.minor() {
        return None;
    }
    table::kind(version, api_version, kind)?;
    Some(Deprecation {
        deprecated_in,
        removed_in: row.removed_in(),
        instead: if of_list { row.instead_list } else { row.instead },
    })
}

/// The row of the kind, and whether the kind is the list of the row's kind: lists share its fate.
fn find<'a>(rows: &'a [Row], api_version: &str, kind: &str) -> Option<(&'a Row, bool)> {
    let find = |kind: &str| rows.iter().find(|row| row.api_version == api_version && row.kind == kind);
    match find(kind) {
        Some(row) => Some((row, false)),
        None => Some((find(kind.strip_suffix("List")?)?, true)),
    }
}

/// The API version to move to: the one the server names, if it is not gone itself, or else the
/// most stable one of the same group.
fn instead(row: Option<&Row>, api_version: &str, kind: &str) -> Option<&'static str> {
    let named = row.and_then(|row| row.instead?.split_once(' '));
    let served = |api_version| table::kind(Version::NEWEST, api_version, kind).is_some();
    if let Some((api_version, _)) = named.filter(|&(api_version, _)| served(api_version)) {
        return Some(api_version);
    }
    let (group, _) = api_version.split_once('/').unwrap_or_default();
    table::kinds()
        .filter(|known| known.group == group && known.kind == kind)
        .filter(|known| known.versions.contains(Version::NEWEST))
        .max_by_key(|known| stability(known.version))
        .map(|known| known.api_version)
}

/// Orders `v1alpha1` before `v1beta1` before `v1` before `v2`.
fn stability(version: &str) -> (u8, &str) {
    let stage = match version {
        _ if version.contains("alpha") => 0,
        _ if version.contains("beta") => 1,
        _ => 2,
    };
    // No built-in API version has a number of two digits, so the text orders the numbers.
    (stage, version)
}
