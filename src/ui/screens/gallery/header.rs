//! The header of a group in the gallery: the prompt and the settings that its takes share, and actions on all of them.

use egui::{Align2, Id, Rect, Sense, Ui, UiBuilder, Vec2, pos2};

use crate::app::Action;
use crate::app::action::MORE;
use crate::app::action::spend::Door;
use crate::app::action::viewing::Viewing;
use crate::app::state::gallery::Group;
use crate::app::view::compared::best_takes;
use crate::app::view::four_more::{FourMore, four_more};
use crate::app::view::spending::{Lot, hold_words};
use crate::app::view::words;
use crate::domain::numbers;
use crate::domain::{Charge, JobId};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::screens::{Frame, hold};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, IconButton, MenuItem, menu_button, menu_row, popover_button};

/// Width in points above which the action buttons are shown one by one; below it they are in one menu.
const WIDE: f32 = 420.0;

/// Draws the header of a group above its cards, which end at `cards_right`. If there is free space to the right of the
/// cards, the text may use it; the buttons end at the edge of the cards or behind the text.
pub(super) fn header_ui(frame: &mut Frame<'_>, ui: &mut Ui, group: &Group, rect: Rect, cards_right: f32) {
    let Some(first) = group.takes.first().copied() else { return };
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let prompt = group.request.prompt();
    let one_line = words::one_line(prompt);
    let compared = best_takes(frame.state, &group.takes);
    let is_wide = cards_right - rect.left() > WIDE;
    let buttons = if is_wide { wide_width(ui, !compared.is_empty()) } else { 24.0 };
    let words = text_style::line(ui.ctx(), &one_line, Text::Strong, c.text_hi).size().x;
    let right = (rect.left() + words + 8.0 + buttons).clamp(cards_right, rect.right().max(cards_right));
    let text_area = Rect::from_min_max(
        pos2(rect.left(), rect.top() + 2.0),
        pos2((right - buttons - 8.0).min(rect.left() + words), rect.top() + 22.0),
    );
    let id = Id::unique(("group", first, group.gateway));
    let response = ui.interact(text_area, id, Sense::click());
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Copy the prompt of this group: {prompt}"))
    });
    text_style::paint_ellipsis(
        ui.painter(),
        text_area.left_center(),
        Align2::LEFT_CENTER,
        Text::Strong,
        c.text_hi,
        &one_line,
        right - buttons - 8.0 - rect.left(),
    );
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    if drawn.focus {
        paint::focus_ring(ui.painter(), text_area, tokens.radius.chip);
    }
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        frame.act(Action::CopyPrompt(first));
    }
    let line = settings_line(frame, group, is_wide);
    let at = pos2(rect.left(), rect.top() + 32.0);
    text_style::paint_ellipsis(ui.painter(), at, Align2::LEFT_CENTER, Text::Caption, c.text_low, &line, rect.width());

    let place = Rect::from_min_max(pos2(right - buttons, rect.top()), pos2(right, rect.top() + 24.0));
    let mut child = ui.new_child(
        UiBuilder::new().id_salt(id).max_rect(place).layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    child.spacing_mut().item_spacing = Vec2::new(2.0, 0.0);
    if is_wide {
        wide_ui(frame, &mut child, first, compared);
    } else {
        let more = IconButton::new(Icon::Ellipsis, "More for this group").small().show(&mut child);
        menu_button(&more, "This group", |ui| rows(frame, ui, first, compared));
    }
}

fn copy_button() -> IconButton<'static> {
    IconButton::new(Icon::Copy, "Copy the prompt").small()
}

fn more_button() -> Button<'static> {
    Button::new("4 more like this").icon(Icon::Plus).kind(ButtonKind::QuietSmall)
}

fn compare_button() -> Button<'static> {
    Button::new("Compare").icon(Icon::Columns2).kind(ButtonKind::QuietSmall)
}

/// Total width of the action buttons when they are shown one by one, in points.
fn wide_width(ui: &Ui, can_compare: bool) -> f32 {
    let compare = if can_compare { 2.0 + compare_button().natural_width(ui) } else { 0.0 };
    24.0 + 2.0 + more_button().natural_width(ui) + compare
}

fn wide_ui(frame: &mut Frame<'_>, ui: &mut Ui, first: JobId, compared: Vec<JobId>) {
    if copy_button().show(ui).clicked() {
        frame.act(Action::CopyPrompt(first));
    }
    let button = more_button().accessible_name("4 more like this…").show(ui);
    popover_button(&button, "4 more like this", |ui| four_more_ui(frame, ui, first));
    if !compared.is_empty() && compare_button().show(ui).clicked() {
        frame.act(Action::View(Viewing::Compare(compared)));
    }
}

