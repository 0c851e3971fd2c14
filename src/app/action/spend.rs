//! What the user does with money: orders that need a word, limits, balances and prices.

use crate::domain::JobId;
use crate::domain::caps::CapKind;

/// What may order clips in the window. Every one of them is asked the same question before it spends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// *Generate*, its shortcut and the commands that press it.
    Form,
    /// As *Generate*, to be made before everything that waits.
    Next,
    /// As *Generate*, held in the queue until it is released: nothing is sent before.
    QueueOnly,
    /// The same recipe once more.
    Again(JobId),
    /// An unconfirmed order once more.
    SubmitAgain(JobId),
    /// Four more takes of the recipe of this clip.
    FourMore(JobId),
    /// One clip for each of several pictures.
    Several,
    /// The list of shots, whose held button sends what fits under a cap and lets the rest wait.
    List,
    /// An order in the queue that a cap holds back.
    Held(JobId),
}

impl Door {
    /// Whether it orders what the form says. The wish where in the queue it goes is part of the door, so that it is kept
    /// while the order waits for another word.
    pub fn is_form(self) -> bool {
        matches!(self, Self::Form | Self::Next | Self::QueueOnly)
    }
}

/// What the user said besides pressing the button.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// Confirmed a price above the limit for that: held the button, or typed the amount.
    pub is_confirmed: bool,
    /// What is to become of an order that does not fit under a cap; `None` while nobody said so.
    pub over_cap: Option<OverCap>,
}

impl Consent {
    /// A press, and nothing else.
    pub const PRESS: Self = Self { is_confirmed: false, over_cap: None };

    /// The button was held, or the amount typed, at a price above the limit for confirming.
    pub const CONFIRMED: Self = Self { is_confirmed: true, over_cap: None };

    /// The button was held, or the amount typed, of an order over a cap: it is sent all the same.
    pub const OVER_CAP: Self = Self { is_confirmed: true, over_cap: Some(OverCap::Send) };
}

/// What becomes of an order that does not fit under a cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverCap {
    /// It is sent all the same.
    Send,
    /// What fits is sent; the rest waits in the queue until there is room.
    Wait,
}

/// What the user did about money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spend {
    /// Orders through this door, with this word.
    Order(Door, Consent),
    /// Raises the cap of this kind so far that what it holds can go.
    Raise(CapKind),
    /// Closes the banner about what this cap holds.
    KeepWaiting(CapKind),
}
