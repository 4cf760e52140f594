//! Ingresses and their classes. Source: `ValidateIngressCreate` in `pkg/apis/networking/validation` (1.37).

use k8s_openapi::api::core::v1::TypedLocalObjectReference;
use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, Ingress, IngressBackend, IngressClass, IngressClassParametersReference, IngressTLS,
};

use super::{METADATA, SPEC, Written};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::Value;
use crate::api::metadata::{self, Naming};
use crate::api::{ip, list, text};

/// Names the class of an Ingress as `ingressClassName` does.
const CLASS: &str = "kubernetes.io/ingress.class";

/// An Ingress.
pub(super) fn ingress(object: &Ingress, written: &Written<'_, '_>, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let Some(spec) = &object.spec else {
        causes.invalid(&SPEC, Value::Json("null".to_owned()), NO_RULES);
        return;
    };
    let rules = list(&spec.rules);
    if rules.is_empty() && spec.default_backend.is_none() {
        let written = if spec.rules.is_some() { "[]" } else { "null" };
        causes.invalid(&SPEC, Value::Json(written.to_owned()), NO_RULES);
    }
    if let Some(default) = &spec.default_backend {
        backend(default, &SPEC.key("defaultBackend"), causes);
    }
    let at = SPEC.key("rules");
    for (index, rule) in rules.iter().enumerate() {
        let here = at.index(index);
        host(text(&rule.host), &here.key("host"), causes);
        if let Some(http) = &rule.http {
            let here = here.key("http");
            let here = here.key("paths");
            if http.paths.is_empty() {
                causes.required(&here, "");
            }
            for (index, it) in http.paths.iter().enumerate() {
                let here = here.index(index);
                let has_type = !it.path_type.is_empty() || written.has(&here.key("pathType")) == Some(true);
                path(it, has_type, &here, causes);
            }
        }
    }
    certificates(list(&spec.tls), causes);
    let class = spec.ingress_class_name.as_ref();
    if let Some(class) = class {
        causes.format(&SPEC.key("ingressClassName"), class, Format::Subdomain);
    }
    let annotation = object.metadata.annotations.as_ref().and_then(|annotations| annotations.get(CLASS));
    if let Some(annotation) = annotation.filter(|annotation| class.is_some_and(|class| class != *annotation)) {
        let at = Field::ROOT.silent("metadata");
        let at = at.key("annotations");
        causes.invalid(&at.key(CLASS), annotation, "must match `ingressClassName` when both are specified");
    }
}

const NO_RULES: &str = "either `defaultBackend` or `rules` must be specified";

/// Source: `validateIngressRules`.
fn host(host: &str, at: &Field<'_>, causes: &mut Causes) {
    if host.is_empty() {
        return;
    }
    if ip::parse(host).is_some() {
        causes.invalid(at, host, "must be a DNS name, not an IP address");
    }
    causes.format(at, host, name_format(host));
}

fn name_format(host: &str) -> Format {
    if host.contains('*') { Format::Wildcard } else { Format::Subdomain }
}

/// Source: `validateIngressTLS`.
fn certificates(certificates: &[IngressTLS], causes: &mut Causes) {
    let at = SPEC.key("tls");
    for (index, certificate) in certificates.iter().enumerate() {
        let here = at.index(index);
        let hosts = here.key("hosts");
        for (index, host) in list(&certificate.hosts).iter().enumerate() {
            causes.format(&hosts.index(index), host, name_format(host));
        }
        let secret = text(&certificate.secret_name);
        if !secret.is_empty() {
            causes.format(&here.key("secretName"), secret, Format::Subdomain);
        }
    }
}

