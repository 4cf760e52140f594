//! Made-up reports that the tests of all formats share, and their golden files.

mod wide;

use std::path::PathBuf;

use podlint_core::finding::{
    Applicability, Edit, Finding, Fix, Label, Position, Range, ServerAnswer, ServerStage, Severity,
};
use podlint_core::path::Path;
use podlint_core::rule::Rule;
use podlint_core::{ObjectReport, Outcome, Report, Verdict};

pub use self::wide::wide_run;
use super::{Format, Renderer, Style};
use crate::report::{DocumentReport, SkippedFile, Summary};

/// A rule like those of the registry.
pub static MISPLACED: Rule = Rule {
    id: "misplaced-field",
    summary: "A field stands where Kubernetes does not look for it",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "Kubernetes drops the field.\n\n```yaml\nspec:\n  tolerations: []\n```\n",
};

/// A rule that warns.
pub static DEPRECATED: Rule = Rule {
    id: "deprecated-api",
    summary: "The API version is deprecated",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: false,
    help: "It will be removed.",
};

/// The text of the Deployment that most findings are about.
pub const DEPLOYMENT: &str = "\
# The shop's front door.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 2
  tolerations:
  - key: dedicated
    operator: Exists
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: nginx:1.27
        imagepullpolicy: Always
";

/// A report without anything in it.
pub fn empty() -> Report {
    Report::empty(Outcome::Empty)
}

/// A document at the top of its file.
pub fn document<'a>(file: &'a str, text: &'a str, report: &'a Report) -> DocumentReport<'a> {
    DocumentReport { file, text, line: 0, column: 0, offset: 0, index: 0, report }
}

/// An object that the server accepts.
pub fn object(api_version: &str, kind: &str, namespace: Option<&str>, name: Option<&str>) -> ObjectReport {
    ObjectReport {
        item: None,
        line: 1,
        api_version: Some(api_version.to_owned()),
        kind: Some(kind.to_owned()),
        namespace: namespace.map(str::to_owned),
        name: name.map(str::to_owned),
        verdict: Verdict::Ok,
        skipped: None,
        source: None,
    }
}

/// The range of a word in a text, the `nth` time it occurs there (from 0). The text stands at the
/// top of a UTF-8 file.
pub fn word(text: &str, word: &str, nth: usize) -> Range {
    let start = text.match_indices(word).nth(nth).expect("the word is in the text").0;
    Range { start: position(text, start), end: position(text, start + word.len()) }
}

/// The place of a byte of such a text.
pub fn position(text: &str, offset: usize) -> Position {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, offset }
}

/// A path of keys.
pub fn path(keys: &[&str]) -> Path {
    keys.iter().fold(Path::root(), |path, key| path.key(key))
}

/// A finding with nothing but what each must have.
pub fn finding(message: &str, range: Range) -> Finding {
    Finding {
        rule: &MISPLACED,
        severity: Severity::Error,
        object: Some(0),
        path: path(&["spec", "tolerations"]),
        message: message.to_owned(),
        help: None,
        range,
        labels: Vec::new(),
        suggestion: None,
        fix: None,
        server: None,
    }
}

/// A report of one object and these findings.
pub fn report(objects: Vec<ObjectReport>, findings: Vec<Finding>) -> Report {
    Report { objects, findings, ..Report::empty(Outcome::Objects) }
}

/// A finding with everything that one can have, in [`DEPLOYMENT`].
pub fn misplaced() -> Finding {
    let block = "  tolerations:\n  - key: dedicated\n    operator: Exists\n";
    let start = DEPLOYMENT.find(block).expect("the block is in the text");
    let target = DEPLOYMENT.find("      containers:").expect("the key is in the text");
    let moved = "      tolerations:\n      - key: dedicated\n        operator: Exists\n";
    let end = start + block.len();
    Finding {
        help: Some("move it to `spec.template.spec.tolerations`".to_owned()),
        labels: vec![Label { message: "belongs in here".to_owned(), range: word(DEPLOYMENT, "spec", 1) }],
        suggestion: Some(path(&["spec", "template", "spec", "tolerations"])),
        fix: Some(Fix {
            applicability: Applicability::Safe,
            edits: vec![
                Edit { start, end, text: String::new() },
                Edit { start: target, end: target, text: moved.to_owned() },
            ],
        }),
        server: Some(ServerAnswer {
            stage: ServerStage::Strict,
            reason: None,
            field: None,
            detail: Some("unknown field \"spec.tolerations\"".to_owned()),
        }),
        ..finding("`tolerations` is a field of the Pod, not of the Deployment", word(DEPLOYMENT, "tolerations", 0))
    }
}

