//! The API server's own rules: objects of any shape that passes structure.

use std::fmt::Write as _;

use podlint_core::finding::{Rule, ServerStage};
use podlint_core::settings::Settings;
use podlint_core::{Document, Report, Verdict, check};
use podlint_schemas::{FieldInfo, KindInfo, ObjectId, Type, TypeId, Version, fields, get};

use super::require;

/// Kinds that the rules know.
const KINDS: [(&str, &str); 27] = [
    ("v1", "Pod"),
    ("v1", "PodTemplate"),
    ("v1", "ReplicationController"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("v1", "Service"),
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "ServiceAccount"),
    ("v1", "PersistentVolumeClaim"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("v1", "Namespace"),
    ("v1", "LimitRange"),
    ("v1", "ResourceQuota"),
    ("scheduling.k8s.io/v1", "PriorityClass"),
    ("storage.k8s.io/v1", "StorageClass"),
];

/// Texts on the edges of names, paths, addresses, amounts and enums.
const TEXTS: [&str; 48] = [
    "",
    "a",
    "A",
    "-",
    "a-",
    "a.b",
    "a..b",
    "a_b",
    " a",
    "ü",
    "日本",
    "a\\nb",
    "a/b",
    "/a",
    "../a",
    "a/..",
    "..",
    "*",
    "*.a.b",
    "%",
    "100%",
    "-1%",
    "8080",
    "1e3",
    "10.0.0.1",
    "10.0.0.0/8",
    "10.0.0.010",
    "::1",
    "fd00::/64",
    "None",
    "Always",
    "Never",
    "TCP",
    "In",
    "Exists",
    "Gt",
    "Localhost",
    "RollingUpdate",
    "ClusterIP",
    "* * * * *",
    "TZ=UTC 0 * * * *",
    "99 * * * *",
    "metadata.labels['a']",
    "cpu",
    "hugepages-2Mi",
    "a=b",
    "$(A)",
    "windows",
];
const NUMBERS: [&str; 14] =
    ["0", "1", "2", "-1", "80", "255", "256", "65535", "65536", "30000", "2147483647", "-2147483648", "600", "86401"];
const LONG_NUMBERS: [&str; 3] = ["9223372036854775807", "-9223372036854775808", "4294967296"];
const QUANTITIES: [&str; 16] = [
    "0",
    "1",
    "-1",
    "100m",
    "1n",
    "0.5",
    "1Gi",
    "3Mi",
    "1e3",
    "9Ei",
    "9223372036854775807",
    "9223372036854775808",
    "1e-30",
    "1E",
    "100000000000000000000000000",
    "0.0000000001Ki",
];

/// Levels of an object: those of a Pod inside of a `CronJob`, and a few.
const DEEPEST: usize = 14;
/// Bytes of an object.
const LONGEST: usize = 20_000;

/// An object whose shape the bytes choose: structure finds nothing wrong with it, and what the
/// server's rules say of it is whole.
pub fn api(bytes: &[u8]) {
    let mut choices = Choices(bytes.iter());
    let (api_version, kind) = KINDS[choices.below(KINDS.len())];
    let known = podlint_schemas::kind(Version::NEWEST, api_version, kind).expect("a built-in kind");
    let text = object(known, &mut choices);
    let document = Document::of(&podlint_core::yaml::split(&text).next().expect("the text is not empty"));
    let report = check(&document, &Settings::default());
    require(
        report.objects.iter().all(|object| matches!(object.verdict, Verdict::Ok | Verdict::Invalid)),
        "structure does not pass what is made along the schema",
        || format!("{text}\n{report:?}"),
    );
    whole(&report, &text);
    let patch = check(&document, &Settings { patch: true, ..Settings::default() });
    require(
        patch.findings.iter().all(|finding| finding.server.as_ref().is_none_or(|it| it.stage != ServerStage::Invalid)),
        "a patch is held against the server's rules",
        || format!("{text}\n{patch:?}"),
    );
}

/// Every answer of the server says what and where, in its own words and in podlint's.
fn whole(report: &Report, text: &str) {
    let details = |rule: &Rule| format!("{}\n{text}", rule.id);
    for finding in report.findings.iter().chain(&report.consequences) {
        let Some(server) = &finding.server else { continue };
        let is_invalid = server.stage == ServerStage::Invalid;
        require(!is_invalid || server.reason.is_some() && server.field.is_some(), "a refusal names no field", || {
            details(finding.rule)
        });
        require(server.detail.as_ref().is_some_and(|detail| !detail.is_empty()), "an answer says nothing", || {
            details(finding.rule)
        });
        require(!finding.message.is_empty(), "a finding says nothing", || details(finding.rule));
        require(
            !is_invalid || report.objects.iter().all(|object| object.verdict == Verdict::Invalid),
            "a refusal of what is accepted",
            || details(finding.rule),
        );
    }
}

/// Bytes that choose; zeros where there are no more, so that every input comes to an end.
struct Choices<'b>(std::slice::Iter<'b, u8>);

