//! The checksum of a film or a picture: what tells whether bytes on disk are still those that came, and by which start pictures
//! are named.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A SHA-256. Written and stored as 64 digits of `0–9 a–f`; text of any other form is refused while it is read, so that a
/// checksum can stand in a file name without a second thought.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256Hex([u8; 32]);

impl Sha256Hex {
    /// The checksum of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The checksum itself.
    pub fn bytes(self) -> [u8; 32] {
        self.0
    }

    /// Reads 64 lower-case hexadecimal digits; `None` for any other text.
    pub fn new(text: &str) -> Option<Self> {
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = value(*high)? << 4 | value(*low)?;
        }
        Some(Self(bytes))
    }

    /// The first digits, where a few are enough to tell one from another. All 64 where `count` is larger.
    pub fn first_digits(self, count: usize) -> String {
        let mut digits = self.to_string();
        digits.truncate(count);
        digits
    }
}

/// The checksum of all bytes that went into the hasher.
impl From<Sha256> for Sha256Hex {
    fn from(hasher: Sha256) -> Self {
        Self(hasher.finalize().into())
    }
}

impl TryFrom<String> for Sha256Hex {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or("this is no checksum: it has 64 digits of 0–9 and a–f")
    }
}

impl From<Sha256Hex> for String {
    fn from(checksum: Sha256Hex) -> Self {
        checksum.to_string()
    }
}

impl fmt::Display for Sha256Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of no bytes at all, as every description of SHA-256 gives it.
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn a_checksum_is_stored_as_its_digits() {
        let checksum = Sha256Hex::of(b"");
        assert_eq!(checksum, Sha256Hex::from(Sha256::new()));
        assert_eq!((checksum.to_string().as_str(), checksum.first_digits(8).as_str()), (EMPTY, "e3b0c442"));
        let json = serde_json::to_string(&checksum).expect("plain");
        assert_eq!(json, format!("\"{EMPTY}\""));
        assert_eq!(serde_json::from_str::<Sha256Hex>(&json).expect("read back"), checksum);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "00",
            "../../etc/passwd",
            &EMPTY[1..],
            &format!("{EMPTY}0"),
            &format!("{EMPTY}00"),
            &EMPTY.to_uppercase(),
            &format!("+{}", &EMPTY[1..]),
            &format!("/{}", &EMPTY[1..]),
            &format!("é{}", &EMPTY[2..]),
        ] {
            assert_eq!(Sha256Hex::new(text), None, "{text:?}");
            assert!(serde_json::from_str::<Sha256Hex>(&format!("\"{text}\"")).is_err(), "{text:?}");
        }
    }
}
