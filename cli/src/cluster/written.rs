//! Objects that stand in the files that are checked, and that are there when their Pods are scheduled.

use podlint_core::schedule::{Builder, Objects};

use crate::batch::Batch;
use crate::input::Input;
use crate::job::{Job, Jobs};
use crate::work::read;

/// What the text of a document has where it may hold one of them.
const KINDS: [&str; 7] =
    ["Namespace", "LimitRange", "RuntimeClass", "PersistentVolume", "StorageClass", "ResourceClaim", "DeviceClass"];

/// Adds them to a cluster. What cannot be read is told when it is checked.
pub fn add(builder: &mut Builder, inputs: &[Input], max_size: u64) {
    for job in Jobs::new(inputs, max_size, false) {
        match job {
            Job::Files(range) => {
                for input in inputs.get(range).unwrap_or_default() {
                    if let Ok(bytes) = read(input, max_size) {
                        documents(builder, &Batch::whole(&bytes));
                    }
                }
            }
            Job::Whole { bytes, .. } => documents(builder, &Batch::whole(&bytes)),
            Job::Batch { batch, .. } => documents(builder, &batch),
            Job::Skip(..) => {}
        }
    }
}

fn documents(builder: &mut Builder, batch: &Batch) {
    for piece in batch.pieces.iter().filter(|piece| piece.no_text.is_none()) {
        let text = batch.text_of(piece);
        if KINDS.iter().any(|kind| text.contains(kind)) {
            builder.add_written(Objects::read(&batch.document(piece)));
        }
    }
}
