//! Rules of one operating system. Source: `validateWindowsSecurityContextOptions`,
//! `validateWindowsHostProcessPod`, `validateOS`, `validateLinux` and `validateWindows` in
//! `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::{Container, PodSpec, SecurityContext, WindowsSecurityContextOptions};

use super::cause::Causes;
use super::container::Every;
use super::field::Field;
use super::format::Format;
use super::go::Value;

/// Kibibytes of a credential specification, which it must not reach by more than one byte.
const CREDENTIAL_KIB: usize = 64;
/// Bytes that the domain of a user must stay below.
const DOMAIN_BYTES: usize = 256;
/// Bytes of a user's name.
const USER_BYTES: usize = 104;

/// Options of a container or a Pod.
pub(super) fn options(options: Option<&WindowsSecurityContextOptions>, at: &Field<'_>, causes: &mut Causes) {
    let Some(options) = options else { return };
    if let Some(name) = &options.gmsa_credential_spec_name {
        causes.format_of_typed(&at.key("gmsaCredentialSpecName"), name, Format::Subdomain);
    }
    if let Some(credentials) = &options.gmsa_credential_spec {
        let here = at.key("gmsaCredentialSpec");
        if credentials.is_empty() {
            causes.invalid(&here, Value::Typed(credentials), "gmsaCredentialSpec cannot be an empty string");
        } else if credentials.len() > CREDENTIAL_KIB << 10 {
            let words = format!("gmsaCredentialSpec size must be under {CREDENTIAL_KIB} KiB");
            causes.invalid(&here, Value::Typed(credentials), words);
        }
    }
    if let Some(name) = &options.run_as_user_name {
        for fault in user_faults(name) {
            causes.invalid(&at.key("runAsUserName"), Value::Typed(name), format!("runAsUserName{fault}"));
        }
    }
}

/// What is wrong with `DOMAIN\user`.
fn user_faults(name: &str) -> Vec<String> {
    if name.is_empty() {
        return vec![" cannot be an empty string".to_owned()];
    }
    if name.bytes().any(|byte| byte.is_ascii_control()) {
        return vec![" cannot contain control characters".to_owned()];
    }
    let (domain, user) = match name.split_once('\\') {
        Some((_, user)) if user.contains('\\') => {
            return vec![" cannot contain more than one backslash".to_owned()];
        }
        Some((domain, user)) => (Some(domain), user),
        None => (None, name),
    };
    let mut faults = Vec::new();
    if domain.is_some_and(|domain| domain.len() >= DOMAIN_BYTES) {
        faults.push(format!("'s Domain length must be under {DOMAIN_BYTES} characters"));
    }
    if domain.is_some_and(|domain| !is_net_bios(domain) && !is_dns(domain)) {
        faults.push("'s Domain doesn't match the NetBios nor the DNS format".to_owned());
    }
    if user.is_empty() {
        faults.push("'s User cannot be empty".to_owned());
    } else if user.len() > USER_BYTES {
        faults.push(format!("'s User length must not be longer than {USER_BYTES} characters"));
    }
    if !user.is_empty() && user.chars().all(|c| matches!(c, '.' | ' ')) {
        faults.push("'s User cannot contain only periods or spaces".to_owned());
    }
    if user.contains(['"', '/', '\\', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>', '@', '[', ']']) {
        faults.push("'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]".to_owned());
    }
    faults
}

fn is_net_bios(domain: &str) -> bool {
    let count = domain.chars().count();
    (1..=15).contains(&count)
        && !domain.starts_with('.')
        && !domain.contains(['\\', '/', ':', '*', '?', '"', '<', '>', '|'])
}

fn is_dns(domain: &str) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    domain.split('.').map(str::as_bytes).all(|part| {
        part.len() <= 63
            && is_end(part.first())
            && is_end(part.last())
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    })
}

