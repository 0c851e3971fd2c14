//! The history of prompts: a list that can be searched, whose entries can be taken into the form, pinned and deleted.

use egui::{Align2, Id, Key, Modifiers, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};

use super::Frame;
use crate::app::Action;
use crate::app::action::form::{EntryPart, Form};
use crate::app::state::UndoStep;
use crate::app::state::form::History;
use crate::app::view::words;
use crate::domain::Sha256Hex;
use crate::domain::numbers;
use crate::domain::prompt_history::PromptEntry;
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Dialog, Field, IconButton, KeyCap, inset};

/// Size of the dialog in points.
const SIZE: Vec2 = Vec2::new(640.0, 520.0);
/// Distance of the dialog from the upper edge of the window, in points.
const TOP: f32 = 88.0;
/// Height of an entry in points.
const ROW: f32 = 64.0;
/// Size of the picture of an entry in points.
const POSTER: Vec2 = Vec2::new(80.0, 45.0);
const PAD: f32 = 16.0;

/// What was done to an entry.
enum Did {
    Use(EntryPart),
    Pin(bool),
    Delete,
}

pub(super) fn history_ui(frame: &mut Frame<'_>, ui: &Ui) {
    let state = frame.state;
    let mut search = std::mem::take(&mut frame.ui_state.form.history_search);
    let found = state.form.history.entries().map(|entries| entries.search(&search)).unwrap_or_default();
    let last = found.len().saturating_sub(1);
    let mut at = frame.ui_state.form.history_at.min(last);
    let mut acts: Vec<(Sha256Hex, Did)> = Vec::new();
    let (moved, part, wants_undo) = keys(frame, ui, &search);
    at = at.saturating_add_signed(moved).min(last);
    if let (Some(part), Some((key, _))) = (part, found.get(at)) {
        acts.push((*key, Did::Use(part)));
    }
    let dialog = Dialog::new(Id::unique("prompt history"), "Prompt history", SIZE).top(TOP);
    let shown = dialog.show(
        ui.ctx(),
        |ui| {
            let ui = &mut inset(ui, Vec2::new(PAD, 0.0));
            ui.add_space(12.0);
            let before = search.clone();
            let field = Field::new("Search the history")
                .id(Id::unique("search history"))
                .placeholder("Search prompts")
                .leading(Icon::Search)
                .show(ui, &mut search);
            if ui.memory(|memory| memory.focused().is_none()) {
                field.response.request_focus();
            }
            if search != before {
                at = 0;
            }
            ui.add_space(4.0);
            rows_ui(frame, ui, &found, &search, &mut at, moved != 0, &mut acts);
        },
        |ui| {
            let c = &tokens::tokens(ui).color;
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                ui.add_space(PAD);
                for (key, what) in [("⏎", "prompt only"), ("Shift ⏎", "everything")] {
                    KeyCap::new(key).show(ui);
                    text_style::label_line(ui, Text::Caption, c.text_mid, what);
                    ui.add_space(10.0);
                }
                let count = numbers::counted(found.len(), "prompt", "prompts");
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    ui.add_space(PAD);
                    text_style::label_line(ui, Text::Caption, c.text_low, count);
                });
            });
        },
    );
    (frame.ui_state.form.history_search, frame.ui_state.form.history_at) = (search, at);
    if wants_undo {
        frame.act(Action::Undo);
    }
    let mut is_over = shown.close;
    for (key, did) in acts {
        frame.act(Action::Form(match did {
            Did::Use(part) => {
                is_over = true;
                Form::UseEntry(key, part)
            }
            Did::Pin(is_pinned) => Form::PinEntry(key, is_pinned),
            Did::Delete => Form::DeleteEntry(key),
        }));
    }
    if is_over {
        frame.ui_state.form.history_search.clear();
        frame.ui_state.form.history_at = 0;
        frame.act(Action::CloseDialog);
    }
}

/// Reads the keys of the dialog before its field does: how far the choice moves, what is taken, and whether a deletion is to
/// be taken back.
fn keys(frame: &Frame<'_>, ui: &Ui, search: &str) -> (isize, Option<EntryPart>, bool) {
    if frame.ui_state.is_composing {
        return (0, None, false);
    }
    let deleted_last = matches!(frame.state.undo.last(), Some(UndoStep::Prompt(..)));
    let is_in_field = ui.memory(|memory| memory.has_focus(Id::unique("search history")));
    ui.input_mut(|input| {
        let mut moved = 0;
        for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, 6), (Key::PageUp, -6)] {
            if input.consume_key(Modifiers::NONE, key) {
                moved += by;
            }
        }
        // Where a button has the focus, Enter presses it.
        let part = if !is_in_field {
            None
        } else if input.consume_key(Modifiers::SHIFT, Key::Enter) {
            Some(EntryPart::Everything)
        } else if input.consume_key(Modifiers::NONE, Key::Enter) {
            Some(EntryPart::Prompt)
        } else {
            None
        };
        let wants_undo = search.is_empty() && deleted_last && input.consume_key(Modifiers::COMMAND, Key::Z);
        (moved, part, wants_undo)
    })
}

