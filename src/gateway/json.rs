//! Reads the bytes of JSON within limits.

use super::classify::Body;

/// Deepest nesting of JSON that is read.
pub const DEPTH_LIMIT: usize = 64;

/// Parses a body that was read to its end; the second value says what is wrong with it.
pub fn meaning(bytes: &[u8]) -> (Body, Option<String>) {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return (Body::Empty, None);
    }
    if depth(bytes) > DEPTH_LIMIT {
        return (Body::Unusable, Some(format!("the answer is nested deeper than {DEPTH_LIMIT} levels")));
    }
    match serde_json::from_slice(bytes) {
        Ok(value) => (Body::Json(value), None),
        Err(cause) => (Body::Foreign, Some(format!("the answer is no JSON: {cause}"))),
    }
}

/// The deepest nesting of brackets outside of texts. One pass without recursion, before the parser sees the bytes.
pub fn depth(bytes: &[u8]) -> usize {
    let (mut here, mut deepest) = (0usize, 0usize);
    let (mut in_text, mut is_escaped) = (false, false);
    for byte in bytes {
        if in_text {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => {
                here += 1;
                deepest = deepest.max(here);
            }
            b'}' | b']' => here = here.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_texts() {
        for (text, expected) in [
            ("", 0),
            ("1", 0),
            ("{}", 1),
            ("[[]]", 2),
            ("{\"a\":[{}]}", 3),
            ("\"[[[[\"", 0),
            ("\"\\\"[[\"", 0),
            ("[\"\\\\\",[]]", 2),
            ("]]]][", 1),
        ] {
            assert_eq!(depth(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(depth("[".repeat(1_000_000).as_bytes()), 1_000_000);
    }

    #[test]
    fn bodies() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        for (text, expected) in [
            ("", Body::Empty),
            (" \r\n", Body::Empty),
            ("{}", Body::Json(serde_json::json!({}))),
            ("{\"id\":", Body::Foreign),
            ("{\"a\":NaN}", Body::Foreign),
            ("{\"a\":1e400}", Body::Foreign),
            ("{\"a\":\"\\ud800\"}", Body::Foreign),
            ("{\"a\":1}x", Body::Foreign),
            ("<html></html>", Body::Foreign),
            (&deep(DEPTH_LIMIT + 1), Body::Unusable),
            (&deep(1_000_000), Body::Unusable),
        ] {
            assert_eq!(meaning(text.as_bytes()).0, expected, "{}", &text[..text.len().min(40)]);
        }
        assert!(matches!(meaning(deep(DEPTH_LIMIT).as_bytes()).0, Body::Json(_)));
        assert_eq!(meaning(b"{\"a\":\"\xff\"}").0, Body::Foreign);
    }
}
