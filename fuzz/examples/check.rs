//! Tries a target on single files: `cargo run --release --example check -- TARGET FILE…`, or
//! without files on all that was kept.

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use podlint_fuzz::properties;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().unwrap_or_default();
    let property: fn(&[u8]) = match target.as_str() {
        "read" => properties::read::read,
        "fix" => properties::fix::fix,
        "engine" => properties::engine::engine,
        "api" => properties::api::api,
        _ => return Err(std::io::Error::other("usage: check read|fix|engine|api [FILE…]")),
    };
    let mut files: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    if files.is_empty() {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/fuzz").join(target);
        files = std::fs::read_dir(kept)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    }
    let mut failed = 0;
    for file in files {
        let bytes = std::fs::read(&file)?;
        println!("{}", file.display());
        failed += usize::from(catch_unwind(|| property(&bytes)).is_err());
    }
    if failed == 0 { Ok(()) } else { Err(std::io::Error::other(format!("{failed} failed"))) }
}
