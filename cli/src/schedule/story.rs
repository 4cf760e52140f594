//! What is said around a table: who it is about, how it ends, what to do.

use podlint_core::finding::{Finding, Severity};
use podlint_core::rule::Rule;
use podlint_core::schedule::{Scheduling, holds_pods};
use podlint_core::{ObjectReport, Report};

use crate::render::summary::count;

/// How an object fares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mood {
    /// All its Pods find a node.
    Placed,
    /// Some do, or only later, or it hangs on what was not given.
    Partly,
    /// None does.
    Nowhere,
}

/// The words about one object.
#[derive(Debug)]
pub struct Story {
    /// How it fares.
    pub mood: Mood,
    /// `2 of 6 nodes take it, 3 of 3 replicas find a place`.
    pub verdict: String,
    /// More that follows from it: the scheduler's words, the kubelet's, what is open.
    pub notes: Vec<Note>,
    /// What was found, and what to do.
    pub advice: Vec<Note>,
}

/// A sentence with the one who says it.
#[derive(Debug)]
pub struct Note {
    /// `scheduler`, `kubelet`, `open`, `help`, or how grave it is.
    pub from: &'static str,
    /// What it says.
    pub words: String,
}

/// The rules that speak of nodes.
const OF_NODES: [&str; 5] =
    ["unschedulable", "partly-unschedulable", "daemonset-nowhere", "node-not-found", "evicted-by-taint"];

impl Story {
    /// Of an entry of a report over a cluster of so many nodes.
    pub fn of(entry: &Scheduling, report: &Report, nodes: usize) -> Self {
        let object = report.objects.get(entry.object);
        let kind = object.and_then(|object| object.kind.as_deref()).unwrap_or_default();
        let about = report.findings.iter().filter(|it| it.object == Some(entry.object) && is_of_nodes(it.rule));
        let about: Vec<&Finding> = about.collect();
        let named = named_node(entry);
        let mood = mood(entry, &about, named.is_some());
        Self { mood, verdict: verdict(entry, kind, nodes, named), notes: notes(entry, named), advice: advice(&about) }
    }
}

/// The node that the Pod names.
fn named_node(entry: &Scheduling) -> Option<&str> {
    let constraints = &entry.table.as_ref()?.constraints;
    constraints.iter().find(|it| it.plugin == "NodeName").map(|it| it.what.as_str())
}

fn mood(entry: &Scheduling, about: &[&Finding], is_named: bool) -> Mood {
    let worst = about.iter().map(|finding| finding.severity).max();
    match entry.replicas {
        _ if is_named && worst == Some(Severity::Error) => Mood::Nowhere,
        _ if is_named => {
            if worst.is_some() {
                Mood::Partly
            } else {
                Mood::Placed
            }
        }
        _ if entry.feasible.is_empty() => Mood::Nowhere,
        Some(replicas) if replicas.least < replicas.wanted => Mood::Partly,
        _ if worst.is_some() => Mood::Partly,
        _ => Mood::Placed,
    }
}

fn verdict(entry: &Scheduling, kind: &str, nodes: usize, named: Option<&str>) -> String {
    if let Some(name) = named {
        return format!("goes to the node {name}, past the scheduler");
    }
    let feasible = entry.feasible.len();
    let of = count(nodes, "node");
    if entry.prefilter.is_some() {
        let table = entry.table.as_ref();
        let free = table.map_or(0, |table| table.rows.iter().filter(|row| row.unmet.is_empty()).count());
        return format!("no node is looked at; apart from that, {free} of {of} would take it");
    }
    let takes = if feasible == 1 { "takes" } else { "take" };
    let placed = match (kind, entry.replicas) {
        ("DaemonSet", _) => return format!("runs on {feasible} of {of}"),
        (_, Some(replicas)) if feasible > 0 && replicas.wanted > 1 => {
            let of = count(replicas.wanted, "replica");
            let finds = if replicas.most == 1 { "finds" } else { "find" };
            if replicas.least == replicas.most {
                format!(", {} of {of} {finds} a place", replicas.most)
            } else {
                format!(", {} to {} of {of} find a place", replicas.least, replicas.most)
            }
        }
        _ => String::new(),
    };
    match feasible {
        0 => format!("none of {of} takes it{placed}"),
        _ => format!("{feasible} of {of} {takes} it{placed}"),
    }
}

fn notes(entry: &Scheduling, named: Option<&str>) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |from, words: &str| notes.push(Note { from, words: words.to_owned() });
    match (&entry.message, &entry.prefilter) {
        // What the scheduler would say is no matter where it is not asked.
        _ if named.is_some() => {}
        (Some(words), _) | (None, Some(words)) => note("scheduler", words),
        (None, None) => {}
    }
    match &entry.kubelet {
        Some(refusal) => note("kubelet", &format!("{}: {}", refusal.reason, refusal.message)),
        None => {
            if let Some(name) = named.filter(|_| entry.table.is_some()) {
                // Without that node there is nobody to ask: its finding says so.
                let is_there =
                    entry.feasible.iter().chain(entry.rejected.iter().map(|(node, _)| node)).any(|it| it == name);
                if is_there {
                    note("kubelet", "lets it in");
                }
            }
        }
    }
    if !entry.unevaluated.is_empty() {
        note("open", &format!("{}: what was given does not tell all", entry.unevaluated.join(", ")));
    }
    notes
}

/// What findings say, without what the notes have said already.
fn advice(about: &[&Finding]) -> Vec<Note> {
    let mut advice = Vec::new();
    for finding in about {
        if !matches!(finding.rule.id, "unschedulable" | "daemonset-nowhere") {
            advice.push(Note { from: finding.severity.as_str(), words: finding.message.clone() });
        }
        advice.extend(finding.help.clone().map(|words| Note { from: "help", words }));
    }
    advice
}

fn is_of_nodes(rule: &Rule) -> bool {
    OF_NODES.contains(&rule.id)
}

/// The objects that hold a Pod which could not be read.
pub fn unread(report: &Report) -> impl Iterator<Item = &ObjectReport> {
    let is_placed = |position: usize| report.scheduling.iter().any(|entry| entry.object == position);
    let objects = report.objects.iter().enumerate().filter(move |(position, object)| {
        let holds = |version: &str| holds_pods(version, object.kind.as_deref().unwrap_or_default());
        object.skipped.is_none() && object.api_version.as_deref().is_some_and(holds) && !is_placed(*position)
    });
    objects.map(|(_, object)| object)
}
