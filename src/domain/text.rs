//! Kinds of text: text that many values share, such as the prompt of all takes of a shot; text that came from a gateway;
//! and text that cannot deceive who reads it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Text that never changes. Copies share one place in memory; on disk it is a plain string.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct SharedText(Arc<str>);

impl Deref for SharedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Default for SharedText {
    fn default() -> Self {
        Self::from("")
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<SharedText> for String {
    fn from(text: SharedText) -> Self {
        text.0.as_ref().to_owned()
    }
}

/// Text that a gateway, or anything on the way to it, had a hand in. Whatever comes from the network is kept, shown or
/// logged as this type only, so that no key, no signature of a link and no hidden character gets anywhere by mistake.
///
/// There are two ways to make one: [`GatewayText::already_redacted`], which belongs to the redactor in
/// `src/gateway/redact.rs` alone (a test reads the sources for it), and `From<&'static str>` for this program's own words.
/// Rows of the library are read as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GatewayText(String);

impl GatewayText {
    /// Takes in a text that the redactor has cleaned. Nobody else may call this.
    pub fn already_redacted(text: String) -> Self {
        Self(text)
    }

    /// The text, fit to be shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for GatewayText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GatewayText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&'static str> for GatewayText {
    fn from(own_words: &'static str) -> Self {
        Self(own_words.to_owned())
    }
}

/// Whether a character is not seen, or changes how the text around it is seen: control characters (also line breaks),
/// marks of direction, and characters without width. Foreign text loses them.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character could make text say something else than it seems to, on a screen or a terminal. Joiners and single
/// marks of direction are not among them: some scripts and emoji need those.
fn is_deceptive(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c,
            '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text for the eyes: characters that could deceive them are written out, as in `‹U+202E›`. Line breaks and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_deceptive(c) {
            shown.push_str(&format!("‹U+{:04X}›", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// JSON text that a terminal can show: the characters that [`visible`] writes out, and only they, become escapes of JSON, so
/// that the value stays what it was.
pub fn visible_json(json: &str) -> Cow<'_, str> {
    if !json.contains(is_deceptive) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_deceptive(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// More marks than these on one letter say nothing; a heap of them covers the lines above and below.
const MOST_MARKS: usize = 3;

/// Leaves out the marks that are heaped on a letter beyond the third, as in text that is made to cover its neighbors.
pub fn without_heaps(text: &str) -> String {
    let is_mark = |c: char| {
        matches!(c,
            '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
    };
    let mut marks = 0;
    let is_kept = |c: &char| {
        marks = if is_mark(*c) { marks + 1 } else { 0 };
        marks <= MOST_MARKS
    };
    text.chars().filter(is_kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_the_eye_is_written_out_and_the_rest_stays() {
        for (text, shown) in [
            ("a heron", "a heron"),
            ("two\nlines\tand a tab", "two\nlines\tand a tab"),
            ("مرحبا \u{200f}שלום", "مرحبا \u{200f}שלום"),
            ("👩\u{200d}🚀 ⚠\u{fe0f}", "👩\u{200d}🚀 ⚠\u{fe0f}"),
            ("evil\u{202e}gpj.exe", "evil‹U+202E›gpj.exe"),
            ("\u{1b}[31mred", "‹U+001B›[31mred"),
            ("\u{9b}31m", "‹U+009B›31m"),
            ("a\rb", "a‹U+000D›b"),
            ("pay\u{200b}pal \u{feff}x \u{2066}y\u{2069}", "pay‹U+200B›pal ‹U+FEFF›x ‹U+2066›y‹U+2069›"),
            ("tag \u{e0041}", "tag ‹U+E0041›"),
            ("", ""),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn hidden_characters() {
        for c in [
            '\0',
            '\u{1b}',
            '\n',
            '\u{85}',
            '\u{200b}',
            '\u{202e}',
            '\u{2028}',
            '\u{2066}',
            '\u{feff}',
            '\u{ad}',
            '\u{e0041}',
        ] {
            assert!(is_hidden(c), "{c:?}");
        }
        for c in ['a', ' ', 'é', '漢', '🎬', '…', '\u{301}', '\u{a0}'] {
            assert!(!is_hidden(c), "{c:?}");
        }
    }

    #[test]
    fn json_keeps_its_value() {
        for text in ["plain", "\u{1b}]0;title\u{7}", "a\u{202e}b \u{e0041} \u{7f}\u{9b}", "\n\"\\"] {
            let json = serde_json::to_string(text).expect("text");
            let shown = visible_json(&json);
            assert_eq!(serde_json::from_str::<String>(&shown).expect("JSON"), text);
            assert!(!shown.contains(is_deceptive), "{shown:?}");
        }
    }

    #[test]
    fn all_that_deceives_is_hidden() {
        let all = (0..=0x10_ffff).filter_map(char::from_u32);
        let missed: Vec<char> = all.filter(|c| is_deceptive(*c) && !is_hidden(*c)).collect();
        assert!(missed.is_empty(), "{missed:?}");
    }

    #[test]
    fn a_letter_carries_three_marks() {
        assert_eq!(without_heaps("Việt e\u{301}\u{302}\u{303}"), "Việt e\u{301}\u{302}\u{303}");
        let heap = format!("Z{}a", "\u{301}".repeat(5_000));
        assert_eq!(without_heaps(&heap), "Z\u{301}\u{301}\u{301}a");
    }

    #[test]
    fn the_text_of_a_gateway_is_a_plain_text_on_disk() {
        let text = GatewayText::from("it broke");
        assert_eq!(serde_json::to_value(&text).expect("a text"), "it broke");
        assert_eq!(serde_json::from_str::<GatewayText>("\"it broke\"").expect("a text"), text);
        assert_eq!(
            (text.as_str(), text.to_string().as_str(), format!("{text:>10}").as_str()),
            ("it broke", "it broke", "  it broke")
        );
    }
}
