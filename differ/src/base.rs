//! The manifests that mutations start from: Kubernetes accepts each of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use podlint_schemas::{KindInfo, Version, kind};
use serde::Deserialize;
use serde_yaml::Value;

use crate::answer::Answer;
use crate::oracle::Oracle;

/// One manifest to start from.
pub struct Base {
    /// Where it comes from.
    pub source: String,
    /// It is a recorded case, not written to start from.
    pub is_recorded: bool,
    /// The object.
    pub object: Value,
    /// What the schema says of its kind.
    pub kind: KindInfo,
}

/// The manifests to start from.
pub struct Bases {
    /// By kind; kinds and manifests stand in the same order each time.
    pub by_kind: BTreeMap<&'static str, Vec<Base>>,
}

/// Recorded manifests that are accepted: of each kind at most this many.
const MOST_RECORDED: usize = 60;

impl Bases {
    /// Reads the hand-written ones, the mended mistakes, and recorded cases that were accepted.
    pub fn read(testdata: &Path, kinds: &[String]) -> Result<Self> {
        let mut bases = Self { by_kind: BTreeMap::new() };
        let folder = testdata.join("upstream/bases");
        let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file)?;
            bases.add(&text, &file.display().to_string(), false).with_context(|| file.display().to_string())?;
        }
        let text = fs::read_to_string(testdata.join("mistakes/real-mistakes.jsonl"))?;
        for line in text.lines() {
            let case: serde_json::Value = serde_json::from_str(line)?;
            if let (Some(yaml), Some(id)) = (case["fixed_snippet"].as_str(), case["id"].as_str()) {
                bases.add(yaml, id, false)?;
            }
        }
        let packed = fs::read(testdata.join("upstream/validate-dev.jsonl.xz"))?;
        let mut text = Vec::new();
        lzma_rs::xz_decompress(&mut packed.as_slice(), &mut text)?;
        let mut recorded: BTreeMap<String, usize> = BTreeMap::new();
        for line in String::from_utf8(text)?.lines() {
            let case: serde_json::Value = serde_json::from_str(line)?;
            let [answer] = case["answer"]["documents"].as_array().map_or(&[][..], Vec::as_slice) else { continue };
            let (Some(yaml), Some(id)) = (case["yaml"].as_str(), case["id"].as_str()) else { continue };
            let kind = answer["kind"].as_str().unwrap_or_default().to_owned();
            let count = recorded.entry(kind).or_default();
            if answer["verdict"] == "ok" && *count < MOST_RECORDED {
                *count += 1;
                bases.add(yaml, id, true)?;
            }
        }
        if !kinds.is_empty() {
            bases.by_kind.retain(|name, _| kinds.iter().any(|wanted| wanted == name));
        }
        Ok(bases)
    }

    fn add(&mut self, text: &str, source: &str, is_recorded: bool) -> Result<()> {
        for document in serde_yaml::Deserializer::from_str(text) {
            let object = Value::deserialize(document)?;
            let field = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
            let Some(kind) = kind(Version::NEWEST, field("apiVersion"), field("kind")) else { continue };
            self.by_kind.entry(kind.kind).or_default().push(Base {
                source: source.to_owned(),
                is_recorded,
                object,
                kind,
            });
        }
        Ok(())
    }

    /// Takes out what the oracle has no strategy for, and lists what it refuses.
    pub fn refused(&mut self, oracle: &mut Oracle) -> Result<Vec<String>> {
        let mut refused = Vec::new();
        for bases in self.by_kind.values_mut() {
            let mut kept = Vec::new();
            for base in std::mem::take(bases) {
                let answer = Answer::of_kubernetes(&oracle.answer("", &serde_yaml::to_string(&base.object)?)?);
                match answer.verdict.as_str() {
                    "ok" => kept.push(base),
                    "unregistered" => {}
                    // Written again, a text such as `no` is no text for Go's reader.
                    _ if base.is_recorded => {}
                    verdict => {
                        refused.push(format!("{}: {verdict} {:?} {:?}", base.source, answer.strict, answer.causes));
                    }
                }
            }
            *bases = kept;
        }
        self.by_kind.retain(|_, bases| !bases.is_empty());
        Ok(refused)
    }
}
