//! The rating with zero to five stars.

use egui::{EventFilter, Key, Painter, Pos2, Rect, Response, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::icons::{self, Icon};
use crate::ui::paint::{self, Look};
use crate::ui::tokens;

const GAP: f32 = 2.0;
const MOST: u8 = 5;
/// Edge of a star in the footer of a card, in points.
pub(super) const CARD_STAR: f32 = 12.0;

/// Paints a rating to the right of `left_center`. `size` is the edge of a star; returns the total width.
/// Both are in points.
pub fn paint_stars(painter: &Painter, left_center: Pos2, stars: u8, size: f32) -> f32 {
    let c = &tokens::tokens(painter.ctx()).color;
    for index in 0..MOST {
        let center = Pos2::new(left_center.x + size / 2.0 + f32::from(index) * (size + GAP), left_center.y);
        let (icon, color) = if index < stars { (Icon::StarFilled, c.text_hi) } else { (Icon::Star, c.stroke_control) };
        icons::paint(painter, icon, center, size, color);
    }
    f32::from(MOST) * (size + GAP) - GAP
}

/// A control with five stars. A click on the star that shows the current rating removes the rating; arrow keys
/// and digits change it.
#[must_use = "the rating is drawn by `show`"]
pub struct Rating<'a> {
    name: &'a str,
    size: f32,
    look: Look,
}

impl<'a> Rating<'a> {
    /// Creates stars of 16 points with their accessible name.
    pub fn new(name: &'a str) -> Self {
        Self { name, size: 16.0, look: Look::Live }
    }

    /// Sets the edge of a star in points.
    pub fn size(mut self, size: f32) -> Self {
        self.size = size;
        self
    }

    /// Draws the stars in a fixed state, for the component sheet.
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// Draws the stars. The response is `changed` if the rating changed; 0 means no rating.
    pub fn show(self, ui: &mut Ui, stars: &mut u8) -> Response {
        let tokens = tokens::tokens(ui);
        let enabled = ui.is_enabled();
        let width = f32::from(MOST) * (self.size + GAP) - GAP;
        let height = self.size.max(tokens.size.icon.normal);
        let (rect, mut response) =
            ui.allocate_exact_size(Vec2::new(width, height), if enabled { Sense::click() } else { Sense::hover() });
        let before = *stars;
        let under = |pos: Pos2| star_under(rect, pos, self.size);
        if response.clicked()
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let star = under(pointer);
            *stars = if star == before { 0 } else { star };
        }
        if enabled && response.has_focus() {
            let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
            if pressed(Key::ArrowRight) {
                *stars = (*stars + 1).min(MOST);
            }
            if pressed(Key::ArrowLeft) {
                *stars = stars.saturating_sub(1);
            }
            let digits = [Key::Num0, Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
            for (value, key) in (0..=MOST).zip(digits) {
                if pressed(key) {
                    *stars = value;
                }
            }
        }
        if enabled {
            let steps = paint::accessible_steps(ui, response.id, 0.0, f64::from(MOST));
            *stars =
                u8::try_from((i32::from(*stars).saturating_add(steps)).clamp(0, i32::from(MOST))).unwrap_or(*stars);
            if let Some(value) = paint::accessible_value(ui, response.id).filter(|value| value.is_finite()) {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=5")]
                let asked = value.round().clamp(0.0, f64::from(MOST)) as u8;
                *stars = asked;
            }
        }
        if *stars != before {
            response.mark_changed();
        }
        let (name, now) = (self.name, f64::from(*stars));
        response.widget_info(|| WidgetInfo::slider(enabled, now, name));
        let drawn = paint::drawn(ui, &response, enabled, self.look);
        let shown = match response.hover_pos() {
            Some(pointer) if enabled && self.look == Look::Live => under(pointer),
            _ => *stars,
        };
        paint_stars(ui.painter(), rect.left_center(), shown, self.size);
        if drawn.focus {
            paint::focus_ring(ui.painter(), rect.expand(2.0), tokens.radius.chip);
        }
        response
    }
}

fn star_under(rect: Rect, pos: Pos2, size: f32) -> u8 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 1..=5")]
    let star = ((pos.x - rect.left()) / (size + GAP)).floor().clamp(0.0, 4.0) as u8 + 1;
    star
}

/// Draws the small stars in the footer of a card. They react to the pointer only and are no Tab stop, because digits
/// rate a focused card. Returns the rating that was clicked; 0 removes the rating.
pub(super) fn stars_to_click(
    ui: &mut Ui,
    painter: &Painter,
    id: egui::Id,
    (name, look): (&str, Look),
    left_center: Pos2,
    stars: u8,
) -> Option<u8> {
    let rect = Rect::from_min_size(
        Pos2::new(left_center.x, left_center.y - CARD_STAR / 2.0),
        Vec2::new(stars_width(CARD_STAR), CARD_STAR),
    );
    if look != Look::Live {
        paint_stars(painter, left_center, stars, CARD_STAR);
        return None;
    }
    // The stars are small, so the clickable area is larger than they are.
    let response = ui.interact(rect.expand2(Vec2::new(2.0, 6.0)), id, Sense::CLICK);
    response.widget_info(|| WidgetInfo::slider(true, f64::from(stars), name));
    let pointed = response.hover_pos().map(|pos| star_under(rect, pos, CARD_STAR));
    paint_stars(painter, left_center, pointed.unwrap_or(stars), CARD_STAR);
    let star = star_under(rect, response.interact_pointer_pos().filter(|_| response.clicked())?, CARD_STAR);
    Some(if star == stars { 0 } else { star })
}

/// Width of a painted rating, in points.
#[must_use]
pub(super) fn stars_width(size: f32) -> f32 {
    Rect::from_min_size(Pos2::ZERO, Vec2::new(f32::from(MOST) * (size + GAP) - GAP, size)).width()
}
