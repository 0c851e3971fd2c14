//! A key as people have it: what is typed, pasted, piped out of a file, or set in the environment. Pure.

use secrecy::SecretString;

use super::error::KeyError;
use crate::domain::GatewayId;

/// Longest key that is taken, in characters. Windows stores a little more; no gateway uses as much.
pub const MAX_KEY_CHARS: usize = 512;

/// Pairs of quotation marks that people, shells and `.env` files put around a key.
const QUOTES: [(char, char); 7] =
    [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('„', '“'), ('‘', '’'), ('«', '»')];

/// Words with which a shell begins a line that sets a variable.
const SETTERS: [&str; 5] = ["export ", "set ", "setx ", "declare -x ", "$env:"];

/// Marks that no key has, and that show that more than the key was copied.
const FOREIGN: &str = "<>{}()[],;$\\|";

/// The key in `typed`, the bytes of a file, a field or a variable; `None` when nothing is in there.
///
/// What people's tools put around a key is taken off: a byte order mark, blank lines, line ends of any kind, white space
/// (non-breaking and zero-width ones included), quotation marks, `NAME=`, `export NAME=`, `Authorization:` and `Bearer`.
///
/// # Errors
///
/// [`KeyError::NotAKey`] with the cause as a clause, which never holds a part of the key: UTF-16 or other text that is no
/// UTF-8, several lines, the variable of another gateway, one quotation mark without the other, anything inside that no key
/// has, or more than [`MAX_KEY_CHARS`] characters.
pub fn cleaned(gateway: GatewayId, typed: &[u8]) -> Result<Option<SecretString>, KeyError> {
    let text = decoded(typed)?;
    let mut lines =
        text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).map(trimmed).filter(|line| !line.is_empty());
    let Some(mut key) = lines.next() else { return Ok(None) };
    if lines.next().is_some() {
        return not_a_key("it has more than one line; give the key alone");
    }
    loop {
        let shorter = without_wrapping(gateway, key)?;
        if shorter == key {
            break;
        }
        key = shorter;
    }
    if key.is_empty() {
        return Ok(None);
    }
    checked(key)?;
    Ok(Some(SecretString::from(key)))
}

fn not_a_key<T>(why: impl Into<String>) -> Result<T, KeyError> {
    Err(KeyError::NotAKey(why.into()))
}

/// The text of these bytes.
fn decoded(typed: &[u8]) -> Result<&str, KeyError> {
    // Without its mark, UTF-16 is known by the zero in every second byte of plain letters.
    let has_zeros = |first: usize| typed.len() >= 4 && typed.iter().skip(first).step_by(2).all(|byte| *byte == 0);
    if typed.starts_with(&[0xff, 0xfe]) || typed.starts_with(&[0xfe, 0xff]) || has_zeros(0) || has_zeros(1) {
        return not_a_key("it is UTF-16 text, as Windows writes it; save it as UTF-8 or paste the key itself");
    }
    match std::str::from_utf8(typed) {
        Ok(text) => Ok(text),
        Err(_) => not_a_key("it is no UTF-8 text"),
    }
}

/// Whether a character is seen by nobody: white space, or one that only says how its neighbors are to be written.
fn is_blank(c: char) -> bool {
    let is_format = matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    c.is_whitespace() || is_format
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// The text without the outermost thing that is put around a key; the same text when there is none.
fn without_wrapping(gateway: GatewayId, text: &str) -> Result<&str, KeyError> {
    for (open, close) in QUOTES {
        if let Some(inner) = text.strip_prefix(open).and_then(|text| text.strip_suffix(close)) {
            return Ok(trimmed(inner));
        }
    }
    for setter in SETTERS {
        if let Some(rest) = without_word(text, setter) {
            return Ok(trimmed(rest));
        }
    }
    for word in ["authorization:", "proxy-authorization:", "x-api-key:", "bearer ", "bearer\u{a0}"] {
        if let Some(rest) = without_word(text, word) {
            return Ok(trimmed(rest));
        }
    }
    let Some((name, value)) = text.split_once('=') else { return Ok(text) };
    let (name, value) = (trimmed(name), trimmed(value));
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // Some keys end with equal signs.
    if !is_name || value.trim_matches('=').is_empty() {
        return Ok(text);
    }
    let others = GatewayId::PAID.into_iter().filter(|other| *other != gateway);
    match others.filter_map(|other| Some((other, other.key_variable()?))).find(|(_, other)| *other == name) {
        Some((other, variable)) => not_a_key(format!("it is the line of {variable}, which belongs to {other}")),
        None => Ok(value),
    }
}

/// What follows a word at the beginning, in whatever case that is written.
fn without_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (beginning, rest) = text.split_at_checked(word.len())?;
    beginning.eq_ignore_ascii_case(word).then_some(rest)
}

