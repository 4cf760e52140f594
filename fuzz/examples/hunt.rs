//! A quick look for many failures at once: `cargo run --release --example hunt -- TARGET SECONDS
//! [SEED]`. libFuzzer stops at the first failure; this goes on, sorts failures by the property that
//! does not hold, and makes the smallest input of each smaller still. No coverage guides it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::panic::{catch_unwind, set_hook};
use std::path::Path;
use std::time::{Duration, Instant};

use podlint_fuzz::mutate::{Chance, mutate};
use podlint_fuzz::properties;

/// Longer inputs are cut off.
const LONGEST: usize = 4096;
/// An input that takes longer is a failure.
const SLOWEST: Duration = Duration::from_secs(1);

thread_local! {
    static LAST: RefCell<(String, String)> = const { RefCell::new((String::new(), String::new())) };
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [target, seconds, rest @ ..] = arguments.as_slice() else {
        return Err(io::Error::other("usage: hunt TARGET SECONDS [SEED]"));
    };
    let property: fn(&[u8]) = match target.as_str() {
        "read" => properties::read::read,
        "fix" => properties::fix::fix,
        "engine" => properties::engine::engine,
        "api" => properties::api::api,
        _ => return Err(io::Error::other("no such target")),
    };
    let seconds = seconds.parse().map_err(io::Error::other)?;
    let mut chance = Chance::new(rest.first().and_then(|seed| seed.parse().ok()).unwrap_or(1));
    set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("?");
        let (what, details) = message.split_once('\n').unwrap_or((message, ""));
        // Only panics that are no property are told apart by their place.
        let place = info.location().filter(|place| !place.file().contains("properties")).map(ToString::to_string);
        let what = format!("{what}{}", place.map(|place| format!(" at {place}")).unwrap_or_default());
        LAST.with(|last| *last.borrow_mut() = (what, details.to_owned()));
    }));

    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for entry in std::fs::read_dir(fuzz.join("corpus").join(target))? {
        seeds.push(std::fs::read(entry?.path())?);
    }
    seeds.sort();
    let started = Instant::now();
    let mut runs = 0_usize;
    let mut failures: BTreeMap<String, (usize, Vec<u8>)> = BTreeMap::new();
    while started.elapsed() < Duration::from_secs(seconds) {
        let seed = chance.one(&seeds).cloned().unwrap_or_default();
        let mut input = if target == "api" { seed } else { mutate(&seed, &mut chance) };
        if matches!(target.as_str(), "read" | "api") {
            noise(&mut input, &mut chance);
        }
        input.truncate(LONGEST);
        runs += 1;
        let Some(what) = fails(property, &input) else { continue };
        let kept = failures.entry(what).or_insert_with(|| (0, input.clone()));
        kept.0 += 1;
        if input.len() < kept.1.len() {
            kept.1 = input;
        }
    }
    println!("{runs} runs, {} kinds of failure", failures.len());
    let folder = fuzz.join("artifacts/hunt").join(target);
    std::fs::create_dir_all(&folder)?;
    for (index, (what, (count, input))) in failures.into_iter().enumerate() {
        let small = smaller(property, &what, input, Duration::from_secs(10));
        let file = folder.join(format!("{index:02}"));
        std::fs::write(&file, &small)?;
        let _ = fails(property, &small);
        let details = LAST.with(|last| last.borrow().1.clone());
        let details: String = details.chars().take(2000).collect();
        println!("\n=== {what} ({count} times) {}\n{}\n{details}", file.display(), String::from_utf8_lossy(&small));
    }
    Ok(())
}

/// Changes a few bytes.
fn noise(input: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..chance.below(4) {
        let at = chance.below(input.len() + 1);
        let bytes = b"\n\r\t -:?#&*!|>'\"%@`,[]{}<=~\0\\\x85\xE2\x80\xA8\xFEax0";
        let byte = chance.one(bytes).copied().unwrap_or_default();
        match chance.below(3) {
            0 if at < input.len() => drop(input.remove(at)),
            1 if at < input.len() => input.iter_mut().skip(at).take(1).for_each(|it| *it = byte),
            _ => input.insert(at, byte),
        }
    }
}

/// What does not hold of an input.
fn fails(property: fn(&[u8]), input: &[u8]) -> Option<String> {
    let started = Instant::now();
    let panicked = catch_unwind(|| property(input)).is_err();
    if panicked {
        return Some(LAST.with(|last| last.borrow().0.clone()));
    }
    (started.elapsed() > SLOWEST).then(|| "an input takes too long".to_owned())
}

/// Takes out lines, then characters, as long as the same property does not hold.
fn smaller(property: fn(&[u8]), what: &str, input: Vec<u8>, time: Duration) -> Vec<u8> {
    let until = Instant::now() + time;
    let mut input = input;
    for by_line in [true, false] {
        let mut size = usize::MAX;
        while size > 0 {
            let parts: Vec<Vec<u8>> = if by_line {
                input.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
            } else {
                input.iter().map(|byte| vec![*byte]).collect()
            };
            size = size.min(parts.len().div_ceil(2));
            let mut at = 0;
            let mut parts = parts;
            while at < parts.len() && Instant::now() < until {
                let mut fewer = parts.clone();
                fewer.drain(at..(at + size).min(parts.len()));
                if fails(property, &fewer.concat()).as_deref() == Some(what) {
                    parts = fewer;
                } else {
                    at += size;
                }
            }
            input = parts.concat();
            size = if size <= 1 { 0 } else { size / 2 };
        }
    }
    input
}
