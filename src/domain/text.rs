//! Kinds of text: text that many values share, such as the prompt of all takes of a shot, and text that came from a gateway.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Text that never changes. Copies share one place in memory; on disk it is a plain string.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// Whether a character has no shape of its own, or changes the direction or the place of others: control characters,
/// marks of direction, joiners, fillers and tags. In a foreign text such a one can only hide or twist something.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

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
