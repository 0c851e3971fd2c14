//! Painting helpers that the widgets share: state colors, focus rings, dashed frames, dividers, and rows and columns.

use egui::{Color32, Context, CornerRadius, Key, Painter, Pos2, Rect, Response, Shape, Stroke, StrokeKind, Ui, Vec2};

use super::tokens::{self, Tokens};

pub use super::theme::radius;

/// The interaction state that a widget draws. The window uses [`Look::Live`]; the component sheet uses the other values
/// to show a state without a pointer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The state follows the pointer and the keyboard.
    #[default]
    Live,
    /// Draws the widget at rest, wherever the pointer is.
    Rest,
    /// Draws the widget as if it were hovered.
    Hover,
    /// Draws the widget as if it were pressed.
    Press,
    /// Draws the widget as if the keyboard had focused it.
    Focus,
}

/// The interaction state that a widget has in this frame.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    /// Progress of the hover animation, from 0.0 (not hovered) to 1.0 (hovered).
    pub hover: f32,
    /// Whether the widget is being pressed.
    pub press: bool,
    /// Whether to draw the focus ring.
    pub focus: bool,
    /// Whether the widget accepts input.
    pub enabled: bool,
}

impl Drawn {
    /// Picks the color of the state among the colors for rest, hover and press. The change from rest
    /// to hover is animated.
    #[must_use]
    pub fn color(&self, rest: Color32, hover: Color32, press: Color32) -> Color32 {
        if self.press { press } else { tokens::mix(rest, hover, self.hover) }
    }
}

/// Computes the state in which to draw a widget from its response, or from a fixed `look`.
#[must_use]
pub fn drawn(ui: &Ui, response: &Response, enabled: bool, look: Look) -> Drawn {
    let ctx = ui.ctx();
    match look {
        Look::Live => {
            let tokens = tokens::tokens(ctx);
            let inside = enabled && (response.hovered() || response.is_pointer_button_down_on());
            let time = tokens::duration_secs(ctx, tokens.motion.hover);
            let hover = ctx.animate_bool_with_time_and_easing(
                response.id.with("hover"),
                inside,
                time,
                egui::emath::easing::cubic_out,
            );
            let press = enabled && response.is_pointer_button_down_on();
            Drawn { hover, press, focus: enabled && response.has_focus() && keyboard_used(ctx), enabled }
        }
        Look::Rest => Drawn { hover: 0.0, press: false, focus: false, enabled },
        Look::Hover => Drawn { hover: 1.0, press: false, focus: false, enabled },
        Look::Press => Drawn { hover: 1.0, press: true, focus: false, enabled },
        Look::Focus => Drawn { hover: 0.0, press: false, focus: true, enabled },
    }
}

#[derive(Clone, Copy, Default)]
struct KeyboardUsed {
    pass: u64,
    used: bool,
}

/// Whether the latest input came from the keyboard. Focus rings are drawn only then.
#[must_use]
pub fn keyboard_used(ctx: &Context) -> bool {
    let id = egui::Id::unique("keyboard used");
    let pass = ctx.cumulative_pass_nr();
    let mut state = ctx.data(|data| data.get_temp::<KeyboardUsed>(id)).unwrap_or_default();
    if state.pass != pass {
        state.pass = pass;
        ctx.input(|input| {
            for event in &input.events {
                match event {
                    egui::Event::Key { key, pressed: true, .. } if moves_focus(*key) => state.used = true,
                    egui::Event::PointerButton { pressed: true, .. } | egui::Event::Touch { .. } => state.used = false,
                    egui::Event::AccessKitActionRequest(_) => state.used = true,
                    _ => {}
                }
            }
        });
        ctx.data_mut(|data| data.insert_temp(id, state));
    }
    state.used
}

