//! The table that is printed.

use std::fmt;

use crate::measure::{Used, median};

/// Rows under titles.
pub struct Table {
    peer: Option<&'static str>,
    lines: Vec<Line>,
}

enum Line {
    Title(String),
    Row(Row),
}

impl Table {
    /// A table, with columns for the peer or without.
    pub const fn new(peer: Option<&'static str>) -> Self {
        Self { peer, lines: Vec::new() }
    }

    /// Starts a group of rows.
    pub fn title(&mut self, title: String) {
        println!("measuring: {title}");
        self.lines.push(Line::Title(title));
    }

    /// Adds a row.
    pub fn row(&mut self, row: Row) {
        self.lines.push(Line::Row(row));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        write!(f, "{:34}{:>14}", "", "podlint")?;
        if let Some(peer) = self.peer {
            write!(f, "{peer:>14}{:>10}", "ratio")?;
        }
        writeln!(f, "   target")?;
        for line in &self.lines {
            match line {
                Line::Title(title) => writeln!(f, "\n{title}")?,
                Line::Row(row) => {
                    write!(f, "  {:32}{:>14}", row.name, row.ours)?;
                    if self.peer.is_some() {
                        write!(f, "{:>14}{:>10}", row.theirs, row.ratio_text())?;
                    }
                    let target = row.target.as_ref().map(|(text, met)| match met {
                        Some(true) => format!("   {text}: met"),
                        Some(false) => format!("   {text}: missed"),
                        None => format!("   {text}"),
                    });
                    writeln!(f, "{}", target.unwrap_or_default())?;
                }
            }
        }
        Ok(())
    }
}

/// One figure.
pub struct Row {
    name: String,
    ours: String,
    theirs: String,
    /// Ours, to hold against a target.
    value: f64,
    /// Ours by theirs.
    ratio: Option<f64>,
    /// What it is, and whether it is met, where that can be told.
    target: Option<(String, Option<bool>)>,
}

impl Row {
    fn compare(
        name: &str,
        ours: &[Used],
        theirs: Option<&[Used]>,
        of: fn(&Used) -> f64,
        show: fn(f64) -> String,
    ) -> Self {
        let value = median(ours, of);
        let peer = theirs.map(|runs| median(runs, of));
        Self {
            name: name.to_owned(),
            ours: show(value),
            theirs: peer.map(show).unwrap_or_default(),
            value,
            ratio: peer.map(|peer| value / peer),
            target: None,
        }
    }

    /// A time that was not taken of whole processes.
    pub fn single(name: &str, ours: f64, theirs: Option<f64>) -> Self {
        Self {
            name: name.to_owned(),
            ours: shown(ours),
            theirs: theirs.map(shown).unwrap_or_default(),
            value: ours,
            ratio: theirs.map(|theirs| ours / theirs),
            target: None,
        }
    }

    /// A time.
    pub fn seconds(name: &str, ours: &[Used], theirs: Option<&[Used]>, of: fn(&Used) -> f64) -> Self {
        Self::compare(name, ours, theirs, of, shown)
    }

    /// Peak memory.
    pub fn bytes(name: &str, ours: &[Used], theirs: Option<&[Used]>) -> Self {
        Self::compare(name, ours, theirs, Used::memory, |bytes| format!("{:.1} MB", bytes / 1e6))
    }

    /// How many times one figure is another.
    pub fn factor(name: &str, value: f64) -> Self {
        let ours = format!("{value:.2} ×");
        Self { name: name.to_owned(), ours, theirs: String::new(), value, ratio: None, target: None }
    }

    /// A time that is already text, with peak memory beside the name.
    pub fn plain(name: &str, ours: String, memory: f64) -> Self {
        let name = format!("{name} ({:.1} MB)", memory / 1e6);
        Self { name, ours, theirs: String::new(), value: 0.0, ratio: None, target: None }
    }

    /// Bytes that were not taken of a whole run.
    pub fn held(name: &str, bytes: f64) -> Self {
        let ours = format!("{:.1} MB", bytes / 1e6);
        Self { name: name.to_owned(), ours, theirs: String::new(), value: bytes, ratio: None, target: None }
    }

    /// A count.
    pub fn number(name: &str, value: f64) -> Self {
        let ours = format!("{value:.0}");
        Self { name: name.to_owned(), ours, theirs: String::new(), value, ratio: None, target: None }
    }

    /// Has to be at least this many.
    pub fn at_least_number(self, number: f64) -> Self {
        Self { target: Some((format!("at least {number}"), Some(self.value >= number))), ..self }
    }

    /// Has to be at most one part of this many of the peer's.
    pub fn at_most_share(self, parts: f64) -> Self {
        match self.ratio {
            Some(ratio) => Self { target: Some((format!("at most 1/{parts}"), Some(ratio * parts <= 1.0))), ..self },
            None => self,
        }
    }

    /// Has to stay below this many bytes.
    pub fn below_bytes(self, bytes: u32) -> Self {
        let met = self.value < f64::from(bytes);
        Self { target: Some((format!("below {} MB", bytes / 1_000_000), Some(met))), ..self }
    }

    /// Has to take no longer than this.
    pub fn at_most_seconds(self, seconds: f64) -> Self {
        Self { target: Some((format!("at most {:.0} ms", seconds * 1e3), Some(self.value <= seconds))), ..self }
    }

    /// Has to be at least this.
    pub fn at_least(self, value: f64) -> Self {
        Self { target: Some((format!("at least {value} ×"), Some(self.value >= value))), ..self }
    }

    /// Has to be at most this.
    pub fn at_most(self, value: f64) -> Self {
        Self { target: Some((format!("at most {value} ×"), Some(self.value <= value))), ..self }
    }

    /// The machine does not let it be told whether a target is met.
    pub fn untold(self, reason: &str) -> Self {
        Self { target: Some((format!("not told: {reason}"), None)), ..self }
    }

    fn ratio_text(&self) -> String {
        match self.ratio {
            Some(ratio) if ratio < 1.0 => format!("1/{:.1}", 1.0 / ratio),
            Some(ratio) => format!("{ratio:.1} ×"),
            None => String::new(),
        }
    }
}

fn shown(seconds: f64) -> String {
    if seconds < 0.5 { format!("{:.2} ms", seconds * 1e3) } else { format!("{seconds:.2} s") }
}

/// A size in millions of bytes.
pub fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
}
