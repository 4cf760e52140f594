//! What processes may do, and as whom they run. Source: `ValidateSecurityContext`,
//! `validatePodSpecSecurityContext` and what they call in `pkg/apis/core/validation` (1.37).

use std::collections::HashSet;

use k8s_openapi::api::core::v1::{
    AppArmorProfile, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext, Sysctl,
};

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::go::{Value, json_or_null, json_struct, json_text, json_texts};
use super::{list, text, windows};

/// Bytes of the name of an `AppArmor` profile on the node.
pub(super) const PROFILE_BYTES: usize = 4095;

/// That of a container.
pub(super) fn of_container(context: &SecurityContext, host_users: bool, at: &Field<'_>, causes: &mut Causes) {
    causes.user(&at.key("runAsUser"), context.run_as_user);
    causes.user(&at.key("runAsGroup"), context.run_as_group);
    if let Some(mount) = context.proc_mount.as_deref() {
        let here = at.key("procMount");
        causes.one_of(&here, mount, &["Default", "Unmasked"]);
        if host_users && mount == "Unmasked" {
            causes.invalid(&here, Value::Typed(mount), "`hostUsers` must be false to use `Unmasked`");
        }
    }
    seccomp(context.seccomp_profile.as_ref(), &at.key("seccompProfile"), causes);
    if context.allow_privilege_escalation == Some(false) {
        if context.privileged == Some(true) {
            let words = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            causes.invalid(at, Value::Json(json(context)), words);
        }
        let added = context.capabilities.as_ref().map_or(&[][..], |it| list(&it.add));
        if added.iter().any(|name| name == "CAP_SYS_ADMIN") {
            let words = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
            causes.invalid(at, Value::Json(json(context)), words);
        }
    }
    windows::options(context.windows_options.as_ref(), &at.key("windowsOptions"), causes);
    app_armor(context.app_armor_profile.as_ref(), &at.key("appArmorProfile"), causes);
}

/// That of a Pod.
pub(super) fn of_pod(spec: &PodSpec, at: &Field<'_>, causes: &mut Causes) {
    let Some(context) = &spec.security_context else { return };
    let at = at.key("securityContext");
    causes.user(&at.key("fsGroup"), context.fs_group);
    causes.user(&at.key("runAsUser"), context.run_as_user);
    causes.user(&at.key("runAsGroup"), context.run_as_group);
    let groups = at.key("supplementalGroups");
    for (index, group) in list(&context.supplemental_groups).iter().enumerate() {
        causes.user(&groups.index(index), Some(*group));
    }
    sysctls(list(&context.sysctls), spec, &at.key("sysctls"), causes);
    seccomp(context.seccomp_profile.as_ref(), &at.key("seccompProfile"), causes);
    windows::options(context.windows_options.as_ref(), &at.key("windowsOptions"), causes);
    app_armor(context.app_armor_profile.as_ref(), &at.key("appArmorProfile"), causes);
    policies(context, &at, causes);
}

fn policies(context: &PodSecurityContext, at: &Field<'_>, causes: &mut Causes) {
    for (name, policy, known) in [
        ("fsGroupChangePolicy", &context.fs_group_change_policy, ["Always", "OnRootMismatch"]),
        ("supplementalGroupsPolicy", &context.supplemental_groups_policy, ["Merge", "Strict"]),
        ("seLinuxChangePolicy", &context.se_linux_change_policy, ["MountOption", "Recursive"]),
    ] {
        if let Some(policy) = policy {
            causes.one_of(&at.key(name), policy, &known);
        }
    }
}

/// Source: `validateSysctls`.
fn sysctls(sysctls: &[Sysctl], spec: &PodSpec, at: &Field<'_>, causes: &mut Causes) {
    let mut seen = HashSet::new();
    for (index, sysctl) in sysctls.iter().enumerate() {
        let here = at.index(index);
        let (here, name) = (here.key("name"), sysctl.name.as_str());
        let before = causes.count();
        causes.named(&here, name, Format::Sysctl);
        if !seen.insert(name) && causes.count() == before {
            causes.duplicate(&here, name);
        }
        let on_node = match namespace(name) {
            Some(Namespace::Network) if spec.host_network == Some(true) => "hostNetwork",
            Some(Namespace::Ipc) if spec.host_ipc == Some(true) => "hostIPC",
            _ => continue,
        };
        causes.invalid(&here, name, format!("may not be specified when '{on_node}' is true"));
    }
}

/// What a Pod has of its own, unless it shares the node's.
enum Namespace {
    Network,
    Ipc,
}

/// Source: `GetNamespace` in `k8s.io/component-helpers/node/util/sysctl`.
fn namespace(name: &str) -> Option<Namespace> {
    let name = normalized(name);
    let name = name.split('*').next().unwrap_or_default();
    let is_ipc = matches!(
        name,
        "kernel.sem"
            | "kernel.shmall"
            | "kernel.shmmax"
            | "kernel.shmmni"
            | "kernel.shm_rmid_forced"
            | "kernel.shm"
            | "kernel.msgmax"
            | "kernel.msgmnb"
            | "kernel.msgmni"
            | "kernel.msg"
    );
    if is_ipc || name.starts_with("fs.mqueue.") {
        Some(Namespace::Ipc)
    } else {
        name.starts_with("net.").then_some(Namespace::Network)
    }
}

