//! The same clip at another gateway: which there are, and what it costs there.

use crate::app::state::AppState;
use crate::app::view::words::about;
use crate::domain::catalog::entry;
use crate::domain::price::{self, PricedSettings};
use crate::domain::{Amount, GatewayId, Job};

/// A gateway that a clip can be asked of besides the one that it was ordered at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherGateway {
    /// The gateway.
    pub gateway: GatewayId,
    /// `Send to aigateway`: the row of a menu.
    pub text: String,
    /// The price of one such clip there: `180 cr ≈ $0.36`.
    pub price: String,
    /// Why it cannot be sent there: a clause.
    pub off_because: Option<String>,
}

/// The paid gateways that a job was not ordered at, in their usual order.
pub fn others(state: &AppState, job: &Job) -> Vec<OtherGateway> {
    let other = |gateway: GatewayId| {
        let has_model = entry(job.request.model(), gateway).is_some();
        OtherGateway {
            gateway,
            text: format!("Send to {}", gateway.title()),
            price: price_at(state, &job.request, gateway),
            off_because: (!has_model).then(|| "does not offer this model".to_owned()),
        }
    };
    GatewayId::PAID.into_iter().filter(|gateway| *gateway != job.gateway).map(other).collect()
}

/// The gateway that *Send to the other gateway* means without a further word: the first that offers the model.
pub fn other(state: &AppState, job: &Job) -> Option<GatewayId> {
    others(state, job).into_iter().find(|other| other.off_because.is_none()).map(|other| other.gateway)
}

/// The price of one clip with these settings at a gateway, with its dollars where it is in credits.
pub fn price_at<'a>(state: &AppState, settings: impl Into<PricedSettings<'a>>, gateway: GatewayId) -> String {
    let Some(estimate) = state.settings.prices.estimate(settings, gateway) else { return "Not offered".to_owned() };
    let amount = estimate.amount;
    match amount {
        Amount::Free | Amount::Money(_) => amount.to_string(),
        Amount::Credits(_) => {
            let credit_value = state.settings.of(gateway).credit_value;
            format!("{amount} {}", about(price::dollars(amount, gateway, credit_value)))
        }
    }
}