fn rows_ui(
    frame: &mut Frame<'_>,
    ui: &mut Ui,
    found: &[(Sha256Hex, &PromptEntry)],
    search: &str,
    at: &mut usize,
    follows: bool,
    acts: &mut Vec<(Sha256Hex, Did)>,
) {
    let c = &tokens::tokens(ui).color;
    let said = match &frame.state.form.history {
        History::NotRead | History::Reading { .. } => Some("Reading the history.".to_owned()),
        History::Trouble(reason) => Some(reason.clone()),
        History::Read { .. } if found.is_empty() && search.trim().is_empty() => {
            Some("Nothing yet. What you order or replace is kept here.".to_owned())
        }
        History::Read { .. } if found.is_empty() => Some("No prompt holds these words.".to_owned()),
        History::Read { .. } => None,
    };
    if let Some(said) = said {
        ui.add_space(8.0);
        text_style::label(ui, Text::Small, c.text_low, said);
        return;
    }
    let mut scroll = egui::ScrollArea::vertical().id_salt("history").auto_shrink([false, false]);
    if follows {
        // The chosen row stays in view: in the middle, as far as the list goes.
        #[expect(clippy::cast_precision_loss, reason = "a row of a list of at most some thousands")]
        let top = *at as f32 * (ROW + 2.0) - ui.available_height() / 2.0 + ROW / 2.0;
        scroll = scroll.vertical_scroll_offset(top.max(0.0));
    }
    ui.spacing_mut().item_spacing.y = 2.0;
    #[expect(clippy::cast_precision_loss, reason = "a list of at most some thousands")]
    let is_long = found.len() as f32 * (ROW + 2.0) > ui.available_height();
    let width = ui.available_width() - if is_long { 10.0 } else { 0.0 };
    scroll.show_rows(ui, ROW, found.len(), |ui, range| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for place in range {
            let (key, entry) = found[place];
            // The bar of the scroll area stands beside the rows and not on them.
            ui.set_max_width(width);
            if let Some(did) = row_ui(frame, ui, key, entry, place == *at) {
                *at = place;
                acts.push((key, did));
            }
        }
    });
}

fn row_ui(frame: &mut Frame<'_>, ui: &mut Ui, key: Sha256Hex, entry: &PromptEntry, is_chosen: bool) -> Option<Did> {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    let prompt = words::one_line(&entry.draft.prompt);
    let line = about(frame, entry);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Button, true, format!("Use the prompt: {prompt}. {line}"));
        info.selected = Some(is_chosen);
        info
    });
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let painter = ui.painter();
    let fill = if is_chosen { c.bg_active } else { tokens::faded(c.bg_hover, drawn.hover) };
    paint::boxed(painter, rect, tokens.radius.control, fill, tokens::NONE);
    let spot = Rect::from_min_size(pos2(rect.left() + 8.0, rect.center().y - POSTER.y / 2.0), POSTER);
    painter.rect_filled(spot, paint::radius(tokens.radius.chip), c.bg_field);
    let job = frame.state.form.history.poster(key).and_then(|job| frame.state.jobs.get(&job));
    match job.and_then(|job| frame.pictures.poster(job)) {
        Some((texture, size)) => paint::covered(ui.painter(), spot, texture, size, tokens.radius.chip),
        None => icons::paint(ui.painter(), Icon::TextCursorInput, spot.center(), 16.0, c.text_low),
    }
    let left = spot.right() + 12.0;
    let right = rect.right() - 8.0 - 3.0 * 26.0 - 8.0;
    let galley = text_style::wrapped(ui.ctx(), &prompt, Text::Body, c.text_hi, right - left, 2);
    let height = galley.size().y + 2.0 + Text::Caption.line();
    let mut y = rect.center().y - height / 2.0;
    let galley_height = galley.size().y;
    text_style::paint_galley(ui.painter(), pos2(left, y), Align2::LEFT_TOP, galley);
    y += galley_height + 2.0;
    let color = if is_chosen { c.text_mid } else { c.text_low };
    text_style::paint_ellipsis(
        ui.painter(),
        pos2(left, y),
        Align2::LEFT_TOP,
        Text::Caption,
        color,
        &line,
        right - left,
    );
    if drawn.focus {
        paint::focus_ring(ui.painter(), rect, tokens.radius.control);
    }

    let mut did = response.clicked().then_some(Did::Use(EntryPart::Prompt));
    let buttons =
        Rect::from_min_max(pos2(right + 8.0, rect.center().y - 12.0), pos2(rect.right() - 8.0, rect.center().y + 12.0));
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let mut child = ui.new_child(UiBuilder::new().id_salt(key).max_rect(buttons).layout(layout));
    child.spacing_mut().item_spacing.x = 2.0;
    let name = if entry.is_pinned { "Do not keep on top" } else { "Keep on top" };
    if IconButton::new(Icon::Pin, name).small().on(entry.is_pinned).show(&mut child).clicked() {
        did = Some(Did::Pin(!entry.is_pinned));
    }
    if IconButton::new(Icon::CornerUpLeft, "Use everything").small().show(&mut child).clicked() {
        did = Some(Did::Use(EntryPart::Everything));
    }
    if IconButton::new(Icon::Trash2, "Delete from the history").small().show(&mut child).clicked() {
        did = Some(Did::Delete);
    }
    did
}

/// `Ordered 3 times · today 14:02 · 720p · 8 s · 16:9 · aigateway`.
fn about(frame: &Frame<'_>, entry: &PromptEntry) -> String {
    let state = frame.state;
    let draft = &entry.draft;
    let times = words::ordered(entry.uses);
    let when = words::moment(entry.used_at, state.now, &state.time_zone);
    let gateway = draft.gateway.title();
    format!("{times} · {when} · {} · {} · {} · {gateway}", draft.resolution, draft.duration, draft.aspect_ratio)
}