/// A key goes into a header, which takes visible ASCII only.
fn checked(key: &str) -> Result<(), KeyError> {
    if key.chars().count() > MAX_KEY_CHARS {
        return not_a_key(format!("it is longer than {MAX_KEY_CHARS} characters"));
    }
    if key.eq_ignore_ascii_case("bearer") {
        return not_a_key("it is the word Bearer without a key behind it");
    }
    for c in key.chars() {
        if c.is_control() {
            return not_a_key(format!("it holds a control character (U+{:04X})", u32::from(c)));
        }
        if c.is_whitespace() {
            return not_a_key("it holds a space; give the key alone");
        }
        if is_blank(c) {
            return not_a_key(format!("it holds an invisible character (U+{:04X})", u32::from(c)));
        }
        if QUOTES.iter().any(|(open, close)| c == *open || c == *close) {
            return not_a_key("it holds a quotation mark; give the key alone");
        }
        if !c.is_ascii_graphic() {
            return not_a_key("it holds a letter that no key has");
        }
        if FOREIGN.contains(c) {
            return not_a_key(format!("it holds “{c}”, which no key has; give the key alone"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    const KEY: &str = "aio_case0123456789abcdef";

    fn found(typed: &[u8]) -> Result<Option<String>, KeyError> {
        Ok(cleaned(GatewayId::Apiin, typed)?.map(|key| key.expose_secret().to_owned()))
    }

    #[test]
    fn what_tools_put_around_a_key_is_taken_off() {
        for around in [
            "{}",
            "  {}\t\r\n",
            "\u{feff}{}\r\n",
            "\r\n\n \n{}\n\n",
            "\u{a0}{}\u{a0}\n",
            "\u{200b}{}\u{200b}\u{2060}\n",
            "\u{202a}{}\u{202c}",
            "\"{}\" \r\n",
            "'{}'",
            "“{}”",
            "`{}`",
            "APIIN_API_KEY={}\n",
            "APIIN_API_KEY = \"{}\"\n",
            "export APIIN_API_KEY='{}'\n",
            "set APIIN_API_KEY={}\r\n",
            "$env:APIIN_API_KEY = \"{}\"\r\n",
            "\"APIIN_API_KEY={}\"",
            "key={}",
            "Bearer {}\n",
            "bearer  {}",
            "\"Bearer {}\"",
            "Authorization: Bearer {}\r\n",
            "'Authorization: Bearer {}'",
        ] {
            let typed = around.replace("{}", KEY);
            assert_eq!(found(typed.as_bytes()), Ok(Some(KEY.to_owned())), "{around:?}");
        }
        for whole in ["sk-aig-0/1+2==", "abc123==", "abc=", "a:b.c~d@e", &"x".repeat(MAX_KEY_CHARS)] {
            assert_eq!(found(whole.as_bytes()), Ok(Some(whole.to_owned())), "{whole}");
        }
    }

    #[test]
    fn nothing_is_nothing() {
        for empty in ["", " \r\n\n", "\u{feff}", "\u{200b}\u{a0}", "\"\"", "' '"] {
            assert_eq!(found(empty.as_bytes()), Ok(None), "{empty:?}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused_with_its_cause_and_without_the_key() {
        let utf16 = |text: &str, mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
            mark.iter().copied().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        let text = |text: &str| text.replace("{}", KEY).into_bytes();
        for (typed, cause) in [
            (utf16(KEY, &[0xff, 0xfe], u16::to_le_bytes), "UTF-16"),
            (utf16(KEY, &[0xfe, 0xff], u16::to_be_bytes), "UTF-16"),
            (utf16(KEY, &[], u16::to_le_bytes), "UTF-16"),
            (utf16(KEY, &[], u16::to_be_bytes), "UTF-16"),
            (b"aio_\xe9".to_vec(), "no UTF-8"),
            (text("{}\n{}\n"), "more than one line"),
            (text("# my key\n{}\n"), "more than one line"),
            (text("AIGATEWAY_API_KEY={}"), "belongs to aigateway"),
            (text("\"{}"), "quotation mark"),
            (text("{}'"), "quotation mark"),
            (text("APIIN_API_KEY=\"{}\";"), "quotation mark"),
            (text("export APIIN_API_KEY={};"), "“;”"),
            (text("<{}>"), "“<”"),
            (text("$APIIN_API_KEY"), "“$”"),
            (text("my key {}"), "a space"),
            (text("aio_\u{a0}{}"), "a space"),
            (text("aio_\u{200b}{}"), "U+200B"),
            (text("aio_\u{1b}[0m{}"), "U+001B"),
            (text("aio\0{}"), "U+0000"),
            (text("aio\u{7f}{}"), "U+007F"),
            (text("schlüssel"), "a letter"),
            (text("Bearer"), "without a key"),
            ("x".repeat(MAX_KEY_CHARS + 1).into_bytes(), "longer than 512"),
        ] {
            match found(&typed) {
                Err(KeyError::NotAKey(why)) => {
                    assert!(why.contains(cause) && !why.contains("case0123"), "{cause}: {why}");
                }
                other => panic!("{cause}: {other:?}"),
            }
        }
        assert!(cleaned(GatewayId::Aigateway, &text("AIGATEWAY_API_KEY={}")).is_ok_and(|key| key.is_some()));
    }
}
