//! The widgets of the window. Each has an accessible name and role, can be reached with Tab and is operated with Space,
//! Enter or the arrow keys.

/// Builder methods that many widgets share.
macro_rules! setters {
    ($($name:ident),+) => { $(setters!(@ $name);)+ };
    (@ enabled) => {
        /// Sets whether the widget accepts input.
        pub fn enabled(mut self, enabled: bool) -> Self {
            self.enabled = enabled;
            self
        }
    };
    (@ look) => {
        /// Draws the widget in a fixed state, for the component sheet.
        pub fn look(mut self, look: Look) -> Self {
            self.look = look;
            self
        }
    };
}

mod badge;
mod button;
pub(in crate::ui) mod card;
mod checkbox;
mod chip;
mod choice;
mod dialog;
mod dropdown;
mod field;
mod filmstrip;
mod gateway_tile;
mod hold;
mod keycap;
mod menu;
mod note;
mod picture_well;
mod progress;
mod question;
mod radio;
mod rating;
mod ratio_frames;
mod segmented;
mod slider;
mod small_well;
mod splitter;
mod stepper;
mod switch;
mod toast;
mod tooltip;
mod transport;

pub use badge::{Badge, PictureChip};
pub use button::{Button, ButtonKind, HoldResponse, IconButton};
pub use card::{CardBody, CardFooter, CardResponse, CardView, CardWell, FooterRight, Poster};
pub use checkbox::{Checkbox, Checked};
pub use chip::FilterChip;
pub use dialog::{Dialog, DialogResponse, inset};
pub use dropdown::{Dropdown, DropdownItem};
pub use field::{Field, FieldResponse};
pub use filmstrip::{Filmstrip, FilmstripResponse, StripTexture, frame_at};
pub use gateway_tile::GatewayTile;
pub use hold::HOLD_SECS;
pub use keycap::KeyCap;
pub use menu::{
    MenuItem, context_menu, menu_button, menu_more, menu_panel, menu_row, menu_separator, menu_surface, popover_button,
};
pub use note::{Note, NoteResponse};
pub use picture_well::{PictureWell, PictureWellResponse, WellPicture};
pub use progress::ProgressBar;
pub use question::Question;
pub use radio::Radio;
pub use rating::{Rating, paint_stars};
pub use ratio_frames::RatioFrames;
pub use segmented::Segmented;
pub use slider::Slider;
pub use small_well::SmallWell;
pub use splitter::Splitter;
pub use stepper::Stepper;
pub use switch::Switch;
pub use toast::{Toast, ToastResponse};
pub(super) use tooltip::{MARGIN as TOOLTIP_MARGIN, surface as tooltip_surface};
pub use tooltip::{tooltip, tooltip_key};
pub use transport::{Transport, TransportPress, seconds};
