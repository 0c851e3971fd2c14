//! What is said of prices that differ from the table, and of those that the user corrected. Pure views.

use crate::app::state::AppState;
use crate::app::view::words;
use crate::domain::price_book::{LearnedPrice, Offer, PricedShape, offer};
use crate::domain::{Amount, Job, ModelId, price};

/// The note below the cost of a clip that was charged another price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceNote {
    /// `The last one cost 198 cr, the table says 180.`
    pub title: String,
    /// `Use 198 for 720p, 8 s from now on?`
    pub text: String,
    /// `Keep 180`: the button that leaves the price as it is.
    pub keep: String,
}

/// The correction that the charge of a clip offers now, if it does.
pub fn offer_of(state: &AppState, job: &Job) -> Option<Offer> {
    let read = state.facts.of_card(job.id);
    // Until the library has told of newer orders, nothing is asked.
    if read.is_none() && !state.jobs.is_whole() {
        return None;
    }
    let others = read.into_iter().flat_map(|facts| &facts.newer).filter(|other| !state.jobs.contains_key(&other.id));
    offer(&state.settings.prices, job, state.jobs.newer_at_its_price(job).chain(others))
}

/// The note below the cost of a clip; `None` where nothing is to be asked.
pub fn note(state: &AppState, job: &Job) -> Option<PriceNote> {
    let offer = offer_of(state, job)?;
    let (charged, said) = (offer.learned.amount, offer.said);
    Some(PriceNote {
        title: format!("The last one cost {charged}, the table says {}.", bare(said)),
        text: format!("Use {} for {} from now on?", bare(charged), shape_words(&offer.shape)),
        keep: format!("Keep {}", bare(said)),
    })
}

/// The amount without the unit of credits, beside one that has it: `180`, `$0.64`.
fn bare(amount: Amount) -> String {
    let text = amount.to_string();
    text.strip_suffix(" cr").map(str::to_owned).unwrap_or(text)
}

/// `720p, 8 s`, `720p, 8 s, with audio`; with the name of the model where it is another than the first one.
pub fn shape_words(shape: &PricedShape) -> String {
    let model = if shape.model == ModelId::default() { String::new() } else { words::model(&shape.model) + ", " };
    let audio = if shape.audio { ", with audio" } else { "" };
    format!("{model}{}, {}{audio}", shape.resolution, shape.duration)
}

/// `as charged on 28 Nov`: where a corrected price comes from.
pub fn source(state: &AppState, learned: &LearnedPrice) -> String {
    match words::short_day(learned.charged_at, state.now, &state.time_zone) {
        day if day.is_empty() => "as charged".to_owned(),
        day => format!("as charged on {day}"),
    }
}

/// A corrected price, as the settings list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// What it is the price of.
    pub shape: PricedShape,
    /// `720p, 8 s`.
    pub name: String,
    /// `198 cr, as charged on 28 Nov; the table says 180 cr`.
    pub words: String,
}

