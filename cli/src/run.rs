//! A run over files: from arguments to an exit status.

use std::env;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use podlint_core::Outcome;
use podlint_core::finding::Applicability;
use podlint_core::schedule::Cluster;

use crate::args::{CheckArgs, FixArgs};
use crate::config::{Found, Policy};
use crate::fix::Fixing;
use crate::input::{Input, Search};
use crate::job::Jobs;
use crate::kustomize::Kustomizations;
use crate::output::Output;
use crate::progress::Progress;
use crate::render::{self, Format, Renderer, Style};
use crate::report::{DocumentReport, SkippedFile};
use crate::tally::Tally;
use crate::work::{Part, Worker};
use crate::{Status, cluster, complain, output, paths, pool, terminal};

/// How many skipped files are named where nothing was checked; `-v` names all.
const NAMED: usize = 3;

/// Makes what writes the report, given the cluster that there may be.
pub type MakeRenderer<'a> = dyn Fn(Style, Option<&Arc<Cluster>>) -> Box<dyn Renderer> + 'a;

/// What a run is for.
pub struct Purpose<'a> {
    /// What writes the report.
    pub renderer: &'a MakeRenderer<'a>,
    /// Its last line is for people.
    pub is_for_people: bool,
    /// Pods are held against every node and every constraint.
    pub is_table: bool,
}

/// Checks what the arguments name, and reports.
pub fn run(args: &CheckArgs) -> anyhow::Result<Status> {
    let format = args.output.format;
    let renderer = |style: Style, _: Option<&Arc<Cluster>>| render::new(format, style);
    run_for(args, &Purpose { renderer: &renderer, is_for_people: format == Format::Text, is_table: false })
}

