//! The tables as one page, which needs no network.

mod nodes;

use std::io::{self, Write};
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use podlint_core::schedule::{Cluster, NodeDescription, Scheduling};
use podlint_core::{ObjectReport, Report};
use sha2::{Digest, Sha256};

use super::grid::{Fold, Grid, Line, Mark};
use super::nodes::Names;
use super::story::{Mood, Note, Story, unread};
use crate::render::Renderer;
use crate::render::names::{self, plain};
use crate::render::summary::count;
use crate::report::{DocumentReport, Summary};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// More nodes are folded; more constraints share a column.
const FOLD: Fold = Fold { nodes: 20, columns: 24 };
/// Names that a folded line shows.
const MOST_NAMES: usize = 3;

/// Collects the tables, and writes the page once it knows how all fared.
pub struct Page {
    cluster: Arc<Cluster>,
    names: Names,
    contents: Vec<Markup>,
    sections: Vec<Markup>,
}

impl Page {
    /// A page about this cluster.
    pub fn new(cluster: Arc<Cluster>) -> Self {
        let names = Names::of(&cluster);
        Self { cluster, names, contents: Vec::new(), sections: Vec::new() }
    }

    fn section(&self, document: &DocumentReport<'_>, object: &ObjectReport, entry: &Scheduling) -> (Markup, Markup) {
        let story = Story::of(entry, document.report, self.cluster.node_count());
        let (title, id) = (names::object(object), format!("pod-{}", self.sections.len() + 1));
        let mood = class(story.mood);
        let section = html! {
            section id=(id) class=(mood) data-title=(title) {
                h2 { (title) " " small { (plain(document.file)) ":" (object.line) } }
                p.verdict { (plain(&story.verdict)) }
                @if !story.notes.is_empty() { (notes(&story.notes)) }
                @if let Some(table) = &entry.table {
                    (self.grid(&Grid::of(table, FOLD), &title, entry.prefilter.is_none()))
                }
                @if !story.advice.is_empty() { (notes(&story.advice)) }
            }
        };
        (html! { li class=(mood) { a href={ "#" (id) } { (title) } " " span { (plain(&story.verdict)) } } }, section)
    }

    fn unread(&self, document: &DocumentReport<'_>, report: &Report) -> Vec<(Markup, Markup)> {
        let objects = unread(report).enumerate().map(|(at, object)| {
            let (title, id) = (names::object(object), format!("pod-{}", self.sections.len() + at + 1));
            let why = "not placed: its Pod cannot be read";
            let section = html! {
                section id=(id) class=(class(Mood::Nowhere)) data-title=(title) {
                    h2 { (title) " " small { (plain(document.file)) ":" (object.line) } }
                    p.verdict { (why) }
                }
            };
            (html! { li class=(class(Mood::Nowhere)) { a href={ "#" (id) } { (title) } " " span { (why) } } }, section)
        });
        objects.collect()
    }

    fn grid(&self, grid: &Grid, title: &str, is_asked: bool) -> Markup {
        let nodes: Vec<NodeDescription<'_>> = self.cluster.descriptions().collect();
        html! {
            div.scroll tabindex="0" role="region" aria-label={ "Nodes for " (title) } {
                table {
                    caption.unseen { "Which nodes take " (title) ", and which constraint fails on the others" }
                    thead {
                        tr {
                            th scope="col" { "node" }
                            @for column in &grid.columns {
                                th scope="col" {
                                    span.kind { (plain(&column.kind)) }
                                    @if !column.what.is_empty() { code { (plain(&column.what)) } }
                                    span.nodes { "fails on " (count(column.nodes, "node")) }
                                }
                            }
                        }
                    }
                    tbody {
                        @for line in &grid.lines { (row(line, &self.names, &nodes, is_asked)) }
                    }
                }
            }
            @if !grid.met.is_empty() {
                p.met { "met by every node: " @for (at, met) in grid.met.iter().enumerate() {
                    @if at > 0 { ", " } code { (plain(met)) }
                } }
            }
        }
    }
}

