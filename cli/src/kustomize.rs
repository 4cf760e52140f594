//! Which files a kustomization names as patches: those may be partial.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use podlint_core::yaml::{NodeId, Tree, decode};

use crate::paths;

/// The names that kustomize reads.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// How many folders above a file may hold a kustomization that names it.
const ABOVE: usize = 3;

/// A kustomization is written by hand; a larger file is something else.
const MAX_SIZE: u64 = 1 << 20;

/// What the kustomizations around the files say, each read once.
#[derive(Default, Debug)]
pub struct Kustomizations {
    /// The patches that the kustomization of a folder names.
    folders: Mutex<HashMap<PathBuf, Arc<HashSet<PathBuf>>>>,
}

impl Kustomizations {
    /// Whether a kustomization in the file's folder or above names the file as a patch. `place` is
    /// given from the root.
    pub fn name_as_patch(&self, place: &Path) -> bool {
        place.ancestors().skip(1).take(1 + ABOVE).any(|folder| self.patches(folder).contains(place))
    }

    fn patches(&self, folder: &Path) -> Arc<HashSet<PathBuf>> {
        let known = |folders: &HashMap<_, _>| folders.get(folder).map(Arc::clone);
        if let Some(patches) = known(&self.folders.lock().unwrap_or_else(PoisonError::into_inner)) {
            return patches;
        }
        // Two threads may read the same file at the same time; both get the same.
        let patches = Arc::new(read(folder));
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.insert(folder.to_owned(), Arc::clone(&patches));
        patches
    }
}

/// The patches that the kustomization of a folder names. Whatever is wrong with it is left to
/// kustomize to say.
fn read(folder: &Path) -> HashSet<PathBuf> {
    let files = NAMES.iter().map(|name| folder.join(name));
    let mut small = files.filter(|path| fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= MAX_SIZE));
    let Some(bytes) = small.next().and_then(|path| fs::read(path).ok()) else {
        return HashSet::new();
    };
    let Ok((text, _)) = decode(&bytes) else {
        return HashSet::new();
    };
    named(&text).into_iter().map(|path| paths::absolute(folder, Path::new(&path))).collect()
}

/// The paths in `patches[].path`, `patchesStrategicMerge[]` and `patchesJson6902[].path`.
fn named(text: &str) -> Vec<String> {
    let Ok(tree) = Tree::parse(text) else {
        return Vec::new();
    };
    let Some(root) = tree.root() else {
        return Vec::new();
    };
    let mut named = Vec::new();
    for (key, value) in tree.entries(root) {
        let items = tree.items(tree.target(value)).map(|item| tree.target(item));
        match tree.string(key).as_ref() {
            "patches" | "patchesJson6902" => named.extend(items.filter_map(|item| path_of(&tree, item))),
            // An item with line breaks is the patch itself.
            "patchesStrategicMerge" => {
                let paths = items.map(|item| tree.string(item).into_owned());
                named.extend(paths.filter(|path| !path.is_empty() && !path.contains('\n')));
            }
            _ => {}
        }
    }
    named
}

fn path_of(tree: &Tree<'_>, patch: NodeId) -> Option<String> {
    let (_, value) = tree.entries(patch).find(|(key, _)| tree.string(*key) == "path")?;
    let named = tree.string(value).into_owned();
    (!named.is_empty()).then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_patches_of_every_form() {
        let text = "\
patches:
- path: a.yaml
  target: {kind: Deployment}
- patch: |-
    kind: Deployment
patchesStrategicMerge:
- ../b.yaml
- |-
  kind: Deployment
  metadata: {name: a}
patchesJson6902:
- {path: c.json}
resources:
- d.yaml
";
        assert_eq!(named(text), ["a.yaml", "../b.yaml", "c.json"]);
    }

    #[test]
    fn looks_a_few_folders_up() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("a/b/c/d")).unwrap();
        let patches = "patches:\n- path: a/b/c/near.yaml\n- path: a/b/c/d/far.yaml\n";
        fs::write(root.join("kustomization.yaml"), patches).unwrap();
        let kustomizations = Kustomizations::default();
        assert!(kustomizations.name_as_patch(&root.join("a/b/c/near.yaml")));
        assert!(!kustomizations.name_as_patch(&root.join("a/b/c/d/far.yaml")));
        assert!(!kustomizations.name_as_patch(&root.join("a/b/c/other.yaml")));
    }
}
