//! Reads through the ways in which a text can be written: percent signs, JSON escapes, HTML entities, invisible marks.

use crate::domain::text::is_hidden;

/// How often an escape may be escaped again.
const LAYERS: usize = 3;

/// One character as it is meant, with the bytes of the text that it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The character that is meant.
    pub c: char,
    /// Where its writing begins in the text, in bytes.
    pub start: usize,
    /// Where its writing ends in the text, in bytes.
    pub end: usize,
    /// Whether it stands there as itself.
    pub is_literal: bool,
}

impl Piece {
    /// Whether this is the character `c`, however it is written.
    pub(super) fn is(&self, c: char) -> bool {
        self.c == c
    }
}

/// The characters of a text with escapes undone. Marks that nobody sees are left out; blanks and control characters stay.
pub(super) fn fold(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = text
        .char_indices()
        .filter(|(_, c)| c.is_control() || !is_hidden(*c))
        .map(|(start, c)| Piece { c, start, end: start + c.len_utf8(), is_literal: true })
        .collect();
    for _ in 0..LAYERS {
        if !pieces.iter().any(|piece| matches!(piece.c, '%' | '\\' | '&')) || !undo(&mut pieces) {
            break;
        }
    }
    pieces
}

/// Undoes one layer of escapes. Says whether there was any.
fn undo(pieces: &mut Vec<Piece>) -> bool {
    let mut plain = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        match escape(&pieces[at..]) {
            Some((c, length)) => {
                let end = pieces[at + length - 1].end;
                if c.is_control() || !is_hidden(c) {
                    plain.push(Piece { c, start: piece.start, end, is_literal: false });
                }
                at += length;
            }
            None => {
                plain.push(*piece);
                at += 1;
            }
        }
    }
    let found = plain.len() < pieces.len();
    *pieces = plain;
    found
}

/// The character of the escape that `pieces` begin with, and how many pieces it takes.
fn escape(pieces: &[Piece]) -> Option<(char, usize)> {
    let number = |from: usize, length: usize| {
        let digits = pieces.get(from..from + length)?;
        digits.iter().try_fold(0, |sum, piece| Some(sum * 16 + piece.c.to_digit(16)?))
    };
    let is = |at: usize, c: char| pieces.get(at).is_some_and(|piece| piece.c.eq_ignore_ascii_case(&c));
    match pieces.first()?.c {
        // Bytes beyond ASCII belong to characters that no key holds; they stay as they are.
        '%' => number(1, 2).filter(|byte| *byte < 128).and_then(char::from_u32).map(|c| (c, 3)),
        '\\' if is(1, '/') => Some(('/', 2)),
        '\\' if is(1, '\\') => Some(('\\', 2)),
        '\\' if is(1, 'u') => number(2, 4).and_then(char::from_u32).map(|c| (c, 6)),
        '\\' if is(1, 'x') => number(2, 2).and_then(char::from_u32).map(|c| (c, 4)),
        '&' if is(1, '#') => entity(pieces),
        '&' if is(1, 'a') && is(2, 'm') && is(3, 'p') && is(4, ';') => Some(('&', 5)),
        _ => None,
    }
}

/// A numbered HTML entity: `&#63;` or `&#x3f;`.
fn entity(pieces: &[Piece]) -> Option<(char, usize)> {
    let is_hex = pieces.get(2)?.c.eq_ignore_ascii_case(&'x');
    let (from, radix) = if is_hex { (3, 16) } else { (2, 10) };
    let length = pieces[from.min(pieces.len())..].iter().take(8).position(|piece| piece.is(';'))?;
    let digits = &pieces[from..from + length];
    let number = digits.iter().try_fold(0u32, |sum, piece| Some(sum * radix + piece.c.to_digit(radix)?));
    char::from_u32(number.filter(|_| length > 0)?).map(|c| (c, from + length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_writing_is_read_and_keeps_its_place() {
        for (text, meant) in [
            ("plain ?", "plain ?"),
            ("a%3Fb", "a?b"),
            ("a%253fb", "a?b"),
            ("a\\u003fb", "a?b"),
            ("a\\\\u003Fb", "a?b"),
            ("a\\x3fb", "a?b"),
            ("a&#63;b", "a?b"),
            ("a&#x3F;b", "a?b"),
            ("a&amp;#63;b", "a?b"),
            ("a\\/b", "a/b"),
            ("a\u{200b}\u{ad}b\n", "ab\n"),
            ("100 % & \\ \\u12 %g0 &#; &#x; %", "100 % & \\ \\u12 %g0 &#; &#x; %"),
            ("%C3%A9", "%C3%A9"),
        ] {
            let pieces = fold(text);
            assert_eq!(pieces.iter().map(|piece| piece.c).collect::<String>(), meant, "{text}");
            assert!(pieces.windows(2).all(|pair| pair[0].end <= pair[1].start), "{text}");
            assert!(pieces.iter().all(|piece| text.get(piece.start..piece.end).is_some()), "{text}");
        }
    }
}
