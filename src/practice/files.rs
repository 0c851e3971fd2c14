//! Answers requests for finished films: ranges, validators, and all faults that concern them. Pure.

use std::{ops::Range, sync::Arc, time::Duration};

use super::{
    faults::FaultKind,
    films::RenderedFilm,
    http::{Answer, Body, Framing, Head},
};

/// Which bytes of a file a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The whole file.
    Whole,
    /// This range of bytes, which lies inside the file.
    Part(Range<usize>),
    /// Bytes behind the end of the file, which is answered with 416.
    Nothing,
}

/// What `Range` and `If-Range` ask of a file of `length` bytes. A range in another unit, several ranges and nonsense count
/// as none (RFC 9110, 14.2); a weak or other validator in `If-Range` asks for the whole (13.1.5).
pub(super) fn wanted(range: Option<&str>, if_range: Option<&str>, etag: Option<&str>, length: usize) -> Wanted {
    let Some(range) = range.and_then(|range| range.trim().strip_prefix("bytes=")) else { return Wanted::Whole };
    if let Some(validator) = if_range
        && (validator.starts_with("W/") || Some(validator.trim()) != etag)
    {
        return Wanted::Whole;
    }
    let Some((first, last)) = range.split_once('-') else { return Wanted::Whole };
    let (first, last) = (first.trim(), last.trim());
    if first.is_empty() {
        let Ok(count) = last.parse::<usize>() else { return Wanted::Whole };
        return if count == 0 || length == 0 {
            Wanted::Nothing
        } else {
            Wanted::Part(length.saturating_sub(count)..length)
        };
    }
    let Ok(first) = first.parse::<usize>() else { return Wanted::Whole };
    let end = if last.is_empty() {
        length
    } else {
        match last.parse::<usize>() {
            Ok(last) if last >= first => last.saturating_add(1).min(length),
            _ => return Wanted::Whole,
        }
    };
    if first < length { Wanted::Part(first..end) } else { Wanted::Nothing }
}

/// The answer to a request for a film, as `fault` wishes.
pub(super) fn answer(head: &Head, film: &RenderedFilm, fault: Option<&FaultKind>) -> Answer {
    let (bytes, etag) = match fault {
        Some(FaultKind::ChangedFile) => {
            (Arc::new(changed(&film.bytes)), format!("\"changed-{}\"", film.sha256.first_digits(16)))
        }
        Some(FaultKind::WeakEtag) => (Arc::clone(&film.bytes), format!("W/\"{}\"", film.sha256.first_digits(16))),
        _ => (Arc::clone(&film.bytes), format!("\"{}\"", film.sha256.first_digits(16))),
    };
    let length = bytes.len();
    let etag = (fault != Some(&FaultKind::NoEtag)).then_some(etag);
    let mut part = match fault {
        Some(FaultKind::IgnoreRange) => Wanted::Whole,
        _ => wanted(head.header("range"), head.header("if-range"), etag.as_deref(), length),
    };
    if let (Some(FaultKind::WrongStart { shift }), Wanted::Part(range)) = (fault, &part) {
        let start = i64::try_from(range.start).unwrap_or(i64::MAX).saturating_add(*shift).max(0);
        let start = usize::try_from(start).unwrap_or(0).min(length.saturating_sub(1));
        part = Wanted::Part(start..range.end.max(start + 1));
    }

    let (mut answer, first) = match part {
        Wanted::Whole => (Answer::new(200, "video/mp4", Body::Part(bytes, 0..length)), 0),
        Wanted::Part(range) => {
            let sent = match fault {
                Some(FaultKind::ShortRange { len }) => {
                    range.start..range.end.min(range.start.saturating_add(usize::try_from(*len).unwrap_or(usize::MAX)))
                }
                _ => range.clone(),
            };
            let stated = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            let answer = Answer::new(206, "video/mp4", Body::Part(bytes, sent)).with_header("content-range", stated);
            (answer, range.start)
        }
        Wanted::Nothing => {
            let range = format!("bytes */{length}");
            (Answer::empty(416).with_header("content-range", range), length)
        }
    };
    if let Some(etag) = etag {
        answer = answer.with_header("etag", etag);
    }
    if fault != Some(&FaultKind::IgnoreRange) {
        answer = answer.with_header("accept-ranges", "bytes");
    }
    // A fault names a byte of the file; the answer may begin in the middle of it.
    let within = |at: u64| at.saturating_sub(first as u64);
    match fault {
        Some(FaultKind::Cut { at } | FaultKind::ExpireAt { at }) => answer.cut_at = Some(within(*at)),
        Some(FaultKind::StallAt { at }) => {
            answer.cut_at = Some(within(*at));
            answer.is_silent_at_cut = true;
        }
        Some(FaultKind::WrongLength { stated }) => answer.framing = Framing::Stated(*stated),
        Some(FaultKind::Chunked { at }) => {
            answer.framing = Framing::Chunked;
            answer.cut_at = at.map(within);
        }
        Some(FaultKind::CloseDelimited { at }) => {
            answer.framing = Framing::UntilClose;
            answer.cut_at = at.map(within);
        }
        Some(FaultKind::Trickle { chunk_bytes, pause_millis }) => {
            answer.trickle = Some((*chunk_bytes, Duration::from_millis(*pause_millis)));
        }
        _ => {}
    }
    answer
}

/// Another film that is as playable as this one: a box that every player skips is put behind it, and the same length is
/// not kept, as with a real second version.
fn changed(film: &[u8]) -> Vec<u8> {
    let mut other = film.to_vec();
    other.extend_from_slice(&[0, 0, 0, 16]);
    other.extend_from_slice(b"free");
    other.extend_from_slice(b"changed!");
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let etag = Some("\"a\"");
        for (range, if_range, expected) in [
            (None, None, Wanted::Whole),
            (Some("bytes=0-"), None, Wanted::Part(0..100)),
            (Some("bytes=40-"), None, Wanted::Part(40..100)),
            (Some("bytes=40-49"), None, Wanted::Part(40..50)),
            (Some("bytes=40-400"), None, Wanted::Part(40..100)),
            (Some("bytes=99-99"), None, Wanted::Part(99..100)),
            (Some("bytes=-10"), None, Wanted::Part(90..100)),
            (Some("bytes=-1000"), None, Wanted::Part(0..100)),
            (Some("bytes=100-"), None, Wanted::Nothing),
            (Some("bytes=-0"), None, Wanted::Nothing),
            (Some("bytes=50-40"), None, Wanted::Whole),
            (Some("bytes=1-2,4-5"), None, Wanted::Whole),
            (Some("lines=1-2"), None, Wanted::Whole),
            (Some("bytes=x-"), None, Wanted::Whole),
            (Some("bytes=40-"), Some("\"a\""), Wanted::Part(40..100)),
            (Some("bytes=40-"), Some("\"b\""), Wanted::Whole),
            (Some("bytes=40-"), Some("W/\"a\""), Wanted::Whole),
        ] {
            assert_eq!(wanted(range, if_range, etag, 100), expected, "{range:?} {if_range:?}");
        }
        assert_eq!(wanted(Some("bytes=40-"), Some("W/\"a\""), Some("W/\"a\""), 100), Wanted::Whole);
        assert_eq!(wanted(Some("bytes=0-"), None, etag, 0), Wanted::Nothing);
    }
}
