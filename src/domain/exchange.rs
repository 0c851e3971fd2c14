//! The last conversation with a gateway as a user can copy it, with everything secret removed.
//!
//! No live answer of some gateways is documented, so the first real user must be able to show one.

use serde::{Deserialize, Serialize};

/// One request and what came back, as text. The key and signatures of links are already removed and every part is
/// capped by whoever fills it in; nothing here is secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawExchange {
    /// `POST https://…` without a query.
    pub request_line: String,
    /// Body that was sent, pictures shortened.
    pub request_body: String,
    /// HTTP status, or `None` when no answer came.
    pub status: Option<u16>,
    /// Answer headers, `name: value` a line.
    pub response_headers: String,
    /// Answer body as far as it was read.
    pub response_body: String,
    /// What went wrong on the way, in the words of the network library.
    pub error: Option<String>,
}

impl RawExchange {
    /// Text for the clipboard.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.request_line);
        if !self.request_body.is_empty() {
            text.push_str(&format!("\n{}\n", self.request_body));
        }
        match self.status {
            Some(status) => text.push_str(&format!("\nHTTP {status}\n{}\n", self.response_headers.trim_end())),
            None => text.push_str("\nno answer\n"),
        }
        if !self.response_body.is_empty() {
            text.push_str(&format!("\n{}\n", self.response_body));
        }
        if let Some(error) = &self.error {
            text.push_str(&format!("\n{error}\n"));
        }
        text
    }
}
