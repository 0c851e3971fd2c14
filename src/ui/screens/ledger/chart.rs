//! The bars of the ledger. One of them is reached by Tab; the arrow keys go to the others.

use egui::{Align2, EventFilter, Key, Modifiers, Rect, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2};

use crate::app::view::ledger::chart::{Bar, Chart};
use crate::domain::Money;
use crate::ui::paint;
use crate::ui::screens::Frame;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tokens};
use crate::ui::widgets::tooltip;

/// Height of the highest bar, in points.
const BARS: f32 = 150.0;
/// Room above the bars and below them, where the dates stand.
const ABOVE: f32 = 16.0;
const BELOW: f32 = 34.0;
/// Room at the left, where the values of the lines stand.
const AXIS: f32 = 52.0;
/// Height of a bar that lies, with its name.
const LINE: f32 = 26.0;
/// Most lying bars; further ones are a sum less to look at than the list at the right.
const MOST_LYING: usize = 8;

/// Height of the whole chart, in points.
pub(super) fn height(chart: &Chart) -> f32 {
    if chart.lies { 24.0 + LINE * chart.bars.len().clamp(1, MOST_LYING) as f32 } else { ABOVE + BARS + BELOW }
}

pub(super) fn chart_ui(frame: &mut Frame<'_>, ui: &mut Ui, chart: &Chart, place: Rect) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    paint::boxed(ui.painter(), place, tokens.radius.card, c.bg_pane, c.stroke_mid);
    let shown = if chart.lies { &chart.bars[..chart.bars.len().min(MOST_LYING)] } else { &chart.bars[..] };
    if shown.is_empty() {
        let (at, words) = (place.center(), "Nothing spent in this time.");
        text_style::paint(ui.painter(), at, Align2::CENTER_CENTER, Text::Small, c.text_low, words);
        return;
    }
    let places: Vec<Rect> = if chart.lies {
        let row = |index: usize| {
            let top = place.top() + 12.0 + index as f32 * LINE;
            Rect::from_min_max(pos2(place.left() + 12.0, top), pos2(place.right() - 12.0, top + LINE))
        };
        (0..shown.len()).map(row).collect()
    } else {
        lines_ui(ui, chart, place);
        let (left, right) = (place.left() + AXIS, place.right() - 16.0);
        let step = (right - left) / shown.len() as f32;
        let column = |index: usize| {
            let from = left + index as f32 * step;
            Rect::from_min_max(pos2(from, place.top() + ABOVE), pos2(from + step, place.top() + ABOVE + BARS))
        };
        (0..shown.len()).map(column).collect()
    };
    if !chart.lies {
        cap_ui(ui, chart, shown, place);
    }
    let (current, wants_focus) = frame.ui_state.ledger.bar;
    let current = current.min(shown.len() - 1);
    frame.ui_state.ledger.bar.1 = false;
    let mut next = None;
    for (index, (bar, spot)) in shown.iter().zip(&places).enumerate() {
        let sense = if index == current { Sense::hover() | Sense::FOCUSABLE } else { Sense::hover() };
        let response = ui.interact(*spot, ui.unique_id().with(("ledger bar", chart.lies, index)), sense);
        response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, &bar.name));
        if index == current && wants_focus {
            response.request_focus();
        }
        if response.has_focus() {
            next = moved(ui, &response, index, shown.len());
        }
        let hover = f32::from(u8::from(response.hovered() || response.has_focus()));
        if chart.lies {
            lying_ui(ui, bar, *spot, chart.top, hover);
        } else {
            standing_ui(ui, bar, *spot, chart.top, hover);
        }
        if paint::drawn(ui, &response, true, paint::Look::Live).focus {
            paint::focus_ring(ui.painter(), spot.shrink(1.0), tokens.radius.chip);
            // What a pointer would show is shown for the keyboard as well.
            let at = pos2(place.right() - 12.0, place.top() + 3.0);
            let anchor = Align2::RIGHT_TOP;
            text_style::paint_ellipsis(
                ui.painter(),
                at,
                anchor,
                Text::Caption,
                c.text_mid,
                &bar.name,
                place.width() / 2.0,
            );
        }
        tooltip(response, &bar.name);
    }
    if let Some(next) = next {
        frame.ui_state.ledger.bar = (next, true);
        ui.ctx().request_repaint();
    }
}

