//! Volumes on the network. Source: `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::{FCVolumeSource, ISCSIVolumeSource, NFSVolumeSource, QuobyteVolumeSource, Volume};

use super::{some_items, some_texts};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::go::{Value, json_texts};
use crate::api::{list, text};

/// Bytes of a volume's name and its portal, with a colon between.
pub(super) const INITIATOR_BYTES: usize = 64;
/// Bytes that a tenant must stay below.
const TENANT_BYTES: usize = 65;

/// Whether it is one of these.
pub(super) fn check(first: &str, volume: &Volume, at: &Field<'_>, causes: &mut Causes) -> bool {
    match (first, volume) {
        ("nfs", Volume { nfs: Some(source), .. }) => nfs(source, at, causes),
        ("iscsi", Volume { iscsi: Some(source), .. }) => iscsi(source, at, causes),
        ("glusterfs", Volume { glusterfs: Some(source), .. }) => {
            some_texts([("endpoints", source.endpoints.as_str()), ("path", &source.path)], at, causes);
        }
        ("rbd", Volume { rbd: Some(source), .. }) => {
            some_items("monitors", &source.monitors, at, causes);
            causes.some_text(&at.key("image"), &source.image);
        }
        ("cephfs", Volume { cephfs: Some(source), .. }) => some_items("monitors", &source.monitors, at, causes),
        ("quobyte", Volume { quobyte: Some(source), .. }) => quobyte(source, at, causes),
        ("fc", Volume { fc: Some(source), .. }) => fibre_channel(source, at, causes),
        _ => return false,
    }
    true
}

/// Source: `validateNFSVolumeSource`.
pub(crate) fn nfs(source: &NFSVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    some_texts([("server", source.server.as_str()), ("path", &source.path)], at, causes);
    if !source.path.starts_with('/') {
        causes.invalid(&at.key("path"), &source.path, "must be an absolute path");
    }
}

/// Source: `validateISCSIVolumeSource`.
fn iscsi(source: &ISCSIVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    some_texts([("targetPortal", source.target_portal.as_str()), ("iqn", &source.iqn)], at, causes);
    for (name, written) in
        [("iqn", Some(&source.iqn).filter(|iqn| !iqn.is_empty())), ("initiatorname", source.initiator_name.as_ref())]
    {
        if let Some((written, words)) = written.and_then(|written| Some((written, initiator_fault(written)?))) {
            let here = if name == "iqn" { at.key(name) } else { at.key_said_as("initiatorName", name) };
            causes.invalid(&here, written, words);
        }
    }
    causes.range(&at.key("lun"), source.lun.into(), 0, 255);
    let asks = source.chap_auth_discovery == Some(true) || source.chap_auth_session == Some(true);
    if asks && source.secret_ref.is_none() {
        causes.required(&at.key("secretRef"), "");
    }
}

/// What is wrong with the name of an initiator.
pub(crate) fn initiator_fault(name: &str) -> Option<&'static str> {
    let is_long = |rest: &str, count| rest.len() == count && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_sound = match name.get(..3) {
        Some("iqn") => name.match_indices("iqn.").any(|(at, _)| name.get(at + 4..).is_some_and(is_qualified)),
        // The server takes any letter for the point.
        Some("eui") => after_letter(name).is_some_and(|rest| is_long(rest, 16)),
        Some("naa") => after_letter(name).is_some_and(|rest| is_long(rest, 32)),
        _ => return Some("must be valid format starting with iqn, eui, or naa"),
    };
    (!is_sound).then_some("must be valid format")
}

fn after_letter(name: &str) -> Option<&str> {
    let mut letters = name.get(3..)?.chars();
    letters.next().filter(|letter| *letter != '\n')?;
    Some(letters.as_str())
}

/// A year and a month, a domain, a colon and a name: `2001-04.com.example:storage`.
fn is_qualified(text: &str) -> bool {
    let Some((date, rest)) = text.split_once('.') else { return false };
    let is_date = date.len() == 7
        && date.bytes().enumerate().all(|(at, byte)| match at {
            4 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let Some((domain, name)) = rest.split_once(':') else { return false };
    let is_domain = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    let is_name = |c: char| !matches!(c, ',' | ';' | '*' | '&' | '$' | '|' | ' ' | '\t' | '\n' | '\r' | '\u{c}');
    is_date && !domain.is_empty() && is_domain && !name.is_empty() && name.chars().all(is_name)
}

/// Source: `validateQuobyteVolumeSource`.
pub(crate) fn quobyte(source: &QuobyteVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    let words = "must be a host:port pair or multiple pairs separated by commas";
    if source.registry.is_empty() {
        causes.required(&at.key("registry"), words);
    } else if text(&source.tenant).len() >= TENANT_BYTES {
        causes.required(&at.key("tenant"), "must be a UUID and may not exceed a length of 64 characters");
    } else if !source.registry.split(',').all(is_host_port) {
        causes.invalid(&at.key("registry"), &source.registry, words);
    }
    causes.some_text(&at.key("volume"), &source.volume);
}

/// Source: `SplitHostPort` in Go's `net`.
fn is_host_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let host = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((inner, "")) => inner,
            _ => return false,
        },
        None if host.contains(':') => return false,
        None => host,
    };
    !host.contains(['[', ']']) && !port.contains(['[', ']'])
}

/// Source: `validateFCVolumeSource`.
pub(crate) fn fibre_channel(source: &FCVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    let (targets, ids) = (list(&source.target_wwns), list(&source.wwids));
    let here = at.key("targetWWNs");
    if targets.is_empty() && ids.is_empty() {
        causes.required(&here, "must specify either targetWWNs or wwids, but not both");
    }
    if !targets.is_empty() && !ids.is_empty() {
        let words = "targetWWNs and wwids can not be specified simultaneously";
        causes.invalid(&here, Value::Json(json_texts(targets)), words);
    }
    match source.lun {
        _ if targets.is_empty() => {}
        None => causes.required(&at.key("lun"), "lun is required if targetWWNs is specified"),
        Some(lun) => causes.range(&at.key("lun"), lun.into(), 0, 255),
    }
}
