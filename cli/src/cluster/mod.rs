//! `--cluster`: files that kubectl printed, read into a cluster.

mod items;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::bail;
use podlint_core::Document;
use podlint_core::schedule::{Builder, Cluster, Given, Objects, Stamp};
use podlint_core::yaml::{self, Encoding};

use self::items::{Item, Items};
use crate::batch::is_utf16;
use crate::input::Found;
use crate::{complain, paths, pool};

/// A snapshot of so many days is still taken without a word.
const FRESH_DAYS: u64 = 30;

/// What was read, and whether all of it was in order.
pub struct Loaded {
    /// The nodes and the rest.
    pub cluster: Cluster,
    /// Something was wrong, and has been said.
    pub failed: bool,
}

/// Reads the files, and the YAML and JSON files of the folders, that `--cluster` names; `-` is
/// standard input. What stands in the files that are checked, and is applied with their Pods, joins it.
pub fn load(arguments: &[PathBuf], found: &mut Found, max_size: u64) -> anyhow::Result<Loaded> {
    let mut builder = Builder::default();
    // On one thread: to free objects that another one has made costs more than the other gains.
    let told = read(arguments, 1, Objects::read, |objects| builder.add(objects))?;
    if let Some((taken, name)) = &told.oldest {
        renew(*taken, name);
    }
    found.hold_stdin(max_size).map_err(|error| anyhow::anyhow!("<stdin>: {}", paths::reason(&error)))?;
    written::add(&mut builder, &found.inputs, max_size);
    let cluster = builder.finish();
    if cluster.node_count() == 0 {
        bail!("no Node in {}: give what `kubectl get nodes,pods,namespaces -A -o yaml` prints", names(arguments));
    }
    Ok(Loaded { cluster, failed: told.failed })
}

/// Says it where a snapshot is too old to be trusted.
fn renew(taken: Stamp, name: &str) {
    let days = now().map_or(0, |now| taken.days_before(now));
    if days > FRESH_DAYS {
        complain(&format!(
            "warning: {name} was taken {days} days ago, at {taken}: take a new one (podlint snapshot --help says how)"
        ));
    }
}

/// By the clock of the machine; none where that is beyond telling.
pub fn now() -> Option<Stamp> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    Stamp::from_seconds(i64::try_from(seconds).ok()?)
}

/// What is known of files beside their objects.
#[derive(Default)]
pub struct Told {
    /// Something was wrong, and has been said.
    pub failed: bool,
    /// The oldest snapshot, and what it is called.
    pub oldest: Option<(Stamp, String)>,
    /// The kinds that the files tell of.
    pub kinds: BTreeSet<String>,
    /// How many objects were of kinds that scheduling does not need, by kind.
    pub ignored: BTreeMap<String, usize>,
}

/// Reads the objects of files and folders with `work`, on several threads, hands on what it made of
/// them to `take`, in order, and says what is wrong with them.
pub fn read<R: Send>(
    arguments: &[PathBuf],
    threads: usize,
    work: impl Fn(&Document<'_>) -> R + Sync,
    mut take: impl FnMut(R) -> Given,
) -> anyhow::Result<Told> {
    let mut told = Told::default();
    for path in files(arguments)? {
        let name = name_of(&path);
        let mut result = Ok(());
        let work = |batch: io::Result<Vec<Item>>| -> io::Result<Vec<R>> {
            Ok(batch?.iter().map(|item| work(&item.document())).collect())
        };
        let sink = |made: io::Result<Vec<R>>| match made {
            Ok(made) => {
                for made in made {
                    told.add(&name, take(made));
                }
                ControlFlow::Continue(())
            }
            Err(error) => {
                result = Err(error);
                ControlFlow::Break(())
            }
        };
        let read = open(&path).map(|source| pool::in_order(Batches(Items::new(source)), threads, work, sink));
        read.and(result).map_err(|error| match error.kind() {
            ErrorKind::InvalidData => anyhow::anyhow!("{name}: it is no text: give what kubectl prints"),
            _ => anyhow::anyhow!("{name}: {}", paths::reason(&error)),
        })?;
    }
    Ok(told)
}

/// Some objects together, so that handing them to a thread costs little.
struct Batches(Items);

/// Bytes of a batch.
const BATCH: usize = 256 << 10;

impl Iterator for Batches {
    type Item = io::Result<Vec<Item>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while bytes < BATCH {
            match self.0.next() {
                Some(Ok(item)) => {
                    bytes += item.text.len();
                    batch.push(item);
                }
                Some(Err(error)) => return Some(Err(error)),
                None => break,
            }
        }
        (!batch.is_empty()).then_some(Ok(batch))
    }
}

/// Opens a file as UTF-8 without a byte-order mark. Only one in UTF-16, as PowerShell makes them, is
/// held as a whole.
fn open(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let source: Box<dyn Read + Send> =
        if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(path)?) };
    let mut source = BufReader::with_capacity(1 << 20, source);
    let encoding = Encoding::detect(source.fill_buf()?);
    if is_utf16(encoding) {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes)?;
        let (text, _) = yaml::decode(&bytes).map_err(|_| io::Error::from(ErrorKind::InvalidData))?;
        return Ok(Box::new(Cursor::new(text.into_owned())));
    }
    source.consume(encoding.mark().len());
    Ok(Box::new(source))
}

impl Told {
    fn add(&mut self, name: &str, given: Given) {
        for problem in given.problems {
            let object = problem.object.map(|object| format!("{object}: ")).unwrap_or_default();
            complain(&format!("{name}:{}: {object}{}", problem.line, problem.message));
            self.failed |= problem.is_error;
        }
        if let Some(taken) = given.taken
            && self.oldest.as_ref().is_none_or(|(oldest, _)| taken < *oldest)
        {
            self.oldest = Some((taken, name.to_owned()));
        }
        self.kinds.extend(given.kinds);
        for (kind, count) in given.ignored {
            *self.ignored.entry(kind).or_default() += count;
        }
    }
}

/// What files and folders are called in messages.
pub fn names(arguments: &[PathBuf]) -> String {
    let names: Vec<String> = arguments.iter().map(|path| name_of(path)).collect();
    names.join(", ")
}

fn name_of(path: &Path) -> String {
    if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() }
}

fn files(arguments: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for argument in arguments {
        if !argument.is_dir() {
            files.push(argument.clone());
            continue;
        }
        let name = argument.display();
        let entries = fs::read_dir(argument).map_err(|error| anyhow::anyhow!("{name}: {}", paths::reason(&error)))?;
        let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        found.retain(|path| {
            let ending = path.extension().and_then(|ending| ending.to_str());
            path.is_file() && matches!(ending, Some("yaml" | "yml" | "json"))
        });
        found.sort();
        files.extend(found);
    }
    Ok(files)
}
