//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use podlint_core::finding::Severity;
use podlint_core::rule;
use podlint_core::schema::spelling;
use podlint_schemas::Version;

use crate::render::Format;
use crate::size;

const AFTER_HELP: &str = "\
Exit status:
  0  nothing found
  1  findings at or above --fail-on; with --diff: something would be fixed
  2  could not do it: bad arguments, unreadable input, or nothing to check

Examples:
  podlint pod.yaml                    check a file
  podlint deploy/ -o sarif            check a folder, write SARIF
  podlint --diff deploy/              show what --fix would change
  helm template shop | podlint -f -   check what a chart renders
  podlint --cluster nodes.yaml pod.yaml
                                      say whether a node takes the Pod
  podlint schedule --cluster nodes.yaml pod.yaml
                                      show in a table which do, and why not the others";

const SCHEDULE_HELP: &str = "\
The exit status is that of a check: 0 where all find a node, 1 where a finding says otherwise (or
anything else is wrong with the objects), 2 where it could not be done.

Examples:
  kubectl get nodes,pods,namespaces -A -o yaml >nodes.yaml
  podlint schedule --cluster nodes.yaml deploy.yaml
  podlint schedule --cluster nodes.yaml deploy/ -o html >nodes.html";

const AFTER_SNAPSHOT_HELP: &str = "\
Example:
  kinds=nodes,pods,namespaces,limitranges,runtimeclasses
  kinds=$kinds,persistentvolumes,persistentvolumeclaims,storageclasses
  kinds=$kinds,csinodes,csidrivers,csistoragecapacities,volumeattachments
  kubectl get $kinds -A -o yaml | podlint snapshot -o cluster.yaml
  podlint --cluster cluster.yaml deploy/

With dynamic resource allocation, ask for resourceslices, deviceclasses, resourceclaims
and resourceclaimtemplates, too. A snapshot older than 30 days is used with a warning.";

/// Checks Kubernetes manifests: misplaced and misspelled fields, with the place they belong
#[derive(Parser, Debug)]
#[command(name = "podlint", version, about, long_about = None, after_help = AFTER_HELP)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do instead of checking.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// What to check, and how.
    #[command(flatten)]
    pub check: CheckArgs,
}

/// What podlint does besides checking.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show in a table which nodes the Pods can run on, and what is in the way on the others
    Schedule(Box<ScheduleArgs>),
    /// List the rules
    Rules {
        /// How to write the list, e.g. `-o json`
        #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Text)]
        output: ListFormat,
        /// Write the page that is committed as RULES.md
        #[arg(long, hide = true)]
        markdown: bool,
    },
    /// Explain a rule, e.g. `podlint explain misplaced-field`
    Explain {
        /// The rule's id
        #[arg(value_name = "RULE", value_parser = known_rule)]
        rule: &'static rule::Rule,
    },
    /// Keep of a cluster what `--cluster` needs: no env, no secrets, no images
    #[command(after_help = AFTER_SNAPSHOT_HELP)]
    Snapshot {
        /// Files and folders of what kubectl prints as YAML or JSON, `-` for standard input
        /// [default: standard input]
        #[arg(value_name = "PATHS")]
        paths: Vec<PathBuf>,
        /// Write it there, e.g. `-o cluster.yaml` [default: standard output]
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Write a completion script, e.g. `podlint completions bash`
    Completions {
        /// The shell it is for
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
}

/// How `podlint rules` writes.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The lowest severity that makes a run fail.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Warnings too.
    Warning,
}

impl FailOn {
    /// As a severity to compare with.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
        }
    }
}

/// When to colour.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// What to check, and how.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Files and folders to check, `-` for standard input; folders are searched for .yaml, .yml
    /// and .json, e.g. `podlint deploy/ pod.yaml`
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,

    /// The same as a path, as kubectl has it, e.g. `-f pod.yaml -f deploy/`
    #[arg(short, long = "filename", value_name = "PATH")]
    pub filename: Vec<PathBuf>,

    /// Say which nodes the Pods can run on: files or folders of what `kubectl get
    /// nodes,pods,namespaces -A -o yaml` prints, `-` for standard input, e.g.
    /// `--cluster nodes.yaml`
    #[arg(long, value_name = "PATH", help_heading = "Scheduling")]
    pub cluster: Vec<PathBuf>,

    #[command(flatten)]
    pub rules: RuleArgs,

    #[command(flatten)]
    pub input: InputArgs,

    #[command(flatten)]
    pub fix: FixArgs,

    #[command(flatten)]
    pub output: OutputArgs,

    /// Read this configuration, e.g. `--config ci/podlint.yaml` [default: podlint.yaml or
    /// .podlint.yaml in the working folder or above]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "Configuration")]
    pub config: Option<PathBuf>,

    /// Read no configuration, e.g. `podlint --no-config pod.yaml`
    #[arg(long, help_heading = "Configuration")]
    pub no_config: bool,

    /// Threads to check with, e.g. `-j 1` [default: one for each core]
    #[arg(short = 'j', long = "jobs", value_name = "N", help_heading = "Input", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// What to place on which nodes, and how to show it.
#[derive(Args, Debug)]
#[command(after_help = SCHEDULE_HELP)]
pub struct ScheduleArgs {
    /// Files and folders with the Pods and workloads, `-` for standard input
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,

    /// The same as a path, as kubectl has it, e.g. `-f deploy.yaml`
    #[arg(short, long = "filename", value_name = "PATH")]
    pub filename: Vec<PathBuf>,

