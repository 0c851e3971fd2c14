//! Finds a key in a text: as it is, turned round, in hexadecimal digits or in base64, whole or a long piece of it.

use std::fmt;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::zeroize::Zeroizing;

use super::fold::Piece;

/// What stands in the place of a key.
pub(super) const MARK: &str = "[key]";

/// Shortest piece of a key that counts, in characters of the key. Every key begins with some public letters, so that less
/// would be found by chance.
const PIECE: usize = 12;

/// Shortest key that is looked for at all, in characters.
const SHORTEST_KEY: usize = 4;

/// Shortest writing in base64 that is looked for when the key itself is short, in characters.
const SHORTEST_BASE64: usize = 8;

/// The writings of one key. They are wiped when it is dropped, and no debug output shows them.
pub(super) struct Secret {
    writings: Vec<Writing>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// One way to write the key.
struct Writing {
    /// All of it, in lower case, since letters may have been raised or lowered on the way.
    letters: Zeroizing<Vec<u8>>,
    /// How many of its letters in a row count as a piece of the key.
    piece: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Hex,
    Base64,
}

impl Kind {
    /// The letter that a character of a text stands for in this way of writing; `None` where it only separates.
    fn letter(self, c: char) -> Option<u8> {
        let letter = u8::try_from(c).unwrap_or(b' ').to_ascii_lowercase();
        match (self, letter) {
            (_, byte) if byte.is_ascii_whitespace() || byte.is_ascii_control() => None,
            (Self::Hex, b':' | b'-' | b',') => None,
            // The two alphabets of base64 differ in two letters.
            (Self::Base64, b'-') => Some(b'+'),
            (Self::Base64, b'_') => Some(b'/'),
            (_, letter) => Some(letter),
        }
    }
}

impl Secret {
    /// The writings of `key`; none for a key that is too short to be told from other text.
    pub(super) fn new(key: &str) -> Self {
        let bytes = key.trim().as_bytes();
        if bytes.len() < SHORTEST_KEY {
            return Self { writings: Vec::new() };
        }
        let piece = bytes.len().min(PIECE);
        let plain = Zeroizing::new(bytes.to_ascii_lowercase());
        let backwards = Zeroizing::new(plain.iter().rev().copied().collect::<Vec<u8>>());
        let hex = Zeroizing::new(bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect::<Vec<u8>>());
        let lowered: Vec<u8> = plain.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect();
        let mut writings = vec![
            Writing { letters: plain, piece, kind: Kind::Plain },
            Writing { letters: backwards, piece, kind: Kind::Plain },
            Writing { letters: hex, piece: 2 * piece, kind: Kind::Hex },
            Writing { letters: Zeroizing::new(lowered), piece: 2 * piece, kind: Kind::Hex },
        ];
        // What stands before the key in an encoded text decides which of three ways its bits fall.
        for shift in 0..3 {
            let letters = base64_of(bytes, shift);
            if letters.len() >= SHORTEST_BASE64 {
                let piece = letters.len().min(PIECE);
                writings.push(Writing { letters, piece, kind: Kind::Base64 });
            }
        }
        Self { writings }
    }

    /// The ranges of bytes in the text that hold a piece of the key, in order and without overlap.
    pub(super) fn places(&self, pieces: &[Piece]) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for kind in [Kind::Plain, Kind::Hex, Kind::Base64] {
            let writings: Vec<&Writing> = self.writings.iter().filter(|writing| writing.kind == kind).collect();
            if writings.is_empty() {
                continue;
            }
            let (letters, origins): (Vec<u8>, Vec<usize>) =
                pieces.iter().enumerate().filter_map(|(origin, piece)| Some((kind.letter(piece.c)?, origin))).unzip();
            for writing in writings {
                for start in writing.find_in(&letters) {
                    let (first, last) = (origins[start], origins[start + writing.piece - 1]);
                    found.push(pieces[first].start..pieces[last].end);
                }
            }
        }
        found.sort_unstable_by_key(|range| (range.start, range.end));
        let mut places: Vec<Range<usize>> = Vec::new();
        for range in found {
            match places.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => places.push(range),
            }
        }
        places
    }
}

impl Writing {
    /// Where in `letters` a piece of the key begins.
    fn find_in(&self, letters: &[u8]) -> Vec<usize> {
        let is_piece = |window: &[u8]| self.letters.windows(self.piece).any(|piece| piece == window);
        letters.windows(self.piece).enumerate().filter(|(_, window)| is_piece(window)).map(|(start, _)| start).collect()
    }
}

/// The letters of base64 that depend on nothing but the key, when `shift` bytes stand before it.
fn base64_of(key: &[u8], shift: usize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; shift]);
    bytes.extend_from_slice(key);
    let text = Zeroizing::new(STANDARD_NO_PAD.encode(bytes.as_slice()));
    // A letter has six bits: the first whole one after the shift, and the last whole one before the end.
    let (first, last) = ((shift * 8).div_ceil(6), bytes.len() * 8 / 6);
    Zeroizing::new(text.as_bytes()[first..last].to_ascii_lowercase())
}
