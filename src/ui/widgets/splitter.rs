//! The splitter: the handle between two panes that changes their widths.

use egui::{CursorIcon, EventFilter, Key, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::paint;
use crate::ui::tokens;

/// The side of the pane that the handle resizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// A handle 8 points wide over the border of two panes. Dragging or the arrow keys change the width of a pane; a double
/// click restores the default width.
#[must_use = "the handle works by `show`"]
pub struct Splitter<'a> {
    name: &'a str,
    width: tokens::PaneWidth,
    side: Side,
}

impl<'a> Splitter<'a> {
    /// Creates the handle at the right edge of a left pane.
    pub fn of_left_pane(name: &'a str, width: tokens::PaneWidth) -> Self {
        Self { name, width, side: Side::Left }
    }

    /// Creates the handle at the left edge of a right pane.
    pub fn of_right_pane(name: &'a str, width: tokens::PaneWidth) -> Self {
        Self { name, width, side: Side::Right }
    }

    /// Lets the user change `width`, in points. `x` is the position of the border, `y` its vertical extent. The
    /// response is `changed` if the width changed.
    pub fn show(self, ui: &Ui, x: f32, y: egui::Rangef, width: &mut f32) -> Response {
        let tokens = tokens::tokens(ui);
        let handle = tokens.size.pane_drag_handle;
        let rect = Rect::from_center_size(egui::pos2(x, y.center()), Vec2::new(handle, y.span()));
        let mut response = ui.interact(rect, ui.scope_id().with(("splitter", self.name)), Sense::click_and_drag());
        let sign = if self.side == Side::Left { 1.0 } else { -1.0 };
        let before = *width;
        if response.dragged() {
            *width += sign * response.drag_delta().x;
        }
        if response.double_clicked() {
            *width = self.width.default;
        }
        if response.has_focus() {
            let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
            if pressed(Key::ArrowRight) {
                *width += sign * 8.0;
            }
            if pressed(Key::ArrowLeft) {
                *width -= sign * 8.0;
            }
        }
        if (*width - before).abs() > f32::EPSILON {
            *width = width.clamp(self.width.min, self.width.max);
            response.mark_changed();
        }
        let (name, now) = (self.name, f64::from(*width));
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Splitter, true, name);
            info.value = Some(now);
            info
        });
        let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
        let lit = drawn.hover.max(f32::from(u8::from(response.dragged())));
        if lit > 0.0 {
            let color = tokens::faded(tokens.color.stroke_control, lit);
            ui.painter().rect_filled(
                Rect::from_center_size(rect.center(), Vec2::new(2.0, y.span())),
                paint::radius(1.0),
                color,
            );
        }
        if drawn.focus {
            let line = Rect::from_center_size(rect.center(), Vec2::new(tokens.stroke.focus, y.span()));
            ui.painter().rect_filled(line, paint::radius(1.0), tokens.color.focus_ring);
        }
        response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal)
    }
}
