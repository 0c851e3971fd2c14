//! What the machine knows of one gateway in this run: whether it can be asked, what its rate limit asked for, and how healthy
//! it is.

use std::time::Duration;

use crate::domain::{GatewayId, UnixMillis};
use crate::engine::event::{GatewayHealth, Hold};
use crate::engine::schedule::least_request_gap;

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
    pub(super) throttled_until: Duration,
    /// Refusals of the limiter in a row.
    pub(super) refusals: u32,
    /// The next request keeps its distance to the last one.
    next_slot: Duration,
    /// No order before this, because the network was away.
    pub(super) submits_from: Duration,
    /// Orders in a row that could not be sent.
    pub(super) unsent: u32,
    pub(super) health: GatewayHealth,
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
