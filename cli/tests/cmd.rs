//! Runs the transcripts in `testdata/cmd/`: what is typed, and what the terminal shows then.
//!
//! A line that starts with `$ ` is a command for `sh` (continued by lines that start with `> `), the
//! lines below it are what it prints, standard error included, and `? 2` its exit status where that
//! is not 0. Lines that start with `#` explain. The commands of a file run in one empty folder.
//! `UPDATE_CMD=1 cargo test --test cmd` writes what the commands print now: read it before keeping it.

#![cfg(unix)]

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

#[test]
fn transcripts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cmd");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "cmd"));
    files.sort();
    assert!(!files.is_empty(), "no transcripts");
    let mut failures = String::new();
    for file in files {
        let expected = fs::read_to_string(&file).unwrap();
        let actual = replay(&expected);
        if actual == expected {
            continue;
        }
        if env::var_os("UPDATE_CMD").is_some() {
            fs::write(&file, &actual).unwrap();
        }
        let diff = similar::TextDiff::from_lines(&expected, &actual).unified_diff().to_string();
        let _ = writeln!(failures, "{}\n{diff}", file.display());
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// The transcript as its commands make it now.
fn replay(transcript: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut made = String::new();
    let mut lines = transcript.lines().peekable();
    while let Some(line) = lines.next() {
        let _ = writeln!(made, "{line}");
        let Some(first) = line.strip_prefix("$ ") else {
            continue;
        };
        let mut command = first.to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with("> ") || *line == ">") {
            let _ = writeln!(made, "{more}");
            let _ = write!(command, "\n{}", more.get(2..).unwrap_or_default());
        }
        // What it printed when it was recorded ends where something else starts.
        while lines.next_if(|line| !line.starts_with("$ ") && !line.starts_with('#')).is_some() {}
        made.push_str(&run(&command, folder.path()));
    }
    made.truncate(made.trim_end().len());
    made.push('\n');
    made
}

/// What a command shows: its output, its status where that is not 0, and an empty line.
fn run(command: &str, folder: &Path) -> String {
    let programs = Path::new(env!("CARGO_BIN_EXE_podlint")).parent().unwrap();
    let path = env::join_paths(
        std::iter::once(programs.to_owned()).chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())),
    )
    .unwrap_or_else(|_| OsString::from(programs));
    // Of the environment only the path to programs counts: no colours, no git settings, one language.
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let mut shown = String::from_utf8_lossy(&output.stdout).replace(&folder.display().to_string(), "[folder]");
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push('\n');
    }
    match output.status.code() {
        Some(0) => {}
        Some(status) => drop(writeln!(shown, "? {status}")),
        None => shown.push_str("? killed\n"),
    }
    shown.push('\n');
    shown
}
