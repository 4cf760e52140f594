//! Writes `data/schemas.bin` from the JSON Schemas of the Python package `kubernetes-validate`:
//!
//! ```text
//! cargo run -p podlint-schemas --example generate -- PATH/kubernetes-json-schema [--check]
//! ```
//!
//! With `--check` it writes nothing and fails when the committed blob differs. `README.md` says
//! where the schemas come from.

#[path = "../../src/hash.rs"]
mod hash;
mod layout;
mod model;
mod source;

use std::path::Path;
use std::process::ExitCode;

const BLOB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/schemas.bin");

fn main() -> ExitCode {
    let mut folder = None;
    let mut check = false;
    for argument in std::env::args().skip(1) {
        if argument == "--check" {
            check = true;
        } else {
            folder = Some(argument);
        }
    }
    let Some(folder) = folder else {
        eprintln!("usage: generate PATH/kubernetes-json-schema [--check]");
        return ExitCode::from(2);
    };
    match run(Path::new(&folder), check) {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("generate: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path, check: bool) -> Result<String, String> {
    let model = source::read(folder)?;
    let blob = layout::write(&model)?;
    if !check {
        std::fs::write(BLOB, &blob).map_err(|error| format!("{BLOB}: {error}"))?;
        return Ok(format!("wrote {BLOB}: {} bytes", blob.len()));
    }
    let committed = std::fs::read(BLOB).map_err(|error| format!("{BLOB}: {error}"))?;
    if committed == blob {
        Ok(format!("{BLOB} is up to date"))
    } else {
        Err(format!("{BLOB} differs from what the schemas give"))
    }
}