    /// The nodes: files or folders of what `kubectl get nodes,pods,namespaces -A -o yaml` prints, `-`
    /// for standard input, e.g. `--cluster nodes.yaml`
    #[arg(long, value_name = "PATH", required = true)]
    pub cluster: Vec<PathBuf>,

    /// The form of the answer, e.g. `-o html`
    #[arg(short = 'o', long = "output", value_name = "FORMAT", value_enum, default_value_t, help_heading = "Output")]
    pub format: ScheduleFormat,

    /// Write the answer there, e.g. `-o html --output-file nodes.html`
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output_file: Option<PathBuf>,

    /// Tables and nothing else: no last line, no progress, e.g. `-q`
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,

    /// When to colour, e.g. `--color always`
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, help_heading = "Output")]
    pub color: When,

    #[command(flatten)]
    pub rules: RuleArgs,

    #[command(flatten)]
    pub input: InputArgs,

    /// Read this configuration, e.g. `--config ci/podlint.yaml` [default: podlint.yaml or
    /// .podlint.yaml in the working folder or above]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "Configuration")]
    pub config: Option<PathBuf>,

    /// Read no configuration, e.g. `--no-config`
    #[arg(long, help_heading = "Configuration")]
    pub no_config: bool,
}

/// How `podlint schedule` writes.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ScheduleFormat {
    /// For people: a table for each Pod
    #[default]
    Text,
    /// For programs: what `podlint --cluster … -o json` writes
    Json,
    /// For people: one page with a search box, which needs no network
    Html,
}

/// Which rules apply.
#[derive(Args, Debug)]
#[command(next_help_heading = "Rules")]
pub struct RuleArgs {
    /// The Kubernetes version to check against, e.g. `1.31`, `v1.31` or `1.31.4` [default: the
    /// newest known]
    #[arg(long, value_name = "VERSION")]
    pub kubernetes_version: Option<Version>,

    /// Only these rules, e.g. `--select misplaced-field,misspelled-field`; replaces the
    /// configuration's choice. What cannot be read is reported all the same
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = known_rule)]
    pub select: Vec<&'static rule::Rule>,

    /// Not these rules, e.g. `--ignore deprecated-api`
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = known_rule)]
    pub ignore: Vec<&'static rule::Rule>,

    /// The lowest severity that makes the exit status 1, e.g. `--fail-on warning`
    /// [default: error]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub fail_on: Option<FailOn>,

    /// Kinds without a schema are errors, e.g. `podlint --require-schema deploy/`
    #[arg(long)]
    pub require_schema: bool,
}

/// What is read.
#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Search folders for files that git ignores, too, e.g. `podlint --no-ignore build/`
    #[arg(long)]
    pub no_ignore: bool,

    /// Files without an object to check (Helm values, templates) are an error, e.g.
    /// `podlint --strict-input deploy/`
    #[arg(long)]
    pub strict_input: bool,

    /// Nothing to check is no error, as for a hook that names every YAML file, e.g.
    /// `podlint --allow-empty values.yaml`
    #[arg(long)]
    pub allow_empty: bool,

    /// What to call standard input, e.g. `podlint --stdin-filename pod.yaml - <pod.yaml`
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,

    /// Larger files are an error, e.g. `10M` or `64MiB`
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = size::parse)]
    pub max_size: u64,
}

/// What is changed.
#[derive(Args, Debug)]
#[command(next_help_heading = "Fixes")]
pub struct FixArgs {
    /// Mend the files where one fix can be meant, e.g. `podlint --fix deploy/`; with `-` the
    /// mended text goes to standard output and the report to standard error
    #[arg(long, group = "mend")]
    pub fix: bool,

    /// Show what --fix would change and write nothing, e.g. `podlint --diff deploy/`; exit status 1
    /// where something would change
    #[arg(long, group = "mend", conflicts_with = "format")]
    pub diff: bool,

    /// Make the doubtful fixes, too, e.g. `podlint --diff --unsafe-fixes pod.yaml`
    #[arg(long, requires = "mend")]
    pub unsafe_fixes: bool,
}

/// What is written.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// The form of the report, e.g. `-o json`
    #[arg(short = 'o', long = "output", value_name = "FORMAT", value_enum, default_value_t)]
    pub format: Format,

    /// Write the report there, e.g. `-o junit --output-file podlint.xml`
    #[arg(long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,

    /// Findings and nothing else: no last line, no progress, e.g. `podlint -q deploy/`
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Name skipped files, and why, e.g. `podlint -v deploy/`
    #[arg(short, long)]
    pub verbose: bool,

    /// When to colour, e.g. `--color always`; `NO_COLOR` and `CLICOLOR_FORCE` are
    /// respected
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub color: When,
}

/// The rule of this id, or which one may have been meant.
fn known_rule(id: &str) -> Result<&'static rule::Rule, String> {
    rule::find(id).ok_or_else(|| match spelling::nearest(id, rule::RULES.iter().map(|rule| rule.id)) {
        Some(best) => format!("unknown rule; did you mean `{best}`?"),
        None => "unknown rule; `podlint rules` lists them".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_says_what_to_write() {
        for arg in Cli::command().get_arguments().filter(|arg| !arg.is_hide_set()) {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let builtin = matches!(arg.get_id().as_str(), "help" | "version");
            assert!(builtin || help.contains("e.g. "), "--{} has no example: {help}", arg.get_id());
        }
    }

    #[test]
    fn a_path_may_be_named_like_a_command() {
        let cli = Cli::parse_from(["podlint", "./rules"]);
        assert!(cli.command.is_none());
        assert_eq!(cli.check.paths, [PathBuf::from("./rules")]);
    }
}
