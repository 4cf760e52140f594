//! What is handed to the workers, and in which portions.
//!
//! Small files travel as names, several together, and are read by the workers. Large ones are cut
//! into batches of documents here, so that one stream keeps all workers busy and is never in memory
//! as a whole.

use std::fs::File;
use std::io;
use std::ops::Range;

use crate::batch::Batch;
use crate::input::{Input, Source};
use crate::paths;
use crate::stream::{Opened, Stream};
use crate::work::{EXCLUDED, NO_OBJECT};

/// Up to this size a file is read as a whole.
pub const SMALL: u64 = 1 << 20;

/// How much of small files makes a portion, in bytes and in files.
const PORTION: u64 = 128 << 10;
const PORTION_FILES: usize = 32;

/// A portion of work.
#[derive(Debug)]
pub enum Job {
    /// Files to read, by position among the inputs.
    Files(Range<usize>),
    /// A stretch of a large file.
    Batch {
        /// Position among the inputs.
        input: usize,
        /// Its documents.
        batch: Batch,
        /// How it goes on after them.
        end: End,
    },
    /// The bytes of a file that only reading showed to be small or to be UTF-16.
    Whole {
        /// Position among the inputs.
        input: usize,
        /// All of them.
        bytes: Vec<u8>,
    },
    /// A file that is skipped without reading on, and why.
    Skip(usize, &'static str),
}

/// How a file goes on after a batch.
#[derive(Debug)]
pub enum End {
    /// There is more.
    NotYet,
    /// That was all.
    Reached,
    /// It could not be read further.
    Failed(String),
}

/// Cuts the inputs into portions, in order.
pub struct Jobs<'a> {
    inputs: &'a [Input],
    next: usize,
    stream: Option<(usize, Box<Stream>)>,
    max_size: u64,
    /// Files are taken as a whole whatever their size: to be mended they have to be.
    whole: bool,
}

impl<'a> Jobs<'a> {
    /// Portions of these inputs.
    pub fn new(inputs: &'a [Input], max_size: u64, whole: bool) -> Self {
        Self { inputs, next: 0, stream: None, max_size, whole }
    }

    /// The next files that are read by a worker.
    fn files(&mut self) -> Option<Job> {
        let start = self.next;
        let mut size = 0;
        while let Some(input) = self.inputs.get(self.next) {
            let Some(bytes) = self.read_by_worker(input) else {
                break;
            };
            if self.next > start && (size + bytes > PORTION || self.next - start >= PORTION_FILES) {
                break;
            }
            size += bytes;
            self.next += 1;
        }
        (self.next > start).then_some(Job::Files(start..self.next))
    }

    fn read_by_worker(&self, input: &Input) -> Option<u64> {
        if input.excluded {
            return None;
        }
        match input.size {
            // A file above the limit is only named, which any worker can do.
            Some(size) if self.whole || size <= SMALL || size > self.max_size => Some(size),
            None if self.whole => Some(PORTION),
            _ => None,
        }
    }
}

impl Iterator for Jobs<'_> {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        loop {
            if let Some((input, stream)) = &mut self.stream {
                let input = *input;
                let (batch, end) = stream.batch();
                if !matches!(end, End::NotYet) {
                    self.stream = None;
                }
                return Some(Job::Batch { input, batch, end });
            }
            if let Some(job) = self.files() {
                return Some(job);
            }
            let input = self.next;
            let file = self.inputs.get(input)?;
            self.next += 1;
            if file.excluded {
                return Some(Job::Skip(input, EXCLUDED));
            }
            let failed = |reason| Job::Batch { input, batch: Batch::default(), end: End::Failed(reason) };
            return Some(match open(file, self.max_size) {
                Ok(Opened::Whole(bytes)) => Job::Whole { input, bytes },
                Ok(Opened::NoObjects) => Job::Skip(input, NO_OBJECT),
                Ok(Opened::Stream(stream)) => {
                    self.stream = Some((input, stream));
                    continue;
                }
                Err(reason) => failed(reason),
            });
        }
    }
}

fn open(input: &Input, max_size: u64) -> Result<Opened, String> {
    match &input.source {
        Source::Stdin => Stream::open(Box::new(io::stdin()), max_size),
        Source::Held(bytes) => Stream::open(Box::new(io::Cursor::new(bytes.clone())), max_size),
        Source::File(path) => {
            let file = File::open(path).map_err(|error| paths::reason(&error))?;
            match input.size {
                Some(_) => Stream::open_file(file, max_size),
                // What a pipe has given it does not give again.
                None => Stream::open(Box::new(file), max_size),
            }
        }
    }
}
