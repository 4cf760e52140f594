//! Reading a large file or a pipe a batch of documents at a time.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek};

use podlint_core::may_hold_objects;
use podlint_core::yaml::{Encoding, Splitter};

use crate::batch::{Batch, is_utf16};
use crate::job::{End, SMALL};
use crate::{paths, size};

/// How much text a batch holds before it goes to a worker: enough work to be worth the way, little
/// enough that all threads have some, and that its memory is used again rather than mapped anew.
const BATCH: usize = 80 << 10;

/// How much is read at once.
const BLOCK: usize = 64 << 10;

/// What opening a source tells.
pub enum Opened {
    /// All of it: it is small, or cannot be cut before it is decoded.
    Whole(Vec<u8>),
    /// There is no object in it.
    NoObjects,
    /// It goes on.
    Stream(Box<Stream>),
}

/// A source that is read a batch at a time.
pub struct Stream {
    source: Box<dyn Read + Send>,
    block: Vec<u8>,
    splitter: Splitter,
    encoding: Encoding,
    /// Bytes that may still be read.
    left: u64,
    max_size: u64,
    end: bool,
    /// Something that is no text was met.
    broken: bool,
}

impl Stream {
    /// Starts to read a large file, after a cheap look through it.
    pub fn open_file(mut file: File, max_size: u64) -> Result<Opened, String> {
        let looked = holds_objects(&mut file).and_then(|holds| file.rewind().map(|()| holds));
        if looked.map_err(|error| paths::reason(&error))? {
            Self::open(Box::new(file), max_size)
        } else {
            Ok(Opened::NoObjects)
        }
    }

    /// Starts to read a source of which nothing is known.
    pub fn open(mut source: Box<dyn Read + Send>, max_size: u64) -> Result<Opened, String> {
        let mut start = Vec::new();
        let mut read = |limit: u64, start: &mut Vec<u8>| {
            let wanted = limit.saturating_sub(start.len() as u64);
            source.by_ref().take(wanted).read_to_end(start).map_err(|error| paths::reason(&error))
        };
        // One byte more than the limit tells that there is more.
        read(SMALL.min(max_size) + 1, &mut start)?;
        let whole = start.len() as u64 <= SMALL;
        let encoding = Encoding::detect(&start);
        let utf16 = is_utf16(encoding);
        if utf16 && !whole {
            read(max_size.saturating_add(1), &mut start)?;
        }
        if start.len() as u64 > max_size {
            return Err(size::too_large(max_size));
        }
        if whole || utf16 {
            return Ok(Opened::Whole(start));
        }
        let mut splitter = Splitter::new();
        splitter.push(start.get(encoding.mark().len()..).unwrap_or_default());
        let left = max_size - start.len() as u64;
        Ok(Opened::Stream(Box::new(Self {
            source,
            block: vec![0; BLOCK],
            splitter,
            encoding,
            left,
            max_size,
            end: false,
            broken: false,
        })))
    }

    /// The next documents, and how it goes on after them.
    pub fn batch(&mut self) -> (Batch, End) {
        let text = String::with_capacity(BATCH + BATCH / 4);
        let mut batch = Batch { text, encoding: self.encoding, ..Batch::default() };
        loop {
            while let Some(chunk) = self.splitter.next() {
                batch.push(&chunk, self.encoding.mark().len(), &mut self.broken);
                if batch.text.len() >= BATCH {
                    return (batch, End::NotYet);
                }
            }
            if self.end {
                return (batch, End::Reached);
            }
            match self.source.read(&mut self.block) {
                Ok(0) => {
                    self.splitter.finish();
                    self.end = true;
                }
                Ok(read) if read as u64 > self.left => {
                    return (batch, End::Failed(size::too_large(self.max_size)));
                }
                Ok(read) => {
                    self.left -= read as u64;
                    self.splitter.push(self.block.get(..read).unwrap_or_default());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return (batch, End::Failed(paths::reason(&error))),
            }
        }
    }
}

/// The cheap look, block by block. The words it looks for may stand across two blocks.
fn holds_objects(file: &mut File) -> io::Result<bool> {
    const OVERLAP: usize = 16;
    let mut block = vec![0; BLOCK];
    let mut kept = 0;
    loop {
        let read = match file.read(block.get_mut(kept..).unwrap_or_default()) {
            Ok(0) => return Ok(false),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let filled = kept + read;
        let seen = block.get(..filled).unwrap_or_default();
        if may_hold_objects(seen) || is_utf16(Encoding::detect(seen)) {
            return Ok(true);
        }
        kept = filled.min(OVERLAP);
        block.copy_within(filled - kept..filled, 0);
    }
}
