//! A table as it is shown: the constraints that matter, nodes that fare alike on one line.

use std::collections::HashMap;

use podlint_core::schedule::{Constraint, Found, Row, Table};

/// How a table is made smaller.
#[derive(Clone, Copy)]
pub struct Fold {
    /// Up to so many nodes have a line each.
    pub nodes: usize,
    /// Further constraints, those that the fewest nodes fail, share a column.
    pub columns: usize,
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// What it is: `nodeSelector`.
    pub kind: String,
    /// What it says: `disk=ssd`; may be empty.
    pub what: String,
    /// How many nodes fail it.
    pub nodes: usize,
}

/// How some nodes stand to a constraint.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mark {
    /// They meet it.
    Met,
    /// The scheduler refuses them for its sake.
    Refused,
    /// They fail it, but the scheduler stops before it.
    Unmet,
}

/// Nodes that fare alike.
#[derive(Debug)]
pub struct Line {
    /// Their positions in the cluster.
    pub nodes: Vec<usize>,
    /// One for each column.
    pub marks: Vec<Mark>,
    /// What they have instead, for each column; empty where there is nothing to say.
    pub found: Vec<String>,
}

impl Line {
    /// Nothing stands in the way.
    pub fn is_free(&self) -> bool {
        self.marks.iter().all(|mark| *mark == Mark::Met)
    }
}

/// A table as it is shown.
#[derive(Debug)]
pub struct Grid {
    /// The constraints that some node fails.
    pub columns: Vec<Column>,
    /// Those without anything in the way first.
    pub lines: Vec<Line>,
    /// The constraints that every node meets, in words.
    pub met: Vec<String>,
}

/// Stands for all constraints that have no column of their own.
const OTHERS: usize = usize::MAX;

impl Grid {
    /// Of a table.
    pub fn of(table: &Table, fold: Fold) -> Self {
        let mut failing = vec![0; table.constraints.len()];
        for unmet in table.rows.iter().flat_map(|row| &row.unmet) {
            failing[unmet.constraint] += 1;
        }
        let chosen = chosen(&failing, fold.columns);
        let is_folded = chosen.last() == Some(&OTHERS);
        let columns = chosen.iter().map(|at| match table.constraints.get(*at) {
            Some(Constraint { kind, what, .. }) => {
                Column { kind: kind.clone(), what: what.clone(), nodes: failing[*at] }
            }
            None => others(table, &chosen, &failing),
        });
        let column_of = |constraint: usize| {
            chosen.iter().position(|at| *at == constraint).or_else(|| is_folded.then(|| chosen.len() - 1))
        };
        let by_constraint: Vec<Option<usize>> = (0..failing.len()).map(column_of).collect();
        let met = table.constraints.iter().zip(&failing).filter(|(_, failing)| **failing == 0);
        Self {
            columns: columns.collect(),
            lines: lines(table, &by_constraint, chosen.len(), fold.nodes),
            met: met.map(|(constraint, _)| constraint.to_string()).collect(),
        }
    }
}

/// The constraints that get a column, in order.
fn chosen(failing: &[usize], most: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = (0..failing.len()).filter(|at| failing[*at] > 0).collect();
    if chosen.len() > most {
        chosen.sort_by_key(|at| (std::cmp::Reverse(failing[*at]), *at));
        chosen.truncate(most - 1);
        chosen.sort_unstable();
        chosen.push(OTHERS);
    }
    chosen
}

fn others(table: &Table, chosen: &[usize], failing: &[usize]) -> Column {
    let is_other = |at: usize| failing[at] > 0 && !chosen.contains(&at);
    let nodes = table.rows.iter().filter(|row| row.unmet.iter().any(|unmet| is_other(unmet.constraint))).count();
    let count = (0..failing.len()).filter(|at| is_other(*at)).count();
    Column { kind: format!("{count} other constraints"), what: String::new(), nodes }
}

fn lines(table: &Table, column_of: &[Option<usize>], columns: usize, single: usize) -> Vec<Line> {
    let fold = table.rows.len() > single;
    let mut lines: Vec<Line> = Vec::new();
    let mut alike: HashMap<Vec<Mark>, usize> = HashMap::new();
    for (node, row) in table.rows.iter().enumerate() {
        let marks = marks(row, column_of, columns);
        let line = if fold { alike.get(&marks).copied() } else { None };
        if let Some(line) = line {
            lines[line].nodes.push(node);
        } else {
            alike.insert(marks.clone(), lines.len());
            lines.push(Line { nodes: vec![node], marks, found: Vec::new() });
        }
    }
    for line in &mut lines {
        line.found = (0..columns).map(|column| found(table, &line.nodes, column_of, column)).collect();
    }
    // What is nearest to taking the Pod comes first; stable, so that nodes keep their order.
    lines.sort_by_key(|line| {
        let unmet = line.marks.iter().filter(|mark| **mark != Mark::Met).count();
        (unmet, std::cmp::Reverse(line.nodes.len()))
    });
    lines
}

fn marks(row: &Row, column_of: &[Option<usize>], columns: usize) -> Vec<Mark> {
    let mut marks = vec![Mark::Met; columns];
    for unmet in &row.unmet {
        if let Some(column) = column_of[unmet.constraint]
            && marks[column] != Mark::Refused
        {
            marks[column] = if unmet.is_first { Mark::Refused } else { Mark::Unmet };
        }
    }
    marks
}

/// What some nodes have where they fail a constraint, if it can be said in a few words.
fn found(table: &Table, nodes: &[usize], column_of: &[Option<usize>], column: usize) -> String {
    /// Different answers that are told one by one.
    const MOST: usize = 2;
    let mut words: Vec<&str> = Vec::new();
    let mut most_free: Option<(usize, i64)> = None;
    for unmet in nodes.iter().flat_map(|node| &table.rows[*node].unmet) {
        if column_of[unmet.constraint] != Some(column) {
            continue;
        }
        match &unmet.found {
            Found::Text(text) if text.is_empty() || words.contains(&text.as_str()) => {}
            Found::Text(text) => {
                words.push(text);
                if words.len() > MOST {
                    return String::new();
                }
            }
            Found::Free(free) => {
                let most = most_free.map_or(*free, |(_, most)| most.max(*free));
                most_free = Some((unmet.constraint, most));
            }
        }
    }
    if let Some((at, free)) = most_free.filter(|_| words.is_empty()) {
        let constraint = &table.constraints[at];
        let bound = if nodes.len() > 1 { "at most " } else { "" };
        return match free {
            1.. => format!("{bound}{} {} free", constraint.amount(free), constraint.kind),
            _ => format!("no {} free", constraint.kind),
        };
    }
    words.join(" or ")
}
