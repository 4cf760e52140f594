//! Volumes that put several sources together. Source: `validateProjectionSources` in
//! `pkg/apis/core/validation` (1.37).

use std::collections::HashSet;

use k8s_openapi::api::core::v1::{
    ClusterTrustBundleProjection, KeyToPath, PodCertificateProjection, ProjectedVolumeSource,
    ServiceAccountTokenProjection,
};

use super::files;
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::{Value, json_or_null, json_selector, json_struct, json_text};
use crate::api::{list, metadata, text};

/// Seconds that a token lasts at least.
const TOKEN_LEAST: i64 = 600;
const TOKEN_MOST: i64 = 1 << 32;
/// Seconds that a certificate lasts at least,
const CERTIFICATE_LEAST: i32 = 3_600;
/// at most,
const CERTIFICATE_MOST: i32 = 91 * 24 * 60 * 60;
/// and at most where Kubernetes itself signs it.
const KUBERNETES_MOST: i32 = 24 * 60 * 60;
/// Bytes of a domain.
const DOMAIN_BYTES: usize = 253;
/// Bytes of a signer's name: a domain, a namespace and a name.
const SIGNER_BYTES: usize = 571;

/// Paths that were taken before.
struct Paths<'a> {
    seen: HashSet<&'a str>,
}

impl<'a> Paths<'a> {
    /// The server says it of the volume, and of a file of a Secret it names the Secret; the file
    /// is at `place`.
    fn take(&mut self, path: &'a str, shown: &str, place: &Field<'_>, causes: &mut Causes) {
        if !self.seen.insert(path) {
            causes.invalid(place, shown, "conflicting duplicate paths");
        }
    }

    fn take_items(&mut self, items: &'a [KeyToPath], name: &str, at: &Field<'_>, causes: &mut Causes) {
        let at = at.silent("items");
        for (index, item) in items.iter().enumerate().filter(|it| !it.1.path.is_empty()) {
            self.take(&item.path, name, &at.silent_index(index).silent("path"), causes);
        }
    }
}

/// All sources of a volume.
pub(super) fn check(source: &ProjectedVolumeSource, at: &Field<'_>, causes: &mut Causes) {
    files::mode(source.default_mode, &at.key("defaultMode"), causes);
    let mut paths = Paths { seen: HashSet::new() };
    let (sources, unsaid) = (at.key("sources"), at.silent("sources"));
    for (index, source) in list(&source.sources).iter().enumerate() {
        let (here, place) = (sources.index(index), unsaid.silent_index(index));
        let mut count = 0;
        if let Some(secret) = &source.secret {
            count += 1;
            let (here, items) = (here.key("secret"), list(&secret.items));
            causes.some_text(&here.key("name"), &secret.name);
            files::items(items, &here.key("items"), causes);
            paths.take_items(items, &secret.name, &place.silent("secret"), causes);
        }
        if let Some(config) = &source.config_map {
            count += 1;
            let (here, items) = (here.key("configMap"), list(&config.items));
            causes.some_text(&here.key("name"), &config.name);
            files::items(items, &here.key("items"), causes);
            paths.take_items(items, &config.name, &place.silent("configMap"), causes);
        }
        if let Some(downward) = &source.downward_api {
            count += 1;
            let items = list(&downward.items);
            files::downward_files(items, &here.key("downwardAPI"), causes);
            let place = place.silent("downwardAPI");
            let place = place.silent("items");
            for (index, file) in items.iter().enumerate().filter(|it| !it.1.path.is_empty()) {
                paths.take(&file.path, &file.path, &place.silent_index(index).silent("path"), causes);
            }
        }
        if let Some(service_account) = &source.service_account_token {
            count += 1;
            token(service_account, &here.key("serviceAccountToken"), &place.silent("serviceAccountToken"), causes);
        }
        if let Some(bundle) = &source.cluster_trust_bundle {
            count += 1;
            trust_bundle(bundle, &here.key("clusterTrustBundle"), causes);
            let place = place.silent("clusterTrustBundle");
            paths.take(&bundle.path, &bundle.path, &place.silent("path"), causes);
        }
        if let Some(certificate) = &source.pod_certificate {
            count += 1;
            let place = place.silent("podCertificate");
            pod_certificate(certificate, &here.key("podCertificate"), &place, &mut paths, causes);
        }
        if count > 1 {
            causes.forbidden(&here, "may not specify more than 1 volume type per source");
        }
    }
}

