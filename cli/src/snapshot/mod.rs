//! `podlint snapshot`: the part of a cluster that scheduling needs, to keep beside manifests.

mod block;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use podlint_core::Document;
use podlint_core::schedule::{KINDS_ANNOTATION, Stamp, TAKEN_ANNOTATION, Thin, thin};

use crate::output::Output;
use crate::{cluster, complain, pool};

/// The order of a snapshot: by kind, namespace and name. What comes later under the same name counts.
type Objects = BTreeMap<Key, Box<str>>;
type Key = (&'static str, Box<str>, Box<str>);

/// Reads what kubectl prints, from standard input where no file is named, and writes a snapshot.
pub fn run(paths: &[PathBuf], output: Option<&Path>) -> anyhow::Result<()> {
    let stdin = [PathBuf::from("-")];
    let paths = if paths.is_empty() { &stdin } else { paths };
    if paths == stdin && io::stdin().is_terminal() {
        bail!("nothing to read: `kubectl get nodes,pods,namespaces -A -o yaml | podlint snapshot`, or name files");
    }
    let work = |document: &Document<'_>| {
        let mut items = Vec::new();
        let given = thin(document, |object| items.push(item(&object)));
        (items, given)
    };
    let mut objects = Objects::new();
    let mut unwritable = None;
    let told = cluster::read(paths, pool::threads(None), work, |(items, given)| {
        for item in items {
            match item {
                Ok((key, text)) => _ = objects.insert(key, text),
                Err(error) => _ = unwritable.get_or_insert(error),
            }
        }
        given
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

fn item(object: &Thin) -> anyhow::Result<(Key, Box<str>)> {
    let value = serde_json::to_value(object).with_context(|| format!("{} {}", object.kind(), object.name()))?;
    Ok(((object.kind(), object.namespace().into(), object.name().into()), block::item(&value).into()))
}

fn write(out: &mut dyn Write, taken: Option<Stamp>, kinds: &str, objects: &Objects) -> io::Result<()> {
    writeln!(out, "apiVersion: v1\nkind: List\nmetadata:\n  annotations:\n    {KINDS_ANNOTATION}: {kinds}")?;
    if let Some(taken) = taken {
        writeln!(out, "    {TAKEN_ANNOTATION}: \"{taken}\"")?;
    }
    writeln!(out, "items:")?;
    objects.values().try_for_each(|item| out.write_all(item.as_bytes()))
}
