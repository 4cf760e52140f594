//! The smallest manifest that shows a difference.

use anyhow::Result;
use serde_yaml::Value;

use crate::answer::Answer;
use crate::difference::{Difference, differences};
use crate::mutate::Case;
use crate::oracle::Oracle;
use crate::place::{Step, at_mut, steps_to_all};

/// Takes out one field or item after another, as long as the difference stays.
pub fn shrink(case: &Case, wanted: &Difference, oracle: &mut Oracle) -> Result<String> {
    let mut object: Value = serde_yaml::from_str(&case.yaml)?;
    let mut yaml = case.yaml.clone();
    loop {
        let before = yaml.len();
        // Those nearest to the root first: they take most away.
        let mut all = steps_to_all(&object);
        all.sort_by_key(Vec::len);
        for path in all {
            let mut smaller = object.clone();
            if !take_out(&mut smaller, &path) {
                continue;
            }
            let text = serde_yaml::to_string(&smaller)?;
            let theirs = Answer::of_kubernetes(&oracle.answer(&case.id, &text)?);
            if differences(&case.kind, &theirs, &Answer::of_podlint(&text)).contains(wanted) {
                (object, yaml) = (smaller, text);
            }
        }
        if yaml.len() == before {
            return Ok(yaml);
        }
    }
}

fn take_out(object: &mut Value, path: &[Step]) -> bool {
    let Some((last, above)) = path.split_last() else { return false };
    match (at_mut(object, above), last) {
        (Some(Value::Mapping(fields)), Step::Key(key)) => fields.shift_remove(key.as_str()).is_some(),
        (Some(Value::Sequence(items)), Step::Index(index)) if *index < items.len() => {
            items.remove(*index);
            true
        }
        _ => false,
    }
}
