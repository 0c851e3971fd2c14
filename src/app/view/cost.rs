//! What the details say of a clip's money.

use crate::domain::price;
use crate::domain::price_book::{PriceBook, is_another};
use crate::domain::{Amount, Charge, Credits, GatewayId, Job, Money, Settings};

use crate::app::view::words::about;

/// An amount and what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// The amount, such as `180 cr`.
    pub amount: String,
    /// `≈ $0.36`, `as shown`, `at aigateway`; may be empty.
    pub remark: String,
}

impl CostLine {
    fn new(amount: impl Into<String>, remark: impl Into<String>) -> Self {
        Self { amount: amount.into(), remark: remark.into() }
    }
}

/// The three lines of the cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What stood on the button: `180 cr`, `≈ $0.36`.
    pub shown: CostLine,
    /// What was charged: `180 cr`, `as shown`; `No`; `Not known`, `up to 180 cr`.
    pub charged: CostLine,
    /// Whether the gateway said that it charged what was shown.
    pub is_as_shown: bool,
    /// Whether nobody knows what was charged.
    pub is_unknown: bool,
    /// What the same clip costs at the other gateway: `$0.64`, `at aigateway`.
    pub elsewhere: Option<CostLine>,
}

/// The cost of `job`.
pub fn cost(job: &Job, settings: &Settings) -> Cost {
    let shown = match dollars_of(job.estimate.amount, job.gateway, settings) {
        Some(dollars) => CostLine::new(job.estimate.amount.to_string(), dollars),
        None => CostLine::new(job.estimate.amount.to_string(), ""),
    };
    let charged = match job.charge {
        Charge::Nothing if job.state.is_unfinished() => CostLine::new("Nothing yet", ""),
        Charge::Nothing | Charge::No => CostLine::new("No", ""),
        Charge::Yes(None) => CostLine::new(job.estimate.amount.to_string(), "assumed as shown"),
        Charge::Yes(Some(amount)) if amount == job.estimate.amount => CostLine::new(amount.to_string(), "as shown"),
        Charge::Yes(Some(amount)) => {
            CostLine::new(amount.to_string(), format!("not as shown: {}", job.estimate.amount))
        }
        Charge::NotKnown if job.gateway.is_paid() => {
            CostLine::new("Not known", format!("up to {}", job.estimate.amount))
        }
        Charge::NotKnown => CostLine::new("No", ""),
    };
    let elsewhere = GatewayId::PAID
        .into_iter()
        .find(|other| *other != job.gateway && job.gateway.is_paid())
        .and_then(|other| settings.prices.estimate(&job.request, other))
        .map(|other| match dollars_of(other.amount, other.gateway, settings) {
            Some(dollars) => CostLine::new(other.amount.to_string(), format!("{dollars} at {}", other.gateway.title())),
            None => CostLine::new(other.amount.to_string(), format!("at {}", other.gateway.title())),
        });
    Cost {
        shown,
        charged,
        is_as_shown: job.charge == Charge::Yes(Some(job.estimate.amount)),
        is_unknown: job.charge == Charge::NotKnown && job.gateway.is_paid(),
        elsewhere,
    }
}

/// What was charged and what was shown, where the two differ by more than one percent.
pub fn difference(job: &Job) -> Option<(Amount, Amount)> {
    let Charge::Yes(Some(charged)) = job.charge else { return None };
    let shown = job.estimate.amount;
    is_another(charged, shown).then_some((charged, shown))
}

/// `≈ $0.36` or `$0.36–1.80` for an amount of credits; `None` where the amount says it already.
fn dollars_of(amount: Amount, gateway: GatewayId, settings: &Settings) -> Option<String> {
    let is_credits = matches!(amount, Amount::Credits(_));
    is_credits.then(|| about(price::dollars(amount, gateway, settings.of(gateway).credit_value)))
}

