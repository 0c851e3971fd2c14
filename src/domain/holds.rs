//! What holds orders back beyond one run of the program.
//!
//! An order that is queued goes out by itself, so whatever stops that has to survive the window, a kill and a restart:
//! otherwise the next start, or a command in a script, would spend what the user had stopped.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::gateway::GatewayId;

/// A queued order that is found older than this at a start is not sent by itself: the user may have forgotten it.
pub const STALE_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// A mark by which a key is recognized without being known: 32 bits of its SHA-256. Many keys share each mark, so it
/// tells nothing that could be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyMark(pub u32);

/// Holds of the whole queue and of single gateways, as the library keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holds {
    /// Whether the user paused the queue.
    #[serde(default)]
    pub is_paused: bool,
    /// Gateways that refused an order for a reason that holds for the next one as well.
    #[serde(default)]
    pub gateways: BTreeMap<GatewayId, GatewayHold>,
}

/// Why a gateway is sent no order until the user says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum GatewayHold {
    /// The account has no credits left.
    NoCredits,
    /// It refused the key. Ends with another key.
    KeyRefused {
        /// The key that was refused; `None` when the order went out without one.
        key: Option<KeyMark>,
    },
}

/// Why a single queued order is held: for one press of the user, or until there is room under a cap on spending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum HeldFor {
    /// It was found at a start and is older than [`STALE_AFTER`].
    Waited,
    /// The library was restored, copied or moved to another computer, so that another copy may have sent it.
    Moved,
    /// The library was repaired, and the newest that is known of this order may not be the newest that happened.
    Repaired,
    /// The user paused it.
    Paused,
    /// It would pass the cap of its run.
    RunCap,
    /// It would pass the cap of the day.
    DayCap,
    /// It would pass the cap of the month.
    MonthCap,
}

impl HeldFor {
    /// Whether a cap holds the order. It goes on by itself when there is room again.
    pub fn is_cap(self) -> bool {
        matches!(self, Self::RunCap | Self::DayCap | Self::MonthCap)
    }

    /// Why the order is held, as a sentence for the user.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Waited => "It was ordered more than a day ago and was not sent yet.",
            Self::Moved => "This library was moved or copied; another copy of it may have sent this order.",
            Self::Repaired => {
                "The library was damaged and repaired; this order may have been sent before. Look on your dashboard first."
            }
            Self::Paused => "You paused it.",
            Self::RunCap => "Over the cap of one run. Waits for a higher cap.",
            Self::DayCap => "Over today's cap. Waits for midnight or a higher cap.",
            Self::MonthCap => "Over this month's cap. Waits for next month or a higher cap.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_are_read_back_as_they_were_stored() {
        let mut holds = Holds { is_paused: true, ..Holds::default() };
        holds.gateways.insert(GatewayId::Apiin, GatewayHold::NoCredits);
        holds.gateways.insert(GatewayId::Aigateway, GatewayHold::KeyRefused { key: Some(KeyMark(7)) });
        let text = serde_json::to_string(&holds).expect("plain values");
        assert_eq!(serde_json::from_str::<Holds>(&text).expect("the same values"), holds);
        assert_eq!(serde_json::from_str::<Holds>("{}").expect("an older library"), Holds::default());
    }
}
