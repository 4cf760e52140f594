//! What text output looks like; the golden files are `testdata/render/*.txt`.

use super::*;
use crate::render::fixture::{self, Step};
use crate::render::{Format, fixture::DEPLOYMENT};
use podlint_core::finding::Label;

/// What one finding in one text looks like.
fn show(style: Style, text: &str, finding: Finding) -> String {
    let object = fixture::object("v1", "Pod", None, Some("one"));
    let report = fixture::report(vec![object], vec![finding]);
    let document = fixture::document("pod.yaml", text, &report);
    fixture::render(Format::Text, style, &[Step::Document(document)])
}

fn quiet() -> Style {
    Style { quiet: true, ..fixture::style() }
}

#[test]
fn a_run_with_something_of_everything() {
    fixture::wide_run(|steps| {
        let style = Style { verbose: true, ..fixture::style() };
        fixture::golden("wide.txt", &fixture::render(Format::Text, style, steps));
        let style = Style { color: true, links: true, ..fixture::style() };
        fixture::golden("wide-color.txt", &fixture::render(Format::Text, style, steps));
    });
}

#[test]
fn without_colour_no_escape_is_written() {
    fixture::wide_run(|steps| {
        let plain = fixture::render(Format::Text, fixture::style(), steps);
        assert!(!plain.contains('\u{1b}'));
    });
}

#[test]
fn quiet_is_findings_only() {
    fixture::wide_run(|steps| {
        let style = Style { verbose: true, ..quiet() };
        let output = fixture::render(Format::Text, style, steps);
        assert!(!output.contains("skipped") && !output.contains("5 objects"));
    });
    assert_eq!(fixture::render(Format::Text, quiet(), &[]), "");
}

#[test]
fn nothing_found_is_one_line() {
    let report = fixture::report(vec![fixture::object("v1", "Pod", None, None)], Vec::new());
    let steps = [Step::Document(fixture::document("a.yaml", "kind: Pod\n", &report))];
    let output = fixture::render(Format::Text, fixture::style(), &steps);
    assert_eq!(output, "no problems in 1 object\n");
}

#[test]
fn lines_between_two_places_are_not_shown() {
    let text = format!("spec:\n{}end: 1\n", "  a: 1\n".repeat(100));
    let mut finding = fixture::finding("too far up", fixture::word(&text, "end", 0));
    let range = fixture::word(&text, "spec", 0);
    finding.labels = vec![Label { message: "belongs here".to_owned(), range }];
    fixture::golden("far.txt", &show(quiet(), &text, finding));
}

#[test]
fn places_near_each_other_share_a_frame() {
    let mut finding = fixture::misplaced();
    finding.labels[0].range = fixture::word(DEPLOYMENT, "selector", 0);
    let second = fixture::word(DEPLOYMENT, "dedicated", 0);
    finding.labels.push(Label { message: "and this".to_owned(), range: second });
    fixture::golden("near.txt", &show(quiet(), DEPLOYMENT, finding));
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let text = format!("data: {} here {}\n", "x".repeat(2_500_000), "y".repeat(2_500_000));
    let finding = fixture::finding("in the middle", fixture::word(&text, "here", 0));
    let middle = show(quiet(), &text, finding);
    let text = format!("data: {}\n", "\u{301}x".repeat(2_500_000));
    let mut finding = fixture::finding("all of it", fixture::word(&text, "data", 0));
    finding.range.end = fixture::position(&text, text.len());
    let range = fixture::position(&text, text.len() - 4);
    let range = Range { start: range, end: fixture::position(&text, text.len() - 1) };
    finding.labels = vec![Label { message: "at its end".to_owned(), range }];
    fixture::golden("long.txt", &(middle + &show(quiet(), &text, finding)));
}

#[test]
fn odd_text_is_underlined_where_it_stands() {
    let text = "a:\tb # tab\r\nкириллица: 值 😀 x\r\n\u{1b}[2J: \u{202e}x\r\n";
    let shown: String = ["b", "值", "x", "\u{1b}[2J", "\n", "# tab\r\nкир"]
        .into_iter()
        .map(|word| {
            let finding = fixture::finding("here", fixture::word(text, word, 0));
            show(quiet(), text, finding)
        })
        .collect();
    fixture::golden("odd.txt", &shown);
}

#[test]
fn an_empty_text_and_places_outside_it_do_no_harm() {
    for text in ["", "\n", "a", "a: 1\r\n"] {
        let far = podlint_core::finding::Position { line: 900, column: 70, offset: 9 };
        let far = Range { start: far, end: far };
        let shown = show(quiet(), text, fixture::finding("at the end", far));
        assert!(
            shown.contains("[pod.yaml:900:70]") && shown.contains('▲') && shown.lines().count() < 9,
            "{text:?}: {shown}"
        );
    }
}

#[test]
fn many_findings_in_one_long_line_take_no_square_of_time() {
    let text = "{\"a\": 1}, ".repeat(100_000);
    let findings = (0..2_000)
        .map(|index| {
            let at = podlint_core::finding::Position { line: 1, column: index * 500 + 3, offset: index * 500 + 2 };
            fixture::finding("here", Range { start: at, end: at })
        })
        .collect();
    let report = fixture::report(Vec::new(), findings);
    let start = std::time::Instant::now();
    let steps = [Step::Document(fixture::document("a.json", &text, &report))];
    fixture::render(Format::Text, quiet(), &steps);
    // It takes 0.1 s without optimisation; with a walk along the line for each it took minutes.
    assert!(start.elapsed().as_secs() < 10);
}

/// Numbers that look random and are the same in every run (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

#[test]
fn no_text_and_no_place_makes_it_panic() {
    let mut dice = Dice(7);
    for _ in 0..3_000 {
        let parts =
            ["a", "key: ", "\n", "\r\n", "\r", "\t", "é", "値", "😀", "\u{301}", "\u{200d}", "\u{1b}[", " ", "\0"];
        let mut text = String::new();
        for _ in 0..dice.roll(400) {
            let part = parts[dice.roll(parts.len())];
            text.push_str(&part.repeat(1 + dice.roll(3)));
        }
        let mut place = || {
            let (line, column) = (dice.roll(40) + 1, dice.roll(150) + 1);
            podlint_core::finding::Position { line, column, offset: dice.roll(999) }
        };
        let mut range = || Range { start: place(), end: place() };
        let mut finding = fixture::finding("here", range());
        finding.labels = (0..3).map(|_| Label { message: "there".to_owned(), range: range() }).collect();
        finding.fix = fixture::misplaced().fix;
        let report = fixture::report(Vec::new(), vec![finding]);
        let steps = [Step::Document(fixture::document("a.yaml", &text, &report))];
        for format in <Format as clap::ValueEnum>::value_variants() {
            let output = fixture::render(*format, fixture::style(), &steps);
            assert!(!output.contains('\u{1b}'), "{output}");
        }
    }
}
