//! The dated tables of prices and capabilities, read from `assets/catalog/`: one file for each model.
//!
//! The files are part of the program, so a price is known without a network. Their shape is checked by a test and their
//! figures are pinned by the tables in [`super::price`] and [`super::capability`]. A model that is asked for in the same
//! way as those of this release is one more such file: see [`install`].

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::doubt::PriceDoubt;
use super::gateway::GatewayId;
use super::money::{Credits, Money};
use super::setting::{ClipDuration, ModelId, Resolution};
use super::setting::{Setting, Support};

/// The layout of the files that this program reads.
const SCHEMA: u32 = 2;

/// Everything the program knows of the models that make clips.
#[derive(Debug)]
pub struct Catalog {
    models: Vec<Model>,
}

/// One model, as its file describes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Version of the layout of the file.
    pub schema: u32,
    /// Our own name of the model, which libraries store.
    pub id: ModelId,
    /// Name of the model as people read it, such as `PixVerse V5.6`.
    pub name: String,
    /// The settings that the model does not take together, at any gateway.
    #[serde(default)]
    pub not_offered: Vec<NotOffered>,
    /// One entry for each gateway that offers the model.
    pub gateways: BTreeMap<GatewayId, GatewayEntry>,
}

/// Two settings that exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotOffered {
    /// The resolution at which the length is not made.
    pub resolution: Resolution,
    /// The length, in whole seconds in the file.
    pub duration_secs: ClipDuration,
}

impl Model {
    /// Whether the model makes clips of this length at this resolution.
    pub fn offers(&self, resolution: Resolution, duration: ClipDuration) -> bool {
        !self.not_offered.contains(&NotOffered { resolution, duration_secs: duration })
    }
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
        /// Why every price of this table is doubted.
        #[serde(default)]
        doubts: Vec<PriceDoubt>,
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
    /// Why this price is doubted.
    #[serde(default)]
    pub doubts: Vec<PriceDoubt>,
}

impl GatewayEntry {
    /// Whether `setting` is documented, may be ignored or has no field.
    pub fn support(&self, setting: Setting) -> Support {
        self.settings.get(&setting).copied().unwrap_or(Support::NotAvailable)
    }
}

impl Catalog {
    /// The models of this release.
    pub(crate) fn built_in() -> Self {
        let models = [include_str!("../../assets/catalog/pixverse-v5.6.json")];
        let read = |text: &str| serde_json::from_str(text).expect("the catalog is compiled in, and a test reads it");
        Self { models: models.into_iter().map(read).collect() }
    }

    /// Takes in one more model from the text of its file. It stands behind those that are there.
    ///
    /// # Errors
    ///
    /// With a sentence for the user when the text describes no model, or one that is there already.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let model: Model = serde_json::from_str(text).map_err(|err| format!("it describes no model: {err}"))?;
        if model.schema != SCHEMA {
            return Err(format!("its layout is version {}; this program reads version {SCHEMA}", model.schema));
        }
        if self.model(&model.id).is_some() {
            return Err(format!("the model {} is there already", model.id));
        }
        self.models.push(model);
        Ok(())
    }

    /// All models, the one that is chosen at first before the others.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// The model of this name. `None` for one that only another release, or another file, knows.
    pub fn model(&self, id: &ModelId) -> Option<&Model> {
        self.models.iter().find(|model| model.id == *id)
    }

    /// What is known of `model` at `gateway`; `None` where the gateway does not offer it, as far as it is known.
    pub fn entry(&self, model: &ModelId, gateway: GatewayId) -> Option<&GatewayEntry> {
        self.model(model)?.gateways.get(&gateway)
    }
}

static CATALOG: OnceLock<Catalog> = OnceLock::new();

/// The catalog of this run: the models of this release, and those that [`install`] added.
pub fn catalog() -> &'static Catalog {
    CATALOG.get_or_init(Catalog::built_in)
}

/// What is known of `model` at `gateway`; `None` where the gateway does not offer it, as far as it is known.
pub fn entry(model: &ModelId, gateway: GatewayId) -> Option<&'static GatewayEntry> {
    catalog().entry(model, gateway)
}

/// Adds the models of these texts, each with the name of its file, to the catalog of this run. The first call counts, and it
/// has to come before anything else asks for the catalog. Returns a sentence, without a full stop, for each file that was
/// left out.
pub fn install(files: &[(String, String)]) -> Vec<String> {
    let mut own = Catalog::built_in();
    let mut left_out = Vec::new();
    for (name, text) in files {
        if let Err(why) = own.add(text) {
            left_out.push(format!("The model file {name} is left out: {why}"));
        }
    }
    if own.models.len() > 1
        && let Err(own) = CATALOG.set(own)
        && !own.models.iter().all(|model| catalog().model(&model.id).is_some())
    {
        left_out.push("Models that were added while Rushes runs count from its next start".to_owned());
    }
    left_out
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn every_gateway_has_an_entry_with_every_setting() {
        for model in catalog().models() {
            assert_eq!(model.schema, SCHEMA);
            for gateway in GatewayId::iter() {
                let entry = model.gateways.get(&gateway).expect("this release knows every gateway");
                for setting in Setting::iter() {
                    assert!(entry.settings.contains_key(&setting), "{gateway} says nothing of {setting:?}");
                }
                assert!(!entry.model_id.is_empty() && !entry.as_of.is_empty() && !entry.source.is_empty());
                if let PriceTable::Credits { cells, .. } = &entry.price {
                    assert_eq!(cells.len(), 24, "four resolutions, three lengths, with and without audio");
                    for cell in cells {
                        let is_offered = model.offers(cell.resolution, cell.duration_secs);
                        assert_eq!(cell.credits.is_some(), is_offered, "{gateway} {cell:?}");
                    }
                }
            }
        }
        assert_eq!(catalog().models()[0].id, ModelId::default(), "what a draft asks for at first");
    }

    #[test]
    fn a_file_that_describes_no_new_model_is_left_out_with_its_reason() {
        let mut catalog = Catalog::built_in();
        let first = include_str!("../../assets/catalog/pixverse-v5.6.json");
        for (text, reason) in [
            ("{", "it describes no model"),
            (first, "the model pixverse-v5.6 is there already"),
            (&first.replace("\"schema\": 2", "\"schema\": 3"), "its layout is version 3"),
            (&first.replace("\"id\": \"pixverse-v5.6\"", "\"id\": \"../x\""), "it describes no model"),
        ] {
            let why = catalog.add(text).expect_err(reason);
            assert!(why.starts_with(reason), "{why}");
        }
        assert_eq!(catalog.models().len(), 1);
        let next = first.replace("pixverse-v5.6", "pixverse-v6").replace("PixVerse V5.6", "PixVerse V6");
        catalog.add(&next).expect("one entry more");
        let names: Vec<&str> = catalog.models().iter().map(|model| model.name.as_str()).collect();
        assert_eq!(names, ["PixVerse V5.6", "PixVerse V6"]);
    }
}
