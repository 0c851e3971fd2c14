//! What a clip will cost, instantly and offline, with every doubt named.

use serde::{Deserialize, Serialize};

use super::catalog::{Catalog, CreditRange, PriceTable, catalog};
use super::doubt::PriceDoubt;
use super::gateway::GatewayId;
use super::money::{Amount, CreditValue, Credits, Money};
use super::request::{Draft, GenerationRequest};
use super::setting::{ClipDuration, ModelId, Resolution, Setting, Support};

/// The price of one clip at one gateway.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Estimate {
    /// The gateway that would bill the clip.
    pub gateway: GatewayId,
    /// Price of one clip in the gateway's own unit.
    pub amount: Amount,
    /// Why the price is not certain. Empty when everything that it rests on is documented.
    pub doubts: Vec<PriceDoubt>,
}

/// The settings that decide a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricedSettings<'a> {
    /// The model that makes the clip.
    pub model: &'a ModelId,
    /// The resolution, which names the shorter side of the picture.
    pub resolution: Resolution,
    /// The length of the clip.
    pub duration: ClipDuration,
    /// Whether the clip has sound.
    pub audio: bool,
}

impl<'a> From<&'a GenerationRequest> for PricedSettings<'a> {
    fn from(request: &'a GenerationRequest) -> Self {
        let (resolution, duration, audio) = (request.resolution(), request.duration(), request.audio());
        Self { model: request.model(), resolution, duration, audio }
    }
}

impl<'a> From<&'a Draft> for PricedSettings<'a> {
    fn from(draft: &'a Draft) -> Self {
        Self { model: &draft.model, resolution: draft.resolution, duration: draft.duration, audio: draft.audio }
    }
}

/// Price of one clip of `settings` at `gateway` by the catalog; `None` where the combination is not offered. What is shown
/// to the user or ordered takes its price from [`PriceBook::estimate`](super::price_book::PriceBook::estimate), which knows
/// the corrections.
///
/// Source: `assets/catalog/`, whose entries name their page and date.
pub fn estimate<'a>(settings: impl Into<PricedSettings<'a>>, gateway: GatewayId) -> Option<Estimate> {
    estimate_by(catalog(), settings, gateway)
}

/// As [`estimate`], by the tables of `catalog`.
pub fn estimate_by<'a>(
    catalog: &Catalog,
    settings: impl Into<PricedSettings<'a>>,
    gateway: GatewayId,
) -> Option<Estimate> {
    let PricedSettings { model, resolution, duration, audio } = settings.into();
    let entry = catalog.entry(model, gateway)?;
    let (amount, doubts) = match &entry.price {
        PriceTable::Free => (Amount::Free, Vec::new()),
        PriceTable::PerSecond { micro_usd } => {
            let is_doubted = audio && entry.support(Setting::Audio) != Support::Documented;
            let doubts = is_doubted.then_some(PriceDoubt::AudioUndocumented).into_iter().collect();
            (Amount::Money(micro_usd.times(duration.secs())), doubts)
        }
        PriceTable::Credits { cells, doubts, .. } => {
            let cell = cells
                .iter()
                .find(|cell| cell.resolution == resolution && cell.duration_secs == duration && cell.audio == audio)?;
            (Amount::Credits(cell.credits?), doubts.iter().chain(&cell.doubts).copied().collect())
        }
    };
    Some(Estimate { gateway, amount, doubts })
}

/// What an amount is worth in dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dollars {
    /// The worth is known exactly.
    Exact(Money),
    /// The least and the most that the amount can be worth, because the user has not said yet what the credits cost.
    Range(Money, Money),
}

impl std::fmt::Display for Dollars {
    /// Writes `$1.44` for a known worth and `$0.36–1.80` for a range.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(money) => money.fmt(f),
            Self::Range(lowest, highest) => {
                let highest = highest.to_string();
                write!(f, "{lowest}–{}", highest.trim_start_matches('$'))
            }
        }
    }
}

/// What an amount at a gateway is worth in dollars. `credit_value` is what the user paid for credits there, if the user
/// has said so.
pub fn dollars(amount: Amount, gateway: GatewayId, credit_value: Option<CreditValue>) -> Dollars {
    match amount {
        Amount::Free => Dollars::Exact(Money::ZERO),
        Amount::Money(money) => Dollars::Exact(money),
        Amount::Credits(credits) => match (credit_value, credit_range(gateway)) {
            (Some(value), _) => Dollars::Exact(value.worth(credits)),
            (None, Some(CreditRange { lowest, highest })) => {
                let (lowest, highest) = (worth_at(lowest, credits), worth_at(highest, credits));
                if lowest == highest { Dollars::Exact(lowest) } else { Dollars::Range(lowest, highest) }
            }
            (None, None) => Dollars::Range(Money::ZERO, Money(i64::MAX)),
        },
    }
}

