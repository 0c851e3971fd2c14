//! Counts what the fragments of a film hold: `moof` boxes, one after the other, each with its own list of samples.

use super::bits::u32_at;
use super::boxes::children;

/// What the fragments hold of one track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fragment {
    /// Number of samples.
    pub(super) samples: u64,
    /// How long they last together, in units of the track.
    pub(super) units: u64,
    /// Samples of which the fragments do not say how long they last.
    unnamed: u64,
}

impl Fragment {
    /// With the length that the table of contents gives to samples whose fragment gives none.
    pub(super) fn with_default(self, length: u32) -> Self {
        let units = self.units.saturating_add(self.unnamed.saturating_mul(u64::from(length)));
        Self { units, unnamed: 0, ..self }
    }
}

/// Adds what the content of one `moof` box holds to what was found before. Linear in its length; ends at what does not fit.
pub(super) fn add(moof: &[u8], found: &mut Vec<(u32, Fragment)>, most_tracks: usize) {
    for (_, fragment) in children(moof).filter(|(kind, _)| kind == b"traf") {
        let Some((track, default)) =
            children(fragment).find(|(kind, _)| kind == b"tfhd").and_then(|(_, head)| tfhd(head))
        else {
            continue;
        };
        let place = match found.iter().position(|(id, _)| *id == track) {
            Some(place) => place,
            None if found.len() < most_tracks => {
                found.push((track, Fragment::default()));
                found.len() - 1
            }
            None => continue,
        };
        for (_, run) in children(fragment).filter(|(kind, _)| kind == b"trun") {
            _ = add_run(run, default, &mut found[place].1);
        }
    }
}

/// The track of a fragment, and how long its samples last unless they say so themselves.
fn tfhd(head: &[u8]) -> Option<(u32, Option<u32>)> {
    let flags = u32_at(head, 0)? & 0xff_ffff;
    let length_at = 8 + if flags & 1 != 0 { 8 } else { 0 } + if flags & 2 != 0 { 4 } else { 0 };
    Some((u32_at(head, 4)?, if flags & 8 != 0 { u32_at(head, length_at) } else { None }))
}

/// Adds the samples of one run. `None` when it is shorter than it says; then the samples that are there were added.
fn add_run(run: &[u8], default: Option<u32>, sum: &mut Fragment) -> Option<()> {
    let flags = u32_at(run, 0)? & 0xff_ffff;
    let count = u32_at(run, 4)?;
    let rows_at = 8 + if flags & 1 != 0 { 4 } else { 0 } + if flags & 4 != 0 { 4 } else { 0 };
    let row_bytes = 4 * (flags >> 8 & 0xf).count_ones() as usize;
    if flags & 0x100 == 0 {
        // Rows of nothing stand for as many samples as one likes; no film has more than that.
        let count = u64::from(count.min(1 << 24));
        sum.samples = sum.samples.saturating_add(count);
        match default {
            Some(length) => sum.units = sum.units.saturating_add(count * u64::from(length)),
            None => sum.unnamed = sum.unnamed.saturating_add(count),
        }
        return Some(());
    }
    for row in run.get(rows_at..)?.chunks_exact(row_bytes).take(count as usize) {
        sum.samples = sum.samples.saturating_add(1);
        sum.units = sum.units.saturating_add(u64::from(u32_at(row, 0)?));
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn samples_are_counted_and_their_lengths_added() {
        let traf = |head: &[u32], runs: &[&[u32]]| {
            let runs = runs.iter().map(|run| boxed(b"trun", &words(run))).collect::<Vec<_>>().concat();
            boxed(b"traf", &[boxed(b"tfhd", &words(head)), runs].concat())
        };
        let mut found = Vec::new();
        // Lengths and sizes in the rows, behind the place of the data.
        add(&traf(&[0, 7], &[&[0x301, 2, 99, 10, 5000, 12, 4000]]), &mut found, 2);
        // One length for the fragment, behind a description.
        add(&traf(&[0xa, 7, 1, 20], &[&[0x200, 2, 500, 600], &[0, 3]]), &mut found, 2);
        // No length at all, and a track beyond those that are looked at.
        add(&[traf(&[0, 8], &[&[0, 4]]), traf(&[0, 9], &[&[0, 4]])].concat(), &mut found, 2);
        // Runs that are shorter than they say, and parts without a head.
        add(&traf(&[0, 7], &[&[0x100, u32::MAX, 1], &[0x100], &[]]), &mut found, 2);
        add(&boxed(b"traf", b""), &mut found, 2);
        let sums: Vec<_> = found.iter().map(|(id, found)| (*id, found.samples, found.with_default(3).units)).collect();
        assert_eq!(sums, [(7, 2 + 2 + 3 + 1, 22 + 40 + 60 + 1), (8, 4, 12)]);
    }
}
