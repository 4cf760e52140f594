//! The README's picture of a terminal, made of what podlint prints: `UPDATE_PICTURES=1 cargo test --test
//! pictures` draws it anew. `.ci/page` makes the one of the page.

use std::path::Path;
use std::process::Command;

use anstyle_svg::{Term, WIN10_CONSOLE};

#[test]
fn the_terminal_shows_what_podlint_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("testdata/examples/schedule");
    let output = Command::new(env!("CARGO_BIN_EXE_podlint"))
        .args(["schedule", "--color", "always", "--cluster", "nodes.yaml", "deploy.yaml"])
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("podlint runs");
    assert_eq!(output.status.code(), Some(1), "one of the two finds no node");
    let printed = String::from_utf8(output.stdout).expect("text");
    let screen = format!("$ podlint schedule --cluster nodes.yaml deploy.yaml\n{}", printed.trim_end());
    let drawn = Term::new().palette(WIN10_CONSOLE).render_svg(&screen);
    // Terminals show dim text brighter than that.
    let drawn = drawn.replace("opacity: 0.4", "opacity: 0.7");
    let path = root.join("docs/schedule.svg");
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::write(&path, &drawn).expect("the folder is there");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "{} is out of date: UPDATE_PICTURES=1 draws it anew", path.display());
}