/// Every corrected price of a gateway. One that does not count, because the gateway bills otherwise or does not offer the
/// settings any more, is listed as well and says so.
pub fn corrected(state: &AppState, gateway: crate::domain::GatewayId) -> Vec<Corrected> {
    let prices = &state.settings.prices;
    let of_gateway = prices.iter().filter(|(shape, _)| shape.gateway == gateway);
    let learned = of_gateway.filter_map(|(shape, answers)| Some((shape, answers.learned.as_ref()?)));
    learned
        .map(|(shape, learned)| {
            let table = match price::estimate(shape.settings(), gateway) {
                _ if prices.learned(shape.settings(), gateway).is_none() => "not in use any more".to_owned(),
                Some(table) => format!("the table says {}", table.amount),
                None => "not in the table".to_owned(),
            };
            let words = format!("{}, {}; {table}", learned.amount, source(state, learned));
            Corrected { shape: shape.clone(), name: shape_words(shape), words }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::price_book::Answers;
    use crate::domain::samples::{self, id};
    use crate::domain::{Charge, ClipDuration, Credits, GatewayId, JobState, Money, UnixMillis};

    /// 2026-11-28, 12:00.
    const NOW: UnixMillis = UnixMillis(1_795_867_200_000);

    fn charged(number: u128, gateway: GatewayId, amount: Amount, audio: bool) -> Job {
        let job = samples::job(number).gateway(gateway).at(NOW);
        let job = job.asking(|draft| (draft.duration, draft.audio) = (ClipDuration::S8, audio));
        Job { charge: Charge::Yes(Some(amount)), ..job.state(JobState::Ready) }
    }

    fn window(jobs: impl IntoIterator<Item = Job>) -> AppState {
        let mut state = AppState::new(NOW);
        for job in jobs {
            state.jobs.insert(job.id, job);
        }
        state
    }

    #[test]
    fn the_note_says_what_the_sheet_says() {
        let credits = |n| Amount::Credits(Credits(n));
        for (gateway, amount, audio, words) in [
            (
                GatewayId::Apiin,
                credits(198),
                false,
                "The last one cost 198 cr, the table says 180. Use 198 for 720p, 8 s from now on? Keep 180",
            ),
            (
                GatewayId::Apiin,
                credits(1_200),
                true,
                "The last one cost 1,200 cr, the table says 360. Use 1,200 for 720p, 8 s, with audio from now on? Keep 360",
            ),
            (
                GatewayId::Aigateway,
                Amount::Money(Money(720_000)),
                false,
                "The last one cost $0.72, the table says $0.64. Use $0.72 for 720p, 8 s from now on? Keep $0.64",
            ),
        ] {
            let state = window([charged(1, gateway, amount, audio)]);
            let note = note(&state, &state.jobs[&id(1)]).expect("it differs");
            assert_eq!(format!("{} {} {}", note.title, note.text, note.keep), words);
        }
    }

    #[test]
    fn only_the_newest_of_a_shape_asks_among_all_that_the_window_knows() {
        let credits = |n| Amount::Credits(Credits(n));
        let apiin = |number, amount, audio| charged(number, GatewayId::Apiin, credits(amount), audio);
        let state = window([apiin(1, 198, false), apiin(3, 202, false), apiin(2, 400, true), apiin(4, 360, true)]);
        let asks: Vec<bool> = state.jobs.values().map(|job| note(&state, job).is_some()).collect();
        assert_eq!(asks, [false, false, true, false], "a newer one of the other shape agrees with the table");
    }

    #[test]
    fn the_settings_list_what_was_corrected() {
        let mut state = window([]);
        let learn = |state: &mut AppState, audio, amount, charged_at| {
            let job = charged(1, GatewayId::Apiin, amount, audio);
            let learned = Some(LearnedPrice { amount, charged_at, job: job.id });
            state.settings.prices.set(PricedShape::of(&job), Answers { learned, kept: Vec::new() });
        };
        learn(&mut state, true, Amount::Credits(Credits(400)), UnixMillis(0));
        learn(&mut state, false, Amount::Credits(Credits(198)), NOW);
        let listed = |state: &AppState| -> Vec<String> {
            let all = corrected(state, GatewayId::Apiin);
            all.iter().map(|one| format!("{}: {}", one.name, one.words)).collect()
        };
        assert_eq!(
            listed(&state),
            [
                "720p, 8 s: 198 cr, as charged on 28 Nov; the table says 180 cr",
                "720p, 8 s, with audio: 400 cr, as charged on 1 Jan 1970; the table says 360 cr",
            ]
        );
        learn(&mut state, true, Amount::Money(Money(1)), NOW);
        assert_eq!(listed(&state)[1], "720p, 8 s, with audio: $0.000001, as charged on 28 Nov; not in use any more");
        assert_eq!(corrected(&state, GatewayId::Aigateway), []);
    }
}