/// Draws the confirmation before four more takes are generated: their seeds, the total, and a button with the price.
fn four_more_ui(frame: &mut Frame<'_>, ui: &mut Ui, first: JobId) {
    const WIDTH: f32 = 248.0;
    let c = &tokens::tokens(ui).color;
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let Some(more) = four_more(frame.state, first) else {
        text_style::label(ui, Text::Small, c.text_mid, "These settings are not offered there any more.");
        return;
    };
    text_style::label(ui, Text::Strong, c.text_hi, "4 more like this");
    ui.add_space(4.0);
    text_style::label(ui, Text::Small, c.text_mid, more.seeds_line());
    text_style::label(ui, Text::Small, c.text_mid, more.sum_line());
    ui.add_space(12.0);
    let (verb, price) = (format!("Generate {MORE}"), format!("· {}", more.price()));
    let lot = Lot { one: more.estimate.amount, clips: MORE as u32, gateway: more.gateway, in_place_of: None };
    let hold = hold_words(frame.state, &verb, lot).filter(|_| more.off_because.is_none());
    if let Some(words) = &hold {
        let before = frame.actions.len();
        hold::button_ui(frame, ui, words, Door::FourMore(first), ButtonKind::Lit);
        hold::below_ui(frame, ui, words, Door::FourMore(first), false);
        if frame.actions.len() > before {
            ui.close();
        }
        return;
    }
    let is_on = more.off_because.is_none();
    let button = Button::new(&verb).detail(&price).kind(ButtonKind::Lit).full_width().enabled(is_on);
    if button.show(ui).clicked() {
        frame.act(Action::FourMore(first));
        ui.close();
    }
    if let Some(reason) = more.off_because {
        ui.add_space(6.0);
        text_style::label(ui, Text::Caption, c.ask_fg, format!("{reason}."));
    }
}

/// Draws the menu row "4 more like this", with its price or with the reason why it is disabled.
pub(super) fn four_more_row(frame: &mut Frame<'_>, ui: &mut Ui, job: JobId) {
    let Some(more) = four_more(frame.state, job) else { return };
    let label = more.label();
    let FourMore { off_because, .. } = more;
    let item = MenuItem::new(&label).icon(Icon::Plus);
    let item = match &off_because {
        Some(reason) => item.disabled(reason),
        None => item,
    };
    if menu_row(ui, item).clicked() {
        frame.act(Action::FourMore(job));
    }
}

fn rows(frame: &mut Frame<'_>, ui: &mut Ui, first: JobId, compared: Vec<JobId>) {
    four_more_row(frame, ui, first);
    let compare = MenuItem::new("Compare").icon(Icon::Columns2);
    let compare = if compared.is_empty() { compare.disabled("needs two clips") } else { compare };
    if menu_row(ui, compare).clicked() {
        frame.act(Action::View(Viewing::Compare(compared)));
    }
    if menu_row(ui, MenuItem::new("Copy the prompt").icon(Icon::Copy)).clicked() {
        frame.act(Action::CopyPrompt(first));
    }
}

/// Formats the settings of a group, such as `720p · 8 s · 16:9 · thinking auto · apiin · 6 takes, 1,080 cr · today
/// 14:02`. The short form leaves out thinking, price and time.
fn settings_line(frame: &Frame<'_>, group: &Group, is_long: bool) -> String {
    let state = frame.state;
    let request = &group.request;
    let mut parts = vec![format!("{} · {} · {}", request.resolution(), request.duration(), request.aspect_ratio())];
    if request.audio() {
        parts.push("with audio".to_owned());
    }
    if is_long {
        parts.push(format!("thinking {}", crate::app::view::compare::thinking(request.thinking())));
    }
    parts.push(group.gateway.title().to_owned());
    let takes = numbers::counted(group.count, "take", "takes");
    if !is_long {
        parts.push(takes);
        return parts.join(" · ");
    }
    let jobs = || group.takes.iter().filter_map(|id| state.jobs.get(id));
    // Jobs that are known not to be charged add nothing to the price of the group.
    let paid = jobs().filter(|job| job.charge != Charge::No).count();
    let price = jobs().next().map(|job| job.estimate.amount.times(u32::try_from(paid).unwrap_or(u32::MAX)));
    match price {
        Some(price) if group.gateway.is_paid() => parts.push(format!("{takes}, {price}")),
        _ => parts.push(takes),
    }
    if let Some(newest) = jobs().next_back() {
        parts.push(words::moment(newest.created_at, state.now, &state.time_zone));
    }
    parts.join(" · ")
}
