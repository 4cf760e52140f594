//! What a caller may choose for one check.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podlint_schemas::Version;

use crate::finding::Severity;
use crate::schedule::Cluster;

/// How to check a document.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches, each its own")]
pub struct Settings {
    /// The Kubernetes version whose structure applies.
    pub version: Version,
    /// Kinds without a schema are errors.
    pub require_schema: bool,
    /// The document is known to be a patch (a kustomization names it as one), so that it may be
    /// partial and may carry directives.
    pub patch: bool,
    /// Findings only, no fixes: saves the time of proving them.
    pub without_fixes: bool,
    /// Findings are told whatever a comment or an annotation silences.
    pub without_ignores: bool,
    /// The object is about to be created: a `uid` in it does not mean that what is made with a Pod
    /// is there.
    pub proposed: bool,
    /// The API server has accepted the object already: its own rules are not asked, and the verdict
    /// is of the structure alone.
    pub accepted: bool,
    /// The nodes and the rest of a cluster to schedule against.
    pub cluster: Option<Arc<Cluster>>,
    /// Hold every node against every constraint, see [`crate::schedule::Scheduling::table`].
    pub with_table: bool,
    /// Facts are gathered for [`crate::across::join`], which is to see the whole file.
    pub with_facts: bool,
    /// Ids of the rules that stay silent.
    pub off: BTreeSet<&'static str>,
    /// Severities other than the rules' own, by rule id.
    pub severity: BTreeMap<&'static str, Severity>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: Version::NEWEST,
            require_schema: false,
            patch: false,
            without_fixes: false,
            without_ignores: false,
            proposed: false,
            accepted: false,
            cluster: None,
            with_table: false,
            with_facts: false,
            off: BTreeSet::new(),
            severity: BTreeMap::new(),
        }
    }
}
