//! `ConfigMaps`: short settings beside whole files.

use std::fmt::Write as _;

use super::{line, metadata, source, words};
use crate::rng::Rng;

/// A `ConfigMap`.
pub fn config_map(rng: &mut Rng, number: usize) -> String {
    let mut out = String::with_capacity(6_144);
    let name = words::name(rng, number);
    source(&mut out, rng, &name, "configmap.yaml");
    out.push_str("apiVersion: v1\nkind: ConfigMap\n");
    metadata(&mut out, rng, &name, "");
    out.push_str("data:\n");
    for setting in 0..rng.between(3, 8) {
        line!(out, "  {}_{setting}: \"{}\"", rng.pick(words::VARIABLES), words::sentence(rng, 3));
    }
    out.push_str("  nginx.conf: |\n");
    for block in 0..rng.between(4, 14) {
        line!(out, "    # {}", words::sentence(rng, 8));
        line!(out, "    location /{}/{block} {{", rng.pick(words::COMPONENTS));
        line!(out, "        proxy_pass http://{}:{};", rng.pick(words::COMPONENTS), rng.between(8000, 9999));
        line!(out, "        proxy_set_header X-Request-Id \"{}\";", rng.hex(16));
        out.push_str("    }\n\n");
    }
    out.push_str("  settings.json: |-\n    {\n");
    for entry in 0..rng.between(8, 30) {
        line!(out, "      \"{}.{entry}\": \"{}\",", rng.pick(words::COMPONENTS), words::sentence(rng, 4));
    }
    out.push_str("      \"last\": true\n    }\n");
    out
}
