//! A path as text that leads back to the same path, also where its name is no UTF-8, as on old servers and drives.
//!
//! Such a path is written as `bytes:` with every byte that is no plain letter as a percent sign and two digits, so
//! `/home/caf\xe9/films` becomes `bytes:/home/caf%E9/films`. Every other path is its own text.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::{Deserialize as _, Deserializer, Serializer};

/// What a text begins with that stands for bytes.
const MARK: &str = "bytes:";

/// The text of a path, from which [`from_text`] makes the same path.
pub fn to_text(path: &Path) -> Cow<'_, str> {
    match path.to_str() {
        Some(text) if !text.starts_with(MARK) => Cow::Borrowed(text),
        _ => Cow::Owned(escaped(path)),
    }
}

/// The path as one line for people. A name may hold line breaks, which would look like further lines of whoever prints it;
/// they and other control characters are written out.
pub fn shown(path: &Path) -> String {
    let mut line = String::new();
    for c in path.to_string_lossy().chars() {
        if c.is_control() {
            line.push_str(&format!("‹U+{:04X}›", u32::from(c)));
        } else {
            line.push(c);
        }
    }
    line
}

/// The path of a text that [`to_text`] made, and of any other text the path that it spells.
pub fn from_text(text: &str) -> PathBuf {
    text.strip_prefix(MARK).and_then(unescaped).unwrap_or_else(|| PathBuf::from(text))
}

/// Writes a path as [`to_text`] does, for `serde(with)`.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&to_text(path))
}

/// Reads a path as [`from_text`] does, for `serde(with)`.
///
/// # Errors
///
/// Those of the deserializer.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    Ok(from_text(&Cow::<'de, str>::deserialize(deserializer)?))
}

fn escaped(path: &Path) -> String {
    let mut text = MARK.to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'\\' | b'.' | b'-' | b'_' | b':' => {
                text.push(char::from(*byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

fn unescaped(text: &str) -> Option<PathBuf> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        if *first == b'%' {
            let (digits, behind) = behind.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = behind;
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    path_of(bytes)
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;

    Some(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

/// On other systems names are no bytes; what is no text there is written with marks in its place.
#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    Some(PathBuf::from(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_are_their_own_text() {
        for plain in ["", "a.mp4", "/home/me/Vidéos/100% boat.mp4", "C:\\films\\a.mp4", "春/1.mp4"] {
            assert_eq!(to_text(Path::new(plain)), plain);
            assert_eq!(from_text(plain), Path::new(plain));
        }
        for text in ["bytes:", "bytes:%", "bytes:%4", "bytes:%zz"] {
            let path = from_text(text);
            assert_eq!(from_text(&to_text(&path)), path, "{text}");
        }
    }

    #[test]
    fn a_path_is_one_line() {
        for (path, line) in [
            ("/clips/Boot é.mp4", "/clips/Boot é.mp4"),
            ("/clips/x\nERROR forged\u{1b}[0m", "/clips/x‹U+000A›ERROR forged‹U+001B›[0m"),
        ] {
            assert_eq!(shown(Path::new(path)), line);
        }
    }

    #[cfg(unix)]
    #[test]
    fn every_path_leads_back_to_itself() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;

        let odd = Path::new(OsStr::from_bytes(b"/home/caf\xe9/a b%.mp4"));
        assert_eq!(to_text(odd), "bytes:/home/caf%E9/a%20b%25.mp4");
        for bytes in [&b"caf\xe9"[..], b"bytes:x", b"\xff\xfe/\x01", odd.as_os_str().as_bytes()] {
            let path = Path::new(OsStr::from_bytes(bytes));
            assert_eq!(from_text(&to_text(path)), path);
        }
    }
}