/// What several clips cost in all, each unit by itself: `1,080 cr + $0.64`. What the gateway charged counts, else what was
/// shown; what was certainly not charged does not. `None` when none of them has a price.
pub fn total<'a>(jobs: impl Iterator<Item = &'a Job>) -> Option<CostLine> {
    let (mut credits, mut money, mut unknown) = (Credits(0), Money(0), 0_usize);
    let mut is_paid = false;
    for job in jobs.filter(|job| job.gateway.is_paid()) {
        is_paid = true;
        let amount = match job.charge {
            Charge::Yes(Some(amount)) => amount,
            Charge::No => continue,
            Charge::Nothing if !job.state.is_unfinished() => continue,
            Charge::Nothing | Charge::Yes(None) => job.estimate.amount,
            Charge::NotKnown => {
                unknown += 1;
                job.estimate.amount
            }
        };
        match amount {
            Amount::Free => {}
            Amount::Credits(more) => credits.0 = credits.0.saturating_add(more.0),
            Amount::Money(more) => money.0 = money.0.saturating_add(more.0),
        }
    }
    let parts = [
        (credits.0 != 0).then(|| Amount::Credits(credits).to_string()),
        (money.0 != 0).then(|| Amount::Money(money).to_string()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let amount = if parts.is_empty() { "nothing".to_owned() } else { parts.join(" + ") };
    let remark = if unknown == 0 { String::new() } else { format!("{unknown} of them not known") };
    is_paid.then(|| CostLine::new(amount, remark))
}

/// What a card's footer says of money: what was charged, or what will be.
pub fn brief(job: &Job) -> String {
    match job.charge {
        Charge::Yes(Some(amount)) => amount.to_string(),
        Charge::No => job.estimate.amount.zero().to_string(),
        Charge::NotKnown if job.state.needs_user() && job.gateway.is_paid() => "charged: not known".to_owned(),
        Charge::NotKnown if !job.state.is_unfinished() && job.gateway.is_paid() => "not known".to_owned(),
        Charge::Nothing | Charge::Yes(None) | Charge::NotKnown => job.estimate.amount.to_string(),
    }
}

/// The price of making `job` once more, as it stands on *Try again*.
pub fn price_again(job: &Job, prices: &PriceBook) -> String {
    prices
        .estimate(&job.request, job.gateway)
        .map_or_else(|| "not offered".to_owned(), |again| again.amount.to_string())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::money::CreditValue;
    use crate::domain::price::estimate;
    use crate::domain::{Draft, JobId, JobState, UnixMillis};

    #[test]
    fn a_charge_that_differs_by_more_than_a_percent_is_told() {
        use crate::domain::samples::job;
        let credits = |n| Amount::Credits(Credits(n));
        for (charge, shown, differs) in [
            (Charge::Yes(Some(credits(198))), credits(180), true),
            (Charge::Yes(Some(credits(162))), credits(180), true),
            (Charge::Yes(Some(credits(101))), credits(100), false),
            (Charge::Yes(Some(credits(102))), credits(100), true),
            (Charge::Yes(Some(Amount::Money(Money(1)))), credits(180), true),
            (Charge::Yes(Some(credits(1))), credits(0), true),
            (Charge::Yes(None), credits(180), false),
            (Charge::NotKnown, credits(180), false),
            (Charge::No, credits(180), false),
        ] {
            let mut job = job(1).gateway(GatewayId::Apiin).state(JobState::Ready);
            (job.charge, job.estimate.amount) = (charge, shown);
            assert_eq!(difference(&job).is_some(), differs, "{charge:?} for {shown}");
        }
    }

    #[test]
    fn every_charge_has_its_words() {
        let request = Draft { prompt: "a".to_owned(), ..Draft::default() }.to_request().expect("valid");
        let credits = |n| Some(Amount::Credits(Credits(n)));
        for (gateway, state, charge, charged, elsewhere) in [
            (GatewayId::Apiin, JobState::Generating, Charge::Nothing, "Nothing yet ", Some("$0.40 at aigateway")),
            (GatewayId::Apiin, JobState::Ready, Charge::Yes(credits(90)), "90 cr as shown", Some("$0.40 at aigateway")),
            (
                GatewayId::Apiin,
                JobState::Ready,
                Charge::Yes(credits(99)),
                "99 cr not as shown: 90 cr",
                Some("$0.40 at aigateway"),
            ),
            (
                GatewayId::Apiin,
                JobState::Ready,
                Charge::Yes(None),
                "90 cr assumed as shown",
                Some("$0.40 at aigateway"),
            ),
            (
                GatewayId::Aigateway,
                JobState::Unconfirmed,
                Charge::NotKnown,
                "Not known up to $0.40",
                Some("90 cr ≈ $0.18 at apiin"),
            ),
            (GatewayId::Aigateway, JobState::Failed, Charge::No, "No ", Some("90 cr ≈ $0.18 at apiin")),
            (GatewayId::Practice, JobState::Ready, Charge::Yes(None), "free assumed as shown", None),
        ] {
            let price = estimate(&request, gateway).expect("offered");
            let job =
                Job { state, charge, ..Job::new(JobId(Uuid::nil()), gateway, request.clone(), price, UnixMillis(0)) };
            let mut settings = Settings::default();
            settings.apiin.credit_value = CreditValue::new(Money(20_000_000), Credits(10_000));
            let cost = cost(&job, &settings);
            let text = |line: &CostLine| format!("{} {}", line.amount, line.remark);
            let told = (text(&cost.charged), cost.elsewhere.as_ref().map(text));
            assert_eq!(told, (charged.to_owned(), elsewhere.map(str::to_owned)), "{gateway} {state}");
            assert_eq!(cost.is_as_shown, charged == "90 cr as shown");
        }
    }

    #[test]
    fn the_total_counts_each_unit_by_itself_and_what_was_charged_before_what_was_shown() {
        use GatewayId::{Aigateway, Apiin, Practice};
        let request = Draft { prompt: "a".to_owned(), ..Draft::default() }.to_request().expect("valid");
        let job = |gateway, state, charge| {
            let price = estimate(&request, gateway).expect("offered");
            Job { state, charge, ..Job::new(JobId(Uuid::nil()), gateway, request.clone(), price, UnixMillis(0)) }
        };
        let charged = Charge::Yes(Some(Amount::Credits(Credits(99))));
        let cases: [(&[Job], Option<&str>); 6] = [
            (&[], None),
            (&[job(Practice, JobState::Ready, Charge::Yes(None))], None),
            (&[job(Apiin, JobState::Failed, Charge::No)], Some("nothing ")),
            (&[job(Apiin, JobState::Ready, charged), job(Apiin, JobState::Queued, Charge::Nothing)], Some("189 cr ")),
            (
                &[job(Apiin, JobState::Ready, Charge::Yes(None)), job(Aigateway, JobState::Ready, Charge::Yes(None))],
                Some("90 cr + $0.40 "),
            ),
            (&[job(Aigateway, JobState::Unconfirmed, Charge::NotKnown)], Some("$0.40 1 of them not known")),
        ];
        for (jobs, expected) in cases {
            let text = total(jobs.iter()).map(|line| format!("{} {}", line.amount, line.remark));
            assert_eq!(text.as_deref(), expected);
        }
    }
}
