//! The ledger: sums, bars and orders in place of the three panes, and the caps at their right.

use std::sync::Arc;

use egui::{Align2, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};
use strum::IntoEnumIterator as _;

use super::Frame;
use super::quick_look::{child, upright};
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::ledger::LedgerAct;
use crate::app::action::viewing::Viewing;
use crate::app::state::ledger::{LedgerBy, LedgerView};
use crate::app::view::ledger::{Basis, Page, SumView, page};
use crate::domain::caps::field::CapField;
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, IconButton, Segmented};

mod caps;
mod chart;
mod order;
mod rows;

/// Padding at the left and the right of the page, in points.
const PAD: f32 = 20.0;
/// Width of the pane of the caps, in points.
const PANE: f32 = 312.0;
/// The least width of one sum, in points.
const SUM_WIDTH: f32 = 168.0;
/// Height of one sum: label, number and caption.
const SUM_HEIGHT: f32 = 62.0;
/// Height of the line that explains the colors, in points.
const LEGEND: f32 = 28.0;

pub(super) fn ledger_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &LedgerView, place: Rect) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let page = current_page(frame, view);
    let is_narrow = place.width() < tokens.breakpoint.details_become_sheet;
    let mut middle = place;
    frame.ui_state.ledger.shows_caps &= is_narrow;
    if !is_narrow {
        let pane = Rect::from_min_max(pos2(place.right() - PANE, place.top()), place.max);
        middle.max.x = pane.left();
        super::pane(ui, pane, "ledger pane", c.bg_pane, |ui| caps::pane_ui(frame, ui, view, &page, None));
        paint::upright(ui.painter(), pane.left(), pane.y_range(), c.stroke_soft);
    }
    ui.painter().rect_filled(middle, 0.0, c.bg_gallery);
    let toolbar = Rect::from_min_size(middle.min, Vec2::new(middle.width(), tokens.size.toolbar));
    toolbar_ui(frame, &mut child(ui, "ledger toolbar", toolbar), view, &page, is_narrow);
    paint::divider(ui.painter(), toolbar.x_range(), toolbar.bottom() - 1.0, c.stroke_soft);

    let body = Rect::from_min_max(toolbar.left_bottom(), middle.max);
    let mut part = ui.new_child(UiBuilder::new().id_salt("ledger body").max_rect(body));
    part.set_clip_rect(body.intersect(ui.clip_rect()));
    part.spacing_mut().item_spacing = Vec2::ZERO;
    if !page.is_read {
        text_style::paint(
            part.painter(),
            body.left_top() + Vec2::new(PAD, 24.0),
            Align2::LEFT_TOP,
            Text::Small,
            c.text_mid,
            "The orders are being read.",
        );
    } else if page.is_empty {
        empty_ui(frame, &mut part, body, is_narrow);
    } else {
        body_ui(frame, &mut part, view, &page);
    }
    if is_narrow && frame.ui_state.ledger.shows_caps {
        let at = Rect::from_min_max(pos2(place.right() - PANE, place.top()), place.max);
        let name = "ledger sheet";
        super::sheet(ui, at, name, tokens, |ui| caps::pane_ui(frame, ui, view, &page, Some("Close the caps")));
        paint::upright(ui.painter(), at.left(), at.y_range(), c.stroke_soft);
    }
}

/// The page, made anew only when something changed that it rests on.
fn current_page(frame: &mut Frame<'_>, view: &LedgerView) -> Arc<Page> {
    let basis = Basis::of(frame.state, view);
    if let Some((of, made)) = &frame.ui_state.ledger.page
        && *of == basis
    {
        return Arc::clone(made);
    }
    let made = Arc::new(page(frame.state, view));
    frame.ui_state.ledger.page = Some((basis, Arc::clone(&made)));
    made
}

