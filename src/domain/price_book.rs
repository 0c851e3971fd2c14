//! The prices that count: those of the catalog, but for what the user corrected after a gateway charged something else.
//!
//! A correction is for one gateway and exactly the settings of one charge. [`offer`] says when the user is asked for one,
//! and [`PriceBook::estimate`] is the one price of a clip: whatever shows a price, holds money back for it or stores it asks
//! there. Practice clips are free, whatever a book says.

use super::ending::Charge;
use super::gateway::GatewayId;
use super::id::JobId;
use super::job::{Job, JobState};
use super::money::{Amount, Credits, Money};
use super::price::{self, Estimate, PricedSettings};
use super::setting::{ClipDuration, ModelId, Resolution};
use super::time::UnixMillis;

/// The most credits that a clip is believed to cost.
pub const MOST_CREDITS: Credits = Credits(1_000_000);

/// The most dollars that a clip is believed to cost.
pub const MOST_MONEY: Money = Money(10_000_000_000);

/// How many answers of *Keep* are remembered for one shape; the oldest go.
pub const MOST_KEPT: usize = 8;

/// Everything that a price may depend on: the gateway, and the settings of a shot that decide what it costs.
///
/// All of the settings belong to it at every gateway. A table may name one price for several of them, but a charge is known
/// for those only with which it was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PricedShape {
    /// The gateway that bills the clip.
    pub gateway: GatewayId,
    /// The model that makes it.
    pub model: ModelId,
    /// Its resolution.
    pub resolution: Resolution,
    /// Its length.
    pub duration: ClipDuration,
    /// Whether it has sound.
    pub audio: bool,
}

impl PricedShape {
    /// The shape of a shot with these settings at `gateway`.
    pub fn new<'a>(settings: impl Into<PricedSettings<'a>>, gateway: GatewayId) -> Self {
        let PricedSettings { model, resolution, duration, audio } = settings.into();
        Self { gateway, model: model.clone(), resolution, duration, audio }
    }

    /// The shape of an order.
    pub fn of(job: &Job) -> Self {
        Self::new(&job.request, job.gateway)
    }

    /// Its settings.
    pub fn settings(&self) -> PricedSettings<'_> {
        let Self { gateway: _, model, resolution, duration, audio } = self;
        PricedSettings { model, resolution: *resolution, duration: *duration, audio: *audio }
    }

    /// Whether a shot with these settings at `gateway` has this shape.
    pub fn fits(&self, settings: PricedSettings<'_>, gateway: GatewayId) -> bool {
        self.gateway == gateway && self.settings() == settings
    }
}

/// A price that the user took over from a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LearnedPrice {
    /// What a clip costs.
    pub amount: Amount,
    /// When the order was sent that was charged so.
    pub charged_at: UnixMillis,
    /// That order.
    pub job: JobId,
}

/// A difference that the user left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What the table said.
    pub said: Amount,
    /// What was charged.
    pub charged: Amount,
}

/// What the user answered about the price of one shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// The price in place of the table's; `None` where the table counts.
    pub learned: Option<LearnedPrice>,
    /// The differences that were left as they are, oldest first; at most [`MOST_KEPT`].
    pub kept: Vec<Kept>,
}

impl Answers {
    fn is_empty(&self) -> bool {
        self.learned.is_none() && self.kept.is_empty()
    }
}

/// What the user answered about prices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceBook {
    /// Sorted by their shapes, each there once and none without an answer.
    shapes: Vec<(PricedShape, Answers)>,
}

impl PriceBook {
    /// Price of one clip of `settings` at `gateway`: the corrected one, else that of the catalog. `None` where the catalog
    /// does not offer the combination. A corrected price rests on no table, and so has none of its doubts.
    pub fn estimate<'a>(&self, settings: impl Into<PricedSettings<'a>>, gateway: GatewayId) -> Option<Estimate> {
        let settings = settings.into();
        let table = price::estimate(settings, gateway)?;
        Some(match self.in_force(settings, &table) {
            Some(learned) => Estimate { gateway, amount: learned.amount, doubts: Vec::new() },
            None => table,
        })
    }

    /// Price of making the clip of `job` once more, after an order of which nobody knows whether it arrived: that of today,
    /// and the one that was shown where the settings are not offered any more.
    pub fn again(&self, job: &Job) -> Estimate {
        self.estimate(&job.request, job.gateway).unwrap_or_else(|| job.estimate.clone())
    }

    /// The correction by which a clip of `settings` at `gateway` is priced; `None` where the catalog's price counts.
    pub fn learned<'a>(&self, settings: impl Into<PricedSettings<'a>>, gateway: GatewayId) -> Option<&LearnedPrice> {
        let settings = settings.into();
        self.in_force(settings, &price::estimate(settings, gateway)?)
    }

    /// A correction in another unit than the catalog's price has lost its meaning: the gateway bills otherwise now.
    fn in_force(&self, settings: PricedSettings<'_>, table: &Estimate) -> Option<&LearnedPrice> {
        let gateway = table.gateway;
        let (_, answers) = self.shapes.iter().find(|(shape, _)| shape.fits(settings, gateway))?;
        answers.learned.as_ref().filter(|learned| gateway.is_paid() && is_price(learned.amount, table.amount))
    }

    /// What was answered about a shape.
    pub fn answers(&self, shape: &PricedShape) -> Answers {
        let known = self.shapes.iter().find(|(known, _)| known == shape);
        known.map(|(_, answers)| answers.clone()).unwrap_or_default()
    }

    /// Sets what was answered about a shape, and returns what was there. Of practice nothing is kept.
    pub fn set(&mut self, shape: PricedShape, mut answers: Answers) -> Answers {
        let before = self.answers(&shape);
        self.shapes.retain(|(known, _)| *known != shape);
        answers.kept.drain(..answers.kept.len().saturating_sub(MOST_KEPT));
        if !answers.is_empty() && shape.gateway.is_paid() {
            let place = self.shapes.partition_point(|(known, _)| *known < shape);
            self.shapes.insert(place, (shape, answers));
        }
        before
    }

    /// Every shape with an answer, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (&PricedShape, &Answers)> {
        self.shapes.iter().map(|(shape, answers)| (shape, answers))
    }
}

