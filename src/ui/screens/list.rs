//! The dialog of a list of shots: its text, a row for every job that it gives, and the button with the sum.

use egui::{Align, Align2, Id, Layout, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};

use super::{Frame, hold};
use crate::app::Action;
use crate::app::action::list::List;
use crate::app::action::spend::{Consent, Door, Spend};
use crate::app::view::list::{self, ListView, RowView};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Checkbox, Dialog, Field, inset, tooltip};

/// Size of the dialog in points.
const SIZE: Vec2 = Vec2::new(960.0, 640.0);
/// Space at the sides, in points.
const PAD: f32 = 20.0;
/// Height of the text field, in points.
const TEXT_HEIGHT: f32 = 132.0;
/// Height of one row of the table, in points.
const ROW: f32 = 26.0;
/// Longest text that can be edited here, in bytes. A longer one comes from a file and is edited where it came from.
const MOST_EDITED: usize = 200_000;
/// What the empty field says.
const PLACEHOLDER: &str = "One prompt for each line, as in: a {red|blue} boat at dawn\n\n\
    Or a table, whose first line names its columns:\nprompt, resolution, duration, takes, gateway, hero\n\
    {hero} at dawn, 1080p, 8, 2, apiin, a heron";

/// Left edges of the columns and the right edge of the last one, in points from the left.
struct Columns {
    text: f32,
    settings: f32,
    gateway: f32,
    price: f32,
    end: f32,
}

impl Columns {
    fn of(width: f32) -> Self {
        let price = width - 84.0;
        let gateway = price - 84.0;
        let settings = gateway - 240.0;
        Self { text: 72.0, settings, gateway, price, end: width }
    }
}

pub(super) fn list_ui(frame: &mut Frame<'_>, ui: &Ui) {
    let state = frame.state;
    let view = list::view(state);
    let (mut acts, mut pressed) = (Vec::new(), Foot::Nothing);
    let dialog = Dialog::new(Id::unique("list of shots"), "Queue from a list", SIZE).subtitle(&view.file);
    let shown = dialog.show(
        ui.ctx(),
        |ui| {
            let ui = &mut inset(ui, Vec2::new(PAD, 16.0));
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            text_ui(frame, ui, &mut acts);
            ui.add_space(8.0);
            tools_ui(ui, &view, &mut acts);
            ui.add_space(8.0);
            table_ui(frame, ui, &mut acts);
        },
        |ui| pressed = footer_ui(ui, &view),
    );
    match pressed {
        Foot::Order => acts.push(List::Order),
        Foot::Held(consent) => frame.act(Action::Spend(Spend::Order(Door::List, consent))),
        Foot::Nothing | Foot::Close => {}
    }
    if shown.close || pressed == Foot::Close {
        frame.act(Action::CloseDialog);
        return;
    }
    frame.actions.extend(acts.into_iter().map(Action::List));
}

/// Draws the text of the list, or the name of a long file.
fn text_ui(frame: &mut Frame<'_>, ui: &mut Ui, acts: &mut Vec<List>) {
    let c = &tokens::tokens(ui).color;
    let list = &frame.state.list;
    if list.text.len() > MOST_EDITED {
        let lines = list.text.lines().count();
        let said = format!("This list has {lines} lines. Change it where it came from, and choose it again.");
        text_style::label(ui, Text::Body, c.text_mid, said);
    } else {
        let mut text = list.text.clone();
        let field = Field::new("List of shots").placeholder(PLACEHOLDER).multi_line(TEXT_HEIGHT);
        let field = field.problem(list.trouble.as_deref());
        if field.show(ui, &mut text).response.changed() {
            acts.push(List::Edit(text));
        }
    }
}