/// A misspelled field near the end of [`DEPLOYMENT`], with a doubtful fix.
pub fn misspelled() -> Finding {
    let range = word(DEPLOYMENT, "imagepullpolicy", 0);
    let path = path(&["spec", "template", "spec", "containers"]).index(0);
    Finding {
        severity: Severity::Warning,
        path: path.key("imagepullpolicy"),
        help: Some("write `imagePullPolicy`".to_owned()),
        suggestion: Some(path.key("imagePullPolicy")),
        fix: Some(Fix {
            applicability: Applicability::Unsafe,
            edits: vec![Edit { start: range.start.offset, end: range.end.offset, text: "imagePullPolicy".to_owned() }],
        }),
        server: Some(ServerAnswer {
            stage: ServerStage::Invalid,
            reason: Some("FieldValueRequired".to_owned()),
            field: Some("spec.template.spec.containers[0].image".to_owned()),
            detail: Some("Required value".to_owned()),
        }),
        ..finding("unknown field `imagepullpolicy`", range)
    }
}

/// A finding that belongs to no object, in a text that is no YAML.
pub fn broken(text: &str) -> Report {
    let end = position(text, text.len());
    let mut finding = finding("a `]` is missing", Range { start: end, end });
    finding.object = None;
    finding.path = Path::root();
    Report { outcome: Outcome::Broken, ..report(Vec::new(), vec![finding]) }
}

/// One step of a run.
pub enum Step<'a> {
    /// A document was checked.
    Document(DocumentReport<'a>),
    /// A file was skipped.
    Skipped(SkippedFile<'a>),
}

/// No colours, 80 columns.
pub fn style() -> Style {
    Style {
        color: false,
        links: false,
        width: 80,
        verbose: false,
        quiet: false,
        version: "1.37".parse().expect("a version"),
        fail_on: Severity::Error,
    }
}

/// What a renderer makes of a run.
pub fn render(format: Format, style: Style, steps: &[Step<'_>]) -> String {
    run(&mut *super::new(format, style), steps)
}

/// What this renderer makes of a run.
pub fn run(renderer: &mut dyn Renderer, steps: &[Step<'_>]) -> String {
    let mut out = Vec::new();
    let mut summary = Summary::default();
    let mut last = "";
    for step in steps {
        match step {
            Step::Document(document) => {
                summary.files += usize::from(document.file != last);
                last = document.file;
                count(&mut summary, document.report);
                renderer.document(&mut out, document).expect("a vector takes everything");
            }
            Step::Skipped(file) => {
                summary.files += 1;
                summary.skipped += 1;
                renderer.skipped(&mut out, file).expect("a vector takes everything");
            }
        }
    }
    renderer.finish(&mut out, &summary).expect("a vector takes everything");
    String::from_utf8(out).expect("output is text")
}

fn count(summary: &mut Summary, report: &Report) {
    summary.documents += report.objects.len();
    summary.suppressed += report.suppressed;
    let unregistered = |object: &&ObjectReport| object.verdict == Verdict::Unregistered;
    summary.unregistered += report.objects.iter().filter(unregistered).count();
    for finding in &report.findings {
        match finding.severity {
            Severity::Error => summary.errors += 1,
            Severity::Warning => summary.warnings += 1,
            Severity::Info => summary.infos += 1,
        }
        match finding.fix.as_ref().map(|fix| fix.applicability) {
            Some(Applicability::Safe) => summary.fixable += 1,
            Some(Applicability::Unsafe) => summary.unsafe_fixable += 1,
            None => {}
        }
    }
}

/// Compares with `testdata/render/<name>`; `UPDATE_RENDER=1` writes that file instead.
pub fn golden(name: &str, output: &str) {
    // A release does not change the files.
    let version = env!("CARGO_PKG_VERSION");
    let output = ["podlint", "version", "semanticVersion"].iter().fold(output.to_owned(), |output, key| {
        output.replace(&format!("\"{key}\":\"{version}\""), &format!("\"{key}\":\"VERSION\""))
    });
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/render").join(name);
    if std::env::var_os("UPDATE_RENDER").is_some() {
        std::fs::write(&path, &output).expect("the folder is there");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == output, "{} differs; UPDATE_RENDER=1 rewrites it. It is now:\n{output}", path.display());
}
