//! Makes the corpora and the dictionary of the fuzz targets: `cargo run --release --example seeds
//! [FOLDER…]`. Besides the project's own test data it takes small manifests of the folders given.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use podlint_core::yaml::{Encoding, Kind, NodeId, Tree, encode};
use podlint_fuzz::mutate::field_names;
use serde_json::Value;

/// Larger files are no good seeds.
const LARGEST: usize = 2_000;
/// Seeds of one source: enough to know every kind, few enough to go around often.
const MOST: usize = 400;

fn main() -> io::Result<()> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    let testdata = fuzz.join("../testdata");
    let texts = |file: &str, field: &str| -> io::Result<Vec<String>> {
        let mut bytes = std::fs::read(testdata.join(file))?;
        if Path::new(file).extension().is_some_and(|it| it == "xz") {
            let mut unpacked = Vec::new();
            lzma_rs::xz_decompress(&mut bytes.as_slice(), &mut unpacked)
                .map_err(|error| io::Error::other(format!("{error:?}")))?;
            bytes = unpacked;
        }
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let values = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        Ok(values.filter_map(|value| value.get(field)?.as_str().map(str::to_owned)).collect())
    };
    let mut manifests = texts("mistakes/real-mistakes.jsonl", "snippet")?;
    manifests.extend(thinned(texts("upstream/validate-dev.jsonl.xz", "yaml")?));
    manifests.push(std::fs::read_to_string(testdata.join("examples/pod.yaml"))?);
    let mut found = Vec::new();
    for folder in std::env::args().skip(1) {
        collect(Path::new(&folder), &mut found)?;
    }
    manifests.extend(thinned(found));

    let mut reads = texts("yaml/go-yaml-probes.jsonl", "input")?;
    reads.extend(texts("yaml/streams.jsonl", "input")?);
    reads.extend(manifests.iter().step_by(8).cloned());
    let json: Vec<String> = manifests.iter().step_by(6).filter_map(|text| json(text)).collect();
    manifests.extend(json);
    for (target, seeds) in [("read", &reads), ("fix", &manifests), ("engine", &manifests), ("api", &manifests)] {
        let folder = fuzz.join("corpus").join(target);
        std::fs::create_dir_all(&folder)?;
        let seeds: BTreeSet<&String> = seeds.iter().filter(|seed| seed.len() <= LARGEST).collect();
        for (index, seed) in seeds.iter().enumerate() {
            // Some as Windows writes them, which have no fixes of their own.
            let encoding = match index % 16 {
                0 if target != "fix" => Encoding::Utf16Le,
                8 if target != "fix" => Encoding::Utf8Bom,
                _ => Encoding::Utf8,
            };
            std::fs::write(folder.join(format!("seed-{index:04}")), encode(seed, encoding))?;
        }
        println!("{target}: {} seeds", seeds.len());
    }
    let words: Vec<String> = field_names().iter().map(|name| format!("\"{name}\"")).collect();
    std::fs::write(fuzz.join("corpus/fields.dict"), words.join("\n"))
}

/// At most [`MOST`] of them, from everywhere.
fn thinned(all: Vec<String>) -> Vec<String> {
    let small: Vec<String> = all.into_iter().filter(|text| text.len() <= LARGEST).collect();
    let step = small.len().div_ceil(MOST).max(1);
    small.into_iter().step_by(step).collect()
}

fn collect(folder: &Path, found: &mut Vec<String>) -> io::Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        let is_manifest = path.extension().is_some_and(|it| it == "yaml" || it == "yml" || it == "json");
        if entry.file_type()?.is_dir() {
            collect(&path, found)?;
        } else if is_manifest && let Ok(text) = std::fs::read_to_string(&path) {
            found.push(text);
        }
    }
    Ok(())
}

/// The first document as JSON.
fn json(text: &str) -> Option<String> {
    let tree = Tree::parse(text).ok()?;
    serde_json::to_string_pretty(&value(&tree, tree.root()?)).ok()
}

fn value(tree: &Tree<'_>, node: NodeId) -> Value {
    let node = tree.target(node);
    match tree.kind(node) {
        Kind::Null | Kind::Alias => Value::Null,
        Kind::Bool => tree.boolean(node).into(),
        Kind::Integer => tree.integer(node).and_then(|it| i64::try_from(it).ok()).into(),
        Kind::Float => tree.float(node).into(),
        Kind::String => Value::from(tree.string(node)),
        Kind::Sequence => tree.items(node).map(|item| value(tree, item)).collect(),
        Kind::Mapping => {
            tree.fields(node).iter().map(|field| (field.name.clone().into_owned(), value(tree, field.value))).collect()
        }
    }
}