/// Containers that run as the node's own processes: all of them or none.
pub(super) fn host_processes(spec: &PodSpec, every: &Every<'_>, at: &Field<'_>, causes: &mut Causes) {
    let flag = |options: Option<&WindowsSecurityContextOptions>| options.and_then(|options| options.host_process);
    let of_pod = flag(spec.security_context.as_ref().and_then(|it| it.windows_options.as_ref()));
    let (mut all, mut on_host) = (0, 0);
    every.visit(at, |container, here| {
        let own = flag(container.security_context.as_ref().and_then(|it| it.windows_options.as_ref()));
        if let (Some(of_pod), Some(own)) = (of_pod, own)
            && of_pod != own
        {
            let here = here.key("securityContext");
            let here = here.key("windowsOptions");
            let why = format!("pod hostProcess value must be identical if both are specified, was {of_pod}");
            causes.invalid(&here.key("hostProcess"), own, why);
        }
        all += 1;
        on_host += usize::from(own.or(of_pod) == Some(true));
    });
    if on_host == 0 {
        return;
    }
    if on_host != all {
        let words = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        causes.invalid(at, "", words);
    }
    if spec.host_network != Some(true) {
        let words = "hostNetwork must be true if pod contains any hostProcess containers";
        causes.invalid(&at.key("hostNetwork"), false, words);
    }
}

/// What a Pod that names its operating system must not have.
pub(super) fn system(spec: &PodSpec, every: &Every<'_>, at: &Field<'_>, causes: &mut Causes) {
    let Some(system) = &spec.os else { return };
    let here = at.key("os");
    match system.name.as_str() {
        "" => causes.required(&here.key("name"), ""),
        "linux" => linux(spec, every, at, causes),
        "windows" => windows(spec, every, at, causes),
        other => causes.one_of(&here.silent("name"), other, &["linux", "windows"]),
    }
}

fn linux(spec: &PodSpec, every: &Every<'_>, at: &Field<'_>, causes: &mut Causes) {
    let words = "windows options cannot be set for a linux pod";
    if spec.security_context.as_ref().is_some_and(|it| it.windows_options.is_some()) {
        causes.forbidden(&at.key("securityContext").key("windowsOptions"), words);
    }
    every.visit(at, |container, here| {
        if container.security_context.as_ref().is_some_and(|it| it.windows_options.is_some()) {
            causes.forbidden(&here.key("securityContext").key("windowsOptions"), words);
        }
    });
}

fn windows(spec: &PodSpec, every: &Every<'_>, at: &Field<'_>, causes: &mut Causes) {
    let words = "cannot be set for a windows pod";
    if let Some(context) = &spec.security_context {
        let here = at.key("securityContext");
        for (name, is_set) in [
            ("appArmorProfile", context.app_armor_profile.is_some()),
            ("seLinuxOptions", context.se_linux_options.is_some()),
            ("seccompProfile", context.seccomp_profile.is_some()),
            ("fsGroup", context.fs_group.is_some()),
            ("fsGroupChangePolicy", context.fs_group_change_policy.is_some()),
            ("sysctls", context.sysctls.as_ref().is_some_and(|it| !it.is_empty())),
            ("runAsUser", context.run_as_user.is_some()),
            ("runAsGroup", context.run_as_group.is_some()),
            ("supplementalGroups", context.supplemental_groups.is_some()),
            ("supplementalGroupsPolicy", context.supplemental_groups_policy.is_some()),
            ("seLinuxChangePolicy", context.se_linux_change_policy.is_some()),
        ] {
            if is_set {
                causes.forbidden(&here.key(name), words);
            }
        }
    }
    for (name, is_set) in [
        ("hostUsers", spec.host_users.is_some()),
        ("hostPID", spec.host_pid == Some(true)),
        ("hostIPC", spec.host_ipc == Some(true)),
        ("shareProcessNamespace", spec.share_process_namespace.is_some()),
    ] {
        if is_set {
            causes.forbidden(&at.key(name), words);
        }
    }
    every.visit(at, |container: &Container, here: &Field<'_>| {
        let Some(context) = &container.security_context else { return };
        let here = here.key("securityContext");
        for name in only_linux(context) {
            causes.forbidden(&here.key(name), words);
        }
    });
}

/// The fields that are set and mean nothing to Windows.
fn only_linux(context: &SecurityContext) -> impl Iterator<Item = &'static str> {
    [
        ("appArmorProfile", context.app_armor_profile.is_some()),
        ("seLinuxOptions", context.se_linux_options.is_some()),
        ("seccompProfile", context.seccomp_profile.is_some()),
        ("capabilities", context.capabilities.is_some()),
        ("readOnlyRootFilesystem", context.read_only_root_filesystem.is_some()),
        ("privileged", context.privileged.is_some()),
        ("allowPrivilegeEscalation", context.allow_privilege_escalation.is_some()),
        ("procMount", context.proc_mount.is_some()),
        ("runAsUser", context.run_as_user.is_some()),
        ("runAsGroup", context.run_as_group.is_some()),
    ]
    .into_iter()
    .filter(|it| it.1)
    .map(|it| it.0)
}
