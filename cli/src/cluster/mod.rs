//! `--cluster`: files that kubectl printed, read into a cluster.

mod items;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use podlint_core::Document;
use podlint_core::schedule::{Builder, Cluster};
use podlint_core::yaml::Encoding;

use self::items::Items;
use crate::{complain, paths};

/// What was read, and whether all of it was in order.
pub struct Loaded {
    /// The nodes and the rest.
    pub cluster: Cluster,
    /// Something was wrong, and has been said.
    pub failed: bool,
}

/// Reads the files, and the YAML and JSON files of the folders, that `--cluster` names; `-` is
/// standard input.
pub fn load(arguments: &[PathBuf]) -> anyhow::Result<Loaded> {
    let mut builder = Builder::default();
    let mut failed = false;
    for path in files(arguments)? {
        let name = if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() };
        let source: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let file = File::open(&path).map_err(|error| anyhow::anyhow!("{name}: {}", paths::reason(&error)))?;
            Box::new(BufReader::with_capacity(1 << 20, file))
        };
        for item in Items::new(source) {
            let item = item.with_context(|| name.clone())?;
            let given = builder.read(&Document {
                text: &item.text,
                json: item.json,
                offset: 0,
                line: item.line,
                column: 0,
                index: 0,
                bad_separator: None,
                encoding: Encoding::Utf8,
            });
            for problem in given.problems {
                let object = problem.object.map(|object| format!("{object}: ")).unwrap_or_default();
                complain(&format!("{name}:{}: {object}{}", problem.line, problem.message));
                failed |= problem.is_error;
            }
        }
    }
    let cluster = builder.finish();
    if cluster.node_count() == 0 {
        let names: Vec<String> = arguments.iter().map(|path| path.display().to_string()).collect();
        bail!("no Node in {}: give what `kubectl get nodes,pods,namespaces -A -o yaml` prints", names.join(", "));
    }
    Ok(Loaded { cluster, failed })
}

fn files(arguments: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for argument in arguments {
        if !argument.is_dir() {
            files.push(argument.clone());
            continue;
        }
        let name = argument.display();
        let entries = fs::read_dir(argument).map_err(|error| anyhow::anyhow!("{name}: {}", paths::reason(&error)))?;
        let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        found.retain(|path| {
            let ending = path.extension().and_then(|ending| ending.to_str());
            path.is_file() && matches!(ending, Some("yaml" | "yml" | "json"))
        });
        found.sort();
        files.extend(found);
    }
    Ok(files)
}
