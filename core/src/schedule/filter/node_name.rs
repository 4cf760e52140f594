//! `NodeName`: `spec.nodeName`.

use std::collections::BTreeSet;

use super::{Before, Context};

pub(super) const NAME: &str = "NodeName";

pub(super) fn before<'c>(context: &Context<'c>) -> Before<'c> {
    match context.candidate.spec.node_name.as_deref() {
        None | Some("") => Before::Skip,
        Some(name) => Before::Among(BTreeSet::from([name.to_owned()]), None),
    }
}
