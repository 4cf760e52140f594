//! The podlint that is measured.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use podlint_bench::generate::STREAM;

use crate::input::Inputs;
use crate::measure::Program;

/// A podlint.
pub struct Podlint(PathBuf);

impl Podlint {
    /// The one that is named, or the one of this workspace, built for release.
    pub fn find(named: Option<PathBuf>, build: &Path) -> anyhow::Result<Self> {
        if let Some(path) = named {
            return Ok(Self(path));
        }
        Ok(Self(built("podlint", build)?))
    }

    /// podlint on a file or folder, with this many threads. The folder of the input may well be one
    /// that git ignores, and no configuration may change what is measured.
    pub fn on(&self, path: &Path, threads: usize) -> Program {
        Program::new(&self.0)
            .arg("--no-config")
            .arg("--no-ignore")
            .arg("--max-size=4GiB")
            .arg(format!("-j{threads}"))
            .arg(path)
    }

    /// podlint on a file, with the cluster to schedule on.
    pub fn against(&self, cluster: &Path, path: &Path) -> Program {
        self.on(path, 2).arg("--cluster").arg(cluster)
    }

    /// Makes a snapshot of a cluster.
    pub fn snapshot(&self, cluster: &Path, to: &Path) -> anyhow::Result<PathBuf> {
        let (status, _) = Program::new(&self.0).arg("snapshot").arg(cluster).arg("-o").arg(to).output()?;
        ensure!(status == Some(0), "podlint made no snapshot of {}", cluster.display());
        Ok(to.to_owned())
    }

    /// Whether it looks at all objects, finds nothing wrong with them, and finds what is wrong.
    pub fn verify(&self, inputs: &Inputs) -> anyhow::Result<()> {
        for path in [&inputs.stream, &inputs.files] {
            let (status, text) = self.on(path, 2).output()?;
            let all = text.contains(&format!("{STREAM} objects"));
            ensure!(status == Some(0) && all, "podlint did not accept {}:\n{text}", path.display());
        }
        let (status, text) = self.on(&inputs.stray, 1).output()?;
        ensure!(status == Some(1) && text.contains("noSuchField"), "podlint misses an unknown field:\n{text}");
        Ok(())
    }
}

/// A program of this workspace, built for release.
pub fn built(package: &str, build: &Path) -> anyhow::Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--quiet", "--package", package])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .status()
        .context("cannot start cargo")?;
    ensure!(status.success(), "{package} could not be built");
    Ok(build.join("release").join(package).with_extension(env::consts::EXE_EXTENSION))
}
