//! What the user does to the gallery as a whole.

use crate::domain::browsing::{CardSize, ProjectChoice, SortBy, View};
use crate::domain::{JobId, Rating};

/// What the user did to the gallery as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Browse {
    /// Chose the order of groups and cards.
    SortBy(SortBy),
    /// Chose between groups and one wall.
    View(View),
    /// Chose how high cards are drawn.
    CardSize(CardSize),
    /// Wants only clips with at least so many stars; `None` for all.
    Stars(Option<Rating>),
    /// Chose what is looked at.
    Project(ProjectChoice),
    /// Named a new project; it is looked at from now on. The text as typed.
    NewProject(String),
    /// Ctrl + click: takes a card in or out of the choice.
    SelectAlso(JobId),
    /// Shift + click: everything from the chosen card to this one, in reading order.
    SelectTo(JobId),
    /// Chooses every card that is shown.
    SelectAll,
    /// The view is near an end of what is in memory, around the place with this number.
    Near(u64),
    /// Wants to see and choose the first card of all (`false`) or the last one (`true`).
    ToEnd(bool),
}
