//! What the details say of a clip's money.

use crate::domain::price::{self, estimate};
use crate::domain::{Amount, Charge, GatewayId, Job};

use super::form::about;
use super::state::Preferences;

/// The three lines of the cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What stood on the button: `180 cr ≈ $0.36`.
    pub shown: String,
    /// What was charged: `180 cr, as shown`, `no`, `not known, up to 180 cr`.
    pub charged: String,
    /// Whether nobody knows what was charged.
    pub is_unknown: bool,
    /// What the same clip costs at the other gateway: `$0.64 at aigateway`.
    pub elsewhere: Option<String>,
}

/// The cost of `job`.
pub fn cost(job: &Job, preferences: &Preferences) -> Cost {
    let shown = with_dollars(job.estimate.amount, job.gateway, preferences);
    let charged = match job.charge {
        Charge::Nothing if job.state.is_unfinished() => "nothing yet".to_owned(),
        Charge::Nothing | Charge::No => "no".to_owned(),
        Charge::Yes(None) => format!("{}, assumed as shown", job.estimate.amount),
        Charge::Yes(Some(amount)) if amount == job.estimate.amount => format!("{amount}, as shown"),
        Charge::Yes(Some(amount)) => format!("{amount}, not as shown"),
        Charge::NotKnown if job.gateway.is_paid() => format!("not known, up to {}", job.estimate.amount),
        Charge::NotKnown => "no".to_owned(),
    };
    let elsewhere = GatewayId::PAID
        .into_iter()
        .find(|other| *other != job.gateway && job.gateway.is_paid())
        .and_then(|other| estimate(&job.request, other))
        .map(|other| format!("{} at {}", with_dollars(other.amount, other.gateway, preferences), other.gateway));
    Cost { shown, charged, is_unknown: job.charge == Charge::NotKnown && job.gateway.is_paid(), elsewhere }
}

/// `180 cr ≈ $0.36`, `180 cr, $0.36–1.80`, `$0.64`, `free`.
pub fn with_dollars(amount: Amount, gateway: GatewayId, preferences: &Preferences) -> String {
    match amount {
        Amount::Free | Amount::Money(_) => amount.to_string(),
        Amount::Credits(_) => {
            format!("{amount} {}", about(price::dollars(amount, gateway, preferences.credit_value)))
        }
    }
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
pub fn price_again(job: &Job) -> String {
    estimate(&job.request, job.gateway).map_or_else(|| "not offered".to_owned(), |again| again.amount.to_string())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::money::CreditValue;
    use crate::domain::{Credits, Draft, JobId, JobState, Money, UnixMillis};

    #[test]
    fn every_charge_has_its_words() {
        let request = Draft { prompt: "a".to_owned(), ..Draft::default() }.to_request().expect("valid");
        let credits = |n| Some(Amount::Credits(Credits(n)));
        for (gateway, state, charge, charged, elsewhere) in [
            (GatewayId::Apiin, JobState::Generating, Charge::Nothing, "nothing yet", Some("$0.40 at aigateway")),
            (
                GatewayId::Apiin,
                JobState::Ready,
                Charge::Yes(credits(90)),
                "90 cr, as shown",
                Some("$0.40 at aigateway"),
            ),
            (
                GatewayId::Apiin,
                JobState::Ready,
                Charge::Yes(credits(99)),
                "99 cr, not as shown",
                Some("$0.40 at aigateway"),
            ),
            (
                GatewayId::Apiin,
                JobState::Ready,
                Charge::Yes(None),
                "90 cr, assumed as shown",
                Some("$0.40 at aigateway"),
            ),
            (
                GatewayId::Aigateway,
                JobState::Unconfirmed,
                Charge::NotKnown,
                "not known, up to $0.40",
                Some("90 cr ≈ $0.18 at apiin"),
            ),
            (GatewayId::Aigateway, JobState::Failed, Charge::No, "no", Some("90 cr ≈ $0.18 at apiin")),
            (GatewayId::Practice, JobState::Ready, Charge::Yes(None), "free, assumed as shown", None),
        ] {
            let price = estimate(&request, gateway).expect("offered");
            let job =
                Job { state, charge, ..Job::new(JobId(Uuid::nil()), gateway, request.clone(), price, UnixMillis(0)) };
            let preferences = Preferences {
                credit_value: CreditValue::new(Money(20_000_000), Credits(10_000)),
                ..Preferences::default()
            };
            let cost = cost(&job, &preferences);
            assert_eq!((cost.charged.as_str(), cost.elsewhere.as_deref()), (charged, elsewhere), "{gateway} {state}");
        }
    }
}
