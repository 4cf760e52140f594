//! The properties that fuzzing tries, on what it found and on the project's manifests: see
//! `fuzz/README.md`.
#![allow(clippy::disallowed_methods)] // Tests read their data.

mod support;

#[path = "../../fuzz/src/properties/mod.rs"]
mod properties;

use std::panic::catch_unwind;

use support::{json_lines, testdata};

/// Inputs with a name each.
type Inputs = Vec<(String, Vec<u8>)>;

/// What fuzzing one target found.
fn found(target: &str) -> Inputs {
    let folder = std::fs::read_dir(testdata("fuzz").join(target)).expect("a folder of inputs");
    let mut inputs: Inputs = folder
        .map(|entry| {
            let path = entry.expect("an entry").path();
            (path.display().to_string(), std::fs::read(&path).expect("an input"))
        })
        .collect();
    inputs.sort();
    inputs
}

/// The texts of recorded cases: every `step`th.
fn cases(file: &str, name: &str, field: &str, step: usize) -> Inputs {
    let texts = json_lines(file)
        .into_iter()
        .step_by(step)
        .filter_map(|case| Some((format!("{file}: {}", case[name]), case[field].as_str()?.as_bytes().to_vec())));
    texts.collect()
}

fn manifests() -> Inputs {
    let mut inputs = cases("mistakes/real-mistakes.jsonl", "id", "snippet", 1);
    inputs.extend(cases("upstream/validate-dev.jsonl.xz", "id", "yaml", 25));
    let example = testdata("examples/pod.yaml");
    inputs.push((example.display().to_string(), std::fs::read(&example).expect("the example")));
    inputs
}

/// Tries a property on every input, and names those that it does not hold of.
fn hold(property: fn(&[u8]), inputs: Inputs) {
    assert!(!inputs.is_empty(), "nothing to try");
    let failed: Vec<String> = inputs
        .into_iter()
        .filter(|(_, bytes)| catch_unwind(|| property(bytes)).is_err())
        .map(|(name, _)| name)
        .collect();
    assert!(failed.is_empty(), "does not hold of:\n{}", failed.join("\n"));
}

#[test]
fn reading() {
    let mut inputs = found("read");
    inputs.extend(cases("yaml/go-yaml-probes.jsonl", "case", "input", 1));
    inputs.extend(cases("yaml/streams.jsonl", "case", "input", 1));
    inputs.extend(manifests());
    hold(properties::read::read, inputs);
}

#[test]
fn fixing() {
    let mut inputs = found("fix");
    inputs.extend(manifests());
    hold(properties::fix::fix, inputs);
}

#[test]
fn servers_rules() {
    let mut inputs = found("api");
    // Any bytes will do: here they only choose.
    inputs.extend(cases("upstream/validate-dev.jsonl.xz", "id", "yaml", 2));
    hold(properties::api::api, inputs);
}

#[test]
fn checking() {
    let mut inputs = found("engine");
    inputs.extend(manifests());
    hold(properties::engine::engine, inputs);
}
