//! What the tables look like; the golden files are `testdata/render/schedule*`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use podlint_core::Document;
use podlint_core::schedule::{Builder, Cluster, Constraint, Found, Row, Table, Unmet};
use podlint_core::settings::Settings;
use podlint_core::yaml::split;

use super::grid::{Fold, Grid, Mark};
use super::html::Page;
use super::text::Tables;
use crate::render::fixture;
use crate::render::{Renderer, Style};
use crate::report::{DocumentReport, Summary};

fn testdata(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn cluster(text: &str) -> Arc<Cluster> {
    let mut builder = Builder::default();
    for chunk in split(text) {
        builder.read(&Document::of(&chunk));
    }
    Arc::new(builder.finish())
}

/// What a renderer makes of some objects against a cluster.
fn render(renderer: &mut dyn Renderer, cluster: &Arc<Cluster>, text: &str) -> String {
    let settings = Settings { cluster: Some(cluster.clone()), with_table: true, ..Settings::default() };
    let mut out = Vec::new();
    let mut summary = Summary::default();
    for chunk in split(text) {
        let report = podlint_core::check(&Document::of(&chunk), &settings);
        summary.errors += report.findings.len();
        let place = fixture::document("objects.yaml", chunk.text, &report);
        renderer.document(&mut out, &DocumentReport { line: chunk.line, ..place }).expect("a vector takes everything");
    }
    renderer.finish(&mut out, &summary).expect("a vector takes everything");
    String::from_utf8(out).expect("output is text")
}

fn tables(style: Style, unicode: bool, nodes: &str, objects: &str) -> String {
    let cluster = cluster(nodes);
    render(&mut Tables::new(style, unicode, cluster.clone()), &cluster, objects)
}

fn page(nodes: &str, objects: &str) -> String {
    let cluster = cluster(nodes);
    render(&mut Page::new(cluster.clone()), &cluster, objects)
}

/// Forty nodes of three kinds, with names of the cloud.
fn many() -> String {
    let mut nodes = String::new();
    for at in 0..40 {
        let (disk, taint) = if at % 5 == 0 { ("hdd", "[{key: old, effect: NoSchedule}]") } else { ("ssd", "[]") };
        let _ = writeln!(
            nodes,
            "---\napiVersion: v1\nkind: Node\nmetadata: {{name: ip-10-0-0-{at}.eu-west-1.compute.internal, labels: \
             {{disk: {disk}}}}}\nspec: {{taints: {taint}}}\nstatus: {{allocatable: {{cpu: '{}', memory: 8Gi, pods: \
             '110'}}}}",
            at % 3
        );
    }
    nodes
}

const SMALL: Style = Style { width: 80, ..STYLE };
const STYLE: Style = Style {
    color: false,
    links: false,
    width: 100,
    verbose: false,
    quiet: false,
    version: podlint_schemas::Version::NEWEST,
    fail_on: podlint_core::finding::Severity::Error,
};

#[test]
fn objects_of_all_fates() {
    let (nodes, objects) = (testdata("schedule/nodes.yaml"), testdata("schedule/objects.yaml"));
    fixture::golden("schedule.txt", &tables(STYLE, true, &nodes, &objects));
    fixture::golden("schedule-ascii.txt", &tables(SMALL, false, &nodes, &objects));
    fixture::golden("schedule-color.txt", &tables(Style { color: true, ..STYLE }, true, &nodes, &objects));
}

#[test]
fn many_nodes_are_folded() {
    let objects = testdata("examples/schedule/deploy.yaml");
    fixture::golden("schedule-folded.txt", &tables(STYLE, true, &many(), &objects));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let wide = many().replace("ip-10", "節點-with-a-very-long-name-that-goes-on-and-on-and-on-10");
    let (nodes, objects) = (testdata("schedule/nodes.yaml"), testdata("schedule/objects.yaml"));
    for width in [60, 80, 100] {
        for (nodes, objects) in [(&wide, &testdata("examples/schedule/deploy.yaml")), (&nodes, &objects)] {
            let shown = tables(Style { width, ..STYLE }, true, nodes, objects);
            for line in shown.lines().filter(|line| line.contains(['·', '┌'])) {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn nothing_steers_the_terminal() {
    let nodes = many().replace("disk: ssd", "disk: \"\\e[31m\"");
    let objects = testdata("examples/schedule/deploy.yaml").replace("disk: ssd", "disk: \"\\e[2J\"");
    let shown = tables(STYLE, true, &nodes, &objects);
    assert!(!shown.contains('\u{1b}') && shown.contains("disk=␛[31m"), "{shown}");
}

#[test]
fn names_are_text_in_the_page() {
    let page = page(&testdata("schedule/hostile-nodes.yaml"), &testdata("schedule/hostile.yaml"));
    assert!(page.contains("&lt;script id=&quot;injected&quot;&gt;"));
    assert!(!page.contains("<script id=\"injected") && !page.contains("<b id=") && !page.contains("<img"));
    assert_eq!(page.matches("<script").count(), 2, "its own, and its data");
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains(" onmouseover=\""), "no attribute begins");
}

#[test]
fn the_page_asks_for_nothing() {
    let page = page(&testdata("schedule/nodes.yaml"), &testdata("schedule/objects.yaml"));
    for word in ["http://", "https://", " src=", "url(", "@import", "<link", " style="] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
    let links = page.matches("href=\"").count();
    assert_eq!(links, page.matches("href=\"#pod-").count());
    assert_eq!(links, page.matches("<section id=\"pod-").count(), "each Pod has its line at the top");
}

/// Constraints `c0`, `c1`, … and nodes that fail some of them, the first one each refused for.
fn table(constraints: usize, rows: &[&[usize]]) -> Table {
    let constraint = |at| Constraint { plugin: "P", kind: format!("c{at}"), what: String::new() };
    let unmet = |at: usize, row: &[usize]| Unmet {
        constraint: row[at],
        is_first: at == 0,
        found: Found::Text(format!("f{}", row[at])),
    };
    let row = |row: &&[usize]| Row { unmet: (0..row.len()).map(|at| unmet(at, row)).collect() };
    Table { constraints: (0..constraints).map(constraint).collect(), rows: rows.iter().map(row).collect() }
}

#[test]
fn nodes_that_fare_alike_share_a_line() {
    let table = table(4, &[&[1, 2], &[], &[2], &[1, 2], &[]]);
    let grid = Grid::of(&table, Fold { nodes: 4, columns: 9 });
    let columns: Vec<(&str, usize)> = grid.columns.iter().map(|it| (it.kind.as_str(), it.nodes)).collect();
    assert_eq!(columns, [("c1", 2), ("c2", 3)]);
    assert_eq!(grid.met, ["c0", "c3"]);
    let nodes: Vec<&[usize]> = grid.lines.iter().map(|line| line.nodes.as_slice()).collect();
    assert_eq!(nodes, [&[1, 4][..], &[2], &[0, 3]]);
    assert_eq!(grid.lines[2].marks, [Mark::Refused, Mark::Unmet]);
    assert_eq!(grid.lines[2].found, ["f1", "f2"]);
    let single = Grid::of(&table, Fold { nodes: 5, columns: 9 });
    assert_eq!(single.lines.len(), 5, "few nodes have a line each");
}

#[test]
fn what_fails_on_few_nodes_shares_a_column() {
    let table = table(4, &[&[0, 1], &[2], &[2, 3], &[1, 2], &[1]]);
    let grid = Grid::of(&table, Fold { nodes: 9, columns: 3 });
    let columns: Vec<(&str, usize)> = grid.columns.iter().map(|it| (it.kind.as_str(), it.nodes)).collect();
    assert_eq!(columns, [("c1", 3), ("c2", 3), ("2 other constraints", 2)]);
    let first = grid.lines.iter().find(|line| line.nodes == [0]).expect("it has a line");
    assert_eq!(first.marks, [Mark::Unmet, Mark::Met, Mark::Refused]);
}

#[test]
fn no_node_makes_no_line() {
    let grid = Grid::of(&table(2, &[]), Fold { nodes: 1, columns: 1 });
    assert!(grid.lines.is_empty() && grid.columns.is_empty());
    assert_eq!(grid.met, ["c0", "c1"]);
}
