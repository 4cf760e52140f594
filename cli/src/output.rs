//! Where the report goes.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;

use crate::paths;

/// Writes bytes to standard output.
pub fn print(bytes: &[u8]) -> anyhow::Result<()> {
    let mut output = Output::stdout();
    output.write(|out| out.write_all(bytes))?;
    output.flush()
}

/// The report's way out. A reader that leaves early (`| head`) is no error: see [`Output::closed`].
pub struct Output {
    to: BufWriter<Box<dyn Write>>,
    /// What is written is seen at once.
    terminal: bool,
    closed: bool,
}

impl Output {
    /// To a file, created or emptied.
    pub fn file(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path)
            .map_err(|error| anyhow::anyhow!(paths::reason(&error)))
            .with_context(|| path.display().to_string())?;
        Ok(Self::new(Box::new(file), false))
    }

    /// To standard output.
    pub fn stdout() -> Self {
        Self::new(Box::new(io::stdout()), io::stdout().is_terminal())
    }

    /// To standard error, where standard output is taken by mended text.
    pub fn stderr() -> Self {
        Self::new(Box::new(io::stderr()), io::stderr().is_terminal())
    }

    fn new(to: Box<dyn Write>, terminal: bool) -> Self {
        Self { to: BufWriter::with_capacity(64 << 10, to), terminal, closed: false }
    }

    /// Whether a terminal shows it.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// The reader has left: nobody wants the rest.
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// Writes with `write`; on a terminal what is written shows at once.
    pub fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
        let done = write(&mut self.to).and_then(|()| if self.terminal { self.to.flush() } else { Ok(()) });
        self.settle(done)
    }

    /// Writes what is still held back.
    pub fn flush(&mut self) -> anyhow::Result<()> {
        let done = self.to.flush();
        self.settle(done)
    }

    fn settle(&mut self, done: io::Result<()>) -> anyhow::Result<()> {
        match done {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            done => done.map_err(|error| anyhow::anyhow!("cannot write the report: {}", paths::reason(&error))),
        }
    }
}
