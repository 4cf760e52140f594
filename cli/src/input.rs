//! Which files to check: arguments and what stands below them, in a fixed order.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use ignore::WalkBuilder;

use crate::paths;

/// Where bytes come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// Standard input that was read already: see [`Found::hold_stdin`].
    Held(Arc<[u8]>),
    /// A file.
    File(PathBuf),
}

/// One thing to check.
#[derive(Debug)]
pub struct Input {
    /// Where its bytes come from.
    pub source: Source,
    /// What it is called: the argument as given, joined with the path below it.
    pub name: String,
    /// Where it stands, for what depends on the place: rules by path, a kustomization nearby. None
    /// for standard input without a name.
    pub place: Option<PathBuf>,
    /// Its bytes; none where only reading tells, as for a pipe.
    pub size: Option<u64>,
    /// Named, but excluded by the configuration: not to be read.
    pub excluded: bool,
    /// Reached through a link in a folder, so that it may be there under its own name, too.
    linked: bool,
}

/// Something that could not be read.
#[derive(Debug)]
pub struct Problem {
    /// What it is called.
    pub name: String,
    /// Why not.
    pub reason: String,
}

/// What the arguments come to.
#[derive(Default, Debug)]
pub struct Found {
    /// To be checked, in this order.
    pub inputs: Vec<Input>,
    /// Could not be found or listed.
    pub problems: Vec<Problem>,
}

/// How to search.
pub struct Search<'a> {
    /// The working folder.
    pub folder: &'a Path,
    /// Read files that git ignores.
    pub no_ignore: bool,
    /// What standard input is called.
    pub stdin: Option<&'a Path>,
    /// The report's own file, which is never input.
    pub output: Option<&'a Path>,
    /// Whether the configuration excludes a file or folder, given from the root.
    pub excluded: &'a (dyn Fn(&Path, bool) -> bool + Sync),
}

impl Found {
    /// Reads standard input, as far as it may be checked, so that it can be looked at twice.
    pub fn hold_stdin(&mut self, max_size: u64) -> io::Result<()> {
        for input in self.inputs.iter_mut().filter(|input| input.source == Source::Stdin) {
            let mut bytes = Vec::new();
            // One byte more tells what is too large from what just fits.
            io::stdin().take(max_size.saturating_add(1)).read_to_end(&mut bytes)?;
            input.source = Source::Held(bytes.into());
        }
        Ok(())
    }
}

impl Input {
    /// Whether it is standard input.
    pub fn is_stdin(&self) -> bool {
        matches!(self.source, Source::Stdin | Source::Held(_))
    }
}