/// The bar that an arrow key, Home or End goes to.
fn moved(ui: &Ui, response: &egui::Response, index: usize, number: usize) -> Option<usize> {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    ui.input_mut(|input| {
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        let next = if pressed(Key::ArrowRight) || pressed(Key::ArrowDown) {
            index + 1
        } else if pressed(Key::ArrowLeft) || pressed(Key::ArrowUp) {
            index.checked_sub(1)?
        } else if pressed(Key::Home) {
            0
        } else if pressed(Key::End) {
            number - 1
        } else {
            return None;
        };
        (next < number && next != index).then_some(next)
    })
}

/// The share of the highest line that an amount has.
#[allow(clippy::cast_precision_loss, reason = "a length for the eye")]
fn share(amount: Money, top: Money) -> f32 {
    if top.0 <= 0 { 0.0 } else { (amount.0 as f32 / top.0 as f32).clamp(0.0, 1.0) }
}

fn lines_ui(ui: &Ui, chart: &Chart, place: Rect) {
    let c = &tokens::tokens(ui).color;
    let bottom = place.top() + ABOVE + BARS;
    let mut value = Money::ZERO;
    while value <= chart.top && chart.step > Money::ZERO {
        let y = bottom - share(value, chart.top) * BARS;
        let from = egui::Rangef::new(place.left() + AXIS - 8.0, place.right() - 16.0);
        paint::divider(ui.painter(), from, y, c.stroke_soft);
        let words = value.to_string();
        let words = words.strip_suffix(".00").unwrap_or(&words);
        let at = pos2(place.left() + AXIS - 14.0, y);
        text_style::paint(ui.painter(), at, Align2::RIGHT_CENTER, Text::Caption, c.text_low, words);
        value = value.plus(chart.step);
    }
}

fn cap_ui(ui: &Ui, chart: &Chart, shown: &[Bar], place: Rect) {
    let Some((limit, words)) = &chart.cap else { return };
    let c = &tokens::tokens(ui).color;
    let y = place.top() + ABOVE + BARS - share(*limit, chart.top) * BARS;
    let ends = [pos2(place.left() + AXIS - 8.0, y), pos2(place.right() - 16.0, y)];
    let stroke = Stroke::new(paint::hair(ui.ctx()), c.stroke_control);
    ui.painter().extend(Shape::dashed_line(&ends, stroke, 3.0, 4.0));
    // The words stand over the right end of the line, unless a bar passes the cap there and the left end is freer.
    let highest = |bars: &[Bar]| bars.iter().map(|bar| bar.charged.plus(bar.not_known).plus(bar.reserved)).max();
    let quarter = shown.len().div_ceil(4);
    let (first, last) = (highest(&shown[..quarter]), highest(&shown[shown.len() - quarter..]));
    let (at, align) = if last > Some(*limit) && last > first {
        (pos2(place.left() + AXIS, y - 3.0), Align2::LEFT_BOTTOM)
    } else {
        (pos2(place.right() - 16.0, y - 3.0), Align2::RIGHT_BOTTOM)
    };
    text_style::paint(ui.painter(), at, align, Text::Caption, c.text_mid, words);
}

/// The colors of the parts of a bar, from the axis on.
fn parts(bar: &Bar, tokens: &Tokens, hover: f32) -> [(Money, egui::Color32); 3] {
    let c = &tokens.color;
    let rest = if bar.is_now { c.lit_fill } else { tokens::mix(c.stroke_control, c.text_mid, hover) };
    [(bar.charged, rest), (bar.not_known, c.ask_fg), (bar.reserved, c.stroke_mid)]
}

