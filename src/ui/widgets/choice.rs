//! The common part of segmented controls and ratio frames: a choice among several values that has one Tab stop and
//! follows the arrow keys.

use egui::{EventFilter, Id, Key, Pos2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::paint::{self, Drawn, Look};
use crate::ui::tokens::{self, NONE, Tokens};

/// A value that can be chosen, with the extra data that its kind of control shows.
struct Item<'a, T, K> {
    value: T,
    label: &'a str,
    enabled: bool,
    look: Look,
    kind: K,
}

/// A control that offers a few values side by side. It has one Tab stop; the arrow keys move the choice.
///
/// `K` is the data that each value shows in addition to its label; see [`super::Segmented`] and [`super::RatioFrames`].
#[must_use = "the control is drawn by `show`"]
pub struct Choices<'a, T, K> {
    name: &'a str,
    items: Vec<Item<'a, T, K>>,
    width: Option<f32>,
    enabled: bool,
}

/// Sizes of a control, in points.
pub(super) struct Frame {
    /// Height of the cells.
    pub cell: f32,
    /// Distance between the cells and the outer edge of the control.
    pub pad: f32,
    /// Gap between the cells.
    pub gap: f32,
    /// Corner radius of the control.
    pub corner: f32,
    /// Corner radius of the cells.
    pub cell_corner: f32,
}

/// A cell whose surface is drawn and whose contents are not yet.
pub(super) struct Cell<'a, K> {
    /// Rectangle of the cell.
    pub rect: Rect,
    /// Label of the value.
    pub label: &'a str,
    /// Data that the value shows in addition to its label.
    pub kind: K,
    /// Whether the value is chosen.
    pub on: bool,
    /// Whether the value can be chosen.
    pub usable: bool,
    /// Interaction state of the cell.
    pub drawn: Drawn,
    /// Response of the cell.
    pub response: Response,
}

impl<'a, T: Copy + PartialEq, K: Copy> Choices<'a, T, K> {
    pub(super) fn named(name: &'a str) -> Self {
        Self { name, items: Vec::new(), width: None, enabled: true }
    }

    pub(super) fn add(mut self, value: T, label: &'a str, enabled: bool, kind: K) -> Self {
        self.items.push(Item { value, label, enabled, look: Look::Live, kind });
        self
    }

    /// Extra data of the value that was added last.
    pub(super) fn last_kind(&mut self) -> Option<&mut K> {
        self.items.last_mut().map(|item| &mut item.kind)
    }

    /// Draws the value that was added last in a fixed state, for the component sheet.
    pub fn look(mut self, look: Look) -> Self {
        if let Some(item) = self.items.last_mut() {
            item.look = look;
        }
        self
    }

    /// Sets a fixed width in points. The default is the available width.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    setters!(enabled);

    /// Draws the control and calls `paint_cell` for the contents of each cell. The response is `changed` if the
    /// user chose another value.
    pub(super) fn show_cells(
        self,
        ui: &mut Ui,
        chosen: &mut T,
        frame: &Frame,
        paint_cell: impl Fn(&Ui, &Tokens, Cell<'a, K>),
    ) -> Response {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let (rect, mut response) =
            ui.allocate_exact_size(Vec2::new(width, frame.cell + 2.0 * frame.pad), Sense::hover());
        let name = self.name;
        response.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, true, name));
        let enabled = self.enabled && ui.is_enabled();
        paint::boxed(ui.painter(), rect, frame.corner, c.bg_field, c.stroke_mid);

