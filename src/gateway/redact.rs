//! Takes secrets out of a conversation before it is kept: keys, queries of links (they hold signatures), names in links,
//! and pictures, which are no secret but would fill the library.

use reqwest::header::HeaderMap;
use serde_json::Value;
use url::Url;

/// Most that is kept of one part of a conversation, in bytes.
pub const PART_LIMIT: usize = 16 * 1024;

const REMOVED: &str = "[removed]";

/// A URL without user name, query and fragment.
pub fn url(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // These fail only for addresses that cannot hold a user name, and then there is none.
    if url.set_username("").is_err() || url.set_password(None).is_err() {
        return format!("{}:{REMOVED}", url.scheme());
    }
    url.to_string()
}

/// Answer headers, one a line, without secrets.
pub fn headers(headers: &HeaderMap, key: Option<&str>) -> String {
    let mut lines = String::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = if is_secret_name(name.as_str()) { REMOVED.to_owned() } else { text(&value, key) };
        lines.push_str(&format!("{name}: {value}\n"));
        if lines.len() > PART_LIMIT {
            break;
        }
    }
    cap(lines)
}

/// A JSON body without secrets. It is taken apart and put together again, so that no way of writing a text hides
/// something.
pub fn json(value: &Value, key: Option<&str>) -> String {
    let mut value = value.clone();
    clean_value(&mut value, key);
    cap(value.to_string())
}

/// A body that is no JSON, without secrets.
pub fn body(bytes: &[u8], key: Option<&str>) -> String {
    let end = bytes.len().min(2 * PART_LIMIT);
    let shown = String::from_utf8_lossy(&bytes[..end]);
    // The piece that is cut off could hold the beginning of a key; it is far behind the limit.
    cap(text(&shown, key))
}

