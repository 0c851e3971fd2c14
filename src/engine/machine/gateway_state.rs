//! What the machine knows of one gateway in this run: whether it can be asked, what its rate limit asked for, and how healthy
//! it is.

use std::time::Duration;

use url::Url;

use super::learned_limit::LearnedLimit;
use crate::domain::{GatewayId, KeyMark, UnixMillis};
use crate::engine::event::GatewayHealth;
use crate::engine::schedule::least_request_gap;

/// The state of one gateway. All times are monotonic.
#[derive(Debug)]
pub(super) struct GatewayState {
    id: GatewayId,
    pub(super) is_connected: bool,
    pub(super) has_key: bool,
    /// Whether it refused the key. Nothing is asked then until there is a new connection.
    pub(super) key_refused: bool,
    /// Number of the connection that is in use. An answer that was asked for by an earlier one, with another key or
    /// address, tells nothing of this one.
    pub(super) generation: u64,
    /// The mark of the key in use, and the address.
    pub(super) identity: Option<(Option<KeyMark>, Url)>,
    /// No request of any kind goes out before this, because its rate limit refused one.
    pub(super) throttled_until: Duration,
    /// Number of refusals of its rate limit in a row.
    pub(super) refusals: u32,
    /// The next request goes out no sooner than this, to keep its distance to the last one.
    next_slot: Duration,
    /// No order goes out before this, because it could not be reached.
    pub(super) submits_from: Duration,
    /// No order goes out before this, because it makes as many clips at once as it does for this account.
    pub(super) full_until: Duration,
    /// Number of orders in a row that found it so.
    pub(super) full: u32,
    /// Number of orders in a row that could not be sent.
    pub(super) unsent: u32,
    /// How many orders it takes at once, as far as its refusals told.
    pub(super) learned_limit: LearnedLimit,
    pub(super) health: GatewayHealth,
}

impl GatewayState {
    pub(super) fn new(id: GatewayId) -> Self {
        Self {
            id,
            is_connected: false,
            has_key: false,
            key_refused: false,
            generation: 0,
            identity: None,
            throttled_until: Duration::ZERO,
            refusals: 0,
            next_slot: Duration::ZERO,
            submits_from: Duration::ZERO,
            full_until: Duration::ZERO,
            full: 0,
            unsent: 0,
            learned_limit: LearnedLimit::default(),
            health: GatewayHealth::default(),
        }
    }

    /// Whether it is connected with a key that it has not refused, or needs none.
    pub(super) fn can_be_asked(&self) -> bool {
        self.is_connected && (self.has_key || !self.id.is_paid()) && !self.key_refused
    }

    /// The moment from which on the next request may go out.
    pub(super) fn open_at(&self) -> Duration {
        self.throttled_until.max(self.next_slot)
    }

    /// Notes that a request goes out now, so that the next one keeps its distance.
    pub(super) fn take_slot(&mut self, now: Duration) {
        self.next_slot = now + least_request_gap(self.id);
    }

    /// Until when its rate limit lets nothing through, by the wall clock; `None` when it is open.
    pub(super) fn throttled_until_wall(&self, now: Duration) -> Option<UnixMillis> {
        (self.throttled_until > now).then_some(self.health.throttled_until).flatten()
    }
}