/// Draws what can be done with the list, and what is to be known of it.
fn tools_ui(ui: &mut Ui, view: &ListView, acts: &mut Vec<List>) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let size = Vec2::new(ui.available_width(), tokens.size.control.normal);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 0.0);
        if Button::new("Choose a file…").icon(Icon::FolderOpen).show(ui).clicked() {
            acts.push(List::ChooseFile);
        }
        if view.same > 0 {
            let text = format!("Leave out {} the same", view.same);
            if Button::new(&text).kind(ButtonKind::Quiet).show(ui).clicked() {
                acts.push(List::LeaveOutSame);
            }
        }
        if view.problems > 0 {
            let text = if view.problems == 1 {
                "Leave out 1 problem".to_owned()
            } else {
                format!("Leave out {} problems", view.problems)
            };
            if Button::new(&text).kind(ButtonKind::Quiet).show(ui).clicked() {
                acts.push(List::LeaveOutProblems);
            }
        }
        if view.is_some_out && Button::new("Take all in").kind(ButtonKind::Quiet).show(ui).clicked() {
            acts.push(List::TakeAllIn);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (color, words) = match view.notes.first() {
                _ if !view.over.is_empty() => (c.ask_fg, view.over.clone()),
                Some(note) => (c.ask_fg, note.clone()),
                None if view.is_empty => (c.text_low, String::new()),
                None => (c.text_low, view.counts.clone()),
            };
            let shown = text_style::label_ellipsis(ui, Text::Small, color, words);
            if !view.notes.is_empty() {
                tooltip(shown, &view.notes.join(" "));
            }
        });
    });
}

/// Draws a row for each job and each problem. Only rows in sight are laid out.
fn table_ui(frame: &mut Frame<'_>, ui: &mut Ui, acts: &mut Vec<List>) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let list = &frame.state.list;
    let area = ui.available_rect_before_wrap();
    if list.rows.is_empty() {
        paint::dashed_frame(ui.painter(), area, tokens.radius.card, c.stroke_control);
        let words = if list.is_reading {
            "Reading the list"
        } else {
            "Every job stands here with its price before anything is ordered."
        };
        text_style::paint(ui.painter(), area.center(), Align2::CENTER_CENTER, Text::Small, c.text_low, words);
        return;
    }
    ui.painter().rect_filled(area, paint::radius(tokens.radius.card), c.bg_field);
    let mut child = ui.new_child(UiBuilder::new().id_salt("list table").max_rect(area.shrink2(Vec2::new(12.0, 6.0))));
    child.spacing_mut().item_spacing = Vec2::ZERO;
    egui::ScrollArea::vertical().id_salt("list rows").auto_shrink([false, false]).show_rows(
        &mut child,
        ROW,
        list.rows.len(),
        |ui, places| {
            for place in places {
                let Some(row) = list::row(list, place) else { continue };
                if let Some(out) = row_ui(ui, &row, place) {
                    acts.push(List::LeaveOut(place, out));
                }
            }
        },
    );
}