/// Declares to assistive technology that the value of the widget `id` can be incremented and decremented. Returns the
/// number of steps requested in this frame; negative means down.
pub fn accessible_steps(ui: &Ui, id: egui::Id, least: f64, most: f64) -> i32 {
    use egui::accesskit::Action;
    ui.ctx().accesskit_node_builder(id, |node| {
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
        node.set_min_numeric_value(least);
        node.set_max_numeric_value(most);
    });
    let count = |action| ui.input(|input| input.num_accesskit_action_requests(id, action));
    let steps = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    steps(count(Action::Increment)).saturating_sub(steps(count(Action::Decrement)))
}

/// Declares to assistive technology that the value of the widget `id` can be set. Returns the value that was asked for in
/// this frame.
pub fn accessible_value(ui: &Ui, id: egui::Id) -> Option<f64> {
    use egui::accesskit::{Action, ActionData};
    ui.ctx().accesskit_node_builder(id, |node| node.add_action(Action::SetValue));
    ui.input(|input| {
        input.accesskit_action_requests(id, Action::SetValue).find_map(|request| match request.data {
            Some(ActionData::NumericValue(value)) => Some(value),
            _ => None,
        })
    })
}

fn moves_focus(key: Key) -> bool {
    matches!(
        key,
        Key::Tab
            | Key::Enter
            | Key::Space
            | Key::Escape
            | Key::ArrowLeft
            | Key::ArrowRight
            | Key::ArrowUp
            | Key::ArrowDown
            | Key::Home
            | Key::End
    )
}

/// Paints a filled rectangle with a frame inside its edge. The frame is as thin as a hairline.
pub fn boxed(painter: &Painter, rect: Rect, corner: f32, fill: Color32, stroke: Color32) {
    painter.rect(rect, radius(corner), fill, Stroke::new(hair(painter.ctx()), stroke), StrokeKind::Inside);
}

/// Width of a hairline frame in points: the value of the token, but never less than one pixel.
#[must_use]
pub fn hair(ctx: &Context) -> f32 {
    tokens::tokens(ctx).stroke.hair.max(1.0 / ctx.pixels_per_point())
}

/// Paints a picture so that it covers `rect`. What juts out at its longer side is cropped.
pub fn covered(painter: &Painter, rect: Rect, texture: egui::TextureId, size: Vec2, corner: f32) {
    let (want, have) = (rect.aspect_ratio(), size.x / size.y.max(1.0));
    let uv = if have > want {
        Rect::from_center_size(Pos2::new(0.5, 0.5), Vec2::new(want / have, 1.0))
    } else {
        Rect::from_center_size(Pos2::new(0.5, 0.5), Vec2::new(1.0, have / want))
    };
    let shape = egui::epaint::RectShape::filled(rect, radius(corner), tokens::UNTINTED).with_texture(texture, uv);
    painter.add(shape);
}

/// Paints the focus ring around a control: 2 points wide, with a gap of 2 points between control and ring.
pub fn focus_ring(painter: &Painter, rect: Rect, corner: f32) {
    let tokens = tokens::tokens(painter.ctx());
    let gap = tokens.stroke.focus_gap;
    let stroke = Stroke::new(tokens.stroke.focus, tokens.color.focus_ring);
    // Widens the clip rectangle by the width of the ring, because a tight parent would cut the ring off.
    let painter = painter.with_clip_rect(painter.clip_rect().expand(gap + tokens.stroke.focus));
    painter.rect_stroke(rect.expand(gap), radius(corner + gap), stroke, StrokeKind::Outside);
}

/// Paints a dashed frame along a rounded rectangle.
pub fn dashed_frame(painter: &Painter, rect: Rect, corner: f32, color: Color32) {
    let stroke = Stroke::new(hair(painter.ctx()), color);
    let points = rounded_path(rect.shrink(stroke.width / 2.0), corner - stroke.width / 2.0);
    painter.extend(Shape::dashed_line(&points, stroke, 3.0, 3.0));
}

