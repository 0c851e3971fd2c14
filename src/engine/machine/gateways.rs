//! What follows for a gateway from an answer, from silence, and from a refusal of its rate limit.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Machine;
use super::now::Now;
use crate::domain::GatewayId;
use crate::domain::outcome::NetworkCause;
use crate::engine::event::Event;
use crate::engine::schedule::{LONGEST_RETRY_AFTER, throttle};
use crate::gateway::LimitHint;

/// The window is told of a further answer only when the last one that it was told of is older than this.
const NEWS_AFTER: Duration = Duration::from_secs(30);

impl Machine {
    /// Notes that a gateway gave a usable answer, so that it can be reached.
    pub(super) fn answered(&mut self, now: Now, id: GatewayId, limit: LimitHint) {
        let gateway = self.gateway(id);
        gateway.unsent = 0;
        gateway.refusals = 0;
        gateway.submits_from = gateway.submits_from.min(now.monotonic);
        if limit.remaining == Some(0)
            && let Some(reset_after) = limit.reset_after
        {
            let until = now.monotonic + reset_after.min(LONGEST_RETRY_AFTER);
            gateway.throttled_until = gateway.throttled_until.max(until);
        }
        let was = gateway.health.clone();
        gateway.health.trouble = None;
        gateway.health.is_reached = Some(true);
        if gateway.throttled_until <= now.monotonic {
            gateway.health.throttled_until = None;
        }
        let is_news = was.last_answer.is_none_or(|last| now.wall.since(last) > NEWS_AFTER);
        if is_news || was.trouble.is_some() || was.throttled_until != gateway.health.throttled_until {
            gateway.health.last_answer = Some(now.wall);
            let health = gateway.health.clone();
            self.emit(Event::GatewayChanged(id, health));
        }
    }

    /// Notes that a gateway refused an order, perhaps because it makes as many clips as it does at once.
    pub(super) fn refused_one_more(&mut self, now: Now, id: GatewayId) {
        let set = self.limits.of(id);
        let prepared = self.agenda.prepared.get(&id).map_or(0, BTreeSet::len);
        // The refused one itself still counts as being sent.
        let others = self.agenda.in_flight(id).saturating_sub(prepared + 1);
        self.gateway(id).learned_limit.refused(others, set, now.monotonic);
        self.tell_limit(now, id);
    }

    /// Tells how many orders a gateway takes at once, when that has changed.
    pub(super) fn tell_limit(&mut self, now: Now, id: GatewayId) {
        let set = self.limits.of(id);
        let Some(gateway) = self.gateways.get_mut(&id) else { return };
        let limit = gateway.learned_limit.in_force(set, now.monotonic);
        let at_once = (limit < set).then_some(limit);
        if gateway.health.at_once != at_once {
            gateway.health.at_once = at_once;
            let health = gateway.health.clone();
            self.emit(Event::GatewayChanged(id, health));
        }
    }

    /// Notes that a gateway gave no usable answer.
    pub(super) fn fell_silent(&mut self, now: Now, id: GatewayId, cause: NetworkCause) {
        let gateway = self.gateway(id);
        let words = trouble_words(cause);
        let since = gateway.health.trouble.as_ref().map_or(now.wall, |(since, _)| *since);
        let trouble = Some((since, words));
        if gateway.health.trouble != trouble {
            gateway.health.trouble = trouble;
            gateway.health.is_reached = Some(matches!(cause, NetworkCause::ServerTrouble(_)));
            let health = gateway.health.clone();
            self.emit(Event::GatewayChanged(id, health));
        }
    }

    /// Notes that the rate limit of a gateway refused a request. No request with this key goes out for the returned
    /// time.
    pub(super) fn throttled(&mut self, now: Now, id: GatewayId, retry_after: Option<Duration>) -> Duration {
        let mut random = self.random;
        let gateway = self.gateway(id);
        gateway.refusals = gateway.refusals.saturating_add(1);
        gateway.health.is_reached = Some(true);
        let wait = throttle(retry_after, gateway.refusals, &mut random);
        gateway.throttled_until = gateway.throttled_until.max(now.monotonic + wait);
        gateway.health.throttled_until = Some(now.wall.after(gateway.throttled_until.saturating_sub(now.monotonic)));
        let health = gateway.health.clone();
        self.random = random;
        self.emit(Event::GatewayChanged(id, health));
        wait
    }
}

/// What is wrong with a gateway, as a clause for the status line: "aigateway is having trouble: …".
fn trouble_words(cause: NetworkCause) -> String {
    match cause {
        NetworkCause::CannotConnect => "it cannot be reached".to_owned(),
        NetworkCause::Tls => "the secure connection was refused".to_owned(),
        NetworkCause::Broken => "the connection broke".to_owned(),
        NetworkCause::TimedOut => "it did not answer in time".to_owned(),
        NetworkCause::Unreadable => "its answer could not be read; this network may want a sign-in".to_owned(),
        NetworkCause::ServerTrouble(status) => format!("it answered with HTTP {status}"),
        NetworkCause::Proxy(trouble) => trouble.words(),
        NetworkCause::NoCertificates => "this computer has no certificates for secure connections".to_owned(),
        NetworkCause::Redirected(_) => {
            "something else answers in its place; this network may want a sign-in".to_owned()
        }
    }
}
