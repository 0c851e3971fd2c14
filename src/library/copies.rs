//! Copies of jobs with the numbers of their writes, and which of two copies counts.

use std::collections::HashMap;

use crate::domain::{Job, JobId, Sha256Hex};

/// A job with the number of the write that stored it; of two copies the one with the higher number is newer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    /// Number of the write that stored it, rising over the whole library.
    pub seq: i64,
    pub job: Job,
}

/// First 16 hexadecimal digits of the SHA-256 of `text`.
pub(super) fn sum(text: &str) -> String {
    Sha256Hex::of(text.as_bytes()).first_digits(16)
}

/// The jobs of two sources, such as database and job log, put together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Merged {
    /// The newest copy of every job, oldest job first.
    pub copies: Vec<Copy>,
    /// Jobs whose newest copy came from `others`.
    pub recovered: Vec<JobId>,
}

/// Joins what the database holds with other copies. A job that the database lacks, or knows only in an older state
/// because its last writes were lost, comes from `others`. That an older state never wins is a rule of money: it may say
/// "queued" about an order that was sent.
pub(super) fn merge(rows: Vec<Copy>, others: Vec<Copy>) -> Merged {
    let mut newest: HashMap<JobId, (Copy, bool)> = HashMap::with_capacity(rows.len());
    let tagged = rows.into_iter().map(|copy| (copy, false)).chain(others.into_iter().map(|copy| (copy, true)));
    for (mut copy, is_other) in tagged {
        match newest.get(&copy.job.id) {
            Some((known, _)) if known.seq >= copy.seq => {}
            known => {
                // The log leaves the raw exchange out; an older one is better than none.
                if let (None, Some((known, _))) = (&copy.job.exchange, known) {
                    copy.job.exchange = known.job.exchange.clone();
                }
                newest.insert(copy.job.id, (copy, is_other));
            }
        }
    }
    let mut merged = Merged::default();
    for (copy, is_other) in newest.into_values() {
        if is_other {
            merged.recovered.push(copy.job.id);
        }
        merged.copies.push(copy);
    }
    merged.copies.sort_by_key(|copy| (copy.job.created_at, copy.job.id));
    merged.recovered.sort();
    merged
}
