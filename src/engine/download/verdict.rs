//! Whether a download whose length nobody stated has come to its end.

use crate::gateway::BodyEnd;
use crate::media::FilmEnd;

/// What the wire said about the end of the bytes that have arrived, where the length of the film was never stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    /// One answer held the film from its beginning, and the protocol marked the end of it: chunks, or HTTP/2. A cut
    /// would have been an error.
    Marked,
    /// Two answers held the film from its beginning, and both ended behind the same bytes.
    Twice,
    /// One answer held the film from its beginning and ended where the connection did. A cut looks the same.
    Closed,
    /// The last answer was a piece of the film (206). Its end, however clean, is that of the piece: a server may send
    /// less than it was asked for.
    Piece,
}

impl Wire {
    /// What an answer that began at `offset` is worth when the length of the film is not known.
    pub(super) fn of(offset: u64, end: BodyEnd) -> Self {
        match (offset, end) {
            (0, BodyEnd::Marked) => Self::Marked,
            (0, BodyEnd::Closed) => Self::Closed,
            // Stated from the beginning, and yet the length of the film is not known: the range 0 to N of `*`.
            (0, BodyEnd::Stated) | (1.., _) => Self::Piece,
        }
    }
}

/// What is to be done with the bytes that have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They are the whole film.
    Whole,
    /// More may follow. The server is asked for what comes behind them: it sends more, says that there is nothing (416
    /// with the length), or begins anew, and then the second end can be compared with this one.
    MoreMayFollow,
    /// They are all that there is, and they are no whole film.
    Broken,
}

/// Decides about bytes whose number was never stated; where it was, it alone decides about the end. `film` is what the
/// structure of the film says, `None` when it is not whole.
///
/// | the film is | marked | twice | closed | piece |
/// |---|---|---|---|---|
/// | whole, and its tables name all of it | whole | whole | whole | more may follow |
/// | whole so far, in fragments without an index | whole | whole | more may follow | more may follow |
/// | whole, with stray bytes behind it | whole | whole | more may follow | more may follow |
/// | not whole | broken | broken | more may follow | more may follow |
///
/// So a film in fragments is never taken for whole only because a connection closed, or a piece ended, between two of
/// them; and a part of the file that is cut is never taken for stray bytes. A host that sends pieces can say at no cost
/// whether another one follows.
pub(super) fn verdict(wire: Wire, film: Option<FilmEnd>) -> Verdict {
    let is_end = matches!(wire, Wire::Marked | Wire::Twice);
    match film {
        Some(FilmEnd::Closed) if wire != Wire::Piece => Verdict::Whole,
        Some(FilmEnd::Open | FilmEnd::Trailing(_)) if is_end => Verdict::Whole,
        None if is_end => Verdict::Broken,
        Some(_) | None => Verdict::MoreMayFollow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_end_that_somebody_vouches_for_is_an_end() {
        use Verdict::{Broken, MoreMayFollow as More, Whole};
        for (film, marked, twice, closed, piece) in [
            (Some(FilmEnd::Closed), Whole, Whole, Whole, More),
            (Some(FilmEnd::Open), Whole, Whole, More, More),
            (Some(FilmEnd::Trailing(2)), Whole, Whole, More, More),
            (None, Broken, Broken, More, More),
        ] {
            let found = [Wire::Marked, Wire::Twice, Wire::Closed, Wire::Piece].map(|wire| verdict(wire, film));
            assert_eq!(found, [marked, twice, closed, piece], "{film:?}");
        }
    }

    #[test]
    fn the_end_of_a_piece_is_no_end_of_the_film() {
        for (offset, end, expected) in [
            (0, BodyEnd::Marked, Wire::Marked),
            (0, BodyEnd::Closed, Wire::Closed),
            (0, BodyEnd::Stated, Wire::Piece),
            (400, BodyEnd::Marked, Wire::Piece),
            (400, BodyEnd::Closed, Wire::Piece),
            (400, BodyEnd::Stated, Wire::Piece),
        ] {
            assert_eq!(Wire::of(offset, end), expected, "{offset} {end:?}");
        }
    }
}
