//! The input on disk.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use podlint_bench::generate::{self, Kind, STREAM};

/// A Pod with a field that no version of Kubernetes has.
const STRAY: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: stray
spec:
  noSuchField: 1
  containers:
  - name: app
    image: app
";

/// Where the input is.
pub struct Inputs {
    folder: PathBuf,
    /// All objects in one file.
    pub stream: PathBuf,
    /// Its size.
    pub stream_bytes: u64,
    /// A folder with a file for each object.
    pub files: PathBuf,
    /// One Pod.
    pub pod: PathBuf,
    /// A Pod that both have to refuse.
    pub stray: PathBuf,
}

impl Inputs {
    /// Writes the input, anew each time: it takes less than a second.
    pub fn write(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.join("input");
        let files = folder.join("files");
        if files.exists() {
            fs::remove_dir_all(&files).with_context(|| format!("cannot empty {}", files.display()))?;
        }
        fs::create_dir_all(&files).with_context(|| format!("cannot make {}", files.display()))?;
        for number in 0..STREAM {
            write(&files.join(format!("{number:04}.yaml")), &generate::object(number))?;
        }
        let inputs = Self {
            stream: folder.join("stream.yaml"),
            stream_bytes: 0,
            pod: folder.join("pod.yaml"),
            stray: folder.join("stray.yaml"),
            files,
            folder,
        };
        let stream = generate::stream(STREAM);
        write(&inputs.stream, &stream)?;
        write(&inputs.pod, &generate::first(Kind::Pod))?;
        write(&inputs.stray, STRAY)?;
        Ok(Self { stream_bytes: stream.len() as u64, ..inputs })
    }

    /// A stream of this many objects. The largest does not fit in memory comfortably, so that it is
    /// written object by object.
    pub fn level(&self, count: usize) -> anyhow::Result<PathBuf> {
        let path = self.folder.join(format!("level-{count}.yaml"));
        let fill = || -> std::io::Result<()> {
            let mut file = BufWriter::new(File::create(&path)?);
            for number in 0..count {
                if number > 0 {
                    file.write_all(b"---\n")?;
                }
                file.write_all(generate::object(number).as_bytes())?;
            }
            file.flush()
        };
        fill().with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