        let places = side_by_side(rect.shrink(frame.pad), frame.gap, self.items.len());
        let options: Vec<_> = self
            .items
            .iter()
            .zip(&places)
            .map(|(item, place)| Choice { value: item.value, label: item.label, enabled: item.enabled, rect: *place })
            .collect();
        let (responses, changed) = choose(ui, response.id, self.name, &options, chosen, enabled);
        if changed {
            response.mark_changed();
        }
        let mut focused = None;
        for ((item, rect), response) in self.items.into_iter().zip(places).zip(responses) {
            let usable = enabled && item.enabled;
            let drawn = paint::drawn(ui, &response, enabled, item.look);
            let on = item.value == *chosen;
            if on {
                let stroke = if usable { c.stroke_mid } else { NONE };
                paint::boxed(ui.painter(), rect, frame.cell_corner, c.bg_active, stroke);
            } else if usable && drawn.hover > 0.0 {
                paint::boxed(ui.painter(), rect, frame.cell_corner, tokens::faded(c.bg_hover, drawn.hover), NONE);
            }
            if drawn.focus {
                focused = Some(rect);
            }
            paint_cell(ui, tokens, Cell { rect, label: item.label, kind: item.kind, on, usable, drawn, response });
        }
        // The focus ring is painted last, so that it lies above the neighboring cells.
        if let Some(rect) = focused {
            paint::focus_ring(ui.painter(), rect, frame.cell_corner);
        }
        response
    }
}

/// Divides the width of `rect` into `count` rectangles of equal width with gaps of `gap` points.
fn side_by_side(rect: Rect, gap: f32, count: usize) -> Vec<Rect> {
    #[allow(clippy::cast_precision_loss, reason = "a handful of items")]
    let (places, shared) = (count.max(1) as f32, gap * count.saturating_sub(1) as f32);
    let each = Vec2::new((rect.width() - shared) / places, rect.height());
    let mut left = rect.left();
    (0..count)
        .map(|_| {
            let place = Rect::from_min_size(Pos2::new(left, rect.top()), each);
            left = place.right() + gap;
            place
        })
        .collect()
}

struct Choice<'a, T> {
    value: T,
    label: &'a str,
    enabled: bool,
    rect: Rect,
}

/// Handles clicks and arrow keys on the options, which may change `chosen`. Returns a response per option, and
/// whether the choice changed.
fn choose<T: Copy + PartialEq>(
    ui: &Ui,
    group: Id,
    group_name: &str,
    options: &[Choice<'_, T>],
    chosen: &mut T,
    enabled: bool,
) -> (Vec<Response>, bool) {
    let id_of = |index: usize| group.with(("option", index));
    let current = options.iter().position(|option| option.value == *chosen);
    // The Tab stop is the chosen option, or else the first enabled one.
    let stop = current.or_else(|| options.iter().position(|option| option.enabled));
    let mut changed = false;
    let mut responses = Vec::with_capacity(options.len());
    let before = *chosen;
    for (index, option) in options.iter().enumerate() {
        let usable = enabled && option.enabled;
        let sense = match (usable, Some(index) == stop) {
            (true, true) => Sense::click(),
            (true, false) => Sense::CLICK,
            // A chosen value that the gateway no longer offers keeps the focus, so that the arrow keys can
            // lead away from it.
            (false, true) if enabled => Sense::click(),
            _ => Sense::hover(),
        };
        let response = ui.interact(option.rect, id_of(index), sense);
        response.widget_info(|| {
            WidgetInfo::selected(
                Role::RadioButton,
                usable,
                option.value == before,
                format!("{group_name}: {}", option.label),
            )
        });
        if usable && response.clicked() && *chosen != option.value {
            *chosen = option.value;
            changed = true;
            if response.has_focus() || stop.is_some_and(|stop| ui.memory(|memory| memory.has_focus(id_of(stop)))) {
                ui.memory_mut(|memory| memory.request_focus(id_of(index)));
            }
        }
        responses.push(response);
    }
    if let Some(stop) = stop
        && enabled
        && responses[stop].has_focus()
    {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id_of(stop), filter));
        let step = ui.input_mut(|input| {
            let none = egui::Modifiers::NONE;
            if input.consume_key(none, Key::ArrowRight) || input.consume_key(none, Key::ArrowDown) {
                Some(1)
            } else if input.consume_key(none, Key::ArrowLeft) || input.consume_key(none, Key::ArrowUp) {
                Some(options.len().saturating_sub(1))
            } else {
                None
            }
        });
        if let Some(step) = step {
            let next =
                (1..=options.len()).map(|n| (stop + n * step) % options.len()).find(|index| options[*index].enabled);
            if let Some(next) = next
                && options[next].value != *chosen
            {
                *chosen = options[next].value;
                changed = true;
                ui.memory_mut(|memory| memory.request_focus(id_of(next)));
            }
        }
    }
    (responses, changed)
}
