//! Checking: documents to findings.

use podlint_core::finding::{Finding, Fix, Position, Range, ServerStage};
use podlint_core::settings::Settings;
use podlint_core::yaml::{Encoding, decode};
use podlint_core::{Document, Outcome, Report, Verdict, check, may_hold_objects, unreadable};

use super::{documents, require};

/// Any bytes, under several settings.
pub fn engine(bytes: &[u8]) {
    let (text, encoding) = match decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => {
            let report = unreadable(bytes, &error, &Settings::default());
            require(
                report.findings.len() == 1
                    && report.findings.iter().all(|finding| finding.range.end.offset <= bytes.len()),
                "bytes that are no text are not one finding in the file",
                || format!("{report:?}"),
            );
            return;
        }
    };
    let places = Places::of(&text, encoding);
    let version = |text: &str| Settings { version: text.parse().expect("a version"), ..Settings::default() };
    let all = [
        Settings::default(),
        version("1.25"),
        version("1.31"),
        Settings { patch: true, ..Settings::default() },
        Settings { require_schema: true, ..Settings::default() },
    ];
    for document in documents(&text, encoding) {
        for (index, settings) in all.iter().enumerate() {
            let report = check(&document, settings);
            sound(&report, &document, &places);
            verdicts(&report, settings.patch || holds_directives(document.text));
            if index == 0 {
                again(&report, &document, settings);
                let skippable = may_hold_objects(text.as_bytes());
                require(skippable || report.outcome != Outcome::Objects, "a cheap look overlooks an object", || {
                    format!("{report:?}")
                });
            }
        }
    }
}

/// Where each character of a file stands: lines and columns as they are told, bytes as on disk.
struct Places(Vec<Position>);

impl Places {
    fn of(text: &str, encoding: Encoding) -> Self {
        let mut at = Position { line: 1, column: 1, offset: encoding.mark().len() };
        let mut places = Vec::with_capacity(text.len() + 1);
        for char in text.chars() {
            places.push(at);
            at.offset += match encoding {
                Encoding::Utf8 | Encoding::Utf8Bom => char.len_utf8(),
                Encoding::Utf16Le | Encoding::Utf16Be => char.len_utf16() * 2,
            };
            at.column += 1;
            if char == '\n' {
                at.line += 1;
                at.column = 1;
            }
        }
        places.push(at);
        Self(places)
    }

    fn at(&self, offset: usize) -> Option<Position> {
        let at = self.0.binary_search_by_key(&offset, |place| place.offset).ok()?;
        self.0.get(at).copied()
    }

    fn require(&self, range: Range, what: &str, finding: &Finding) {
        let holds = [range.start, range.end].into_iter().all(|place| self.at(place.offset) == Some(place));
        require(holds, &format!("the place of {what} does not add up"), || format!("{range:?} {finding:?}"));
        require(range.start.offset <= range.end.offset, &format!("{what} ends before it starts"), || {
            format!("{range:?} {finding:?}")
        });
    }
}

fn sound(report: &Report, document: &Document<'_>, places: &Places) {
    let first = document.offset;
    let last =
        first + podlint_core::yaml::encode(document.text, document.encoding).len() - document.encoding.mark().len();
    let mut before = (0, 0);
    for finding in &report.findings {
        places.require(finding.range, "a finding", finding);
        let here = (finding.range.start.offset, finding.range.end.offset);
        require(before <= here, "findings are out of order", || format!("{before:?} {finding:?}"));
        require(first <= here.0 && here.1 <= last, "a finding is not in its document", || {
            format!("{first}..{last} {finding:?}")
        });
        before = here;
        for label in &finding.labels {
            places.require(label.range, "a label", finding);
        }
        require(!finding.message.is_empty(), "a finding says nothing", || format!("{finding:?}"));
        require(
            finding.object.is_none_or(|object| object < report.objects.len()),
            "a finding is of an object that is not there",
            || format!("{finding:?}"),
        );
        if let Some(fix) = &finding.fix {
            edits(fix, first, last, places, finding);
        }
    }
    for object in &report.objects {
        let lines = document.text.matches('\n').count();
        require(
            (document.line + 1..=document.line + 1 + lines).contains(&object.line),
            "an object is not in its document",
            || format!("{object:?}"),
        );
    }
    if report.outcome != Outcome::Objects {
        require(report.objects.is_empty(), "a document without objects has some", || format!("{report:?}"));
    }
    let is_broken = report.outcome == Outcome::Broken;
    require(!is_broken || report.findings.len() == 1, "a broken document is not one finding", || format!("{report:?}"));
}

