//! What is left in the wallets of gateways that tell it: asked for at the start and after orders, with the free call that
//! tries a key, and never more often than once a minute unless the user asks.

use std::time::Duration;

use crate::app::action::{Effect, Effects};
use crate::app::state::{AppState, Wallet};
use crate::domain::outcome::KeyCheck;
use crate::domain::{Amount, GatewayId, Job, JobState, UnixMillis};

use super::gateway_mut;

/// How long after a look into a wallet there is no other one.
pub(super) const REST: Duration = Duration::from_secs(60);

/// Whether the free call that tries a key of this gateway tells what is left.
pub(super) fn tells(gateway: GatewayId) -> bool {
    matches!(gateway, GatewayId::Aigateway | GatewayId::Pixverse)
}

/// The key of a gateway is there, or the gateway took an order: its wallet is worth a look, as soon as one is due.
pub(super) fn is_worth_a_look(state: &mut AppState, gateway: GatewayId) {
    let now = state.now;
    if tells(gateway) && state.gateway(gateway).key.is_present() {
        let wallet = &mut gateway_mut(state, gateway).wallet;
        let free_at = wallet.asked_at.map_or(now, |asked| asked.after(REST).max(now));
        wallet.due_at.get_or_insert(free_at);
    }
}

/// A job changed: when the gateway just took it, its wallet is another one.
pub(super) fn job_changed(state: &mut AppState, was: Option<JobState>, job: &Job) {
    let is_sent = |state: JobState| matches!(state, JobState::Waiting | JobState::Generating | JobState::Downloading);
    if is_sent(job.state) && matches!(was, Some(JobState::Queued | JobState::Submitting)) {
        is_worth_a_look(state, job.gateway);
    }
}

/// Looks into every wallet for which it is time.
pub(super) fn look(state: &mut AppState, to: &mut Effects) {
    let now = state.now;
    for gateway in GatewayId::PAID {
        if state.gateway(gateway).wallet.due_at.is_some_and(|due| due <= now) {
            look_into(state, gateway, to);
        }
    }
}

/// Looks into one wallet now.
pub(super) fn look_into(state: &mut AppState, gateway: GatewayId, to: &mut Effects) {
    let now = state.now;
    let wallet = &mut gateway_mut(state, gateway).wallet;
    (wallet.due_at, wallet.asked_at) = (None, Some(now));
    to.push(Effect::CheckKey(gateway, Box::new(state.settings.clone())));
}

/// The answer to a look.
pub(super) fn told(wallet: &mut Wallet, check: &KeyCheck, at: UnixMillis) {
    match check {
        KeyCheck::Works { balance: Some(balance @ (Amount::Money(_) | Amount::Credits(_))) } => {
            wallet.balance = Some((*balance, at));
        }
        // What was told last belongs to a key that does not count any more.
        KeyCheck::Refused => wallet.balance = None,
        KeyCheck::Works { .. } | KeyCheck::CannotTell | KeyCheck::Throttled { .. } | KeyCheck::Trouble(_) => {}
    }
}

/// How long until a look is due, if one is.
pub(super) fn next_look(state: &AppState) -> Option<Duration> {
    state.gateways.values().filter_map(|gateway| gateway.wallet.due_at).map(|due| due.since(state.now)).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::action::{Action, Input, KeyFound};
    use crate::app::state::KeyPlace;
    use crate::app::update::kit::{put, tick};
    use crate::app::update::next_wake;
    use crate::domain::Money;
    use crate::domain::samples::job;
    use crate::engine::event::Event;

    const START: UnixMillis = UnixMillis(1_000_000);

    fn looks(effects: &[Effect]) -> Vec<GatewayId> {
        let of = |effect: &Effect| if let Effect::CheckKey(gateway, _) = effect { Some(*gateway) } else { None };
        effects.iter().filter_map(of).collect()
    }

    fn found(state: &mut AppState, gateway: GatewayId) -> Vec<GatewayId> {
        let found = KeyFound::Present { place: KeyPlace::Keyring, last_four: None };
        looks(&put(state, Input::KeyFound(gateway, found)))
    }

    fn step(state: &mut AppState, number: u128, gateway: GatewayId, to: JobState) -> Vec<GatewayId> {
        let changed = job(number).gateway(gateway).state(to);
        looks(&put(state, Input::Engine(Event::JobChanged(Box::new(changed)))))
    }

    #[test]
    fn a_wallet_is_looked_into_at_the_start_and_after_orders_but_once_a_minute() {
        let mut state = AppState::new(START);
        assert_eq!(found(&mut state, GatewayId::Apiin), [], "it tells no balance");
        assert_eq!(found(&mut state, GatewayId::Aigateway), [GatewayId::Aigateway]);
        assert_eq!(found(&mut state, GatewayId::Pixverse), [GatewayId::Pixverse]);
        assert_eq!(found(&mut state, GatewayId::Pixverse), [], "once a minute");
        for number in 1..=30 {
            assert_eq!(step(&mut state, number, GatewayId::Aigateway, JobState::Submitting), []);
            assert_eq!(step(&mut state, number, GatewayId::Aigateway, JobState::Waiting), []);
            assert_eq!(step(&mut state, number, GatewayId::Apiin, JobState::Waiting), []);
        }
        assert!(next_wake(&state).is_some_and(|wake| wake <= REST));
        let minute = START.after(REST);
        assert_eq!(looks(&tick(&mut state, UnixMillis(minute.0 - 1))), []);
        assert_eq!(looks(&tick(&mut state, minute)), [GatewayId::Aigateway, GatewayId::Pixverse]);
        assert_eq!(step(&mut state, 1, GatewayId::Aigateway, JobState::Ready), [], "it was taken long ago");
        assert_eq!(looks(&tick(&mut state, minute.after(10 * REST))), [], "nothing happened");
        assert_eq!(looks(&put(&mut state, Input::Act(Action::LookIntoWallet(GatewayId::Aigateway)))).len(), 1);
    }

    #[test]
    fn what_a_wallet_holds_is_kept_until_the_key_is_refused() {
        let mut state = AppState::new(START);
        let dollars = Amount::Money(Money(12_400_000));
        let mut tell = |check| {
            put(&mut state, Input::Engine(Event::KeyChecked(GatewayId::Aigateway, check)));
            state.gateway(GatewayId::Aigateway).wallet.balance
        };
        assert_eq!(tell(KeyCheck::Works { balance: Some(dollars) }), Some((dollars, START)));
        assert_eq!(tell(KeyCheck::Throttled { retry_after: None }), Some((dollars, START)));
        assert_eq!(tell(KeyCheck::Works { balance: None }), Some((dollars, START)));
        assert_eq!(tell(KeyCheck::Refused), None);
    }
}