impl Search<'_> {
    /// Everything that `arguments` name or hold. A file reached twice is taken once.
    pub fn find(&self, arguments: &[PathBuf]) -> Found {
        let mut found = Found::default();
        let mut seen = HashSet::new();
        for argument in arguments {
            if argument.as_os_str() == "-" {
                if seen.insert(PathBuf::from("-")) {
                    self.stdin(&mut found);
                }
                continue;
            }
            match fs::metadata(argument) {
                Err(error) => {
                    found.problems.push(Problem { name: paths::shown(argument), reason: why_not(argument, &error) });
                }
                Ok(metadata) if metadata.is_dir() => self.walk(argument, &mut seen, &mut found),
                Ok(metadata) => {
                    let place = paths::absolute(self.folder, argument);
                    let excluded = (self.excluded)(&place, false);
                    if seen.insert(place.clone()) {
                        let size = metadata.is_file().then_some(metadata.len());
                        let input = file(argument.clone(), place, size);
                        found.inputs.push(Input { excluded, ..input });
                    }
                }
            }
        }
        once(&mut found.inputs);
        found
    }

    fn stdin(&self, found: &mut Found) {
        let name = self.stdin.map_or_else(|| "<stdin>".to_owned(), paths::shown);
        let place = self.stdin.map(|path| paths::absolute(self.folder, path));
        let excluded = place.as_ref().is_some_and(|place| (self.excluded)(place, false));
        found.inputs.push(Input { source: Source::Stdin, name, place, size: None, excluded, linked: false });
    }

    /// Everything below a folder that is called like a manifest, by name.
    fn walk(&self, root: &Path, seen: &mut HashSet<PathBuf>, found: &mut Found) {
        // Hidden folders are read: workflows aside, `.github`, `.k8s` and the like hold manifests.
        // Links are followed, as in mounted volumes, where every file is one.
        let walk = WalkBuilder::new(root)
            .standard_filters(false)
            .git_ignore(!self.no_ignore)
            .git_exclude(!self.no_ignore)
            .git_global(!self.no_ignore)
            .parents(!self.no_ignore)
            .require_git(false)
            .follow_links(true)
            .sort_by_file_name(Ord::cmp)
            .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git")
            .build();
        let mut pruned: Option<PathBuf> = None;
        let mut linked: Option<PathBuf> = None;
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    found.problems.extend(problem(root, &error));
                    continue;
                }
            };
            if pruned.as_ref().is_some_and(|folder| entry.path().starts_with(folder)) {
                continue;
            }
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            if !is_dir && !called_like_a_manifest(entry.path()) {
                continue;
            }
            let place = paths::absolute(self.folder, entry.path());
            if (self.excluded)(&place, is_dir) {
                pruned = is_dir.then(|| entry.into_path());
                continue;
            }
            let below_link = linked.as_ref().is_some_and(|folder| entry.path().starts_with(folder));
            let is_link = entry.depth() > 0 && entry.path_is_symlink();
            if is_dir && is_link && !below_link {
                linked = Some(entry.path().to_owned());
            }
            if is_dir || self.output.is_some_and(|output| output == place) || !seen.insert(place.clone()) {
                continue;
            }
            match entry.metadata() {
                // A pipe in a folder would be waited for, and holds no manifest to keep.
                Ok(metadata) if !metadata.is_file() => {}
                Ok(metadata) => {
                    let input = file(entry.into_path(), place, Some(metadata.len()));
                    found.inputs.push(Input { linked: is_link || below_link, ..input });
                }
                Err(error) => found.problems.extend(problem(root, &error)),
            }
        }
    }
}

fn file(path: PathBuf, place: PathBuf, size: Option<u64>) -> Input {
    Input {
        name: paths::shown(&path),
        source: Source::File(path),
        place: Some(place),
        size,
        excluded: false,
        linked: false,
    }
}

/// Takes out what links lead to that is there under its own name, or through an earlier link.
fn once(inputs: &mut Vec<Input>) {
    if !inputs.iter().any(|input| input.linked) {
        return;
    }
    let real = |input: &Input| input.place.as_ref().and_then(|place| fs::canonicalize(place).ok());
    let mut seen: HashSet<PathBuf> = inputs.iter().filter(|input| !input.linked).filter_map(real).collect();
    inputs.retain(|input| !input.linked || real(input).is_none_or(|path| seen.insert(path)));
}

fn called_like_a_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known))
}

/// Why a path leads nowhere.
fn why_not(path: &Path, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound && fs::read_link(path).is_ok() {
        return "broken link".to_owned();
    }
    paths::reason(error)
}

/// The problem that an error of the walk is; none where it is about a link that no manifest is
/// called like, e.g. a dangling one to a program.
fn problem(root: &Path, error: &ignore::Error) -> Option<Problem> {
    let mut path = root;
    let mut inner = error;
    loop {
        match inner {
            ignore::Error::WithPath { path: deeper, err } => {
                path = deeper;
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            ignore::Error::Loop { ancestor, child } => {
                let reason = format!("link loop: it leads back to {}", ancestor.display());
                return Some(Problem { name: paths::shown(child), reason });
            }
            ignore::Error::Io(error) => {
                // The walk's own error wraps the system's; asking again gives the plain one.
                let reason =
                    fs::metadata(path).err().map_or_else(|| paths::reason(error), |error| why_not(path, &error));
                let is_link = fs::read_link(path).is_ok();
                let told = !is_link || called_like_a_manifest(path);
                return told.then(|| Problem { name: paths::shown(path), reason });
            }
            // What remains is about a `.gitignore` that cannot be read in part: git ignores that, too.
            _ => return None,
        }
    }
}
