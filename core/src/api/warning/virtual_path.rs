//! Files of one volume that hide each other. Source: `warningsForOverlappingVirtualPaths` in
//! `pkg/api/pod` (1.37).

use std::collections::BTreeMap;
use std::ops::Bound;

use k8s_openapi::api::core::v1::{Volume, VolumeProjection};

use super::Warnings;
use crate::api::cause::MOST;
use crate::api::field::Field;
use crate::api::{list, text};
use crate::server::quoted;

/// Folders above a file that are looked at; no path on a node has as many.
const DEEPEST: usize = 2_048;

/// A file, where its path is written, and what it comes from.
struct File<'a> {
    path: &'a str,
    source: String,
}

impl File<'_> {
    /// As the server prints it.
    fn shown(&self) -> String {
        match self.source.as_str() {
            "" => quoted(self.path),
            source => format!("{} ({source})", quoted(self.path)),
        }
    }
}

/// The files of a volume so far, by path.
#[derive(Default)]
struct Files<'a> {
    by_path: BTreeMap<&'a str, Vec<(usize, File<'a>)>>,
    count: usize,
}

impl<'a> Files<'a> {
    /// Adds a file, and gives it and those that it hides or is hidden by, in their order; not all of
    /// very many.
    fn add(&mut self, path: &'a str, source: String) -> (String, Vec<String>) {
        let path = path.trim_end_matches('/');
        let file = File { path, source };
        let shown = file.shown();
        if path.is_empty() {
            return (shown, Vec::new());
        }
        let mut found: Vec<(usize, String)> = Vec::new();
        let above = path.match_indices('/').take(DEEPEST).filter_map(|(end, _)| path.get(..end));
        let here = above.chain([path]).filter_map(|folder| self.by_path.get(folder)).flatten();
        let (first, last) = (format!("{path}/"), format!("{path}0"));
        let below = self
            .by_path
            .range::<str, _>((Bound::Included(first.as_str()), Bound::Excluded(last.as_str())))
            .flat_map(|(_, files)| files);
        found.extend(here.chain(below).take(MOST).map(|(order, file)| (*order, file.shown())));
        found.sort();
        self.by_path.entry(path).or_default().push((self.count, file));
        self.count += 1;
        (shown, found.into_iter().map(|it| it.1).collect())
    }
}

/// The volumes of a Pod, with the field of the list.
pub(super) fn check(volumes: &[Volume], at: &Field<'_>, warnings: &mut Warnings) {
    for (index, volume) in volumes.iter().enumerate() {
        let here = at.index(index);
        if let Some(source) = volume.config_map.as_ref().filter(|source| source.items.is_some()) {
            let paths = list(&source.items).iter().map(|item| item.path.as_str());
            let what = format!("ConfigMap {}", quoted(&source.name));
            one_source(volume, &what, paths, &here.key("configMap"), warnings);
        }
        if let Some(source) = volume.secret.as_ref().filter(|source| source.items.is_some()) {
            let paths = list(&source.items).iter().map(|item| item.path.as_str());
            let what = format!("Secret {}", quoted(text(&source.secret_name)));
            one_source(volume, &what, paths, &here.key("secret"), warnings);
        }
        if let Some(source) = &volume.downward_api {
            let paths = list(&source.items).iter().map(|item| item.path.as_str());
            one_source(volume, "DownwardAPI", paths, &here.key("downwardAPI"), warnings);
        }
        if let Some(projected) = &volume.projected {
            many_sources(volume, list(&projected.sources), &here.key("projected"), warnings);
        }
    }
}

fn one_source<'a>(
    volume: &Volume,
    what: &str,
    paths: impl Iterator<Item = &'a str>,
    at: &Field<'_>,
    warnings: &mut Warnings,
) {
    let mut files = Files::default();
    let at = at.key("items");
    for (index, path) in paths.enumerate() {
        let item = at.index(index);
        overlaps(volume, what, files.add(path, String::new()), &item.key("path"), warnings);
    }
}

fn many_sources(volume: &Volume, sources: &[VolumeProjection], at: &Field<'_>, warnings: &mut Warnings) {
    let mut files = Files::default();
    let at = at.key("sources");
    for (index, source) in sources.iter().enumerate() {
        let here = at.index(index);
        if *source == VolumeProjection::default() {
            warnings.saying(
                &here,
                format!("volume {} (Projected) has no sources provided", quoted(&volume.name)),
                format!("source {} of the volume `{}` is empty", index + 1, volume.name),
                "name what it is made of, or leave it out",
            );
            continue;
        }
        for (key, path, what) in files_of(source) {
            let found = files.add(path, what);
            overlaps(volume, "Projected", found, &here.key(key), warnings);
        }
    }
}

/// The files of a source of a projected volume: the kind of source, the path, and the server's words
/// for it.
fn files_of(source: &VolumeProjection) -> Vec<(&'static str, &str, String)> {
    if let Some(it) = source.config_map.as_ref().filter(|it| it.items.is_some()) {
        let what = format!("ConfigMap {}", quoted(&it.name));
        return list(&it.items).iter().map(|item| ("configMap", item.path.as_str(), what.clone())).collect();
    }
    if let Some(it) = source.secret.as_ref().filter(|it| it.items.is_some()) {
        let what = format!("Secret {}", quoted(&it.name));
        return list(&it.items).iter().map(|item| ("secret", item.path.as_str(), what.clone())).collect();
    }
    if let Some(it) = source.downward_api.as_ref().filter(|it| it.items.is_some()) {
        let files = list(&it.items).iter();
        return files.map(|item| ("downwardAPI", item.path.as_str(), "DownwardAPI".to_owned())).collect();
    }
    if let Some(it) = &source.service_account_token {
        return vec![("serviceAccountToken", &it.path, "ServiceAccountToken".to_owned())];
    }
    if let Some(it) = &source.cluster_trust_bundle {
        let name = it.name.as_deref().or(it.signer_name.as_deref()).unwrap_or_default();
        return vec![("clusterTrustBundle", &it.path, format!("ClusterTrustBundle {}", quoted(name)))];
    }
    let Some(it) = &source.pod_certificate else { return Vec::new() };
    let files = [
        (&it.certificate_chain_path, "PodCertificate chain"),
        (&it.key_path, "PodCertificate key"),
        (&it.credential_bundle_path, "PodCertificate credential bundle"),
    ];
    let files = files.into_iter().map(|(path, what)| ("podCertificate", text(path), what.to_owned()));
    files.filter(|(_, path, _)| !path.is_empty()).collect()
}

fn overlaps(
    volume: &Volume,
    what: &str,
    (file, others): (String, Vec<String>),
    at: &Field<'_>,
    warnings: &mut Warnings,
) {
    for other in others {
        warnings.saying(
            at,
            format!("volume {} ({what}): overlapping paths: {file} with {other}", quoted(&volume.name)),
            format!("the file {file} of the volume `{}` and {other} cannot both be there", volume.name),
            "give each file a path of its own",
        );
    }
}
