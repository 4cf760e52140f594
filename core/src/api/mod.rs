//! The API server's own rules for the creation of objects: what it refuses with 422 after it has
//! read an object and filled in its defaults. One file for each part of the API; `cause` has the
//! few kinds of error that there are, `format` the forms of texts, `field` the server's names of
//! fields.
//!
//! Ported one to one from Kubernetes 1.37, and held against its recorded answers.

mod affinity;
mod annotations;
mod cause;
mod consequence;
mod container;
mod doomed;
mod env;
mod ephemeral;
mod field;
mod format;
mod go;
mod int_or_percent;
mod ip;
mod kinds;
mod mend;
mod metadata;
mod mount;
mod network;
mod partial;
mod pod;
mod pod_resources;
mod prepare;
mod probe;
mod quantity;
mod report;
mod resources;
mod security;
mod since;
mod spread;
mod volume;
pub(crate) mod warning;
mod windows;
mod words;
mod workload;

use podlint_schemas::Version;
use serde::de::DeserializeOwned;

pub(crate) use format::Format;
pub(crate) use report::report;
pub(crate) use words::listed;

use self::cause::{Cause, Causes};
use self::since::Gated;
use self::warning::{Warning, Warnings};
use crate::object::defaults;
use crate::object::locate::locate;
use crate::object::template::Workload;
use crate::path::Path;
use crate::subject::Subject;
use crate::yaml::{Kind, from_node_without};

/// What the server says of an object that it can decode: why it refuses it, or else what it warns
/// about; nothing for kinds that are not ported.
fn answers(subject: &Subject<'_, '_>, api_version: &str, kind: &str) -> Answers {
    let (mut causes, mut warnings, mut doomed) = (Causes::default(), Warnings::default(), Vec::new());
    if let Some(workload) = Workload::of(api_version, kind) {
        doomed = check(subject, workload, &mut causes, &mut warnings);
    } else {
        kinds::check(subject, api_version, kind, &mut causes);
        warning::beside(subject, api_version, kind, &mut warnings);
    }
    let mut causes = causes.into_vec();
    causes.retain(|cause| since::is_refused(cause, subject.version));
    let warnings = if causes.is_empty() { warnings.into_vec() } else { Vec::new() };
    Answers { causes, warnings, doomed }
}

/// What the server says of an object.
struct Answers {
    /// Why it refuses it.
    causes: Vec<Cause>,
    /// What it warns about, where it accepts it.
    warnings: Vec<Warning>,
    /// Why it refuses the Pods that are made of it, where it accepts it.
    doomed: Vec<Cause>,
}

/// Checks a Pod, or what makes Pods; what comes back is about the Pods that a workload makes.
fn check(subject: &Subject<'_, '_>, workload: Workload, all: &mut Causes, warned: &mut Warnings) -> Vec<Cause> {
    let mut doomed = Vec::new();
    let has_selector = || is_written(subject, &Path::root().key("spec").key("selector"));
    match workload {
        Workload::Pod => prepared(subject, prepare::pod, |it| {
            pod::pod(&it, all);
            warning::pod(&it, &|container| has_profile(subject, container), warned);
        }),
        Workload::PodTemplate => prepared(subject, defaults::pod_template, |it| {
            workload::pod_template(&it, all);
            warning::pod_template(&it, warned);
        }),
        Workload::ReplicationController => prepared(subject, defaults::replication_controller, |it| {
            workload::replication_controller(&it, all);
            warning::replication_controller(&it, warned);
            if all.count() == 0 {
                doomed = doomed::replication_controller(it);
            }
        }),
        Workload::Deployment => prepared(subject, defaults::deployment, |it| {
            workload::deployment(&it, has_selector(), all);
            warning::deployment(&it, warned);
            if all.count() == 0 {
                doomed = doomed::deployment(it);
            }
        }),
        Workload::ReplicaSet => prepared(subject, defaults::replica_set, |it| {
            workload::replica_set(&it, has_selector(), all);
            warning::replica_set(&it, warned);
            if all.count() == 0 {
                doomed = doomed::replica_set(it);
            }
        }),
        Workload::StatefulSet => prepared(subject, defaults::stateful_set, |it| {
            workload::stateful_set(&it, has_selector(), all);
            warning::stateful_set(&it, warned);
            if all.count() == 0 {
                doomed = doomed::stateful_set(it);
            }
        }),
        Workload::DaemonSet => prepared(subject, defaults::daemon_set, |it| {
            workload::daemon_set(&it, has_selector(), all);
            warning::daemon_set(&it, warned);
            if all.count() == 0 {
                doomed = doomed::daemon_set(it);
            }
        }),
        Workload::Job => prepared(subject, defaults::job, |it| {
            workload::job(&it, all);
            warning::job(&it, warned);
            if all.count() == 0 {
                doomed = doomed::job(it);
            }
        }),
        Workload::CronJob => prepared(subject, defaults::cron_job, |it| {
            workload::cron_job(&it, all);
            warning::cron_job(&it, warned);
            if all.count() == 0 {
                doomed = doomed::cron_job(it);
            }
        }),
    }
    doomed
}

/// Whether a field has a value.
fn is_written(subject: &Subject<'_, '_>, path: &Path) -> bool {
    let place = locate(subject.tree, subject.root, path);
    place.exact && subject.tree.kind(subject.tree.target(place.value)) != Kind::Null
}

/// Whether a container is written with an `AppArmor` profile.
fn has_profile(subject: &Subject<'_, '_>, container: &Path) -> bool {
    is_written(subject, &container.key("securityContext").key("appArmorProfile"))
}

/// Reads the object as its type, fills in the defaults and checks it. The server forgets the `status`
/// of what it creates.
fn filled<T: DeserializeOwned>(subject: &Subject<'_, '_>, fill: fn(&mut T), check: impl FnOnce(&T)) {
    if let Ok(mut object) = from_node_without::<T>(subject.tree, subject.root, &["status"]) {
        fill(&mut object);
        check(&object);
    }
}

/// Likewise with an object that holds a Pod, without the fields that the server drops; gives it away.
fn prepared<T: DeserializeOwned + Gated>(subject: &Subject<'_, '_>, fill: fn(&mut T), check: impl FnOnce(T)) {
    if let Ok(mut object) = from_node_without::<T>(subject.tree, subject.root, &["status"]) {
        fill(&mut object);
        if subject.version < Version::NEWEST {
            object.drop_disabled(subject.version);
        }
        check(object);
    }
}

/// A text, empty where it is absent, as Go keeps it.
#[allow(clippy::ref_option)] // As the types of the API hold their fields.
fn text(field: &Option<String>) -> &str {
    field.as_deref().unwrap_or_default()
}

/// A list, empty where it is absent.
#[allow(clippy::ref_option)] // Likewise.
fn list<T>(field: &Option<Vec<T>>) -> &[T] {
    field.as_deref().unwrap_or_default()
}
