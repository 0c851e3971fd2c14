//! The dated tables of prices and capabilities, read from `assets/catalog/`.
//!
//! The file is part of the program, so a price is known without a network. Its shape is checked by a test and its
//! figures are pinned by the tables in [`super::price`] and [`super::capability`].

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::gateway::GatewayId;
use super::money::{Credits, Money};
use super::setting::{ClipDuration, Resolution};
use super::setting::{Setting, Support};

/// Everything the program knows of PixVerse V5.6 at each gateway.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Version of the layout of the catalog file.
    pub schema: u32,
    /// Name of the model as people read it, such as `PixVerse V5.6`.
    pub model: String,
    /// One entry for each gateway.
    pub gateways: BTreeMap<GatewayId, GatewayEntry>,
}

/// One gateway's part of the catalog.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayEntry {
    /// Name of the model in requests to this gateway, such as `pixverse/v5.6`.
    pub model_id: String,
    /// When the source was last known to say so, as text for people: `August 2026`.
    pub as_of: String,
    /// The address of the page that says so.
    pub source: String,
    /// What a clip costs.
    pub price: PriceTable,
    /// How far the gateway documents each setting. A setting that is not listed cannot be sent.
    pub settings: BTreeMap<Setting, Support>,
}

/// How a gateway prices clips.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PriceTable {
    /// Clips cost nothing.
    Free,
    /// A price in dollars for each second of the clip, the same for all settings.
    PerSecond {
        /// Price of one second, in millionths of a dollar.
        micro_usd: Money,
    },
    /// A number of credits for each combination of settings.
    Credits {
        /// What a credit may be worth, as far as the gateway's pages tell.
        micro_usd_per_credit: CreditRange,
        /// The price of each combination of resolution, length and sound.
        cells: Vec<CreditCell>,
    },
}

/// The range in which a credit's worth lies.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditRange {
    /// Smallest worth that any page of the gateway implies.
    pub lowest: Money,
    /// Largest worth that any page of the gateway implies.
    pub highest: Money,
}

/// The price of one combination of settings at a gateway that bills in credits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditCell {
    /// The resolution, which names the shorter side of the picture.
    pub resolution: Resolution,
    /// The length of the clip, in whole seconds in the file.
    pub duration_secs: ClipDuration,
    /// Whether the clip has sound.
    pub audio: bool,
    /// Price, or `null` where PixVerse does not offer the combination.
    pub credits: Option<Credits>,
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../assets/catalog/pixverse-v5.6.json"))
        .expect("the catalog is compiled in, and a test reads it")
});

/// The catalog of this release.
pub fn catalog() -> &'static Catalog {
    &CATALOG
}

/// The entry of `gateway`.
pub fn entry(gateway: GatewayId) -> &'static GatewayEntry {
    catalog().gateways.get(&gateway).expect("a test proves that every gateway has an entry")
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn every_gateway_has_an_entry_with_every_setting() {
        assert_eq!(catalog().schema, 1);
        for gateway in GatewayId::iter() {
            let entry = entry(gateway);
            for setting in Setting::iter() {
                assert!(entry.settings.contains_key(&setting), "{gateway} says nothing of {setting:?}");
            }
            assert!(!entry.model_id.is_empty() && !entry.as_of.is_empty() && !entry.source.is_empty());
            if let PriceTable::Credits { cells, .. } = &entry.price {
                assert_eq!(cells.len(), 24, "four resolutions, three lengths, with and without audio");
            }
        }
    }
}