/// Source: `validateHTTPIngressPath`.
fn path(path: &HTTPIngressPath, has_type: bool, at: &Field<'_>, causes: &mut Causes) {
    if !has_type {
        causes.required(&at.key("pathType"), "pathType must be specified");
        return;
    }
    let (written, here) = (text(&path.path), at.key("path"));
    let is_absolute = written.starts_with('/');
    match path.path_type.as_str() {
        "Exact" | "Prefix" => {
            if !is_absolute {
                causes.invalid(&here, written, "must be an absolute path");
            }
            for part in ["//", "/./", "/../", "%2f", "%2F"] {
                if written.contains(part) {
                    causes.invalid(&here, written, format!("must not contain '{part}'"));
                }
            }
            for end in ["/..", "/."] {
                if written.ends_with(end) {
                    causes.invalid(&here, written, format!("cannot end with '{end}'"));
                }
            }
        }
        "ImplementationSpecific" => {
            if !written.is_empty() && !is_absolute {
                causes.invalid(&here, written, "must be an absolute path");
            }
        }
        other => {
            causes.one_of(&at.key("pathType"), other, &["Exact", "ImplementationSpecific", "Prefix"]);
        }
    }
    backend(&path.backend, &at.key("backend"), causes);
}

/// Source: `validateIngressBackend`.
fn backend(backend: &IngressBackend, at: &Field<'_>, causes: &mut Causes) {
    let service = match (&backend.resource, &backend.service) {
        (Some(_), Some(_)) => {
            causes.invalid(at, "", "cannot set both resource and service backends");
            return;
        }
        (Some(resource), None) => {
            reference(resource, &at.key("resource"), causes);
            return;
        }
        (None, None) => {
            causes.invalid(at, "", "resource or service backend is required");
            return;
        }
        (None, Some(service)) => service,
    };
    let here = at.key("service");
    causes.named(&here.key("name"), &service.name, Format::Label);
    let port = service.port.as_ref();
    let name = port.and_then(|port| port.name.as_deref()).unwrap_or_default();
    let number = port.and_then(|port| port.number).unwrap_or_default();
    let here = here.key("port");
    match (name, number) {
        ("", 0) => causes.required(&at.silent("service").silent("port"), "port name or number is required"),
        ("", number) => causes.range(&here.key("number"), number.into(), 1, 65_535),
        (name, 0) => causes.format(&here.key("name"), name, Format::PortName),
        _ => causes.invalid(&at.silent("service").silent("port"), "", "cannot set both port name & port number"),
    }
}

/// Source: `validateIngressTypedLocalObjectReference`.
fn reference(reference: &TypedLocalObjectReference, at: &Field<'_>, causes: &mut Causes) {
    if let Some(group) = &reference.api_group {
        causes.format(&at.key("apiGroup"), group, Format::Subdomain);
    }
    causes.named(&at.key("kind"), &reference.kind, Format::PathSegment);
    causes.named(&at.key("name"), &reference.name, Format::PathSegment);
}

/// Letters of a controller's name.
const CONTROLLER_BYTES: usize = 250;

/// An `IngressClass`. Source: `ValidateIngressClass`.
pub(super) fn ingress_class(object: &IngressClass, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming { namespaced: false, ..Naming::USUAL }, &METADATA, causes);
    let Some(spec) = &object.spec else {
        causes.required(&SPEC.key("controller"), "");
        return;
    };
    let (at, controller) = (SPEC.key("controller"), text(&spec.controller));
    if controller.len() > CONTROLLER_BYTES {
        causes.too_long(&at, CONTROLLER_BYTES);
    }
    causes.prefixed_path(&at, controller);
    if let Some(parameters) = &spec.parameters {
        class_parameters(parameters, causes);
    }
}

/// Source: `validateIngressClassParametersReference`.
fn class_parameters(parameters: &IngressClassParametersReference, causes: &mut Causes) {
    let at = SPEC.key("parameters");
    if let Some(group) = &parameters.api_group {
        causes.format(&at.key("apiGroup"), group, Format::Subdomain);
    }
    causes.named(&at.key("kind"), &parameters.kind, Format::PathSegment);
    causes.named(&at.key("name"), &parameters.name, Format::PathSegment);
    let here = at.key("namespace");
    match (parameters.scope.as_deref(), &parameters.namespace) {
        (None, _) => causes.required(&at.key("scope"), ""),
        (Some("Namespace"), None) => causes.required(&here, "`parameters.scope` is set to 'Namespace'"),
        (Some("Namespace"), Some(namespace)) => causes.format(&here, namespace, Format::Label),
        (Some("Cluster"), Some(_)) => causes.forbidden(&here, "`parameters.scope` is set to 'Cluster'"),
        (Some(scope), _) => causes.one_of_texts(&at.key("scope"), scope, &["Cluster", "Namespace"]),
    }
}
