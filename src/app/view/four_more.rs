//! "4 more like this": which seeds come next, what it costs, and why it may not be possible. A pure view; nothing is ordered here.

use std::collections::BTreeSet;

use crate::domain::capability::support;
use crate::domain::price;
use crate::domain::setting::{Setting, Support};
use crate::domain::{Amount, Estimate, GatewayId, GenerationRequest, Job, JobId, Parent, Project, Seed};

use crate::app::action::MORE;
use crate::app::state::AppState;
use crate::app::view::form;
use crate::app::view::words;

/// Four more takes of a recipe, as they would be ordered now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FourMore {
    /// Who makes them: the same as before.
    pub gateway: GatewayId,
    /// The recipe; its seed is that of the clip that was pointed at.
    pub request: GenerationRequest,
    /// The next seeds of the series; `None` where a random one is drawn for each take.
    pub seeds: Option<[Seed; MORE]>,
    /// The price of one take today.
    pub estimate: Estimate,
    /// What the credits are in dollars: `≈ $1.44` or `$0.36–1.80`; empty where the price is no credits.
    pub dollars: String,
    /// The project they belong to: that of the clip.
    pub project: Option<Project>,
    /// The clip that the recipe goes on from.
    pub parent: Option<Parent>,
    /// Whether all takes are known, so that the seeds are those that are ordered.
    pub is_known: bool,
    /// Why it cannot be ordered now; `None` when it can.
    pub off_because: Option<String>,
}

impl FourMore {
    /// `720 cr`: the price of all four.
    pub fn price(&self) -> String {
        total(&self.estimate).to_string()
    }

    /// `4 more like this · 720 cr`.
    pub fn label(&self) -> String {
        format!("{MORE} more like this · {}", self.price())
    }

    /// `4 × 180 cr at apiin, ≈ $1.44`: what the price is made of.
    pub fn sum_line(&self) -> String {
        let gateway = self.gateway.title();
        match self.estimate.amount {
            Amount::Free => "Made on this computer, nothing is billed.".to_owned(),
            amount if self.dollars.is_empty() => format!("{MORE} × {amount} at {gateway}"),
            amount => format!("{MORE} × {amount} at {gateway}, {}", self.dollars),
        }
    }

    /// Which seeds they get, in a sentence.
    pub fn seeds_line(&self) -> String {
        match self.seeds {
            Some(_) if !self.is_known => "The next seeds of the series.".to_owned(),
            Some([first, .., last]) if last.get().checked_sub(first.get()) == Some(MORE as u32 - 1) => {
                format!("Seeds {} to {}, the next of the series.", words::seed(first.get()), words::seed(last.get()))
            }
            Some(seeds) => {
                let seeds: Vec<_> = seeds.iter().map(|seed| words::seed(seed.get())).collect();
                format!("Seeds {}, the next of the series.", seeds.join(", "))
            }
            None if support(self.request.model(), self.gateway, Setting::Seed) == Support::Documented => {
                "A new random seed for each take.".to_owned()
            }
            None => format!("{} documents no seeds, so each take is another chance.", self.gateway.title()),
        }
    }
}

fn total(estimate: &Estimate) -> Amount {
    estimate.amount.times(MORE as u32)
}

/// Four more takes of the recipe of `job`. `None` for an unknown job, and where the settings have no price any more.
pub fn four_more(state: &AppState, job: JobId) -> Option<FourMore> {
    let job = state.jobs.get(&job)?;
    let gateway = job.gateway;
    let estimate = state.settings.prices.estimate(&job.request, gateway)?;
    let dollars = match total(&estimate) {
        Amount::Free | Amount::Money(_) => String::new(),
        amount @ Amount::Credits(_) => {
            form::about(price::dollars(amount, gateway, state.settings.of(gateway).credit_value))
        }
    };
    Some(FourMore {
        gateway,
        request: job.request.clone(),
        seeds: next_seeds(state, job),
        is_known: state.knows_takes_of(job.id),
        dollars,
        project: job.project.clone(),
        parent: job.parent,
        off_because: form::can_order_at(state, gateway).err().map(|reason| reason.to_string()),
        estimate,
    })
}

/// The seeds after the highest that a take of this recipe ever had. A seed that was used already is left out: it would be
/// the same clip once more. After the largest seed the series begins again at 0.
fn next_seeds(state: &AppState, job: &Job) -> Option<[Seed; MORE]> {
    if support(job.request.model(), job.gateway, Setting::Seed) != Support::Documented {
        return None;
    }
    let mut used: BTreeSet<Seed> = state.jobs.takes_of(job).filter_map(|other| other.request.seed()).collect();
    used.extend(state.facts.of_card(job.id).into_iter().flat_map(|facts| &facts.seeds));
    let highest = *used.last()?;
    let mut free = (1..).map(|steps| highest.step(steps)).filter(|seed| !used.contains(seed));
    let mut next = || free.next().unwrap_or(highest);
    Some([next(), next(), next(), next()])
}