/// Of `.` and `/`, the one that stands first parts the name. Source: `NormalizeName`.
fn normalized(name: &str) -> String {
    match name.find(['.', '/']).and_then(|at| name.get(at..)) {
        Some(rest) if rest.starts_with('/') => name
            .chars()
            .map(|c| {
                if c == '/' {
                    '.'
                } else if c == '.' {
                    '/'
                } else {
                    c
                }
            })
            .collect(),
        _ => name.to_owned(),
    }
}

/// Source: `validateSeccompProfileField`.
fn seccomp(profile: Option<&SeccompProfile>, at: &Field<'_>, causes: &mut Causes) {
    let Some(profile) = profile else { return };
    let kind = at.key("type");
    if profile.type_.is_empty() {
        causes.required(&kind, "type is required when seccompProfile is set");
    } else {
        causes.one_of(&kind, &profile.type_, &["Localhost", "RuntimeDefault", "Unconfined"]);
    }
    let here = at.key("localhostProfile");
    match &profile.localhost_profile {
        None if profile.type_ == "Localhost" => causes.required(&here, "must be set when seccomp type is Localhost"),
        Some(path) if profile.type_ == "Localhost" => causes.format(&here, path, Format::DescendingPath),
        Some(_) => {
            let value = profile_json(&profile.type_, profile.localhost_profile.as_ref());
            causes.invalid(&here, Value::Json(value), "can only be set when seccomp type is Localhost");
        }
        None => {}
    }
}

/// Source: `ValidateAppArmorProfileField`.
fn app_armor(profile: Option<&AppArmorProfile>, at: &Field<'_>, causes: &mut Causes) {
    let Some(profile) = profile else { return };
    let (kind, here) = (at.key("type"), at.key("localhostProfile"));
    match (profile.type_.as_str(), &profile.localhost_profile) {
        ("Localhost", Some(path)) => {
            if go_trim(path) != path {
                causes.invalid(&here, path, "must not be padded with whitespace");
            } else if path.is_empty() {
                causes.required(&here, "must be set when AppArmor type is Localhost");
            }
            if path.len() > PROFILE_BYTES {
                causes.too_long(&here, PROFILE_BYTES);
            }
        }
        ("Localhost", None) => causes.required(&here, "must be set when AppArmor type is Localhost"),
        ("RuntimeDefault" | "Unconfined", Some(path)) => {
            causes.invalid(&here, Value::Typed(path), "can only be set when AppArmor type is Localhost");
        }
        ("", _) => causes.required(&kind, "type is required when appArmorProfile is set"),
        (other, _) => causes.one_of(&kind, other, &["Localhost", "RuntimeDefault", "Unconfined"]),
    }
}

/// Without the spaces around it, as `strings.TrimSpace` leaves it.
pub(super) fn go_trim(text: &str) -> &str {
    text.trim_matches(char::is_whitespace)
}

fn profile_json(kind: &str, path: Option<&String>) -> String {
    let path = json_or_null(path, |path| json_text(path));
    json_struct(&[("Type", json_text(kind)), ("LocalhostProfile", path)])
}

/// The server's own form of it.
fn json(context: &SecurityContext) -> String {
    let flag = |flag: Option<bool>| json_or_null(flag, |flag| flag.to_string());
    let number = |number: Option<i64>| json_or_null(number, |number| number.to_string());
    let words = |words: &Option<String>| json_or_null(words.as_ref(), |words| json_text(words));
    let texts = |texts: &Option<Vec<String>>| json_or_null(texts.as_ref(), |texts| json_texts(texts));
    let capabilities = json_or_null(context.capabilities.as_ref(), |it| {
        json_struct(&[("Add", texts(&it.add)), ("Drop", texts(&it.drop))])
    });
    let selinux = json_or_null(context.se_linux_options.as_ref(), |it| {
        let part = |part| json_text(text(part));
        json_struct(&[
            ("User", part(&it.user)),
            ("Role", part(&it.role)),
            ("Type", part(&it.type_)),
            ("Level", part(&it.level)),
        ])
    });
    let windows = json_or_null(context.windows_options.as_ref(), |it| {
        json_struct(&[
            ("GMSACredentialSpecName", words(&it.gmsa_credential_spec_name)),
            ("GMSACredentialSpec", words(&it.gmsa_credential_spec)),
            ("RunAsUserName", words(&it.run_as_user_name)),
            ("HostProcess", flag(it.host_process)),
        ])
    });
    let seccomp = context.seccomp_profile.as_ref();
    let app_armor = context.app_armor_profile.as_ref();
    json_struct(&[
        ("Capabilities", capabilities),
        ("Privileged", flag(context.privileged)),
        ("SELinuxOptions", selinux),
        ("WindowsOptions", windows),
        ("RunAsUser", number(context.run_as_user)),
        ("RunAsGroup", number(context.run_as_group)),
        ("RunAsNonRoot", flag(context.run_as_non_root)),
        ("ReadOnlyRootFilesystem", flag(context.read_only_root_filesystem)),
        ("AllowPrivilegeEscalation", flag(context.allow_privilege_escalation)),
        ("ProcMount", words(&context.proc_mount)),
        ("SeccompProfile", json_or_null(seccomp, |it| profile_json(&it.type_, it.localhost_profile.as_ref()))),
        ("AppArmorProfile", json_or_null(app_armor, |it| profile_json(&it.type_, it.localhost_profile.as_ref()))),
    ])
}
