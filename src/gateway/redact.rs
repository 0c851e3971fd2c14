//! Takes secrets out of what comes from the network before it is kept, shown or logged: keys in every likely writing,
//! queries of links (they hold signatures), names in links, hidden characters, and pictures, which are no secret but
//! would fill the library.
//!
//! Everything that leaves here is a [`GatewayText`], and nothing but this file makes one from text of the network.

mod fold;
mod secret;

use std::ops::Range;

use reqwest::header::HeaderMap;
use serde_json::Value;
use url::Url;

use self::fold::{Piece, fold};
use self::secret::Secret;
use crate::domain::GatewayText;
use crate::domain::ending::clean_text;
use crate::domain::text::is_hidden;

/// Most that is kept of one part of a conversation, in bytes.
pub const PART_LIMIT: usize = 16 * 1024;

const REMOVED: &str = "[removed]";

/// Knows the key of one connection and takes it out of texts. It is made for one call and wiped after it.
#[derive(Debug)]
pub struct Redactor {
    secret: Secret,
}

impl Redactor {
    /// A redactor for a connection with this key; without one it removes everything else that is secret.
    pub fn new(key: Option<&str>) -> Self {
        Self { secret: Secret::new(key.unwrap_or_default()) }
    }

    /// Whether a text holds the key or a long piece of it, in any writing that is known here.
    pub fn finds_key_in(&self, text: &str) -> bool {
        !self.secret.places(&fold(text)).is_empty()
    }

    /// A foreign text as one line of at most `limit` characters.
    pub fn line(&self, text: &str, limit: usize) -> GatewayText {
        let clean = self.clean(text);
        // Marks without a shape vanish; control characters become the blanks that they mostly stand for.
        let shown: String = clean.chars().filter(|c| c.is_control() || !is_hidden(*c)).collect();
        GatewayText::already_redacted(clean_text(&shown, limit))
    }

    /// The method and address of a request. The address loses user name, query and fragment.
    pub fn request_line(&self, method: &str, url: &Url) -> GatewayText {
        let mut url = url.clone();
        url.set_query(None);
        url.set_fragment(None);
        // These fail only for addresses that cannot hold a user name, and then there is none.
        let address = if url.set_username("").is_err() || url.set_password(None).is_err() {
            format!("{}:{REMOVED}", url.scheme())
        } else {
            url.to_string()
        };
        self.line(&format!("{method} {address}"), 2000)
    }

