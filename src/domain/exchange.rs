//! The last conversation with a gateway as a user can copy it, with everything secret removed.
//!
//! Some gateways document no example of a real answer, so a user has to be able to show one in a report of a bug.

use serde::{Deserialize, Serialize};

use super::text::GatewayText;

/// One request and what came back, as text. Every part is capped, and none holds a key or the signature of a link: the
/// type [`GatewayText`] sees to that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawExchange {
    /// Method and address of the request, as in `POST https://…`, without the query.
    pub request_line: GatewayText,
    /// Body of the request, with the data of pictures cut short.
    pub request_body: GatewayText,
    /// HTTP status, or `None` when no answer came.
    pub status: Option<u16>,
    /// Headers of the answer, one `name: value` on each line.
    pub response_headers: GatewayText,
    /// Body of the answer, as far as it was read.
    pub response_body: GatewayText,
    /// What went wrong on the way, in the words of the network library.
    pub error: Option<GatewayText>,
}

impl RawExchange {
    /// The whole exchange as one text, for the clipboard.
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
