//! Finds the boxes inside a box of an MP4 that was read as a whole.

use super::bits::{u32_at, u64_at};

/// A box: its kind and its content.
type Child<'a> = ([u8; 4], &'a [u8]);

/// The boxes inside a box; ends at the first that does not fit.
pub(super) fn children(mut rest: &[u8]) -> impl Iterator<Item = Child<'_>> + Clone {
    std::iter::from_fn(move || {
        let kind = rest.get(4..8)?.try_into().ok()?;
        let (header, size) = match u32_at(rest, 0)? {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64_at(rest, 8)?).ok()?),
            size => (8, size as usize),
        };
        let content = rest.get(header..size)?;
        rest = &rest[size..];
        Some((kind, content))
    })
}

/// The content of the first box of that kind inside a box.
pub(super) fn child<'a>(parent: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    children(parent).find(|(found, _)| found == kind).map(|(_, content)| content)
}
