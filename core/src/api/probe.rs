//! Probes and hooks of containers. Source: `validateProbe`, `validateLifecycle` and
//! `validateHandler` in `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::{
    Container, ExecAction, GRPCAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe, SleepAction, TCPSocketAction,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::text;

/// What a probe or hook does.
struct Handler<'a> {
    exec: Option<&'a ExecAction>,
    http_get: Option<&'a HTTPGetAction>,
    tcp_socket: Option<&'a TCPSocketAction>,
    grpc: Option<&'a GRPCAction>,
    sleep: Option<&'a SleepAction>,
}

impl<'a> Handler<'a> {
    fn of_probe(probe: &'a Probe) -> Self {
        Self {
            exec: probe.exec.as_ref(),
            http_get: probe.http_get.as_ref(),
            tcp_socket: probe.tcp_socket.as_ref(),
            grpc: probe.grpc.as_ref(),
            sleep: None,
        }
    }

    fn of_hook(hook: &'a LifecycleHandler) -> Self {
        Self {
            exec: hook.exec.as_ref(),
            http_get: hook.http_get.as_ref(),
            tcp_socket: hook.tcp_socket.as_ref(),
            grpc: None,
            sleep: hook.sleep.as_ref(),
        }
    }

    /// Only the first one is looked at.
    fn check(&self, grace: i64, at: &Field<'_>, causes: &mut Causes) {
        let present = [
            ("exec", self.exec.is_some()),
            ("httpGet", self.http_get.is_some()),
            ("tcpSocket", self.tcp_socket.is_some()),
            ("grpc", self.grpc.is_some()),
            ("sleep", self.sleep.is_some()),
        ];
        let mut names = present.into_iter().filter(|it| it.1).map(|it| it.0);
        let Some(first) = names.next() else {
            causes.required(at, "must specify a handler type");
            return;
        };
        for name in names {
            causes.forbidden(&at.key(name), "may not specify more than 1 handler type");
        }
        let at = at.key(first);
        match self {
            Self { exec: Some(exec), .. } if exec.command.as_ref().is_none_or(Vec::is_empty) => {
                causes.required(&at.key("command"), "");
            }
            Self { exec: Some(_), .. } => {}
            Self { http_get: Some(action), .. } => http_get(action, &at, causes),
            Self { tcp_socket: Some(action), .. } => port_number_or_name(&action.port, &at.key("port"), causes),
            Self { grpc: Some(action), .. } => {
                port_number_or_name(&IntOrString::Int(action.port), &at.key("port"), causes);
            }
            Self { sleep: Some(action), .. } if !(0..=grace).contains(&action.seconds) => {
                let words = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
                causes.invalid(&at, action.seconds, words);
            }
            _ => {}
        }
    }
}

fn http_get(action: &HTTPGetAction, at: &Field<'_>, causes: &mut Causes) {
    port_number_or_name(&action.port, &at.key("port"), causes);
    causes.one_of(&at.key("scheme"), text(&action.scheme), &["HTTP", "HTTPS"]);
    let headers = at.key("httpHeaders");
    for (index, header) in action.http_headers.iter().flatten().enumerate() {
        causes.format(&headers.silent_index(index), &header.name, Format::Header);
    }
}

/// Source: `ValidatePortNumOrName`.
pub(super) fn port_number_or_name(port: &IntOrString, at: &Field<'_>, causes: &mut Causes) {
    match port {
        IntOrString::Int(number) => causes.range(at, i64::from(*number), 1, 65_535),
        IntOrString::String(name) => causes.format(at, name, Format::PortName),
    }
}

fn probe(probe: &Probe, grace: i64, at: &Field<'_>, causes: &mut Causes) {
    Handler::of_probe(probe).check(grace, at, causes);
    for (name, number) in [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ] {
        causes.not_negative(&at.key(name), number.unwrap_or_default().into());
    }
    if let Some(seconds) = probe.termination_grace_period_seconds.filter(|seconds| *seconds <= 0) {
        causes.invalid(&at.key("terminationGracePeriodSeconds"), seconds, "must be greater than 0");
    }
}

/// The probes and hooks of a container that may have them.
pub(super) fn probes_and_hooks(container: &Container, grace: i64, at: &Field<'_>, causes: &mut Causes) {
    if let Some(hooks) = &container.lifecycle {
        lifecycle(hooks, grace, &at.key("lifecycle"), causes);
    }
    for (name, it) in [("livenessProbe", &container.liveness_probe), ("startupProbe", &container.startup_probe)] {
        let Some(it) = it else { continue };
        let here = at.key(name);
        probe(it, grace, &here, causes);
        if let Some(count) = it.success_threshold.filter(|count| *count != 1) {
            causes.invalid(&here.key("successThreshold"), count, "must be 1");
        }
    }
    if let Some(it) = &container.readiness_probe {
        let here = at.key("readinessProbe");
        probe(it, grace, &here, causes);
        if let Some(seconds) = it.termination_grace_period_seconds {
            let words = "must not be set for readinessProbes";
            causes.invalid(&here.key("terminationGracePeriodSeconds"), seconds, words);
        }
    }
}

/// Whether anything is left of the hooks: the server drops `stopSignal`, whose gate is off. Source:
/// `dropContainerStopSignals` in `pkg/api/pod`.
pub(super) fn has_hooks(container: &Container) -> bool {
    container
        .lifecycle
        .as_ref()
        .is_some_and(|hooks| hooks.stop_signal.is_none() || hooks.post_start.is_some() || hooks.pre_stop.is_some())
}

fn lifecycle(hooks: &Lifecycle, grace: i64, at: &Field<'_>, causes: &mut Causes) {
    for (name, hook) in [("postStart", &hooks.post_start), ("preStop", &hooks.pre_stop)] {
        if let Some(hook) = hook {
            Handler::of_hook(hook).check(grace, &at.key(name), causes);
        }
    }
}
