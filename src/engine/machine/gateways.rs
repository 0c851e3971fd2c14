//! What the machine knows of one gateway: whether it can be asked, its limiter, and how it does.

use std::time::Duration;

use super::{Machine, Now};
use crate::domain::outcome::NetworkCause;
use crate::domain::{GatewayId, UnixMillis};
use crate::engine::event::{Event, GatewayHealth, Hold};
use crate::engine::schedule::{LONGEST_RETRY_AFTER, least_request_gap, throttle};
use crate::gateway::LimitHint;

/// An answer is news to the window only this long after the one that it was told of.
const NEWS_AFTER: Duration = Duration::from_secs(30);

/// One gateway. All times are monotonic.
#[derive(Debug)]
pub(super) struct GatewayState {
    id: GatewayId,
    pub(super) is_connected: bool,
    pub(super) has_key: bool,
    /// It refused the key; nothing is asked until there is a new connection.
    pub(super) key_refused: bool,
    /// It refused an order for a reason that holds for the next one as well; nothing is ordered until the user says so.
    pub(super) orders_held: Option<Hold>,
    /// No request at all before this.
    throttled_until: Duration,
    /// Refusals of the limiter in a row.
    refusals: u32,
    /// The next request keeps its distance to the last one.
    next_slot: Duration,
    /// No order before this, because the network was away.
    pub(super) submits_from: Duration,
    /// Orders in a row that could not be sent.
    pub(super) unsent: u32,
    health: GatewayHealth,
}

impl GatewayState {
    pub(super) fn new(id: GatewayId) -> Self {
        Self {
            id,
            is_connected: false,
            has_key: false,
            key_refused: false,
            orders_held: None,
            throttled_until: Duration::ZERO,
            refusals: 0,
            next_slot: Duration::ZERO,
            submits_from: Duration::ZERO,
            unsent: 0,
            health: GatewayHealth::default(),
        }
    }

    /// Whether there is a connection that may work.
    pub(super) fn can_be_asked(&self) -> bool {
        self.is_connected && (self.has_key || !self.id.is_paid()) && !self.key_refused
    }

    /// Whether an order may go out, as far as key and wallet are known.
    pub(super) fn takes_orders(&self) -> bool {
        self.can_be_asked() && self.orders_held.is_none()
    }

    /// From when on the limiter lets a request through.
    pub(super) fn open_at(&self) -> Duration {
        self.throttled_until.max(self.next_slot)
    }

    /// Takes the limiter's next place.
    pub(super) fn take_slot(&mut self, now: Duration) {
        self.next_slot = now + least_request_gap(self.id);
    }

    /// Until when the gateway asked to wait, for people.
    pub(super) fn throttled_until_wall(&self, now: Duration) -> Option<UnixMillis> {
        (self.throttled_until > now).then_some(self.health.throttled_until).flatten()
    }
}

impl Machine {
    /// A gateway gave a usable answer: the network is there.
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

    /// No usable answer came.
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

    /// The limiter refused: the whole key waits. Returns for how long.
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

/// What is wrong, as a clause for the status line: "aigateway is having trouble: …".
fn trouble_words(cause: NetworkCause) -> String {
    match cause {
        NetworkCause::CannotConnect => "it cannot be reached".to_owned(),
        NetworkCause::Tls => "the secure connection was refused".to_owned(),
        NetworkCause::Broken => "the connection broke".to_owned(),
        NetworkCause::TimedOut => "it did not answer in time".to_owned(),
        NetworkCause::Unreadable => "its answer could not be read; this network may want a sign-in".to_owned(),
        NetworkCause::ServerTrouble(status) => format!("it answered with HTTP {status}"),
        NetworkCause::Redirected(_) => {
            "something else answers in its place; this network may want a sign-in".to_owned()
        }
    }
}