fn toolbar_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &LedgerView, page: &Page, is_narrow: bool) {
    let c = &tokens::tokens(ui).color;
    let whole = ui.max_rect().width();
    ui.add_space(if is_narrow { 8.0 } else { PAD });
    if Button::new("Gallery").icon(Icon::ArrowLeft).kind(ButtonKind::Quiet).show(ui).clicked() {
        frame.act(Action::View(Viewing::Close));
    }
    upright(ui);
    text_style::label_line(ui, Text::Strong, c.text_hi, "Ledger");

    let segments = if whole < 760.0 { 224.0 } else { 264.0 };
    let export = Button::new("Export CSV").icon(Icon::Download).enabled(!page.rows.is_empty());
    let caps = Button::new("Caps").icon(Icon::Wallet).on(frame.ui_state.ledger.shows_caps);
    let period = text_style::line(ui.ctx(), &page.period, Text::Strong, c.text_hi);
    let period_width = period.size().x.max(80.0);
    let turn = 24.0 + 8.0 + period_width + 8.0 + 24.0;
    let export_is_short = whole < 900.0;
    let export_width = if export_is_short { 28.0 } else { export.natural_width(ui) };
    let caps_width = if is_narrow { 8.0 + caps.natural_width(ui) } else { 0.0 };
    let right = turn + 12.0 + segments + 8.0 + export_width + caps_width + if is_narrow { 8.0 } else { 16.0 };
    ui.add_space((ui.available_width() - right).max(8.0));

    let names = match view.by {
        LedgerBy::Month => ("Year before", "Year after"),
        _ => ("Month before", "Month after"),
    };
    if IconButton::new(Icon::ChevronLeft, names.0).small().show(ui).clicked() {
        frame.act(Action::Ledger(LedgerAct::Turn(false)));
    }
    ui.add_space(8.0);
    let (place, response) = ui.allocate_exact_size(Vec2::new(period_width, 20.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &page.period));
    text_style::paint_galley(ui.painter(), place.center(), Align2::CENTER_CENTER, period);
    ui.add_space(8.0);
    if IconButton::new(Icon::ChevronRight, names.1).small().enabled(page.has_next).show(ui).clicked() {
        frame.act(Action::Ledger(LedgerAct::Turn(true)));
    }
    ui.add_space(12.0);
    let mut by = view.by;
    ui.scope(|ui| {
        ui.set_max_width(segments);
        let mut control = Segmented::new("Add up by");
        for choice in LedgerBy::iter() {
            control = control.item(choice, choice.text());
        }
        if control.show(ui, &mut by).changed() {
            frame.act(Action::Ledger(LedgerAct::SetBy(by)));
        }
    });
    ui.add_space(8.0);
    let is_exported = if export_is_short {
        let short = IconButton::new(Icon::Download, "Export CSV").framed().enabled(!page.rows.is_empty());
        short.show(ui).clicked()
    } else {
        export.show(ui).clicked()
    };
    if is_exported {
        frame.act(Action::Ledger(LedgerAct::Export));
    }
    if is_narrow {
        ui.add_space(8.0);
        if caps.show(ui).clicked() {
            frame.ui_state.ledger.shows_caps = !frame.ui_state.ledger.shows_caps;
        }
    }
}