fn clean_value(value: &mut Value, key: Option<&str>) {
    match value {
        Value::String(found) => *found = text(found, key),
        Value::Array(items) => items.iter_mut().for_each(|item| clean_value(item, key)),
        Value::Object(fields) => {
            let names: Vec<String> = fields.keys().cloned().collect();
            for name in names {
                if let Some(field) = fields.get_mut(&name) {
                    if is_secret_name(&name) && (field.is_string() || field.is_object() || field.is_array()) {
                        *field = Value::String(REMOVED.to_owned());
                    } else {
                        clean_value(field, key);
                    }
                }
                let clean_name = text(&name, key);
                if clean_name != name
                    && let Some(field) = fields.remove(&name)
                {
                    fields.insert(clean_name, field);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Names of fields and headers whose values are secrets by their nature.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = ["authorization", "cookie", "signature", "secret", "password", "token", "api-key", "api_key", "apikey"];
    ends.iter().any(|end| name.ends_with(end))
}

/// A text without the key, without queries and user names of links, and with `data:` URIs shortened.
pub fn text(text: &str, key: Option<&str>) -> String {
    let mut clean = match key.filter(|key| key.len() >= 4) {
        Some(key) => text.replace(key, "[key]"),
        None => text.to_owned(),
    };
    if clean.contains("data:") {
        clean = shorten_data(&clean);
    }
    if clean.contains("://") || clean.contains(":\\/\\/") {
        clean = strip_links(&clean);
    }
    clean
}

/// `data:image/png;base64,AAAA…` becomes `data:image/png;base64,[4 characters]`.
fn shorten_data(text: &str) -> String {
    let mut clean = String::with_capacity(text.len().min(PART_LIMIT));
    let mut rest = text;
    while let Some(start) = rest.find("data:") {
        let (before, found) = rest.split_at(start);
        clean.push_str(before);
        let end = found.find(is_link_end).unwrap_or(found.len());
        let (uri, tail) = found.split_at(end);
        match uri.split_once(',') {
            Some((head, data)) => clean.push_str(&format!("{head},[{} characters]", data.len())),
            None => clean.push_str(uri),
        }
        rest = tail;
    }
    clean.push_str(rest);
    clean
}

/// Where a link surely ends. Quotes and brackets of other kinds may stand inside of a signature, so they do not end it.
fn is_link_end(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>')
}

/// Cuts every link in `text` at its `?` or `#`, also where a JSON text writes them as `\u003f`, and drops names before `@`.
fn strip_links(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, length)) = next_link_mark(rest) {
        let (before, found) = rest.split_at(start + length);
        clean.push_str(before);
        let end = found.find(is_link_end).unwrap_or(found.len());
        let (link, tail) = found.split_at(end);
        let lower = link.to_ascii_lowercase();
        let query = ["?", "#", "\\u003f", "\\u0023", "&#63;", "%3f"].iter().filter_map(|mark| lower.find(mark)).min();
        let (kept, cut) = link.split_at(query.unwrap_or(link.len()));
        let host_end = kept.find(['/', '\\']).unwrap_or(kept.len());
        let kept = match kept[..host_end].rfind('@') {
            Some(sign) => &kept[sign + 1..],
            None => kept,
        };
        clean.push_str(kept);
        if !cut.is_empty() {
            clean.push('?');
            clean.push_str(REMOVED);
        }
        rest = tail;
    }
    clean.push_str(rest);
    clean
}

fn next_link_mark(text: &str) -> Option<(usize, usize)> {
    let plain = text.find("://").map(|at| (at, 3));
    let escaped = text.find(":\\/\\/").map(|at| (at, 5));
    [plain, escaped].into_iter().flatten().min()
}

/// Cuts a text at [`PART_LIMIT`] bytes and says so.
fn cap(mut text: String) -> String {
    if text.len() > PART_LIMIT {
        let mut end = PART_LIMIT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let dropped = text.len() - end;
        text.truncate(end);
        text.push_str(&format!("… [{dropped} more bytes]"));
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const KEY: &str = "sk-aig-canary-3f9d1c77aa20";

    #[test]
    fn texts_lose_what_is_secret_and_keep_the_rest() {
        for (raw, expected) in [
            ("nothing to hide", "nothing to hide"),
            ("key sk-aig-canary-3f9d1c77aa20 here", "key [key] here"),
            ("see https://a.b/c.mp4?sig=SECRET&x=1 now", "see https://a.b/c.mp4?[removed] now"),
            ("\"https:\\/\\/a.b\\/c?sig=SECRET\"", "\"https:\\/\\/a.b\\/c?[removed]\""),
            ("\"https://a.b/c\\u003fsig=SECRET\"", "\"https://a.b/c?[removed]\""),
            ("https://me:SECRET@a.b/c", "https://a.b/c"),
            ("https://a.b/c#SECRET", "https://a.b/c?[removed]"),
            (
                "<a href='https://a.b/?SECRET'>x</a> https://c.d/?SECRET",
                "<a href='https://a.b/?[removed]>x</a> https://c.d/?[removed]",
            ),
            ("data:image/png;base64,AAAABBBB", "data:image/png;base64,[8 characters]"),
            (
                "{\"image\":\"data:image/png;base64,AAAA\",\"x\":1}",
                "{\"image\":\"data:image/png;base64,[4 characters]\",\"x\":1}",
            ),
        ] {
            assert_eq!(text(raw, Some(KEY)), expected, "{raw}");
        }
    }

    #[test]
    fn json_is_cleaned_at_every_depth_and_by_name() {
        let value = json!({
            "result": {"file_url": "https://m/x.mp4?token=SECRET", "list": [{"u": "https://m/y?SECRET"}]},
            "token": "SECRET", "webhook_secret": {"v": "SECRET"}, "task_id": "n65", "total_tokens": 5,
            KEY: KEY,
        });
        let clean = json(&value, Some(KEY));
        assert!(!clean.contains("SECRET") && !clean.contains(KEY), "{clean}");
        assert!(
            clean.contains("n65") && clean.contains("https://m/x.mp4") && clean.contains("\"total_tokens\":5"),
            "{clean}"
        );
    }

    #[test]
    fn long_parts_are_cut_and_say_so() {
        let long = body(&vec![b'x'; 3 * PART_LIMIT], None);
        assert!(long.len() < PART_LIMIT + 100 && long.ends_with("more bytes]"), "{}", long.len());
        assert_eq!(body("é".repeat(5).as_bytes(), None), "ééééé");
    }

    #[test]
    fn secret_headers_keep_their_name_only() {
        let mut map = HeaderMap::new();
        map.insert("set-cookie", "SECRET=1".parse().expect("a header"));
        map.insert("x-signature", "SECRET".parse().expect("a header"));
        map.insert("location", "https://a/b?SECRET".parse().expect("a header"));
        map.insert("x-request-id", "req_1".parse().expect("a header"));
        let clean = headers(&map, None);
        assert!(!clean.contains("SECRET") && clean.contains("x-request-id: req_1"), "{clean}");
        assert!(clean.contains("set-cookie: [removed]"), "{clean}");
    }

    proptest! {
        #[test]
        fn no_key_and_no_query_survives(before in "\\PC{0,40}", after in "\\PC{0,40}", path in "[a-z/.]{0,20}") {
            let raw = format!("{before} https://host/{path}?SIGNATURE-{KEY} {KEY}{after}");
            for clean in [text(&raw, Some(KEY)), json(&json!({"a": [raw.clone()]}), Some(KEY)), body(raw.as_bytes(), Some(KEY))] {
                prop_assert!(!clean.contains(KEY) && !clean.contains("SIGNATURE"), "{}", clean);
            }
        }
    }
}
