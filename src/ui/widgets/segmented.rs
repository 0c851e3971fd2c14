//! The segmented control: two to five values that are all visible.

use egui::{Align2, Response, Ui};

use super::choice::{Cell, Choices, Frame};
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens::{self, Tokens};

/// Data of a segment in addition to its label: the reason why it is disabled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Segment<'a> {
    reason: Option<&'a str>,
}

/// A choice among a few short labels.
pub type Segmented<'a, T> = Choices<'a, T, Segment<'a>>;

impl<'a, T: Copy + PartialEq> Segmented<'a, T> {
    /// Creates a control without values. A screen reader says `name` before each value.
    pub fn new(name: &'a str) -> Self {
        Self::named(name)
    }

    /// Adds a value with its label.
    pub fn item(self, value: T, label: &'a str) -> Self {
        self.item_enabled(value, label, true)
    }

    /// Adds a value that is disabled if `enabled` is false. The reason must also be visible beside the control.
    pub fn item_enabled(self, value: T, label: &'a str, enabled: bool) -> Self {
        self.add(value, label, enabled, Segment::default())
    }

    /// Sets the reason why the value that was added last is disabled, shown as a tooltip.
    pub fn reason(mut self, reason: &'a str) -> Self {
        if let Some(segment) = self.last_kind() {
            segment.reason = Some(reason);
        }
        self
    }

    /// Draws the control. The response is `changed` if the user chose another value.
    pub fn show(self, ui: &mut Ui, chosen: &mut T) -> Response {
        let tokens = tokens::tokens(ui);
        let (corner, cell_corner) = (tokens.radius.control, tokens.radius.chip);
        let frame = Frame { cell: tokens.size.control.normal - 6.0, pad: 3.0, gap: 2.0, corner, cell_corner };
        self.show_cells(ui, chosen, &frame, paint_segment)
    }
}

fn paint_segment(ui: &Ui, tokens: &Tokens, cell: Cell<'_, Segment<'_>>) {
    let c = &tokens.color;
    let color = match (cell.usable, cell.on) {
        (false, _) => c.text_off,
        (true, true) => c.text_hi,
        (true, false) => tokens::mix(c.text_mid, c.text_hi, cell.drawn.hover),
    };
    let words = Spans::new();
    let words = if cell.on && !cell.usable {
        // A chosen value that is not available stays chosen and is struck through.
        words.strike(cell.label, Text::SmallStrong, color)
    } else {
        words.add(cell.label, Text::SmallStrong, color)
    };
    let galley = words.layout(ui.ctx(), cell.rect.width(), 1);
    text_style::paint_galley(ui.painter(), cell.rect.center(), Align2::CENTER_CENTER, galley);
    if let Some(reason) = cell.kind.reason
        && !cell.usable
    {
        super::tooltip::tooltip(cell.response, reason);
    }
}