fn worth_at(each: Money, credits: Credits) -> Money {
    Money(each.0.saturating_mul(credits.0))
}

/// What a credit of `gateway` may be worth. Credits of a gateway are the same money whatever model they pay for.
fn credit_range(gateway: GatewayId) -> Option<CreditRange> {
    catalog().models().iter().find_map(|model| match &model.gateways.get(&gateway)?.price {
        PriceTable::Credits { micro_usd_per_credit, .. } => Some(*micro_usd_per_credit),
        PriceTable::Free | PriceTable::PerSecond { .. } => None,
    })
}

/// Whether the worth of a credit of `gateway` is known without asking the user.
pub fn is_credit_worth_known(gateway: GatewayId) -> bool {
    credit_range(gateway).is_none_or(|range| range.lowest == range.highest)
}

/// Whether `total` may exceed `limit`. A limit in another unit than the price counts as exceeded unless the dollars are
/// certain to be within it: a brake that cannot be checked has to hold.
pub fn exceeds(total: Amount, limit: Amount, gateway: GatewayId, credit_value: Option<CreditValue>) -> bool {
    match (total, limit) {
        (Amount::Free, _) => false,
        (Amount::Money(total), Amount::Money(limit)) => total > limit,
        (Amount::Credits(total), Amount::Credits(limit)) => total > limit,
        (Amount::Credits(_), Amount::Money(limit)) => match dollars(total, gateway, credit_value) {
            Dollars::Exact(money) | Dollars::Range(_, money) => money > limit,
        },
        (Amount::Money(_), Amount::Credits(_)) | (_, Amount::Free) => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strum::IntoEnumIterator as _;

    use super::*;

    fn amount(resolution: Resolution, duration: ClipDuration, audio: bool, gateway: GatewayId) -> Option<Amount> {
        estimate(PricedSettings { model: &ModelId::default(), resolution, duration, audio }, gateway)
            .map(|estimate| estimate.amount)
    }

    /// The table of docs/gateways.md, section 2.5, typed by hand: silent 5, 8, 10 s, then with audio.
    #[test]
    fn apiin_prices_match_the_published_table() {
        for (resolution, row) in [
            (Resolution::P360, [Some(70), Some(140), Some(140), Some(140), Some(280), Some(280)]),
            (Resolution::P540, [Some(70), Some(140), Some(140), Some(140), Some(280), Some(280)]),
            (Resolution::P720, [Some(90), Some(180), Some(180), Some(180), Some(360), Some(360)]),
            (Resolution::P1080, [Some(150), Some(300), None, Some(300), Some(600), None]),
        ] {
            let found: Vec<_> = [false, true]
                .into_iter()
                .flat_map(|audio| ClipDuration::iter().map(move |duration| (duration, audio)))
                .map(|(duration, audio)| amount(resolution, duration, audio, GatewayId::Apiin))
                .collect();
            let expected: Vec<_> = row.iter().map(|cell| cell.map(|n| Amount::Credits(Credits(n)))).collect();
            assert_eq!(found, expected, "{resolution}");
        }
    }

    /// The table of docs/gateways.md, section 3.10, typed by hand: silent 5, 8, 10 s, then with audio; 540p and 720p at 5 s
    /// with audio by the pattern of the others.
    #[test]
    fn pixverse_prices_match_the_table_that_was_read() {
        for (resolution, row) in [
            (Resolution::P360, [Some(35), Some(70), Some(77), Some(80), Some(115), Some(122)]),
            (Resolution::P540, [Some(35), Some(70), Some(77), Some(80), Some(115), Some(122)]),
            (Resolution::P720, [Some(45), Some(90), Some(99), Some(90), Some(135), Some(144)]),
            (Resolution::P1080, [Some(75), Some(150), None, Some(150), Some(195), None]),
        ] {
            let found: Vec<_> = [false, true]
                .into_iter()
                .flat_map(|audio| ClipDuration::iter().map(move |duration| (duration, audio)))
                .map(|(duration, audio)| amount(resolution, duration, audio, GatewayId::Pixverse))
                .collect();
            let expected: Vec<_> = row.iter().map(|cell| cell.map(|n| Amount::Credits(Credits(n)))).collect();
            assert_eq!(found, expected, "{resolution}");
        }
        // One credit costs a cent, so there is nothing to ask the user.
        assert_eq!(dollars(Amount::Credits(Credits(195)), GatewayId::Pixverse, None).to_string(), "$1.95");
        assert!(is_credit_worth_known(GatewayId::Pixverse) && !is_credit_worth_known(GatewayId::Apiin));
    }

    #[test]
    fn aigateway_costs_eight_cents_a_second() {
        for (duration, micros) in
            [(ClipDuration::S5, 400_000), (ClipDuration::S8, 640_000), (ClipDuration::S10, 800_000)]
        {
            for resolution in Resolution::iter() {
                for audio in [false, true] {
                    assert_eq!(
                        amount(resolution, duration, audio, GatewayId::Aigateway),
                        Some(Amount::Money(Money(micros)))
                    );
                }
            }
        }
    }

    #[test]
    fn doubts_are_named_where_a_price_is_not_documented() {
        let doubts = |duration, audio, gateway| {
            let model = &ModelId::default();
            let settings = PricedSettings { model, resolution: Resolution::P720, duration, audio };
            estimate(settings, gateway).expect("offered").doubts
        };
        assert_eq!(doubts(ClipDuration::S5, false, GatewayId::Aigateway), []);
        assert_eq!(doubts(ClipDuration::S5, true, GatewayId::Aigateway), [PriceDoubt::AudioUndocumented]);
        assert_eq!(doubts(ClipDuration::S5, true, GatewayId::Apiin), []);
        assert_eq!(doubts(ClipDuration::S8, false, GatewayId::Apiin), [PriceDoubt::LongClipsAssumedEqual]);
        assert_eq!(doubts(ClipDuration::S10, false, GatewayId::Apiin), [PriceDoubt::LongClipsAssumedEqual]);
        assert_eq!(doubts(ClipDuration::S10, true, GatewayId::Practice), []);
        assert_eq!(doubts(ClipDuration::S5, false, GatewayId::Pixverse), [PriceDoubt::TableReadByOthers]);
        assert_eq!(
            doubts(ClipDuration::S5, true, GatewayId::Pixverse),
            [PriceDoubt::TableReadByOthers, PriceDoubt::AudioCellsReadSwapped]
        );
    }

    #[test]
    fn credits_show_a_range_until_the_user_says_what_was_paid() {
        let credits = Amount::Credits(Credits(180));
        let range = dollars(credits, GatewayId::Apiin, None);
        assert_eq!(range, Dollars::Range(Money(360_000), Money(1_800_000)));
        assert_eq!(range.to_string(), "$0.36–1.80");
        let value = CreditValue::new(Money(20_000_000), Credits(10_000));
        assert_eq!(dollars(credits, GatewayId::Apiin, value).to_string(), "$0.36");
    }

    #[test]
    fn a_limit_that_cannot_be_checked_holds() {
        let credits = |n| Amount::Credits(Credits(n));
        let money = |micros| Amount::Money(Money(micros));
        let value = CreditValue::new(Money(20_000_000), Credits(10_000));
        for (total, limit, gateway, value, expected) in [
            (credits(90), credits(90), GatewayId::Apiin, None, false),
            (credits(91), credits(90), GatewayId::Apiin, None, true),
            (money(400_000), money(400_000), GatewayId::Aigateway, None, false),
            (money(400_001), money(400_000), GatewayId::Aigateway, None, true),
            (credits(90), money(899_999), GatewayId::Apiin, None, true),
            (credits(90), money(900_000), GatewayId::Apiin, None, false),
            (credits(90), money(180_000), GatewayId::Apiin, value, false),
            (credits(90), money(179_999), GatewayId::Apiin, value, true),
            (money(1), credits(1_000_000), GatewayId::Aigateway, None, true),
            (Amount::Free, money(0), GatewayId::Practice, None, false),
        ] {
            assert_eq!(exceeds(total, limit, gateway, value), expected, "{total} against {limit}");
        }
    }

    proptest! {
        #[test]
        fn an_estimate_never_depends_on_words(prompt in "\\PC{1,40}", takes in 1u8..=12) {
            prop_assume!(!prompt.trim().is_empty());
            let draft = Draft { prompt, takes, ..Draft::default() };
            let request = draft.to_request().expect("valid");
            for gateway in GatewayId::iter() {
                prop_assert_eq!(estimate(&draft, gateway), estimate(&request, gateway));
            }
        }

        #[test]
        fn times_is_repeated_addition(micros in 0i64..10_000_000, count in 0u32..100) {
            let sum = (0..count).fold(Money::ZERO, |sum, _| sum.plus(Money(micros)));
            prop_assert_eq!(Money(micros).times(count), sum);
        }
    }
}