impl Choices<'_> {
    fn next(&mut self) -> usize {
        self.0.next().copied().unwrap_or_default().into()
    }

    fn below(&mut self, end: usize) -> usize {
        self.next() % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn is_over(&self) -> bool {
        self.0.len() == 0
    }
}

/// An object of a kind, as JSON.
fn object(known: KindInfo, choices: &mut Choices<'_>) -> String {
    let mut out = format!("{{\"apiVersion\": \"{}\", \"kind\": \"{}\"", known.api_version, known.kind);
    members(known.object, 1, choices, &mut out);
    out
}

/// Some fields of an object, and its end.
fn members(object: ObjectId, depth: usize, choices: &mut Choices<'_>, out: &mut String) {
    let is_there = |field: &FieldInfo| field.versions.contains(Version::NEWEST);
    let is_own = |field: &FieldInfo| depth > 1 || !matches!(field.name, "apiVersion" | "kind" | "status");
    for field in fields(object).filter(is_there).filter(is_own) {
        let is_told = depth == 1 || field.required || choices.below(3) == 0;
        if choices.is_over() || depth > DEEPEST || out.len() > LONGEST || !is_told {
            continue;
        }
        if !out.ends_with('{') {
            out.push_str(", ");
        }
        let _ = write!(out, "\"{}\": ", field.name);
        value(field.type_id, depth, choices, out);
    }
    out.push('}');
}

fn value(id: TypeId, depth: usize, choices: &mut Choices<'_>, out: &mut String) {
    let text = |out: &mut String, text: &str| write!(out, "\"{text}\"");
    let _ = match get(id) {
        _ if choices.below(16) == 15 => write!(out, "null"),
        Type::Object(object)
        | Type::ObjectOrBool(object)
        | Type::ObjectOrList(object)
        | Type::ObjectOrStrings(object) => {
            out.push('{');
            members(object, depth + 1, choices, out);
            Ok(())
        }
        Type::Map(inner) => {
            out.push('{');
            // Another key each: a key that is there twice does not pass.
            let first = choices.below(TEXTS.len());
            for index in 0..choices.below(3) {
                let comma = if index > 0 { ", " } else { "" };
                let _ = write!(out, "{comma}\"{}\": ", TEXTS[(first + index * 7) % TEXTS.len()]);
                value(inner, depth + 1, choices, out);
            }
            write!(out, "}}")
        }
        Type::List(inner) => {
            out.push('[');
            for index in 0..choices.below(4) {
                out.push_str(if index > 0 { ", " } else { "" });
                value(inner, depth + 1, choices, out);
            }
            write!(out, "]")
        }
        Type::IntOrString if choices.below(2) == 0 => write!(out, "{}", choices.one(&NUMBERS)),
        Type::String | Type::IntOrString => text(out, choices.one(&TEXTS)),
        Type::Boolean => write!(out, "{}", choices.below(2) == 0),
        Type::Int64 if choices.below(4) == 0 => write!(out, "{}", choices.one(&LONG_NUMBERS)),
        Type::Int32 | Type::Int64 | Type::Float => write!(out, "{}", choices.one(&NUMBERS)),
        Type::Quantity => text(out, choices.one(&QUANTITIES)),
        Type::Time => text(out, "2026-01-01T00:00:00Z"),
        Type::MicroTime => text(out, "2026-01-01T00:00:00.000000Z"),
        Type::Duration => text(out, "1h30m"),
        Type::Bytes => text(out, choices.one(&["", "YQ==", "e30=", "/w=="])),
        Type::Any | Type::AnyObject => write!(out, "{{}}"),
    };
}
