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
mod pod;
mod pod_resources;
mod prepare;
mod probe;
mod quantity;
mod report;
mod resources;
mod security;
mod spread;
mod volume;
mod windows;
mod words;
mod workload;

use serde::de::DeserializeOwned;

pub(crate) use report::report;

use self::cause::{Cause, Causes};
use crate::object::defaults;
use crate::object::locate::locate;
use crate::object::template::Workload;
use crate::path::Path;
use crate::subject::Subject;
use crate::yaml::{Kind, from_node_without};

/// What the server refuses of an object that it can decode; nothing for kinds that are not ported.
fn causes(subject: &Subject<'_, '_>, api_version: &str, kind: &str) -> Vec<Cause> {
    let mut causes = Causes::default();
    let all = &mut causes;
    let Some(workload) = Workload::of(api_version, kind) else {
        kinds::check(subject, api_version, kind, all);
        return causes.into_vec();
    };
    let selector = Path::root().key("spec").key("selector");
    let place = locate(subject.tree, subject.root, &selector);
    let has_selector = place.exact && subject.tree.kind(subject.tree.target(place.value)) != Kind::Null;
    match workload {
        Workload::Pod => filled(subject, prepare::pod, |it| pod::pod(it, all)),
        Workload::PodTemplate => filled(subject, defaults::pod_template, |it| workload::pod_template(it, all)),
        Workload::ReplicationController => {
            filled(subject, defaults::replication_controller, |it| workload::replication_controller(it, all));
        }
        Workload::Deployment => {
            filled(subject, defaults::deployment, |it| workload::deployment(it, has_selector, all));
        }
        Workload::ReplicaSet => {
            filled(subject, defaults::replica_set, |it| workload::replica_set(it, has_selector, all));
        }
        Workload::StatefulSet => {
            filled(subject, defaults::stateful_set, |it| workload::stateful_set(it, has_selector, all));
        }
        Workload::DaemonSet => {
            filled(subject, defaults::daemon_set, |it| workload::daemon_set(it, has_selector, all));
        }
        Workload::Job => filled(subject, defaults::job, |it| workload::job(it, all)),
        Workload::CronJob => filled(subject, defaults::cron_job, |it| workload::cron_job(it, all)),
    }
    causes.into_vec()
}

/// Reads the object as its type, fills in the defaults and checks it. The server forgets the `status`
/// of what it creates.
fn filled<T: DeserializeOwned>(subject: &Subject<'_, '_>, fill: fn(&mut T), check: impl FnOnce(&T)) {
    if let Ok(mut object) = from_node_without::<T>(subject.tree, subject.root, &["status"]) {
        fill(&mut object);
        check(&object);
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
