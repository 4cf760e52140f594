//! `podlint snapshot`: the part of a cluster that scheduling needs, to keep beside manifests.

mod block;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use podlint_core::schedule::{KINDS_ANNOTATION, Stamp, TAKEN_ANNOTATION, Thin, thin};

use crate::output::Output;
use crate::{cluster, complain};

/// The order of a snapshot: by kind, namespace and name. What comes later under the same name counts.
type Objects = BTreeMap<(&'static str, Box<str>, Box<str>), Box<str>>;

/// Reads what kubectl prints, from standard input where no file is named, and writes a snapshot.
pub fn run(paths: &[PathBuf], output: Option<&Path>) -> anyhow::Result<()> {
    let stdin = [PathBuf::from("-")];
    let paths = if paths.is_empty() { &stdin } else { paths };
    if paths == stdin && io::stdin().is_terminal() {
        bail!("nothing to read: `kubectl get nodes,pods,namespaces -A -o yaml | podlint snapshot`, or name files");
    }
    let mut objects = Objects::new();
    let mut unwritable = None;
    let told = cluster::read(paths, |document| {
        thin(document, |object| {
            if let Err(error) = add(&mut objects, &object) {
                unwritable.get_or_insert(error);
            }
        })
    })?;
    if let Some(error) = unwritable {
        return Err(error);
    }
    if !told.ignored.is_empty() {
        let kinds: Vec<String> = told.ignored.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        complain(&format!("left out, as scheduling does not need it: {}", kinds.join(", ")));
    }
    if told.failed {
        bail!("no snapshot was written");
    }
    if objects.is_empty() {
        bail!("nothing that scheduling needs in {}", cluster::names(paths));
    }
    // A snapshot is as old as the oldest that it is made of.
    let taken = cluster::now().into_iter().chain(told.oldest.map(|(taken, _)| taken)).min();
    let kinds: Vec<String> = told.kinds.into_iter().collect();
    let mut output = output.map_or_else(|| Ok(Output::stdout()), Output::file)?;
    output.write(|out| write(out, taken, &kinds.join(","), &objects))?;
    output.flush()
}

fn add(objects: &mut Objects, object: &Thin) -> anyhow::Result<()> {
    let key = (object.kind(), object.namespace().into(), object.name().into());
    let value = serde_json::to_value(object).with_context(|| format!("{} {}", object.kind(), object.name()))?;
    let item = block::item(&value);
    objects.insert(key, item.into());
    Ok(())
}

fn write(out: &mut dyn Write, taken: Option<Stamp>, kinds: &str, objects: &Objects) -> io::Result<()> {
    writeln!(out, "apiVersion: v1\nkind: List\nmetadata:\n  annotations:\n    {KINDS_ANNOTATION}: {kinds}")?;
    if let Some(taken) = taken {
        writeln!(out, "    {TAKEN_ANNOTATION}: \"{taken}\"")?;
    }
    writeln!(out, "items:")?;
    objects.values().try_for_each(|item| out.write_all(item.as_bytes()))
}
