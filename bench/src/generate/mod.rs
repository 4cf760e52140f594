//! Manifests, as people and generators write them.

pub mod cluster;
mod config_map;
mod custom;
mod pod;
mod words;

use std::fmt::Write as _;

use crate::rng::Rng;

/// The seed of all published figures.
pub const SEED: u64 = 42;

/// How many objects make the stream of 20 MB.
pub const STREAM: usize = 5_700;

/// A kind that the generator makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `apps/v1` Deployment.
    Deployment,
    /// `v1` Pod.
    Pod,
    /// `v1` `ConfigMap`.
    ConfigMap,
    /// `apiextensions.k8s.io/v1` `CustomResourceDefinition`.
    Custom,
}

/// The kind of the object of this number: of ten, three are Deployments, four Pods, two
/// `ConfigMaps` and one a CRD.
pub const fn kind(number: usize) -> Kind {
    match number % 10 {
        0 | 3 | 8 => Kind::Deployment,
        1 | 4 | 5 | 6 => Kind::Pod,
        2 | 7 => Kind::ConfigMap,
        _ => Kind::Custom,
    }
}

/// The object of this number, without a `---` line. It does not depend on any other object.
pub fn object(number: usize) -> String {
    let mut rng = Rng::new(SEED, number);
    match kind(number) {
        Kind::Deployment => deployment(&mut rng, number),
        Kind::Pod => pod(&mut rng, number),
        Kind::ConfigMap => config_map::config_map(&mut rng, number),
        Kind::Custom => custom::definition(&mut rng, number),
    }
}

/// The first object of a kind.
pub fn first(wanted: Kind) -> String {
    object((0..10).find(|&number| kind(number) == wanted).unwrap_or_default())
}

/// The first `count` objects, one after the other with `---` lines between.
pub fn stream(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        if number > 0 {
            text.push_str("---\n");
        }
        text.push_str(&object(number));
    }
    text
}

/// Fills a line in; writing to a string cannot fail.
macro_rules! line {
    ($out:expr, $($text:tt)*) => {{
        let _ = writeln!($out, $($text)*);
    }};
}
use line;

fn metadata(out: &mut String, rng: &mut Rng, name: &str, indent: &str) {
    line!(out, "{indent}metadata:");
    line!(out, "{indent}  name: {name}");
    line!(out, "{indent}  namespace: {}", rng.pick(words::NAMESPACES));
    line!(out, "{indent}  labels:");
    labels(out, rng, name, &format!("{indent}    "));
    if rng.percent(70) {
        line!(out, "{indent}  annotations:");
        line!(out, "{indent}    checksum/config: {}", rng.hex(64));
        line!(out, "{indent}    prometheus.io/scrape: \"true\"");
        line!(out, "{indent}    prometheus.io/port: '{}'", rng.between(8000, 9999));
        if rng.percent(40) {
            line!(out, "{indent}    example.com/description: >-");
            line!(out, "{indent}      {}", words::sentence(rng, 12));
            line!(out, "{indent}      {}", words::sentence(rng, 9));
        }
    }
}

fn labels(out: &mut String, rng: &mut Rng, name: &str, indent: &str) {
    line!(out, "{indent}app.kubernetes.io/name: {name}");
    line!(out, "{indent}app.kubernetes.io/instance: {}-{}", name, rng.pick(words::STAGES));
    line!(out, "{indent}app.kubernetes.io/version: \"{}\"", words::version(rng));
    line!(out, "{indent}app.kubernetes.io/component: {}", rng.pick(words::COMPONENTS));
    line!(out, "{indent}team: {}", rng.pick(words::TEAMS));
}

fn source(out: &mut String, rng: &mut Rng, name: &str, file: &str) {
    if rng.percent(50) {
        line!(out, "# Source: {}/templates/{file}", rng.pick(words::COMPONENTS));
    }
    if rng.percent(30) {
        line!(out, "# {name}: {}", words::sentence(rng, 10));
    }
}

fn deployment(rng: &mut Rng, number: usize) -> String {
    let mut out = String::with_capacity(4_096);
    let name = words::name(rng, number);
    source(&mut out, rng, &name, "deployment.yaml");
    out.push_str("apiVersion: apps/v1\nkind: Deployment\n");
    metadata(&mut out, rng, &name, "");
    out.push_str("spec:\n");
    line!(out, "  replicas: {}", rng.between(1, 12));
    line!(out, "  revisionHistoryLimit: {}", rng.between(2, 10));
    out.push_str("  selector:\n    matchLabels:\n");
    line!(out, "      app.kubernetes.io/name: {name}");
    out.push_str("  strategy:\n    type: RollingUpdate\n    rollingUpdate:\n");
    line!(out, "      maxSurge: {}", rng.pick(&["1", "25%", "50%"]));
    out.push_str("      maxUnavailable: 0  # never below what is asked for\n");
    out.push_str("  template:\n");
    metadata(&mut out, rng, &name, "    ");
    out.push_str("    spec:\n");
    pod::spec(&mut out, rng, &name, "      ");
    out
}

fn pod(rng: &mut Rng, number: usize) -> String {
    let mut out = String::with_capacity(3_072);
    let name = words::name(rng, number);
    source(&mut out, rng, &name, "pod.yaml");
    out.push_str("apiVersion: v1\nkind: Pod\n");
    metadata(&mut out, rng, &name, "");
    out.push_str("spec:\n");
    pod::spec(&mut out, rng, &name, "  ");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_the_same_every_time() {
        for number in 0..20 {
            assert_eq!(object(number), object(number));
        }
        assert_ne!(object(0), object(10));
    }

    #[test]
    fn the_stream_has_the_promised_size() {
        let bytes = stream(STREAM).len();
        assert!((19_000_000..21_000_000).contains(&bytes), "{bytes} bytes");
    }
}
