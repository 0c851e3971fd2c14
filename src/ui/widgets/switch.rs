//! The switch, which turns an option on or off.

use egui::{Align2, Pos2, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE};

/// A switch with an optional label after it.
#[must_use = "the switch is drawn by `show`"]
pub struct Switch<'a> {
    name: &'a str,
    label: Option<&'a str>,
    enabled: bool,
    look: Look,
}

impl<'a> Switch<'a> {
    /// Creates a switch with its accessible name.
    pub fn new(name: &'a str) -> Self {
        Self { name, label: None, enabled: true, look: Look::Live }
    }

    /// Adds a label after the switch. A click on the label counts as well.
    pub fn label(mut self, label: &'a str) -> Self {
        self.label = Some(label);
        self
    }

    setters!(enabled, look);

    /// Draws the switch. The response is `changed` if the user clicked it.
    pub fn show(self, ui: &mut Ui, on: &mut bool) -> Response {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let body = tokens::size(tokens.size.switch);
        let enabled = self.enabled && ui.is_enabled();
        // The label of a disabled switch stays readable, because it may be the only place that explains the switch.
        let label = self.label.map(|text| text_style::line(ui.ctx(), text, Text::Small, c.text_mid));
        let width = body.x + label.as_ref().map_or(0.0, |galley| 8.0 + galley.size().x);
        let sense = if enabled { Sense::click() } else { Sense::hover() };
        let (rect, mut response) = ui.allocate_exact_size(Vec2::new(width, body.y.max(Text::Small.line())), sense);
        if response.clicked() {
            *on = !*on;
            response.mark_changed();
        }
        let (name, state) = (self.name, *on);
        response.widget_info(|| WidgetInfo::selected(Role::Switch, enabled, state, name));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let drawn = paint::drawn(ui, &response, enabled, self.look);
        let shown = if self.look == Look::Live {
            let time = tokens::duration_secs(ui.ctx(), tokens.motion.hover);
            ui.ctx().animate_bool_with_time_and_easing(
                response.id.with("on"),
                *on,
                time,
                egui::emath::easing::cubic_out,
            )
        } else {
            f32::from(u8::from(*on))
        };
        let track = egui::Rect::from_min_size(Pos2::new(rect.left(), rect.center().y - body.y / 2.0), body);
        let round = body.y / 2.0;
        let painter = ui.painter();
        let (fill, stroke, knob) = if enabled {
            (
                tokens::mix(tokens::faded(c.lit_fill, 0.0), c.lit_fill, shown),
                tokens::mix(tokens::mix(c.stroke_control, c.text_mid, drawn.hover), c.lit_fill, shown),
                tokens::mix(c.text_mid, c.lit_on, shown),
            )
        } else if *on {
            (c.stroke_mid, c.stroke_mid, c.text_off)
        } else {
            (NONE, c.stroke_mid, c.text_off)
        };
        painter.rect(track, paint::radius(round), fill, Stroke::new(paint::hair(ui.ctx()), stroke), StrokeKind::Inside);
        let x = track.left() + 9.0 + shown * 14.0;
        painter.circle_filled(Pos2::new(x, track.center().y), 6.0, knob);
        if let Some(label) = label {
            text_style::paint_galley(
                painter,
                Pos2::new(track.right() + 8.0, rect.center().y),
                Align2::LEFT_CENTER,
                label,
            );
        }
        if drawn.focus {
            paint::focus_ring(painter, track, round);
        }
        response
    }
}
