//! What a worker does with a portion: read, check, mend.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use podlint_core::across::{join, may_speak};
use podlint_core::settings::Settings;
use podlint_core::yaml::Encoding;
use podlint_core::{Report, may_hold_objects};

use crate::batch::{Batch, is_utf16};
use crate::config::Policy;
use crate::fix::{self, Fixing};
use crate::input::{Input, Source};
use crate::job::{End, Job};
use crate::kustomize::Kustomizations;
use crate::{paths, size};

/// Why a file was skipped that a cheap look found no object in.
pub const NO_OBJECT: &str = "no apiVersion or kind";

/// Why a file was skipped that was named all the same.
pub const EXCLUDED: &str = "excluded by the configuration";

/// What came of a stretch of one file.
#[derive(Default, Debug)]
pub struct Part {
    /// Position of the file among the inputs.
    pub input: usize,
    /// No more comes of this file.
    pub last: bool,
    /// The documents.
    pub batch: Batch,
    /// One for each document of the batch.
    pub reports: Vec<Report>,
    /// The file could not be read, or not further.
    pub failure: Option<String>,
    /// The whole file was skipped.
    pub skipped: Option<&'static str>,
    /// What fixing came to.
    pub fixed: fix::Outcome,
}

/// Does the work of any thread.
pub struct Worker<'a> {
    /// The files.
    pub inputs: &'a [Input],
    /// How to check each.
    pub policy: &'a Policy,
    /// Which of them are patches.
    pub kustomizations: Kustomizations,
    /// Whether and how to mend.
    pub fixing: Option<Fixing>,
    /// Larger files are refused.
    pub max_size: u64,
}

impl Worker<'_> {
    /// Does a portion of work.
    pub fn work(&self, job: Job) -> Vec<Part> {
        match job {
            Job::Files(range) => range.map(|input| self.file(input)).collect(),
            Job::Whole { input, bytes } => vec![self.whole(input, &bytes)],
            Job::Skip(input, reason) => vec![Part { skipped: Some(reason), ..skipped(input) }],
            Job::Batch { input, batch, end } => vec![self.stretch(input, batch, end)],
        }
    }

    fn file(&self, input: usize) -> Part {
        match self.inputs.get(input).map(|input| read(input, self.max_size)) {
            Some(Ok(bytes)) => self.whole(input, &bytes),
            Some(Err(reason)) => failed(input, reason),
            None => Part { input, last: true, ..Part::default() },
        }
    }

    fn whole(&self, input: usize, bytes: &[u8]) -> Part {
        let utf16 = is_utf16(Encoding::detect(bytes));
        let settings = self.settings(input);
        let batch = (utf16 || may_hold_objects(bytes)).then(|| Batch::whole(bytes));
        let holds_objects = |batch: &Batch| !utf16 || may_hold_objects(batch.text.as_bytes()) || batch.is_broken();
        let mut part = match batch.filter(holds_objects) {
            Some(batch) => Part { reports: reports_of_file(&batch, &settings), input, batch, ..Part::default() },
            None => skipped(input),
        };
        part.last = true;
        if let (Some(fixing), Some(input)) = (&self.fixing, self.inputs.get(input)) {
            fixing.mend(input, bytes, &settings, &mut part);
        }
        part
    }

    fn stretch(&self, input: usize, batch: Batch, end: End) -> Part {
        let settings = self.settings(input);
        let last = !matches!(end, End::NotYet);
        let failure = if let End::Failed(reason) = end { Some(reason) } else { None };
        Part { input, last, failure, reports: reports(&batch, &settings), batch, ..Part::default() }
    }

    fn settings(&self, input: usize) -> Settings {
        let place = self.inputs.get(input).and_then(|input| input.place.as_deref());
        let mut settings = self.policy.settings(place);
        settings.patch = place.is_some_and(|place: &Path| self.kustomizations.name_as_patch(place));
        settings
    }
}

/// The bytes of an input.
pub fn read(input: &Input, max_size: u64) -> Result<Vec<u8>, String> {
    let (mut source, size): (Box<dyn Read>, u64) = match &input.source {
        Source::Stdin => (Box::new(io::stdin()), 0),
        Source::Held(bytes) => (Box::new(&**bytes), bytes.len() as u64),
        Source::File(path) => {
            let file = fs::File::open(path).map_err(|error| paths::reason(&error))?;
            (Box::new(file), input.size.unwrap_or_default())
        }
    };
    let mut bytes = Vec::new();
    if size <= max_size {
        bytes.reserve_exact(usize::try_from(size).unwrap_or_default() + 1);
        // One byte more tells a file that is too large from one that just fits.
        source
            .by_ref()
            .take(max_size.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| paths::reason(&error))?;
    }
    if size.max(bytes.len() as u64) > max_size {
        return Err(size::too_large(max_size));
    }
    Ok(bytes)
}

/// Checks every document of a file, and all of them together.
pub fn reports_of_file(batch: &Batch, settings: &Settings) -> Vec<Report> {
    if !may_speak(batch.text.as_bytes()) {
        return reports(batch, settings);
    }
    let mut reports = reports(batch, &Settings { with_facts: true, ..settings.clone() });
    join(&mut reports);
    reports
}

/// Checks every document of a batch.
fn reports(batch: &Batch, settings: &Settings) -> Vec<Report> {
    batch.pieces.iter().map(|piece| batch.report(piece, settings)).collect()
}

fn skipped(input: usize) -> Part {
    Part { input, last: true, skipped: Some(NO_OBJECT), ..Part::default() }
}

fn failed(input: usize, reason: String) -> Part {
    Part { input, last: true, failure: Some(reason), ..Part::default() }
}