/// Whether an amount can be the price of a clip: more than nothing, and no more than any clip costs.
pub fn is_plausible(amount: Amount) -> bool {
    match amount {
        Amount::Free => false,
        Amount::Money(money) => money.0 > 0 && money <= MOST_MONEY,
        Amount::Credits(credits) => credits.0 > 0 && credits <= MOST_CREDITS,
    }
}

/// Whether `amount` can stand in the place of `table`, in whose unit it has to be.
fn is_price(amount: Amount, table: Amount) -> bool {
    let is_same_unit = std::mem::discriminant(&amount) == std::mem::discriminant(&table);
    is_same_unit && is_plausible(amount)
}

/// Whether a charge is another price than was said: more than one percent above or below it, or in another unit.
pub fn is_another(charged: Amount, said: Amount) -> bool {
    let (one, other) = match (charged, said) {
        (Amount::Money(charged), Amount::Money(said)) => (charged.0, said.0),
        (Amount::Credits(charged), Amount::Credits(said)) => (charged.0, said.0),
        _ => return charged != said,
    };
    one.saturating_sub(other).saturating_abs().saturating_mul(100) > other
}

/// A question to the user: whether a price is what was charged from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What the price is for.
    pub shape: PricedShape,
    /// The price until now.
    pub said: Amount,
    /// What was charged, and would be the price.
    pub learned: LearnedPrice,
}

impl Offer {
    /// What is answered about the shape when the price is corrected. What the catalog says anyway needs no correction.
    pub fn updated(&self, before: Answers) -> Answers {
        let table = price::estimate(self.shape.settings(), self.shape.gateway);
        let is_tables = table.is_some_and(|table| table.amount == self.learned.amount);
        Answers { learned: (!is_tables).then_some(self.learned), ..before }
    }

    /// What is answered about the shape when the price stays.
    pub fn kept(&self, mut before: Answers) -> Answers {
        before.kept.push(Kept { said: self.said, charged: self.learned.amount });
        before
    }
}

/// What the gateway said that a clip cost which it made: an amount above nothing. What failed, was cancelled or is still
/// being made is no price, because it may be refunded.
pub(super) fn cost_of(job: &Job) -> Option<Amount> {
    let is_made = matches!(job.state, JobState::Downloading | JobState::Ready | JobState::Gone);
    match job.charge {
        Charge::Yes(Some(amount)) if is_made && job.gateway.is_paid() && is_plausible(amount) => Some(amount),
        Charge::Yes(_) | Charge::Nothing | Charge::No | Charge::NotKnown => None,
    }
}

/// The correction that the charge of `job` offers, if it does. `others` are orders among which those of the same shape are;
/// newer ones have a say: where one was charged what the price says, the difference is over, and of several that differ only
/// the newest that can be seen asks.
pub fn offer<'a>(book: &PriceBook, job: &Job, others: impl IntoIterator<Item = &'a Job>) -> Option<Offer> {
    let amount = cost_of(job)?;
    let said = book.estimate(&job.request, job.gateway)?.amount;
    let differs = is_another(amount, job.estimate.amount) && is_another(amount, said);
    if !differs || !is_price(amount, said) {
        return None;
    }
    let shape = PricedShape::of(job);
    if book.answers(&shape).kept.contains(&Kept { said, charged: amount }) {
        return None;
    }
    let newer = others
        .into_iter()
        .filter(|other| other.id > job.id && shape.fits(PricedSettings::from(&other.request), other.gateway));
    for other in newer {
        let Some(cost) = cost_of(other).filter(|cost| is_price(*cost, said)) else { continue };
        let is_seen = !other.is_hidden && other.trashed_at.is_none();
        if is_seen || !is_another(cost, said) {
            return None;
        }
    }
    let learned = LearnedPrice { amount, charged_at: job.sent_at.unwrap_or(job.created_at), job: job.id };
    Some(Offer { shape, said, learned })
}

#[cfg(test)]
mod tests;