fn body_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &LedgerView, page: &Page) {
    egui::ScrollArea::vertical().id_salt("ledger scroll").auto_shrink([false, false]).show_viewport(ui, |ui, seen| {
        let room = ui.available_width() - 2.0 * PAD;
        let sums = layout_sums(page.sums.len(), room);
        let chart_height = chart::height(&page.chart);
        let head = 16.0 + sums.1 + 8.0 + chart_height + LEGEND;
        let height = head + rows::HEAD + rows::HEIGHT * page.rows.len().max(1) as f32 + PAD;
        let (content, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
        let left = content.left() + PAD;
        let at = |top: f32, height: f32| Rect::from_min_size(pos2(left, content.top() + top), Vec2::new(room, height));
        if seen.top() < head {
            sums_ui(frame, ui, page, at(16.0, sums.1), sums.0);
            let top = 16.0 + sums.1 + 8.0;
            chart::chart_ui(frame, ui, &page.chart, at(top, chart_height));
            chart::legend_ui(ui, &page.chart, at(top + chart_height, LEGEND));
        }
        rows::rows_ui(frame, ui, view, page, at(head, height - head - PAD), seen.translate(content.min.to_vec2()));
    });
}

/// The number of sums in a row, and the height of all rows.
fn layout_sums(number: usize, room: f32) -> (usize, f32) {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of columns")]
    let fit = (room / SUM_WIDTH).floor().max(1.0) as usize;
    let lines = number.div_ceil(fit).max(1);
    // As even as they go: 3 and 3, not 5 and 1.
    let columns = number.div_ceil(lines).max(1);
    (columns, lines as f32 * (SUM_HEIGHT + 8.0))
}

fn sums_ui(frame: &mut Frame<'_>, ui: &mut Ui, page: &Page, place: Rect, columns: usize) {
    let width = (place.width() - 16.0 * (columns - 1) as f32) / columns as f32;
    for (index, sum) in page.sums.iter().enumerate() {
        let (row, column) = (index / columns, index % columns);
        let corner = place.min + Vec2::new(column as f32 * (width + 16.0), row as f32 * (SUM_HEIGHT + 8.0));
        sum_ui(frame, ui, sum, Rect::from_min_size(corner, Vec2::new(width, SUM_HEIGHT)), index);
    }
}

fn sum_ui(frame: &mut Frame<'_>, ui: &mut Ui, sum: &SumView, place: Rect, index: usize) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let id = ui.unique_id().with(("ledger sum", index));
    let response = ui.interact(place, id, Sense::hover());
    let said = format!("{}: {}, {}", sum.label, sum.value, sum.caption);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    let painter = ui.painter();
    let line = |top: f32| place.left_top() + Vec2::new(0.0, top);
    let width = place.width();
    text_style::paint_ellipsis(painter, line(0.0), Align2::LEFT_TOP, Text::Small, c.text_mid, &sum.label, width);
    // A long range is set smaller before it is cut.
    let fits = text_style::line(ui.ctx(), &sum.value, Text::Number, c.text_hi).size().x <= width;
    let style = if fits { Text::Number } else { Text::Title };
    let at = line(18.0 + 14.0);
    text_style::paint_ellipsis(painter, at, Align2::LEFT_CENTER, style, c.text_hi, &sum.value, width);
    let color = if sum.asks { c.ask_fg } else { c.text_low };
    let caption = text_style::ellipsis(ui.ctx(), &sum.caption, Text::Caption, color, width);
    let spot = Rect::from_min_size(line(46.0), caption.size());
    text_style::paint_galley(painter, spot.min, Align2::LEFT_TOP, caption);
    let response = match sum.lists {
        Some(only) => {
            let button = ui.interact(spot, id.with("list"), Sense::click());
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &sum.caption));
            let drawn = paint::drawn(ui, &button, true, paint::Look::Live);
            if drawn.hover > 0.0 {
                paint::divider(ui.painter(), spot.x_range(), spot.bottom() - 1.0, color);
            }
            if drawn.focus {
                paint::focus_ring(ui.painter(), spot, tokens.radius.chip);
            }
            if button.clicked() {
                frame.act(Action::Ledger(LedgerAct::OnlyNotKnown(only)));
            }
            button
        }
        None => response,
    };
    crate::ui::widgets::tooltip(response, &said);
}

/// Draws the page before anything was spent.
fn empty_ui(frame: &mut Frame<'_>, ui: &mut Ui, place: Rect, is_narrow: bool) {
    let c = &tokens::tokens(ui).color;
    let inner = Rect::from_center_size(place.center(), Vec2::new((place.width() - 2.0 * PAD).min(420.0), 120.0));
    let layout = egui::Layout::top_down(egui::Align::Center);
    let mut part = ui.new_child(UiBuilder::new().id_salt("nothing spent").max_rect(inner).layout(layout));
    part.spacing_mut().item_spacing = Vec2::new(0.0, 8.0);
    text_style::label(&mut part, Text::Strong, c.text_hi, "Nothing spent yet.");
    let key = frame.state.keys.text(UiCommand::Ledger);
    let key = if key.is_empty() { key } else { format!(" ({key})") };
    let text = format!("Every order at a paid gateway gets a row here{key}. Practice clips are never counted.");
    text_style::label(&mut part, Text::Small, c.text_mid, text);
    if Button::new("Set a cap").icon(Icon::Wallet).show(&mut part).clicked() {
        frame.ui_state.ledger.shows_caps = is_narrow;
        frame.ui_state.ledger.wants_cap = Some(CapField::Day);
    }
}
