//! Whether to colour, and how wide.

use std::env;
use std::io::IsTerminal;

use crate::args::When;

/// Whether output may be coloured. `--color` decides, then `NO_COLOR`, then `CLICOLOR_FORCE`, then
/// whether a terminal shows it.
pub fn color(when: When, on_terminal: bool) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if is_set("NO_COLOR") => false,
        When::Auto if is_set("CLICOLOR_FORCE") => true,
        When::Auto => on_terminal && env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Set to something; `CLICOLOR_FORCE=0` is as good as unset.
fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty() && (name == "NO_COLOR" || value != "0"))
}

/// Columns of the terminal that standard output is; 100 where it is none.
pub fn width() -> usize {
    const NONE: usize = 100;
    if !std::io::stdout().is_terminal() {
        return NONE;
    }
    terminal_size::terminal_size().map_or(NONE, |(width, _)| usize::from(width.0))
}

/// Whether the terminal shows more than ASCII: no, where the locale says so.
pub fn unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(env::var_os).find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
