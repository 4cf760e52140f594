//! Objects that leave out so much that they are surely patches, which some tool merges into the
//! whole: without selector, labels and image, nobody has forgotten only a field.

use super::cause::{Cause, Reason};
use crate::draft::Spoken;
use crate::object::locate::locate;
use crate::object::template::Workload;
use crate::path::Path;
use crate::subject::Subject;

/// Whether an object that the server refuses for these causes is but a part of one. One whose
/// containers stand in the wrong place is not.
pub(super) fn is_partial(
    subject: &Subject<'_, '_>,
    api_version: &str,
    kind: &str,
    causes: &[Cause],
    spoken: &[Spoken],
) -> bool {
    let Some(workload) = Workload::of(api_version, kind) else { return false };
    let lacks = |path: &Path| causes.iter().any(|it| it.reason == Reason::Required && it.path == *path);
    let place = |path: &Path| locate(subject.tree, subject.root, path);
    let others = match workload {
        Workload::Pod | Workload::PodTemplate => false,
        Workload::Job | Workload::CronJob => lacks(&workload.spec().key("restartPolicy")),
        _ => {
            let labels = workload.template().key("metadata").key("labels");
            lacks(&Path::root().key("spec").key("selector")) && !place(&labels).exact
        }
    };
    if !others {
        return false;
    }
    let containers = workload.spec().key("containers");
    let is_elsewhere = |path: &Path| containers.steps().starts_with(path.steps());
    if spoken.iter().filter_map(|it| it.draft.suggestion.as_ref()).any(is_elsewhere) {
        return false;
    }
    let list = place(&containers);
    let count = subject.tree.items(subject.tree.target(list.value)).count();
    lacks(&containers) || list.exact && (0..count).all(|index| lacks(&containers.index(index).key("image")))
}
