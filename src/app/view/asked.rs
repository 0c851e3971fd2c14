//! An order that waits for more than a press: what it is, what it costs and what stands in the way.

use crate::app::action::MORE;
use crate::app::action::spend::Door;
use crate::app::state::AppState;
use crate::app::view::form::about;
use crate::app::view::four_more::four_more;
use crate::app::view::spending::{HoldWords, Lot, held_words, hold_words};
use crate::app::view::words;
use crate::domain::{Amount, GatewayId, JobId, price};

/// The texts of the dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What orders.
    pub door: Door,
    /// `4 more like this`, `Make again`, `Submit again`.
    pub title: String,
    /// What it is about and what it costs, one sentence to a line.
    pub lines: Vec<String>,
    /// `Make again · 180 cr`: the button where nothing stands in the way any more.
    pub button: String,
    /// The button that has to be held; `None` where a press is enough meanwhile.
    pub hold: Option<HoldWords>,
}

/// The order that [`AppState::asked`] is about, if it has no button of its own to hold.
pub fn asked(state: &AppState) -> Option<Asked> {
    let door = state.asked?;
    match door {
        Door::Form | Door::Next | Door::QueueOnly | Door::Several | Door::List => None,
        Door::Held(job) => {
            let known = state.jobs.get(&job)?;
            let asked = view(state, door, job, "Send over the cap", 1, known.estimate.amount, Vec::new())?;
            Some(Asked { hold: Some(held_words(state, known)?), ..asked })
        }
        Door::Again(job) => {
            let known = state.jobs.get(&job)?;
            let estimate = state.settings.prices.estimate(&known.request, known.gateway)?;
            view(state, door, job, "Make again", 1, estimate.amount, Vec::new())
        }
        Door::SubmitAgain(job) => {
            let known = state.jobs.get(&job)?;
            let again = state.settings.prices.again(known).amount;
            let twice = format!(
                "If {} took the first order, both are charged: up to {} in all.",
                known.gateway.title(),
                known.estimate.amount.plus(again)
            );
            view(state, door, job, "Submit again", 1, again, vec![twice])
        }
        Door::FourMore(job) => {
            let more = four_more(state, job)?;
            let title = format!("{MORE} more like this");
            view(state, door, job, &title, MORE as u32, more.estimate.amount, vec![more.seeds_line()])
        }
    }
}

fn view(
    state: &AppState,
    door: Door,
    job: JobId,
    title: &str,
    clips: u32,
    one: Amount,
    mut more: Vec<String>,
) -> Option<Asked> {
    let job = state.jobs.get(&job)?;
    let total = one.times(clips);
    let prompt: String = words::one_line(job.request.prompt()).chars().take(60).collect();
    let mut lines = vec![format!("“{prompt}”"), sum(state, clips, one, total, job.gateway)];
    lines.append(&mut more);
    let verb = if clips == 1 { title.to_owned() } else { format!("Generate {clips}") };
    let hold = hold_words(state, &verb, Lot { one, clips, gateway: job.gateway, in_place_of: None });
    Some(Asked { door, title: title.to_owned(), lines, button: format!("{verb} · {total}"), hold })
}

/// `4 × 180 cr at apiin = 720 cr, ≈ $1.44.`
fn sum(state: &AppState, clips: u32, one: Amount, total: Amount, gateway: GatewayId) -> String {
    let dollars = match total {
        Amount::Credits(_) => {
            format!(", {}", about(price::dollars(total, gateway, state.settings.of(gateway).credit_value)))
        }
        Amount::Free | Amount::Money(_) => String::new(),
    };
    let gateway = gateway.title();
    if clips == 1 {
        format!("{total} at {gateway}{dollars}.")
    } else {
        format!("{clips} × {one} at {gateway} = {total}{dollars}.")
    }
}
