//! Whether the network is there, as far as the gateways' own answers tell. Nothing is probed for it.

use crate::domain::GatewayId;
use crate::domain::outcome::{KeyCheck, NetworkCause};

use crate::app::state::{AppState, GatewayState, KeyTest};

/// What is known of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// A gateway was heard of.
    Online,
    /// Gateways were asked, and none could be reached.
    Offline,
}

/// The network as the paid gateways tell it; `None` while none of them was asked. The practice gateway runs on this computer
/// and knows nothing of it.
pub fn network(state: &AppState) -> Option<Network> {
    let mut signs = GatewayId::PAID.into_iter().filter_map(|gateway| is_reached(state.gateway(gateway)));
    let first = signs.next()?;
    Some(if first || signs.any(|sign| sign) { Network::Online } else { Network::Offline })
}

/// Whether the newest sign of a gateway came from the gateway.
fn is_reached(gateway: &GatewayState) -> Option<bool> {
    gateway.health.is_reached.or(match &gateway.test {
        KeyTest::Answered {
            check: KeyCheck::Works { .. } | KeyCheck::Refused | KeyCheck::Throttled { .. }, ..
        } => Some(true),
        KeyTest::Answered { check: KeyCheck::Trouble(cause), .. } => {
            Some(matches!(cause, NetworkCause::ServerTrouble(_)))
        }
        KeyTest::Answered { check: KeyCheck::CannotTell, .. } | KeyTest::Checking | KeyTest::NotTested => None,
    })
}

/// What a silent network is called beside a key.
pub fn network_words(cause: NetworkCause) -> &'static str {
    match cause {
        NetworkCause::CannotConnect => "cannot be reached",
        NetworkCause::Tls => "the secure connection was refused",
        NetworkCause::Broken => "the connection broke",
        NetworkCause::TimedOut => "no answer in time",
        NetworkCause::Unreadable => "the answer could not be read",
        NetworkCause::ServerTrouble(_) => "is in trouble at the moment",
        NetworkCause::Redirected(_) => "something else answered in its place",
        NetworkCause::Proxy(_) => "the proxy that is set cannot be used",
        NetworkCause::NoCertificates => "this computer has no certificates",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UnixMillis;

    #[test]
    fn one_answer_is_enough_and_practice_does_not_count() {
        use Network::{Offline, Online};
        for (apiin, aigateway, practice, expected) in [
            (None, None, None, None),
            (None, None, Some(true), None),
            (Some(true), None, None, Some(Online)),
            (Some(false), None, Some(true), Some(Offline)),
            (Some(false), Some(true), None, Some(Online)),
            (Some(true), Some(false), None, Some(Online)),
            (Some(false), Some(false), None, Some(Offline)),
        ] {
            let mut state = AppState::new(UnixMillis(0));
            for (gateway, sign) in
                [(GatewayId::Apiin, apiin), (GatewayId::Aigateway, aigateway), (GatewayId::Practice, practice)]
            {
                state.gateways.get_mut(&gateway).expect("entered").health.is_reached = sign;
            }
            assert_eq!(network(&state), expected, "{apiin:?} {aigateway:?} {practice:?}");
        }
    }

    #[test]
    fn the_test_of_a_key_tells_as_well_until_jobs_do() {
        for (check, health, expected) in [
            (KeyCheck::Works { balance: None }, None, Some(Network::Online)),
            (KeyCheck::Refused, None, Some(Network::Online)),
            (KeyCheck::CannotTell, None, None),
            (KeyCheck::Trouble(NetworkCause::CannotConnect), None, Some(Network::Offline)),
            (KeyCheck::Trouble(NetworkCause::ServerTrouble(503)), None, Some(Network::Online)),
            (KeyCheck::Trouble(NetworkCause::CannotConnect), Some(true), Some(Network::Online)),
        ] {
            let mut state = AppState::new(UnixMillis(0));
            let gateway = state.gateways.get_mut(&GatewayId::Apiin).expect("entered");
            gateway.test = KeyTest::Answered { check: check.clone(), at: UnixMillis(0) };
            gateway.health.is_reached = health;
            assert_eq!(network(&state), expected, "{check:?}");
        }
    }
}