/// Checks what the arguments name, and reports for this purpose.
pub fn run_for(args: &CheckArgs, purpose: &Purpose<'_>) -> anyhow::Result<Status> {
    let arguments: Vec<PathBuf> = args.paths.iter().chain(&args.filename).cloned().collect();
    if arguments.is_empty() {
        bail!("nothing to check: name files or folders, or `-` for standard input (see podlint --help)");
    }
    let folder =
        env::current_dir().map_err(|error| anyhow::anyhow!("the working folder: {}", paths::reason(&error)))?;
    let config = if args.no_config { None } else { Found::find(&folder, args.config.as_deref())? };
    let mut policy = Policy::new(&args.rules, config.unwrap_or_default());
    policy.with_table = purpose.is_table;
    let output_file = args.output.output_file.as_ref().map(|path| paths::absolute(&folder, path));
    let mut found = Search {
        folder: &folder,
        no_ignore: args.input.no_ignore,
        stdin: args.input.stdin_filename.as_deref(),
        output: output_file.as_deref(),
        excluded: &|place, is_dir| policy.excluded(place, is_dir),
    }
    .find(&arguments);
    let mut cluster_failed = false;
    if !args.cluster.is_empty() {
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        if args.cluster.iter().any(is_stdin) && arguments.iter().any(is_stdin) {
            bail!("standard input is either the cluster or what to check: name a file for one of them");
        }
        let loaded = cluster::load(&args.cluster, &mut found, args.input.max_size)?;
        cluster_failed = loaded.failed;
        policy.cluster = Some(Arc::new(loaded.cluster));
    }

    let fixing = fixing(&args.fix);
    let mends_stdin = fixing.is_some_and(|fixing| !fixing.diff) && found.inputs.iter().any(Input::is_stdin);
    let output = match &args.output.output_file {
        Some(path) => Output::file(path)?,
        None if mends_stdin => Output::stderr(),
        None => Output::stdout(),
    };
    let color = terminal::color(args.output.color, output.is_terminal());
    let style = Style {
        color,
        links: color && output.is_terminal(),
        width: terminal::width(),
        verbose: args.output.verbose,
        quiet: args.output.quiet,
        version: policy.version(),
        fail_on: policy.fail_on(),
    };
    let mut run = Run {
        args,
        purpose,
        inputs: &found.inputs,
        renderer: (purpose.renderer)(style, policy.cluster.as_ref()),
        output,
        progress: Progress::new(found.inputs.len(), args.output.quiet),
        tally: Tally::new(policy.fail_on()),
        would_fix: 0,
        unchecked: Vec::new(),
    };
    run.tally.failed |= cluster_failed;
    for problem in &found.problems {
        run.tally.failed = true;
        complain(&format!("{}: {}", problem.name, problem.reason));
    }

    let worker = Worker {
        inputs: &found.inputs,
        policy: &policy,
        kustomizations: Kustomizations::default(),
        fixing,
        max_size: args.input.max_size,
    };
    let jobs = Jobs::new(&found.inputs, args.input.max_size, fixing.is_some());
    let mut result = Ok(());
    pool::in_order(
        jobs,
        pool::threads(args.jobs),
        |job| worker.work(job),
        |parts| {
            for part in &parts {
                result = run.part(part);
                if result.is_err() || run.output.closed() {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        },
    );
    run.progress.finish();
    result?;
    run.finish()
}

fn fixing(args: &FixArgs) -> Option<Fixing> {
    let least = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    (args.fix || args.diff).then_some(Fixing { least, diff: args.diff })
}

/// A run under way: takes in what the workers found, in the order of the input.
struct Run<'a> {
    args: &'a CheckArgs,
    purpose: &'a Purpose<'a>,
    inputs: &'a [Input],
    renderer: Box<dyn Renderer>,
    output: Output,
    progress: Progress,
    tally: Tally,
    /// Findings that `--diff` shows the mending of.
    would_fix: usize,
    /// The first files in which nothing was checked, and why.
    unchecked: Vec<(String, String)>,
}

impl Run<'_> {
    fn part(&mut self, part: &Part) -> anyhow::Result<()> {
        let Some(Input { name, .. }) = self.inputs.get(part.input) else {
            return Ok(());
        };
        for (piece, report) in part.batch.pieces.iter().zip(&part.reports) {
            self.tally.document(report);
            if self.args.fix.diff && report.outcome == Outcome::Broken {
                for finding in &report.findings {
                    let start = finding.range.start;
                    self.complain(&format!("{name}:{}:{}: {}", start.line, start.column, finding.message))?;
                }
                self.tally.failed = true;
            }
            let told = !report.findings.is_empty() || matches!(report.outcome, Outcome::Objects | Outcome::Broken);
            if !told || self.args.fix.diff {
                continue;
            }
            let document = DocumentReport {
                file: name,
                text: part.batch.text_of(piece),
                line: piece.line,
                column: piece.column,
                offset: piece.offset,
                index: piece.index,
                report,
            };
            let (output, renderer) = (&mut self.output, &mut self.renderer);
            self.progress.aside(|| output.write(|out| renderer.document(out, &document)))?;
        }
        self.fixed(part)?;
        if let Some(reason) = &part.failure {
            self.tally.failure();
            self.complain(&format!("{name}: {reason}"))?;
        }
        if let Some(reason) = part.skipped {
            self.tally.skipped(reason);
        }
        if part.last {
            self.end_of_file(name)?;
            self.progress.file_done();
        }
        Ok(())
    }

    fn fixed(&mut self, part: &Part) -> anyhow::Result<()> {
        if let Some(diff) = &part.fixed.diff {
            self.would_fix += part.fixed.fixed;
            let output = &mut self.output;
            self.progress.aside(|| output.write(|out| out.write_all(diff.as_bytes())))?;
        } else {
            self.tally.summary.fixed += part.fixed.fixed;
        }
        if let Some(bytes) = &part.fixed.output {
            self.progress.aside(|| output::print(bytes))?;
        }
        Ok(())
    }

    fn end_of_file(&mut self, name: &str) -> anyhow::Result<()> {
        let Some(reason) = self.tally.end_of_file() else {
            return Ok(());
        };
        if self.args.input.strict_input {
            self.tally.failed = true;
            return self.complain(&format!("{name}: {reason} (--strict-input)"));
        }
        if self.unchecked.len() < NAMED {
            self.unchecked.push((name.to_owned(), reason.clone()));
        }
        let file = SkippedFile { file: name, reason: &reason };
        let (output, renderer) = (&mut self.output, &mut self.renderer);
        if self.args.fix.diff {
            return Ok(());
        }
        self.progress.aside(|| output.write(|out| renderer.skipped(out, &file)))
    }

    /// Says it on standard error, after what was found before it.
    fn complain(&mut self, text: &str) -> anyhow::Result<()> {
        self.output.flush()?;
        self.progress.aside(|| complain(text));
        Ok(())
    }

    fn finish(mut self) -> anyhow::Result<Status> {
        let nothing = self.tally.checked == 0 && !self.args.input.allow_empty;
        if self.output.closed() {
            // The rest was not checked, so that it cannot be called clean.
            return Ok(if self.tally.failing { Status::Findings } else { Status::Failed });
        }
        if self.args.fix.diff {
            self.output.flush()?;
            self.would_fix_summary();
        } else {
            let (output, renderer, summary) = (&mut self.output, &mut self.renderer, &self.tally.summary);
            // A last line for people would only repeat what standard error says.
            if !(nothing && self.purpose.is_for_people) {
                output.write(|out| renderer.finish(out, summary))?;
            }
            self.output.flush()?;
        }
        if nothing && !self.tally.failed {
            self.nothing_to_check();
            return Ok(Status::Failed);
        }
        let is_sound = !self.tally.failed && !self.tally.failing;
        if self.purpose.is_table && self.tally.placed == 0 && is_sound && !self.args.input.allow_empty {
            self.tally.failed = true;
            self.complain(&no_pod(self.tally.summary.documents))?;
        }
        let findings = if self.args.fix.diff { self.would_fix > 0 } else { self.tally.failing };
        Ok(match (self.tally.failed, findings) {
            (true, _) => Status::Failed,
            (false, true) => Status::Findings,
            (false, false) => Status::Clean,
        })
    }

    fn would_fix_summary(&self) {
        if !self.args.output.quiet {
            let findings = if self.would_fix == 1 { "finding" } else { "findings" };
            let _ = writeln!(std::io::stderr(), "{} {findings} would be fixed", self.would_fix);
        }
    }

    fn nothing_to_check(&self) {
        if !self.args.output.verbose {
            for (name, reason) in &self.unchecked {
                complain(&format!("{name}: skipped: {reason}"));
            }
        }
        match self.tally.summary.skipped {
            0 => complain("nothing to check: no .yaml, .yml or .json file was found"),
            1 => complain("nothing to check: the only file was skipped"),
            files => complain(&format!("nothing to check: all {files} files were skipped")),
        }
    }
}

fn no_pod(objects: usize) -> String {
    match objects {
        1 => "nothing to place: the object holds no Pod that could be read".to_owned(),
        objects => format!("nothing to place: none of the {objects} objects holds a Pod that could be read"),
    }
}
