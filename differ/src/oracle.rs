//! The oracle, over a pipe.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::mutate::Case;

/// Kubernetes' own decoding, defaulting and create strategies, in a process.
pub struct Oracle {
    process: Child,
    input: Option<BufWriter<ChildStdin>>,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts it.
    pub fn start(path: &Path) -> Result<Self> {
        let mut process = Command::new(path)
            .arg("validate")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} (testdata/upstream/build.sh makes it)", path.display()))?;
        let input = process.stdin.take().map(BufWriter::new);
        let output = BufReader::new(process.stdout.take().context("the oracle has no output")?);
        Ok(Self { process, input, output })
    }

    /// Asks about some cases, the next one before the last is answered.
    pub fn ask<'c>(&mut self, cases: &'c [Case]) -> Result<Vec<(&'c Case, Value)>> {
        let Self { input, output, .. } = self;
        let input = input.as_mut().context("the oracle is gone")?;
        std::thread::scope(|scope| {
            let writer = scope.spawn(move || -> Result<()> {
                for case in cases {
                    writeln!(input, "{}", json!({"id": case.id, "yaml": case.yaml}))?;
                }
                Ok(input.flush()?)
            });
            let answers = cases.iter().map(|case| Ok((case, line(output)?))).collect::<Result<Vec<_>>>();
            writer.join().ok().context("the writer panicked")??;
            answers
        })
    }

    /// Asks about one manifest.
    pub fn answer(&mut self, id: &str, yaml: &str) -> Result<Value> {
        let input = self.input.as_mut().context("the oracle is gone")?;
        writeln!(input, "{}", json!({"id": id, "yaml": yaml}))?;
        input.flush()?;
        line(&mut self.output)
    }
}

fn line(output: &mut BufReader<ChildStdout>) -> Result<Value> {
    let mut text = String::new();
    ensure!(output.read_line(&mut text)? > 0, "the oracle stopped");
    let mut answer: Value = serde_json::from_str(&text)?;
    if let Some(fields) = answer.as_object_mut() {
        fields.remove("id");
    }
    Ok(answer)
}

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}