/// Paints a wide dashed frame along the inside of a rounded rectangle, with longer dashes than [`dashed_frame`].
pub fn dashed_ring(painter: &Painter, rect: Rect, corner: f32, color: Color32, width: f32) {
    let points = rounded_path(rect.shrink(width / 2.0), corner - width / 2.0);
    painter.extend(Shape::dashed_line(&points, Stroke::new(width, color), 6.0, 4.0));
}

/// Outline of a rounded rectangle as a closed path that begins and ends at the top left.
fn rounded_path(rect: Rect, corner: f32) -> Vec<Pos2> {
    const STEPS: usize = 6;
    let corners = [
        (Pos2::new(rect.right() - corner, rect.top() + corner), -90.0_f32),
        (Pos2::new(rect.right() - corner, rect.bottom() - corner), 0.0),
        (Pos2::new(rect.left() + corner, rect.bottom() - corner), 90.0),
        (Pos2::new(rect.left() + corner, rect.top() + corner), 180.0),
    ];
    let mut points = vec![Pos2::new(rect.left() + corner, rect.top())];
    for (center, start) in corners {
        for step in 0..=STEPS {
            #[allow(clippy::cast_precision_loss, reason = "small counts")]
            let angle = (start + 90.0 * step as f32 / STEPS as f32).to_radians();
            points.push(center + Vec2::angled(angle) * corner);
        }
    }
    points
}

/// Paints a horizontal line one pixel high whose upper edge is at `y`.
pub fn divider(painter: &Painter, x: egui::Rangef, y: f32, color: Color32) {
    let rect = Rect::from_min_max(Pos2::new(x.min, y), Pos2::new(x.max, y + hair(painter.ctx())));
    painter.rect_filled(rect, CornerRadius::ZERO, color);
}

/// Paints a vertical line one pixel wide whose left edge is at `x`.
pub fn upright(painter: &Painter, x: f32, y: egui::Rangef, color: Color32) {
    let rect = Rect::from_min_max(Pos2::new(x, y.min), Pos2::new(x + hair(painter.ctx()), y.max));
    painter.rect_filled(rect, CornerRadius::ZERO, color);
}

/// Paints the surface of a popover: shadow, fill and frame.
pub fn popover(painter: &Painter, rect: Rect, corner: f32, tokens: &Tokens) {
    painter.add(tokens.shadow_popover.as_shape(rect, radius(corner)));
    boxed(painter, rect, corner, tokens.color.bg_raised, tokens.color.stroke_mid);
}

/// Builds the [`egui::Frame`] that menus and popovers use.
pub fn popover_frame(tokens: &Tokens, corner: f32, margin: impl Into<egui::Margin>) -> egui::Frame {
    egui::Frame::new()
        .fill(tokens.color.bg_raised)
        .stroke(Stroke::new(tokens.stroke.hair, tokens.color.stroke_mid))
        .corner_radius(radius(corner))
        .shadow(tokens.shadow_popover)
        .inner_margin(margin)
}

/// Shows a divider across the available width.
pub fn show_divider(ui: &mut Ui) {
    let hair = hair(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), hair), egui::Sense::hover());
    let color = tokens::tokens(ui).color.stroke_soft;
    ui.painter().rect_filled(rect, CornerRadius::ZERO, color);
}

/// Lays out the contents in a row, vertically centered, with `gap` points between them.
pub fn row<R>(ui: &mut Ui, gap: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        contents(ui)
    })
    .inner
}

/// Lays out the contents in a column with `gap` points between them.
pub fn column<R>(ui: &mut Ui, gap: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = gap;
        contents(ui)
    })
    .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dashed_outline_stays_inside_and_closes() {
        let rect = Rect::from_min_size(Pos2::new(10.0, 20.0), Vec2::new(100.0, 50.0));
        let path = rounded_path(rect, 8.0);
        assert!(path.iter().all(|point| rect.expand(0.01).contains(*point)));
        assert!(path[0].distance(path[path.len() - 1]) < 0.01);
    }
}