    /// Answer headers, one a line.
    pub fn headers(&self, headers: &HeaderMap) -> GatewayText {
        let mut lines = String::new();
        for (name, value) in headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            let value = match name.as_str() {
                name if is_secret_name(name) => REMOVED.to_owned(),
                // These may hold links without a host, which look like any other text.
                "location" | "content-location" | "refresh" | "link" => without_query(&value),
                _ => value.into_owned(),
            };
            lines.push_str(&self.clean(&format!("{name}: {value}")));
            lines.push('\n');
            if lines.len() > PART_LIMIT {
                break;
            }
        }
        part(lines)
    }

    /// A JSON body. It is taken apart and put together again, so that no way of writing a text hides something.
    pub fn json(&self, value: &Value) -> GatewayText {
        let mut value = value.clone();
        self.clean_value(&mut value);
        part(value.to_string())
    }

    /// A body that is no JSON.
    pub fn body(&self, bytes: &[u8]) -> GatewayText {
        let end = bytes.len().min(2 * PART_LIMIT);
        let shown = String::from_utf8_lossy(&bytes[..end]);
        // The piece that is cut off could hold the beginning of a key; it is far behind the limit.
        part(self.clean(&shown))
    }

    fn clean_value(&self, value: &mut Value) {
        match value {
            Value::String(found) => {
                let text = if found.starts_with('/') { without_query(found) } else { std::mem::take(found) };
                *found = self.clean(&text);
            }
            Value::Number(number) => {
                if self.finds_key_in(&number.to_string()) {
                    *value = Value::String(secret::MARK.to_owned());
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.clean_value(item)),
            Value::Object(fields) => {
                let names: Vec<String> = fields.keys().cloned().collect();
                for name in names {
                    if let Some(field) = fields.get_mut(&name) {
                        if is_secret_name(&name) && (field.is_string() || field.is_object() || field.is_array()) {
                            *field = Value::String(REMOVED.to_owned());
                        } else {
                            self.clean_value(field);
                        }
                    }
                    let clean_name = self.clean(&name);
                    if clean_name != name
                        && let Some(field) = fields.remove(&name)
                    {
                        fields.insert(clean_name, field);
                    }
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// A text without the key, without queries and user names of links, and with `data:` URIs shortened.
    fn clean(&self, text: &str) -> String {
        let shorter = if text.contains("data:") { shorten_data(text) } else { text.to_owned() };
        // What is far behind the limit is cut off in any case.
        let shorter = &shorter[..shorter.floor_char_boundary(2 * PART_LIMIT)];
        let clean = replace(shorter, self.secret.places(&fold(shorter)), secret::MARK);
        strip_links(&clean)
    }
}

/// Names of fields and headers whose values are secrets by their nature.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = ["authorization", "cookie", "signature", "secret", "password", "token", "api-key", "api_key", "apikey"];
    ends.iter().any(|end| name.ends_with(end))
}

/// A link or its path up to its query.
fn without_query(text: &str) -> String {
    match text.find(['?', '#']) {
        Some(at) => format!("{}?{REMOVED}", &text[..at]),
        None => text.to_owned(),
    }
}

/// Puts `mark` in the place of each range of bytes. The ranges are in order and do not overlap.
fn replace(text: &str, places: Vec<Range<usize>>, mark: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        clean.push_str(&text[from..place.start]);
        clean.push_str(mark);
        from = place.end;
    }
    clean.push_str(&text[from..]);
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

/// Cuts every link in `text` at its `?` or `#`, however it is written, and drops names before `@`.
fn strip_links(text: &str) -> String {
    let pieces = fold(text);
    let mut clean = String::with_capacity(text.len());
    let mut kept_to = 0;
    let mut at = 0;
    while at + 3 <= pieces.len() {
        if !(pieces[at].is(':') && pieces[at + 1].is('/') && pieces[at + 2].is('/')) {
            at += 1;
            continue;
        }
        let link = at + 3;
        let ends = |piece: &Piece| piece.is_literal && is_link_end(piece.c);
        let end = link + pieces[link..].iter().position(ends).unwrap_or(pieces.len() - link);
        let host_end = |piece: &Piece| matches!(piece.c, '/' | '\\' | '?' | '#');
        let host_end = link + pieces[link..end].iter().position(host_end).unwrap_or(end - link);
        if let Some(sign) = pieces[link..host_end].iter().rposition(|piece| piece.is('@')) {
            clean.push_str(&text[kept_to..pieces[link].start]);
            kept_to = pieces[link + sign].end;
        }
        if let Some(query) = pieces[link..end].iter().position(|piece| matches!(piece.c, '?' | '#')) {
            clean.push_str(&text[kept_to..pieces[link + query].start.max(kept_to)]);
            clean.push('?');
            clean.push_str(REMOVED);
            kept_to = pieces[end - 1].end;
        }
        at = end.max(link);
    }
    clean.push_str(&text[kept_to..]);
    clean
}

/// One part of a conversation: cut at [`PART_LIMIT`] bytes, which it says, with hidden characters written out.
fn part(mut text: String) -> GatewayText {
    if text.len() > PART_LIMIT {
        let end = text.floor_char_boundary(PART_LIMIT);
        let dropped = text.len() - end;
        text.truncate(end);
        text.push_str(&format!("… [{dropped} more bytes]"));
    }
    if text.contains(|c| is_hidden(c) && c != '\n') {
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\n' => shown.push('\n'),
                '\t' => shown.push(' '),
                '\r' => {}
                c if is_hidden(c) => {
                    c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}")))
                }
                c => shown.push(c),
            }
        }
        text = shown;
    }
    GatewayText::already_redacted(text)
}

#[cfg(test)]
mod tests;
