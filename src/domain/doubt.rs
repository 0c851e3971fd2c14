//! Why a price may be wrong, each reason with its sentence.

use serde::{Deserialize, Serialize};

/// A reason why the charge may differ from the price shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum PriceDoubt {
    /// aigateway documents no audio field, and upstream may make sound by default (docs/gateways.md, section 1.2).
    AudioUndocumented,
    /// apiin says that longer clips cost double, not whether 8 s and 10 s differ (docs/gateways.md, section 2.5).
    LongClipsAssumedEqual,
    /// PixVerse's price page was read by others, not by this program's makers (docs/gateways.md, section 3.10).
    TableReadByOthers,
    /// The reading of PixVerse's price page has two prices that look as if they were in each other's place
    /// (docs/gateways.md, section 3.10).
    AudioCellsReadSwapped,
}

impl PriceDoubt {
    /// The doubt as one sentence for the user.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::AudioUndocumented => {
                "aigateway documents no audio. It may ignore the setting, and its price list names one price."
            }
            Self::LongClipsAssumedEqual => {
                "apiin documents one price above 5 s. That 8 s and 10 s cost the same is assumed."
            }
            Self::TableReadByOthers => "PixVerse's prices are as others read them from its price page.",
            Self::AudioCellsReadSwapped => {
                "At 5 s with audio, readings of PixVerse's price page differ: 540p is 80 or 90 credits, 720p 90 or 80."
            }
        }
    }
}