fn token(token: &ServiceAccountTokenProjection, at: &Field<'_>, place: &Field<'_>, causes: &mut Causes) {
    if let Some(seconds) = token.expiration_seconds {
        let here = at.key("expirationSeconds");
        if seconds < TOKEN_LEAST {
            causes.invalid(&here, seconds, "may not specify a duration less than 10 minutes");
        }
        if seconds > TOKEN_MOST {
            causes.invalid(&here, seconds, "may not specify a duration larger than 2^32 seconds");
        }
    }
    let path = place.key("path");
    if token.path.is_empty() {
        causes.required(&path, "");
    } else {
        causes.format(&path, &token.path, Format::ReservedPath);
    }
}

fn trust_bundle(bundle: &ClusterTrustBundleProjection, at: &Field<'_>, causes: &mut Causes) {
    match (&bundle.name, &bundle.signer_name) {
        (Some(_), Some(_)) => {
            let value = Value::Json(bundle_json(bundle));
            causes.invalid(at, value, "only one of name and signerName may be used");
        }
        (Some(name), None) => {
            let here = at.key("name");
            if name.is_empty() {
                causes.required(&here, "must be a valid object name");
            }
            // Of a signer's bundle, only what follows the last colon is a name.
            let own = name.rsplit_once(':').map_or(name.as_str(), |it| it.1);
            for fault in bundle_faults(name, own) {
                causes.invalid(&here, name, format!("not a valid clustertrustbundlename: {fault}"));
            }
            if let Some(selector) = &bundle.label_selector {
                let words = "labelSelector must be unset if name is specified";
                causes.invalid(&at.key("labelSelector"), Value::Json(json_selector(selector)), words);
            }
        }
        (None, Some(signer)) => {
            let here = at.key("signerName");
            if signer.is_empty() {
                causes.required(&here, "must be a valid signer name");
            }
            signer_name(signer, &here, causes);
            if let Some(selector) = &bundle.label_selector {
                metadata::selector(selector, &at.key("labelSelector"), causes);
            }
        }
        (None, None) => causes.required(at, "either name or signerName must be specified"),
    }
    let here = at.key("path");
    causes.some_text(&here, &bundle.path);
    causes.format(&here, &bundle.path, Format::ReservedPath);
}

/// Source: `ValidateClusterTrustBundleName`.
fn bundle_faults(name: &str, own: &str) -> Vec<String> {
    let has_signer = own.len() < name.len();
    let signer = name.get(..name.len() - own.len()).and_then(|signer| signer.strip_suffix(':')).unwrap_or_default();
    if has_signer && signer.is_empty() {
        return vec!["ClusterTrustBundle without signer name must not have \":\" in its name".to_owned()];
    }
    // The server writes slashes for colons and back, so that a slash of the name is lost.
    if signer.contains('/') {
        let (signer, prefix) = (signer.replace(':', "/"), format!("{}:", signer.replace('/', ":")));
        return vec![format!("ClusterTrustBundle for signerName {signer} must be named with prefix {prefix}")];
    }
    Format::Subdomain.faults(own)
}

fn bundle_json(bundle: &ClusterTrustBundleProjection) -> String {
    let words = |words: &Option<String>| json_or_null(words.as_ref(), |words| json_text(words));
    json_struct(&[
        ("Name", words(&bundle.name)),
        ("SignerName", words(&bundle.signer_name)),
        ("LabelSelector", json_or_null(bundle.label_selector.as_ref(), json_selector)),
        ("Optional", json_or_null(bundle.optional, |optional| optional.to_string())),
        ("Path", json_text(&bundle.path)),
        ("User", "null".to_owned()),
    ])
}

