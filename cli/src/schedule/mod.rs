//! `podlint schedule`: which nodes Pods can run on, and what is in the way on the others, as a table.

mod grid;
mod html;
mod nodes;
mod story;
mod text;

use std::sync::Arc;

use podlint_core::schedule::Cluster;

use crate::Status;
use crate::args::{CheckArgs, FixArgs, OutputArgs, ScheduleArgs, ScheduleFormat};
use crate::render::{self, Format, Renderer, Style};
use crate::run::{self, Purpose};
use crate::terminal;

/// A check like any other, shown in another way.
pub fn run(args: ScheduleArgs) -> anyhow::Result<Status> {
    let format = args.format;
    let renderer = |style: Style, cluster: Option<&Arc<Cluster>>| -> Box<dyn Renderer> {
        let cluster = cluster.cloned().unwrap_or_default();
        match format {
            ScheduleFormat::Text => Box::new(text::Tables::new(style, terminal::unicode(), cluster)),
            ScheduleFormat::Json => render::new(Format::Json, style),
            ScheduleFormat::Html => Box::new(html::Page::new(cluster)),
        }
    };
    let is_for_people = format == ScheduleFormat::Text;
    run::run_for(&check(args), &Purpose { renderer: &renderer, is_for_people, is_table: true })
}

/// The same as arguments of a check.
fn check(args: ScheduleArgs) -> CheckArgs {
    CheckArgs {
        paths: args.paths,
        filename: args.filename,
        cluster: args.cluster,
        rules: args.rules,
        input: args.input,
        fix: FixArgs { fix: false, diff: false, unsafe_fixes: false },
        output: OutputArgs {
            format: Format::default(),
            output_file: args.output_file,
            quiet: args.quiet,
            verbose: false,
            color: args.color,
        },
        config: args.config,
        no_config: args.no_config,
        jobs: None,
    }
}

#[cfg(test)]
mod tests;
