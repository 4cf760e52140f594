//! podlint's own configuration: finding it, and where its patterns apply.

mod globs;
mod policy;

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, bail};
use podlint_core::config::{Config, Rules};

use self::globs::Globs;
use crate::paths;

pub use policy::Policy;

/// The names a configuration may have, the first found is taken.
const NAMES: [&str; 2] = ["podlint.yaml", ".podlint.yaml"];

/// A configuration, and the files its patterns mean.
#[derive(Default, Debug)]
pub struct Found {
    config: Config,
    exclude: Globs,
    /// Entries of `paths`, in order.
    paths: Vec<(Globs, Rules)>,
}

impl Found {
    /// Reads the configuration that applies in `folder`: the named one, or the first one found from
    /// there up. None where there is none.
    pub fn find(folder: &Path, named: Option<&Path>) -> anyhow::Result<Option<Self>> {
        if let Some(path) = named {
            let text = fs::read_to_string(path)
                .map_err(|error| anyhow::anyhow!("{}: {}", path.display(), paths::reason(&error)))?;
            return Self::read(&text, path, folder).map(Some);
        }
        for above in folder.ancestors() {
            for name in NAMES {
                let path = above.join(name);
                match fs::read_to_string(&path) {
                    Ok(text) => return Self::read(&text, &path, folder).map(Some),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => bail!("{}: {}", path.display(), paths::reason(&error)),
                }
            }
        }
        Ok(None)
    }

    /// Reads the text of a configuration file.
    fn read(text: &str, path: &Path, folder: &Path) -> anyhow::Result<Self> {
        let shown = path.strip_prefix(folder).unwrap_or(path).display().to_string();
        let mut config = Config::read(text, &shown)?;
        let path = paths::absolute(folder, path);
        let around: PathBuf = path.parent().unwrap_or(folder).to_owned();
        let globs = |patterns: &[String]| Globs::new(patterns, &around).with_context(|| shown.clone());
        let exclude = globs(&config.exclude)?;
        let entries = std::mem::take(&mut config.paths).into_iter();
        let paths = entries.map(|entry| Ok((globs(&entry.paths)?, entry.rules)));
        let paths = paths.collect::<anyhow::Result<_>>()?;
        Ok(Self { config, exclude, paths })
    }
}