fn pod_certificate<'a>(
    certificate: &'a PodCertificateProjection,
    at: &Field<'_>,
    place: &Field<'_>,
    paths: &mut Paths<'a>,
    causes: &mut Causes,
) {
    signer_name(&certificate.signer_name, &at.key("signerName"), causes);
    let here = at.key("userAnnotations");
    let mut bytes = 0;
    for (key, value) in certificate.user_annotations.iter().flatten() {
        bytes += key.len() + value.len();
        prefixed_key(&key.to_lowercase(), &here.silent(key), causes);
    }
    if bytes > metadata::ANNOTATION_BYTES {
        causes.too_long(&here, metadata::ANNOTATION_BYTES);
    }
    let known = ["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];
    causes.one_of_texts(&at.key("keyType"), &certificate.key_type, &known);
    if let Some(seconds) = certificate.max_expiration_seconds {
        let here = at.key("maxExpirationSeconds");
        if seconds < CERTIFICATE_LEAST {
            let why = format!("if provided, maxExpirationSeconds must be >= {CERTIFICATE_LEAST}");
            causes.invalid(&here, seconds, why);
        }
        let domain = certificate.signer_name.split('/').next().unwrap_or_default();
        let is_kubernetes = domain == "kubernetes.io" || domain.ends_with(".kubernetes.io");
        let most = if is_kubernetes { KUBERNETES_MOST } else { CERTIFICATE_MOST };
        if seconds > most {
            causes.invalid(&here, seconds, format!("if provided, maxExpirationSeconds must be <= {most}"));
        }
    }
    let mut count = 0;
    for (name, path) in [
        ("credentialBundlePath", &certificate.credential_bundle_path),
        ("keyPath", &certificate.key_path),
        ("certificateChainPath", &certificate.certificate_chain_path),
    ] {
        let path = text(path);
        if !path.is_empty() {
            count += 1;
            causes.format(&at.key(name), path, Format::ReservedPath);
            paths.take(path, path, &place.silent(name), causes);
        }
    }
    if count == 0 {
        causes.required(at, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath");
    }
}

/// Source: `IsDomainPrefixedKey` in `k8s.io/apimachinery/pkg/util/validation`.
fn prefixed_key(key: &str, at: &Field<'_>, causes: &mut Causes) {
    let before = causes.count();
    causes.named(at, key, Format::QualifiedName);
    if causes.count() == before && !key.contains('/') {
        causes.invalid(at, key, "must be a domain-prefixed key (such as \"acme.io/foo\")");
    }
}

/// Source: `ValidateSignerName`.
fn signer_name(name: &str, at: &Field<'_>, causes: &mut Causes) {
    if name.is_empty() {
        causes.required(at, "");
        return;
    }
    let Some((domain, path)) = name.split_once('/').filter(|it| !it.1.contains('/')) else {
        let words = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
        causes.invalid(at, name, words);
        return;
    };
    if domain.len() > DOMAIN_BYTES {
        causes.too_long(at, DOMAIN_BYTES);
    }
    let mut part_faults = |shown: &str, format: Format| {
        let faults = |part: &&str| !format.faults(part).is_empty();
        if let Some(part) = shown.split('.').find(faults) {
            for fault in format.faults(part) {
                causes.invalid(at, shown, format!("validating label {}: {fault}", crate::server::quoted(part)));
            }
        }
    };
    part_faults(domain, Format::Label);
    part_faults(path, Format::Subdomain);
    if !domain.contains('.') {
        causes.invalid(at, domain, "should be a domain with at least two segments separated by dots");
    }
    if name.len() > SIGNER_BYTES {
        causes.too_long(at, SIGNER_BYTES);
    }
}
