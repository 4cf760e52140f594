//! The README shows what podlint prints: a picture that is out of date is a wrong promise.

use std::path::Path;
use std::process::Command;

#[test]
fn the_picture_is_what_podlint_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_podlint"))
        .args(["-f", "testdata/examples/pod.yaml"])
        .current_dir(root)
        .env_remove("CLICOLOR_FORCE")
        .env("COLUMNS", "100")
        .output()
        .expect("podlint runs");
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8(output.stdout).expect("text");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md");
    let picture = format!("```console\n$ podlint -f testdata/examples/pod.yaml\n{}\n```", printed.trim_end());
    assert!(readme.contains(&picture), "README.md should show:\n{picture}");
}
