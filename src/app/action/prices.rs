//! What the user does with the table of prices.

use crate::domain::JobId;
use crate::domain::price_book::PricedShape;

/// An answer about a price that was charged otherwise than shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prices {
    /// What this clip was charged is the price of its settings from now on.
    Update(JobId),
    /// The price stays as it is, although this clip was charged something else.
    Keep(JobId),
    /// The correction of this price is forgotten; the table counts again.
    Forget(PricedShape),
}
