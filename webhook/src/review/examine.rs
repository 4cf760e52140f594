//! Asks core about an object.

use std::fmt::Debug;
use std::sync::Arc;

use podlint_core::finding::{Finding, Severity};
use podlint_core::schedule::Cluster;
use podlint_core::settings::Settings;
use podlint_core::yaml::Encoding;
use podlint_core::{Document, check};
use podlint_schemas::Version;

use super::lost;
use super::policy::{Policy, Source};
use super::scope::{Part, Subject};

/// Something to say about an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The field, below the object.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Told {
    pub(super) fn of(finding: Finding) -> Self {
        Self {
            rule: finding.rule.id,
            severity: finding.severity,
            field: finding.path.to_string(),
            message: finding.message,
            help: finding.help,
        }
    }
}

/// Who is asked about an object.
pub trait Examine: Debug + Send + Sync {
    /// What there is to say without a look at the cluster: of the object, and of fields lost on the way.
    fn object(&self, subject: &Subject<'_>, policy: &Policy, version: Version) -> Vec<Told>;

    /// What the cluster says of the object, and the plugins whose question it leaves open.
    fn scheduling(
        &self,
        subject: &Subject<'_>,
        policy: &Policy,
        version: Version,
        cluster: Arc<Cluster>,
    ) -> (Vec<Told>, Vec<&'static str>);
}

/// podlint's own rules.
#[derive(Clone, Copy, Debug)]
pub struct Rules;

impl Examine for Rules {
    fn object(&self, subject: &Subject<'_>, policy: &Policy, version: Version) -> Vec<Told> {
        object(subject, policy, version)
    }

    fn scheduling(
        &self,
        subject: &Subject<'_>,
        policy: &Policy,
        version: Version,
        cluster: Arc<Cluster>,
    ) -> (Vec<Told>, Vec<&'static str>) {
        scheduling(subject, policy, version, cluster)
    }
}

fn object(subject: &Subject<'_>, policy: &Policy, version: Version) -> Vec<Told> {
    let found = findings(subject.text, &policy.settings(Source::Object, version));
    let found = found.into_iter().filter(|finding| is_up_for_review(finding, subject.part));
    let mut told: Vec<Told> = found.map(Told::of).collect();
    if let Some(applied) = &subject.applied {
        let found = findings(applied, &policy.settings(Source::Written, version));
        told.extend(lost::lost(found, subject.text));
    }
    told
}

fn scheduling(
    subject: &Subject<'_>,
    policy: &Policy,
    version: Version,
    cluster: Arc<Cluster>,
) -> (Vec<Told>, Vec<&'static str>) {
    let mut settings = policy.settings(Source::Cluster, version);
    settings.cluster = Some(cluster);
    settings.proposed = subject.is_new;
    let report = check(&document(subject.text), &settings);
    let open = report.scheduling.into_iter().flat_map(|it| it.unevaluated).collect();
    (report.findings.into_iter().map(Told::of).collect(), open)
}

fn findings(text: &str, settings: &Settings) -> Vec<Finding> {
    check(&document(text), settings).findings
}

/// The whole of a JSON text.
fn document(text: &str) -> Document<'_> {
    Document {
        text,
        json: true,
        offset: 0,
        line: 0,
        column: 0,
        index: 0,
        bad_separator: None,
        encoding: Encoding::Utf8,
    }
}

/// Of a running Pod only what the request changes can be blamed.
fn is_up_for_review(finding: &Finding, part: Part) -> bool {
    match part {
        Part::Whole => true,
        Part::EphemeralContainers => finding.path.to_string().starts_with("spec.ephemeralContainers"),
        Part::Resize => false,
    }
}
