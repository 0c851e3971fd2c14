//! The segmented control: two to five values, all in sight.

use egui::{Align2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use super::choice::{self, Choice};
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE};

struct Item<'a, T> {
    value: T,
    label: &'a str,
    enabled: bool,
    look: Look,
    reason: Option<&'a str>,
}

/// A choice of a few values that lie side by side. One Tab stop; arrow keys move the choice.
#[must_use = "the control is drawn by `show`"]
pub struct Segmented<'a, T> {
    name: &'a str,
    items: Vec<Item<'a, T>>,
    width: Option<f32>,
    enabled: bool,
}

impl<'a, T: Copy + PartialEq> Segmented<'a, T> {
    /// A control without values yet. The name is spoken before each value.
    pub fn new(name: &'a str) -> Self {
        Self { name, items: Vec::new(), width: None, enabled: true }
    }

    /// Adds a value.
    pub fn item(self, value: T, label: &'a str) -> Self {
        self.item_enabled(value, label, true)
    }

    /// Adds a value that may not be offered now. The reason must stand beside the control as well.
    pub fn item_enabled(mut self, value: T, label: &'a str, enabled: bool) -> Self {
        self.items.push(Item { value, label, enabled, look: Look::Live, reason: None });
        self
    }

    /// Why the value that was added last is not offered; shown as a tooltip.
    pub fn reason(mut self, reason: &'a str) -> Self {
        if let Some(item) = self.items.last_mut() {
            item.reason = Some(reason);
        }
        self
    }

    /// Gives the value that was added last a fixed look, for the component sheet.
    pub fn look(mut self, look: Look) -> Self {
        if let Some(item) = self.items.last_mut() {
            item.look = look;
        }
        self
    }

    /// A fixed width in points; else the width that is left.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Whether any value can be chosen.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Draws the control; the response is `changed` when the user chose another value.
    pub fn show(self, ui: &mut Ui, chosen: &mut T) -> Response {
        let tokens = tokens::tokens(ui);
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let (rect, mut response) = ui.allocate_exact_size(Vec2::new(width, tokens.size.control.normal), Sense::hover());
        let name = self.name;
        response.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, true, name));
        let enabled = self.enabled && ui.is_enabled();
        let c = &tokens.color;
        paint::boxed(ui.painter(), rect, tokens.radius.control, c.bg_field, c.stroke_mid);

        let inner = rect.shrink(3.0);
        let gap = 2.0;
        #[allow(clippy::cast_precision_loss, reason = "a handful of items")]
        let count = self.items.len().max(1) as f32;
        let each = (inner.width() - gap * (count - 1.0)) / count;
        let places: Vec<Rect> = (0..self.items.len())
            .map(|index| {
                #[allow(clippy::cast_precision_loss, reason = "a handful of items")]
                let left = inner.left() + (each + gap) * index as f32;
                Rect::from_min_size(egui::pos2(left, inner.top()), Vec2::new(each, inner.height()))
            })
            .collect();
        let options: Vec<_> = self
            .items
            .iter()
            .zip(&places)
            .map(|(item, place)| Choice { value: item.value, label: item.label, enabled: item.enabled, rect: *place })
            .collect();
        let (responses, changed) = choice::choose(ui, response.id, self.name, &options, chosen, enabled);
        if changed {
            response.mark_changed();
        }
        for ((item, place), of_item) in self.items.iter().zip(&places).zip(responses) {
            let usable = enabled && item.enabled;
            let drawn = paint::drawn(ui, &of_item, enabled, item.look);
            let on = item.value == *chosen;
            let painter = ui.painter();
            let corner = tokens.radius.chip;
            if on {
                let stroke = if usable { c.stroke_mid } else { NONE };
                paint::boxed(painter, *place, corner, c.bg_active, stroke);
            } else if usable && drawn.hover > 0.0 {
                paint::boxed(painter, *place, corner, tokens::faded(c.bg_hover, drawn.hover), NONE);
            }
            let color = if !usable {
                c.text_off
            } else if on {
                c.text_hi
            } else {
                tokens::mix(c.text_mid, c.text_hi, drawn.hover)
            };
            let room = place.width();
            if usable || !on {
                text_style::paint_ellipsis(
                    painter,
                    place.center(),
                    Align2::CENTER_CENTER,
                    Text::SmallStrong,
                    color,
                    item.label,
                    room,
                );
            } else {
                // A chosen value that is not available here stays chosen and is struck through.
                let galley =
                    text_style::Spans::new().strike(item.label, Text::SmallStrong, color).layout(ui.ctx(), room, 1);
                text_style::paint_galley(painter, place.center(), Align2::CENTER_CENTER, galley);
            }
            if drawn.focus {
                paint::focus_ring(painter, *place, corner);
            }
            if let Some(reason) = item.reason
                && !usable
            {
                super::tooltip::tooltip(of_item, reason);
            }
        }
        response
    }
}