/// Edits stand in their document, in order, apart from each other, between characters.
fn edits(fix: &Fix, first: usize, last: usize, places: &Places, finding: &Finding) {
    let mut sorted: Vec<(usize, usize)> = fix.edits.iter().map(|edit| (edit.start, edit.end)).collect();
    sorted.sort_unstable();
    require(!sorted.is_empty(), "a fix has no edits", || format!("{finding:?}"));
    let given: Vec<(usize, usize)> = fix.edits.iter().map(|edit| (edit.start, edit.end)).collect();
    require(given == sorted, "the edits of a fix are out of order", || format!("{finding:?}"));
    let mut behind = first;
    for (start, end) in sorted {
        require(behind <= start && start <= end && end <= last, "an edit overlaps or is not in its document", || {
            format!("{first}..{last} {finding:?}")
        });
        let between = places.at(start).is_some() && places.at(end).is_some();
        require(between, "an edit cuts a character", || format!("{finding:?}"));
        behind = end;
    }
}

/// Whether core takes a text for a patch: then it is milder than the server, on purpose.
fn holds_directives(text: &str) -> bool {
    ["$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/"].iter().any(|it| text.contains(it))
}

/// What the server would answer does not contradict itself.
fn verdicts(report: &Report, patch: bool) {
    for (index, object) in report.objects.iter().enumerate() {
        let stages: Vec<ServerStage> = report
            .findings
            .iter()
            .filter(|finding| finding.object == Some(index))
            .filter_map(|finding| finding.server.as_ref().map(|server| server.stage))
            .collect();
        let details = || format!("{object:?} {:?}", report.findings);
        let says = |stage| stages.contains(&stage);
        let silent = report.suppressed > 0 || object.skipped.is_some() || patch;
        match object.verdict {
            Verdict::Decode => {
                require(!says(ServerStage::Strict), "a strict answer where decoding fails", details);
                let partial = report.findings.iter().any(|finding| finding.rule.id == "placeholder");
                require(silent || partial || says(ServerStage::Decode), "decoding fails without an answer", details);
            }
            Verdict::Strict => {
                require(!says(ServerStage::Decode), "a decoding answer where decoding works", details);
            }
            Verdict::Ok | Verdict::Invalid | Verdict::Unregistered => require(
                !says(ServerStage::Decode) && !says(ServerStage::Strict),
                "a refusal of an object that is accepted",
                details,
            ),
        }
    }
}

/// The same document gets the same report, and without fixes the same findings.
fn again(report: &Report, document: &Document<'_>, settings: &Settings) {
    let words = format!("{report:?}");
    let second = format!("{:?}", check(document, settings));
    require(words == second, "two runs differ", || format!("{words}\n{second}"));
    let plain = check(document, &Settings { without_fixes: true, ..settings.clone() });
    let said = |report: &Report| {
        let all = report.findings.iter().chain(&report.consequences);
        let mut all: Vec<_> = all.map(|it| (it.range, it.path.clone(), it.rule.id, it.message.clone())).collect();
        all.sort();
        all
    };
    let same = said(&plain) == said(report);
    require(same, "findings depend on whether fixes are made", || {
        format!("{:?}\n{:?}", plain.findings, report.findings)
    });
}
