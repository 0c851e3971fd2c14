//! The names of a job: our own, the one that its order carries, and the gateway's.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Our own name for a job, a UUID of version 7: ids sort by the time at which they were made. They are handed into the
/// domain, which makes none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub Uuid);

impl JobId {
    /// The last eight hexadecimal digits, for file names and short mentions. They are the random part.
    pub fn short(self) -> String {
        let text = self.0.simple().to_string();
        text[text.len() - 8..].to_owned()
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The name that an order carries at a gateway that lets its users name orders: a random UUID, another one for each order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TraceId(pub Uuid);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The gateway's name for a job: 1 to 128 of `A–Z a–z 0–9 _ -`. Anything else is refused, so that an id can stand in a
/// path without a second thought.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RemoteId(String);

impl RemoteId {
    /// Checks an id that came from outside. `None` when it is anything but a plain id.
    pub fn new(text: &str) -> Option<Self> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        (!text.is_empty() && text.len() <= 128 && text.chars().all(is_plain)).then(|| Self(text.to_owned()))
    }

    /// The id as it stands in a path or on the screen.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RemoteId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or_else(|| "this is no job id: use letters, digits, _ and - only".to_owned())
    }
}

impl From<RemoteId> for String {
    fn from(id: RemoteId) -> Self {
        id.0
    }
}

impl fmt::Display for RemoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