fn row(line: &Line, names: &Names, nodes: &[NodeDescription<'_>], is_asked: bool) -> Markup {
    let (status, words) = match (line.is_free(), is_asked) {
        (true, true) => ("takes", "takes it"),
        (true, false) => ("would", "would take it"),
        (false, _) => ("refuses", "does not take it"),
    };
    html! {
        tr class=(status) data-nodes=(nodes::ranges(&line.nodes)) {
            th scope="row" {
                span.status title=(words) { span.unseen { (words) } }
                (named(line, names, nodes))
            }
            @for (mark, found) in line.marks.iter().zip(&line.found) {
                @match mark {
                    Mark::Met => td.is-met { span.unseen { "met" } },
                    Mark::Refused => td.is-refused { span.unseen { "fails, the scheduler's reason" } (plain(found)) },
                    Mark::Unmet => td.is-unmet { span.unseen { "fails, too" } (plain(found)) },
                }
            }
        }
    }
}

/// The nodes of a line: one with its labels, or the first of many with all names behind them.
fn named(line: &Line, names: &Names, nodes: &[NodeDescription<'_>]) -> Markup {
    let of_line =
        |names: &'_ [String]| -> Vec<String> { line.nodes.iter().filter_map(|at| names.get(*at).cloned()).collect() };
    let rest = line.nodes.len().saturating_sub(MOST_NAMES);
    html! {
        details {
            summary {
                span.all {
                    @for (at, name) in of_line(&names.short).iter().take(MOST_NAMES).enumerate() {
                        @if at > 0 { ", " } span.name { (name) }
                    }
                    @if rest > 0 { " " span.more { "+" (rest) } }
                }
                span.hits {}
            }
            @if line.nodes.len() > 1 {
                ul.names { @for name in of_line(&names.full) { li { (name) } } }
            } @else {
                @for node in line.nodes.iter().filter_map(|at| nodes.get(*at)) {
                    ul.labels {
                        @for (key, value) in &node.labels { li { (plain(key)) "=" b { (plain(value)) } } }
                        @for taint in &node.taints { li.taint { "taint " b { (plain(taint)) } } }
                        @if node.labels.is_empty() && node.taints.is_empty() { li { "no labels, no taints" } }
                    }
                }
            }
        }
    }
}

fn notes(notes: &[Note]) -> Markup {
    html! {
        dl {
            @for Note { from, words } in notes {
                div class=(from) { dt { (from) } dd { @for line in words.lines() { (plain(line)) br; } } }
            }
        }
    }
}

const fn class(mood: Mood) -> &'static str {
    match mood {
        Mood::Placed => "placed",
        Mood::Partly => "partly",
        Mood::Nowhere => "nowhere",
    }
}

/// What a policy calls a script or style by.
fn source(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}

impl Renderer for Page {
    fn document(&mut self, _: &mut dyn Write, document: &DocumentReport<'_>) -> io::Result<()> {
        let report = document.report;
        for entry in &report.scheduling {
            let Some(object) = report.objects.get(entry.object) else { continue };
            let (line, section) = self.section(document, object, entry);
            self.contents.push(line);
            self.sections.push(section);
        }
        for (line, section) in self.unread(document, report) {
            self.contents.push(line);
            self.sections.push(section);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _: &Summary) -> io::Result<()> {
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
            source(STYLE),
            source(SCRIPT)
        );
        let (nodes, pods) = (count(self.cluster.node_count(), "node"), count(self.cluster.pod_count(), "running Pod"));
        let head = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content={ "podlint " (env!("CARGO_PKG_VERSION")) };
                    title { "Which nodes they can run on" }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    header {
                        h1 { "Which nodes they can run on" }
                        p {
                            (nodes) ", " (pods)
                            @if !self.names.domain.is_empty() { ", names without " code { (self.names.domain) } }
                            @if let Some(taken) = self.cluster.taken() { ", as of " (taken) }
                        }
                        search {
                            label for="query" { "Search" }
                            input id="query" type="search" autocomplete="off" spellcheck="false"
                                placeholder="node, label, reason" aria-describedby="hits";
                            output id="hits" for="query" {}
                        }
                    }
                    main {
                        @if self.contents.len() > 1 { nav aria-label="Pods" { ul { @for line in &self.contents { (line) } } } }
                        p.legend {
                            span.is-refused { "the scheduler's reason" }
                            span.is-unmet { "in the way, too" }
                            span.is-met { "met" }
                        }
                        @for section in &self.sections { (section) }
                        p id="nothing" hidden { "Nothing matches." }
                    }
                    script type="application/json" id="nodes" { (PreEscaped(nodes::data(&self.cluster, &self.names))) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        out.write_all(head.into_string().as_bytes())?;
        out.write_all(b"\n")
    }
}