/// Draws a row. Returns whether it is to be left out, when the user said so.
fn row_ui(ui: &mut Ui, row: &RowView, place: usize) -> Option<bool> {
    let c = &tokens::tokens(ui).color;
    let width = ui.available_width() - 12.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, ROW), Sense::hover());
    let name = row.name();
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &name));
    let at = Columns::of(width);
    let middle = rect.center().y;
    let x = |offset: f32| rect.left() + offset;
    let mut is_in = !row.is_left_out;
    let spot = Rect::from_center_size(pos2(x(8.0), middle), Vec2::splat(16.0));
    let mut child = ui.new_child(UiBuilder::new().id_salt(("row", place)).max_rect(spot));
    let keep = format!("Order line {}: {}", row.line, row.text);
    let is_changed = Checkbox::new("").accessible_name(&keep).show(&mut child, &mut is_in).changed();
    let painter = ui.painter();
    let (strong, plain, wrong) =
        if row.is_left_out { (c.text_off, c.text_off, c.text_off) } else { (c.text_hi, c.text_mid, c.fail_fg) };
    let line = row.line.to_string();
    let right = pos2(x(at.text - 12.0), middle);
    text_style::paint(painter, right, Align2::RIGHT_CENTER, Text::Caption, plain, &line);
    let end = if row.settings.is_empty() { at.end } else { at.settings - 12.0 };
    let mut room = end - at.text;
    if !row.remark.is_empty() {
        let color = if row.is_problem {
            wrong
        } else if row.is_same && !row.is_left_out {
            c.ask_fg
        } else {
            plain
        };
        let remark = text_style::ellipsis(ui.ctx(), &row.remark, Text::Caption, color, room * 0.5);
        let remark_width = remark.size().x;
        text_style::paint_galley(painter, pos2(x(end), middle), Align2::RIGHT_CENTER, remark);
        room -= remark_width + 12.0;
    }
    let mut left = x(at.text);
    if row.is_problem && row.settings.is_empty() {
        icons::paint(painter, Icon::CircleAlert, pos2(left + 7.0, middle), 14.0, wrong);
        left += 20.0;
        room -= 20.0;
    }
    let color = if row.is_problem && row.settings.is_empty() { wrong } else { strong };
    let text = text_style::ellipsis(ui.ctx(), &row.text, Text::Small, color, room);
    let drawn = text_style::paint_galley(painter, pos2(left, middle), Align2::LEFT_CENTER, text);
    if row.is_left_out {
        paint::divider(painter, drawn.x_range(), middle, c.text_off);
    }
    let put = |offset: f32, align, style, color, words: &str, width: f32| {
        let galley = text_style::ellipsis(ui.ctx(), words, style, color, width);
        text_style::paint_galley(painter, pos2(x(offset), middle), align, galley);
    };
    put(at.settings, Align2::LEFT_CENTER, Text::Caption, plain, &row.settings, at.gateway - at.settings - 12.0);
    put(at.gateway, Align2::LEFT_CENTER, Text::Caption, plain, row.gateway, at.price - at.gateway - 12.0);
    put(at.end, Align2::RIGHT_CENTER, Text::Small, strong, &row.price, at.end - at.price);
    tooltip(response, &name);
    is_changed.then_some(!is_in)
}

/// What was pressed at the foot of the dialog.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Foot {
    Nothing,
    Order,
    Held(Consent),
    Close,
}

/// Draws the button with the sum.
fn footer_ui(ui: &mut Ui, view: &ListView) -> Foot {
    let mut pressed = Foot::Nothing;
    let c = &tokens::tokens(ui).color;
    let detail = format!("· {}", view.price);
    let mut name = format!("{} · {}", view.verb, view.price);
    if let Some(reason) = &view.off_because {
        name = format!("{name}, {reason}");
    }
    let mut button = Button::new(&view.verb).kind(ButtonKind::PrimaryLow);
    if !view.is_empty {
        button = button.detail(&detail);
    }
    if let Some(words) = &view.hold {
        ui.scope(|ui| {
            ui.set_max_width(300.0);
            if let Some(consent) = hold::button(ui, words, ButtonKind::PrimaryLow, false) {
                pressed = Foot::Held(consent);
            }
        });
    } else if button.enabled(view.off_because.is_none()).accessible_name(&name).show(ui).clicked() {
        pressed = Foot::Order;
    }
    if Button::new("Close").show(ui).clicked() {
        pressed = Foot::Close;
    }
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.add_space(PAD);
        let (color, words) = match &view.off_because {
            _ if view.is_empty => (c.text_low, "Nothing is ordered yet.".to_owned()),
            Some(reason) => (c.ask_fg, format!("{reason}. Nothing is ordered yet.")),
            None if view.hold.is_some() => {
                let reason = view.hold.as_ref().map(|words| words.reason.as_str()).unwrap_or_default();
                (c.ask_fg, format!("{reason}. Nothing is ordered yet."))
            }
            None if view.gateways.is_empty() => (c.text_low, "Nothing is ordered yet.".to_owned()),
            None => (c.text_low, format!("{}. Nothing is ordered yet.", view.gateways.join("; "))),
        };
        text_style::label_ellipsis(ui, Text::Small, color, words);
    });
    pressed
}
