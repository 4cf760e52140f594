//! The generator gives the committed blob again, byte for byte.
//!
//! Needs the schemas, which are too large to commit: set `PODLINT_KUBERNETES_JSON_SCHEMA` to the
//! folder that `README.md` tells how to get.

#[path = "../src/hash.rs"]
mod hash;
#[path = "../examples/generate/layout.rs"]
mod layout;
#[path = "../examples/generate/model.rs"]
mod model;
#[path = "../examples/generate/source.rs"]
mod source;

use std::path::Path;

#[test]
fn the_generator_gives_the_committed_blob() {
    let Some(folder) = std::env::var_os("PODLINT_KUBERNETES_JSON_SCHEMA") else {
        eprintln!("skipped: PODLINT_KUBERNETES_JSON_SCHEMA is not set");
        return;
    };
    let model = source::read(Path::new(&folder)).unwrap();
    let blob = layout::write(&model).unwrap();
    let committed: &[u8] = include_bytes!("../data/schemas.bin");
    assert!(blob == committed, "run the generator, see schemas/README.md");
}