fn standing_ui(ui: &Ui, bar: &Bar, column: Rect, top: Money, hover: f32) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let gap = (column.width() * 0.14).clamp(1.0, 12.0);
    let (left, right) = (column.left() + gap, column.right() - gap);
    let mut bottom = column.bottom();
    for (amount, color) in parts(bar, tokens, hover) {
        if amount <= Money::ZERO {
            continue;
        }
        let height = (share(amount, top) * BARS).max(2.0);
        let rect = Rect::from_min_max(pos2(left, (bottom - height).max(column.top())), pos2(right, bottom));
        ui.painter().rect_filled(rect, paint::radius(2.0), color);
        bottom = rect.top() - 1.0;
    }
    if !bar.label.is_empty() {
        let at = pos2(column.center().x, column.bottom() + 8.0);
        let color = if bar.is_now { c.text_hi } else { c.text_low };
        text_style::paint(ui.painter(), at, Align2::CENTER_TOP, Text::Caption, color, &bar.label);
    }
}

fn lying_ui(ui: &Ui, bar: &Bar, row: Rect, top: Money, hover: f32) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let name_width = (row.width() * 0.28).clamp(80.0, 220.0);
    let (painter, middle) = (ui.painter(), row.center().y);
    let at = pos2(row.left(), middle);
    text_style::paint_ellipsis(painter, at, Align2::LEFT_CENTER, Text::Small, c.text_hi, &bar.label, name_width - 12.0);
    let value_width = 96.0;
    let (left, right) = (row.left() + name_width, row.right() - value_width);
    let at = pos2(row.right(), middle);
    let value = bar.total().to_string();
    text_style::paint_ellipsis(painter, at, Align2::RIGHT_CENTER, Text::Small, c.text_hi, &value, value_width - 8.0);
    let mut from = left;
    for (amount, color) in parts(bar, tokens, hover) {
        if amount <= Money::ZERO {
            continue;
        }
        let width = (share(amount, top) * (right - left)).max(2.0);
        let rect = Rect::from_min_max(pos2(from, middle - 6.0), pos2((from + width).min(right), middle + 6.0));
        painter.rect_filled(rect, paint::radius(2.0), color);
        from = rect.right() + 1.0;
    }
}

/// Draws what the colors mean.
pub(super) fn legend_ui(ui: &mut Ui, chart: &Chart, place: Rect) {
    let c = &tokens::tokens(ui).color;
    let has = |part: fn(&Bar) -> Money| chart.bars.iter().any(|bar| part(bar) > Money::ZERO);
    let mut items = Vec::new();
    if chart.bars.iter().any(|bar| bar.is_now) {
        items.push((c.lit_fill, "today"));
        if !chart.lies && chart.bars.len() == 12 {
            items[0].1 = "this month";
        }
    }
    items.push((c.stroke_control, "charged"));
    items.push((c.ask_fg, "not known"));
    if has(|bar| bar.reserved) {
        items.push((c.stroke_mid, "waiting to be sent"));
    }
    let middle = place.center().y;
    let mut x = place.left() + 8.0;
    for (color, words) in items {
        let square = Rect::from_center_size(pos2(x + 4.0, middle), Vec2::splat(8.0));
        ui.painter().rect_filled(square, paint::radius(2.0), color);
        let at = pos2(x + 14.0, middle);
        let shown = text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Caption, c.text_low, words);
        x = shown.right() + 16.0;
    }
    let at = pos2(place.right(), middle);
    let words = "Practice clips are never counted";
    let room = place.right() - x;
    text_style::paint_ellipsis(ui.painter(), at, Align2::RIGHT_CENTER, Text::Caption, c.text_low, words, room);
    let response = ui.interact(place, ui.unique_id().with("ledger legend"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
}
