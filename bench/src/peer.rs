//! kubeconform and its schemas.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use podlint_bench::generate::STREAM;

use crate::input::Inputs;
use crate::measure::Program;

/// The Go module of kubeconform.
const MODULE: &str = "github.com/yannh/kubeconform/cmd/kubeconform";
/// Its version.
const VERSION: &str = "v0.8.0";
/// The Python package that has the schemas.
const PACKAGE: &str = "kubernetes-validate==1.37.0";
/// The version of Kubernetes that is checked against.
const KUBERNETES: &str = "1.37.0";

/// A kubeconform with schemas.
pub struct Kubeconform {
    program: PathBuf,
    /// As its `-schema-location` takes it.
    schemas: String,
}

impl Kubeconform {
    /// Builds it and fetches the schemas, unless both are there from an earlier run.
    pub fn prepare(folder: &Path) -> anyhow::Result<Self> {
        let program = from_go(MODULE, VERSION, "kubeconform", folder)?;
        let schemas = schemas(&folder.join("schemas"))?;
        let template = schemas.join("{{.NormalizedKubernetesVersion}}-local{{.StrictSuffix}}");
        let template = template.join("{{.ResourceKind}}{{.KindSuffix}}.json");
        Ok(Self { program, schemas: template.display().to_string() })
    }

    /// kubeconform on a file or folder, with two threads.
    pub fn on(&self, path: &Path) -> Program {
        Program::new(&self.program)
            .arg("-strict")
            .arg("-summary")
            .arg("-n")
            .arg("2")
            .arg("-kubernetes-version")
            .arg(KUBERNETES)
            .arg("-schema-location")
            .arg(&self.schemas)
            .arg(path)
    }

    /// Whether it has a schema for all objects, finds nothing wrong with them, and finds what is
    /// wrong.
    pub fn verify(&self, inputs: &Inputs) -> anyhow::Result<()> {
        for path in [&inputs.stream, &inputs.files] {
            let (status, text) = self.on(path).output()?;
            let all = text.contains(&format!("Valid: {STREAM}, Invalid: 0, Errors: 0, Skipped: 0"));
            ensure!(status == Some(0) && all, "kubeconform did not accept {}:\n{text}", path.display());
        }
        let (status, text) = self.on(&inputs.stray).output()?;
        let caught = text.contains("noSuchField") && text.contains("Invalid: 1, Errors: 0");
        ensure!(status == Some(1) && caught, "kubeconform misses an unknown field:\n{text}");
        Ok(())
    }
}

/// Builds a program from its Go module, unless an earlier run did.
pub fn from_go(module: &str, version: &str, name: &str, folder: &Path) -> anyhow::Result<PathBuf> {
    let own = folder.join(format!("{name}-{version}"));
    let program = own.join(name).with_extension(std::env::consts::EXE_EXTENSION);
    if !program.exists() {
        let mut go = Command::new("go");
        go.arg("install").arg(format!("{module}@{version}")).env("GOBIN", own).current_dir(folder);
        run(&mut go, "Go")?;
    }
    Ok(program)
}

/// Fetches the Python package and makes a folder of its strict schemas that kubeconform can read.
fn schemas(folder: &Path) -> anyhow::Result<PathBuf> {
    let name = format!("v{KUBERNETES}-local-strict");
    if folder.join(&name).exists() {
        return Ok(folder.to_owned());
    }
    let package = folder.join("package");
    fs::create_dir_all(&package).with_context(|| format!("cannot make {}", package.display()))?;
    let python = |arguments: &[&str]| -> anyhow::Result<()> {
        run(Command::new("python3").args(arguments).current_dir(&package), "Python")
    };
    python(&["-m", "pip", "download", "--quiet", "--no-deps", "--dest", ".", PACKAGE])?;
    let entries = fs::read_dir(&package).with_context(|| format!("cannot read {}", package.display()))?;
    let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let wheel = names.find(|name| Path::new(name).extension() == Some(OsStr::new("whl")));
    let wheel = wheel.context("pip brought no wheel")?;
    python(&["-m", "zipfile", "-e", &wheel, "."])?;

    let source = package.join("kubernetes_validate").join("kubernetes-json-schema").join(&name);
    // Under another name until it is complete.
    let half = folder.join("half");
    if half.exists() {
        fs::remove_dir_all(&half).with_context(|| format!("cannot remove {}", half.display()))?;
    }
    rewrite(&source, &half).with_context(|| format!("cannot copy {}", source.display()))?;
    fs::rename(&half, folder.join(&name)).with_context(|| format!("cannot rename {}", half.display()))?;
    Ok(folder.to_owned())
}

/// Copies schemas so that their references lead to the file beside them. The package resolves them
/// by identifiers of its own, which elsewhere point at a server.
fn rewrite(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let text = fs::read_to_string(entry.path())?;
        let text = text.replace("\"/api/_definitions.json#", "\"_definitions.json#");
        let text = text.replace("\"$id\": \"", "\"$comment\": \"");
        fs::write(to.join(entry.file_name()), text)?;
    }
    Ok(())
}

/// Runs a tool that may not be there.
fn run(command: &mut Command, tool: &str) -> anyhow::Result<()> {
    let output = match command.stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => bail!("{tool} is not installed"),
        Err(error) => return Err(error).context(format!("cannot start {tool}")),
    };
    if !output.status.success() {
        bail!("{tool} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
