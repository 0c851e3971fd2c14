//! The gateways that can be asked to make a clip: their names, addresses, environment variables and pages.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A service that makes clips. The strings are stored in libraries and typed on the command line: never rename one.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum GatewayId {
    /// The gateway API in One at <https://apiin.one>, which is paid in credits.
    Apiin,
    /// The gateway at <https://aigateway.sh>, which is paid in dollars.
    Aigateway,
    /// The Platform API of PixVerse itself at <https://platform.pixverse.ai>, which is paid in credits.
    Pixverse,
    /// The pretend gateway inside this program: free, offline, real MP4s.
    Practice,
}

/// Writes the gateway as sentences name it. Files, addresses and commands take [`GatewayId::name`].
impl fmt::Display for GatewayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pixverse => self.title(),
            Self::Apiin | Self::Aigateway | Self::Practice => self.name(),
        })
    }
}

impl GatewayId {
    /// The gateways that cost money, in the order in which the window shows them.
    pub const PAID: [Self; 3] = [Self::Apiin, Self::Aigateway, Self::Pixverse];

    /// The key that this program sends to its own practice gateway. Not a secret: it opens nothing but that gateway,
    /// which only listens on this computer.
    pub const PRACTICE_KEY: &str = "aio_practice";

    /// Lower-case name, as it is stored in files and typed in commands. Sentences use [`fmt::Display`].
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What people call the gateway, as it stands on the screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Practice => "Practice",
            Self::Pixverse => "PixVerse",
            Self::Apiin | Self::Aigateway => self.name(),
        }
    }

    /// Where the API lives unless the user says otherwise (docs/gateways.md, sections 1.1, 2.1 and 3.1). `None` for
    /// practice, whose port is known only once it listens.
    pub fn default_base_url(self) -> Option<&'static str> {
        match self {
            Self::Apiin => Some("https://apiin.one/api/v1"),
            Self::Aigateway => Some("https://api.aigateway.sh/v1"),
            Self::Pixverse => Some("https://app-api.pixverse.ai/openapi/v2"),
            Self::Practice => None,
        }
    }

    /// Environment variable that overrides the base URL.
    pub fn base_url_variable(self) -> Option<&'static str> {
        match self {
            Self::Apiin => Some("RUSHES_APIIN_URL"),
            Self::Aigateway => Some("RUSHES_AIGATEWAY_URL"),
            Self::Pixverse => Some("RUSHES_PIXVERSE_URL"),
            Self::Practice => None,
        }
    }

    /// Environment variable of the key. While it is set, the keyring is not asked.
    pub fn key_variable(self) -> Option<&'static str> {
        match self {
            Self::Apiin => Some("APIIN_API_KEY"),
            Self::Aigateway => Some("AIGATEWAY_API_KEY"),
            Self::Pixverse => Some("PIXVERSE_API_KEY"),
            Self::Practice => None,
        }
    }

    /// Page on which a user finds jobs and money that the API does not list.
    pub fn dashboard_url(self) -> Option<&'static str> {
        match self {
            Self::Apiin => Some("https://apiin.one/billing/credits"),
            Self::Aigateway => Some("https://aigateway.sh"),
            Self::Pixverse => Some("https://platform.pixverse.ai"),
            Self::Practice => None,
        }
    }

    /// Whether a job can be cancelled at the gateway at all. apiin and PixVerse list no such call (docs/gateways.md,
    /// sections 2.1 and 3.6).
    pub fn can_cancel(self) -> bool {
        match self {
            Self::Aigateway => true,
            Self::Apiin | Self::Pixverse | Self::Practice => false,
        }
    }

    /// Whether each order carries a name that we give it (docs/gateways.md, section 3.1).
    pub fn names_orders(self) -> bool {
        self == Self::Pixverse
    }

    /// Whether the gateway documents a way in which a picture of this computer reaches it: an upload of its own
    /// (docs/gateways.md, section 3.2).
    pub fn hosts_pictures(self) -> bool {
        match self {
            Self::Pixverse => true,
            Self::Apiin | Self::Aigateway | Self::Practice => false,
        }
    }

    /// Whether a clip of this gateway costs money.
    pub fn is_paid(self) -> bool {
        self != Self::Practice
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn names_are_pinned_because_libraries_and_keyrings_hold_them() {
        let names: Vec<_> = GatewayId::iter().map(GatewayId::name).collect();
        assert_eq!(names, ["apiin", "aigateway", "pixverse", "practice"]);
        for gateway in GatewayId::iter() {
            assert_eq!(gateway.name().parse(), Ok(gateway));
            assert_eq!(serde_json::to_value(gateway).expect("a plain enum"), gateway.name());
        }
    }
}
