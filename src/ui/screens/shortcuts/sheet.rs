//! The searchable sheet of all shortcuts, in which they are changed.

use egui::{Align2, Event, Id, Key as EguiKey, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};

use super::super::context::KeyEdit;
use super::Frame;
use crate::app::Action;
use crate::app::action::command::{Key, UiCommand};
use crate::app::action::hands::Hands;
use crate::app::action::keymap::{Chord, refusal};
use crate::app::view::shortcut_sheet::{Heading, columns, sheet};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Dialog, Field, IconButton, KeyCap};

/// Room between the edge and the contents, and between columns, in points.
const PAD: f32 = 20.0;
const GAP: f32 = 40.0;
/// The least width of a column, in points.
const COLUMN: f32 = 270.0;
/// Height of the line with title and search, in points.
const HEAD: f32 = 52.0;
/// Height of the line at the bottom, in points.
const FOOT: f32 = 44.0;
/// Height of a shortcut, in points.
const ROW: f32 = 30.0;

pub(in crate::ui::screens) fn shortcuts_ui(frame: &mut Frame<'_>, ui: &Ui) {
    catch_key(frame, ui);
    let size = tokens::size(tokens::tokens(ui).size.dialog.shortcuts);
    let mut search = std::mem::take(&mut frame.ui_state.shortcut_search);
    let was_editing = frame.ui_state.key_edit.is_some();
    let dialog = Dialog::new(Id::unique("shortcuts"), "Shortcuts", size).without_header().without_footer();
    let shown = dialog.show(
        ui.ctx(),
        |ui| {
            let place = ui.available_rect_before_wrap();
            let head = Rect::from_min_size(place.min, Vec2::new(place.width(), HEAD));
            let foot = Rect::from_min_max(pos2(place.left(), place.bottom() - FOOT), place.max);
            let body = Rect::from_min_max(head.left_bottom(), foot.right_top());
            let closes = head_ui(frame, ui, head, &mut search);
            body_ui(frame, ui, body, &search);
            foot_ui(frame, ui, foot);
            closes
        },
        |_| {},
    );
    frame.ui_state.shortcut_search = search;
    // Esc leaves the change of a key first.
    let is_editing = was_editing || frame.ui_state.key_edit.is_some();
    if shown.close && is_editing {
        frame.ui_state.key_edit = None;
    }
    if shown.inner || (shown.close && !is_editing) {
        frame.ui_state.shortcut_search.clear();
        frame.act(Action::CloseDialog);
    }
}

/// Draws title, search, *Reset all* and the cross. Returns whether the cross was clicked.
fn head_ui(frame: &mut Frame<'_>, ui: &mut Ui, place: Rect, search: &mut String) -> bool {
    let c = &tokens::tokens(ui).color;
    let at = pos2(place.left() + PAD, place.center().y);
    let title = text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Title, c.text_hi, "Shortcuts");
    paint::divider(ui.painter(), place.x_range(), place.bottom() - 1.0, c.stroke_soft);
    let reset = Button::new("Reset all").kind(ButtonKind::Quiet).accessible_name("Reset all shortcuts");
    let right = 8.0 + 28.0 + 8.0 + reset.natural_width(ui) + 8.0;
    let left = title.right() + 20.0;
    let width = (place.right() - right - left).clamp(80.0, 240.0);
    let field = Rect::from_center_size(pos2(left + width / 2.0, place.center().y), Vec2::new(width, 28.0));
    let mut child = ui.new_child(UiBuilder::new().id_salt("search").max_rect(field));
    let shown = Field::new("Search shortcuts")
        .id(Id::unique("search shortcuts"))
        .placeholder("Find a shortcut")
        .leading(Icon::Search)
        .width(width)
        .show(&mut child, search);
    if frame.ui_state.key_edit.is_none() && ui.memory(|memory| memory.focused().is_none()) {
        shown.response.request_focus();
    }
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut child = ui.new_child(UiBuilder::new().id_salt("head").max_rect(place).layout(layout));
    child.add_space(8.0);
    let closes = IconButton::new(Icon::X, "Close").key("Esc").show(&mut child).clicked();
    child.add_space(8.0);
    let is_changed = !frame.state.settings.hands.keys.is_empty();
    if reset.enabled(is_changed).show(&mut child).clicked() {
        frame.ui_state.key_edit = None;
        frame.act(Action::Hands(Hands::ResetKeys));
    }
    closes
}

fn body_ui(frame: &mut Frame<'_>, ui: &mut Ui, place: Rect, search: &str) {
    let c = &tokens::tokens(ui).color;
    let parts = sheet(&frame.state.keys, search);
    let mut child = ui.new_child(UiBuilder::new().id_salt("body").max_rect(place));
    child.set_clip_rect(place.intersect(ui.clip_rect()));
    egui::ScrollArea::vertical().id_salt("shortcuts").auto_shrink([false, false]).show(&mut child, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(16.0);
        let width = ui.available_width() - 2.0 * PAD;
        if parts.is_empty() {
            ui.horizontal(|ui| {
                ui.add_space(PAD);
                text_style::label(ui, Text::Small, c.text_low, "No shortcut is called so.");
            });
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of columns")]
        let count = (((width + GAP) / (COLUMN + GAP)) as usize).clamp(1, 3);
        let columns = columns(&parts, count);
        #[allow(clippy::cast_precision_loss, reason = "a handful of columns")]
        let each = (width - GAP * (count - 1) as f32) / count as f32;
        ui.horizontal_top(|ui| {
            ui.add_space(PAD);
            let mut rest = parts.as_slice();
            for taken in columns {
                let (now, later) = rest.split_at(taken);
                rest = later;
                ui.vertical(|ui| {
                    ui.set_width(each);
                    for (heading, commands) in now {
                        heading_ui(ui, *heading);
                        for command in commands {
                            row_ui(frame, ui, *command);
                        }
                        ui.add_space(18.0);
                    }
                });
                ui.add_space(GAP);
            }
        });
    });
}

fn heading_ui(ui: &mut Ui, heading: Heading) {
    let c = &tokens::tokens(ui).color;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 28.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, heading.title()));
    let at = pos2(rect.left(), rect.top() + 10.0);
    text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Strong, c.text_hi, heading.title());
    paint::divider(ui.painter(), rect.x_range(), rect.bottom() - 1.0, c.stroke_mid);
}

fn row_ui(frame: &mut Frame<'_>, ui: &mut Ui, command: UiCommand) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let keys = frame.state.keys.text(command);
    let is_fixed = command == UiCommand::Close;
    let is_edited = frame.ui_state.key_edit.as_ref().is_some_and(|edit| edit.command == command);
    let sense = if is_fixed { Sense::hover() } else { Sense::click() };
    let (row, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), sense);
    let spoken = if keys.is_empty() { "no key".to_owned() } else { keys.clone() };
    let name = match (is_fixed, is_edited) {
        (true, _) => format!("{}: {spoken}, cannot be changed", command.text()),
        (_, true) => format!("{}: press a key", command.text()),
        _ => format!("{}: {spoken}, change", command.text()),
    };
    let role = if is_fixed { Role::Label } else { Role::Button };
    response.widget_info(|| WidgetInfo::labeled(role, true, &name));
    if ui.is_rect_visible(row) {
        let drawn = paint::drawn(ui, &response, !is_fixed, paint::Look::Live);
        let around = row.expand2(Vec2::new(8.0, 0.0));
        let fill = if is_edited { c.bg_active } else { tokens::faded(c.bg_hover, drawn.hover) };
        paint::boxed(ui.painter(), around, tokens.radius.control, fill, tokens::NONE);
        paint::divider(ui.painter(), row.x_range(), row.bottom() - 0.5, c.stroke_soft);
        let end = row.right();
        let left = if is_edited {
            let at = pos2(end, row.center().y);
            text_style::paint(ui.painter(), at, Align2::RIGHT_CENTER, Text::Small, c.text_hi, "press a key").left()
        } else if keys.is_empty() {
            let at = pos2(end, row.center().y);
            text_style::paint(ui.painter(), at, Align2::RIGHT_CENTER, Text::Small, c.text_low, "no key").left()
        } else {
            let caps = KeyCap::new(&keys);
            let left = end - caps.width(ui);
            caps.paint(ui, Rect::from_min_max(pos2(left, row.top()), pos2(end, row.bottom())));
            left
        };
        let hint = if drawn.hover > 0.0 && !is_edited && !is_fixed {
            "click to change"
        } else if frame.state.keys.is_changed(command) && !is_edited {
            "changed"
        } else {
            ""
        };
        let at = pos2(left - 8.0, row.center().y);
        let hint = text_style::paint(ui.painter(), at, Align2::RIGHT_CENTER, Text::Caption, c.text_mid, hint);
        let room = hint.left() - 8.0 - row.left();
        let at = row.left_center();
        let style = Text::Body;
        text_style::paint_ellipsis(ui.painter(), at, Align2::LEFT_CENTER, style, c.text_mid, command.text(), room);
        if drawn.focus {
            paint::focus_ring(ui.painter(), around, tokens.radius.control);
        }
    }
    if response.clicked() {
        // The search would take what is pressed.
        response.request_focus();
        frame.ui_state.key_edit = (!is_edited).then_some(KeyEdit { command, problem: None, conflict: None });
    }
}

/// Draws what the keys are about, or what becomes of the key that is being changed.
fn foot_ui(frame: &mut Frame<'_>, ui: &mut Ui, place: Rect) {
    let c = &tokens::tokens(ui).color;
    paint::divider(ui.painter(), place.x_range(), place.top(), c.stroke_soft);
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut child = ui.new_child(UiBuilder::new().id_salt("foot").max_rect(place).layout(layout));
    let ui = &mut child;
    ui.spacing_mut().item_spacing.x = 8.0;
    ui.add_space(12.0);
    let Some(edit) = frame.ui_state.key_edit.clone() else {
        let generate = frame.state.keys.text(UiCommand::Generate);
        let generate = if generate.is_empty() { "Generate".to_owned() } else { generate };
        let text = format!(
            "Single letters work while the gallery has the focus. {generate} does nothing while an input method is composing."
        );
        said_ui(ui, place, c.text_mid, &text);
        return;
    };
    let command = edit.command;
    let mut done = None;
    if let Some((chord, other)) = edit.conflict {
        if Button::new("Leave it").show(ui).clicked() {
            frame.ui_state.key_edit = Some(KeyEdit { command, problem: None, conflict: None });
        }
        if Button::new("Take it").kind(ButtonKind::Lit).show(ui).clicked() {
            done = Some(Hands::SetKey(command, Some(chord)));
        }
        let text = format!("{} is “{}”. Take it from there?", chord.words(), other.text());
        said_ui(ui, place, c.ask_fg, &text);
    } else {
        if Button::new("No key").enabled(frame.state.keys.shortcut(command).is_some()).show(ui).clicked() {
            done = Some(Hands::SetKey(command, None));
        }
        let usual = Chord::of(command.shortcut()).words();
        let text = format!("Usual key: {usual}");
        if Button::new(&text).enabled(frame.state.keys.is_changed(command)).show(ui).clicked() {
            done = Some(Hands::ResetKey(command));
        }
        match edit.problem {
            Some(problem) => said_ui(ui, place, c.fail_fg, problem),
            None => {
                let text = format!("Press the new key for “{}”. Esc leaves it as it is.", command.text());
                said_ui(ui, place, c.text_hi, &text);
            }
        }
    }
    if let Some(done) = done {
        frame.ui_state.key_edit = None;
        frame.act(Action::Hands(done));
    }
}

fn said_ui(ui: &mut Ui, place: Rect, color: egui::Color32, text: &str) {
    let right = ui.available_rect_before_wrap().right();
    let width = right - place.left() - PAD - 8.0;
    let (_, response) = ui.allocate_exact_size(Vec2::new(width.max(0.0), 32.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, text));
    let galley = text_style::wrapped(ui.ctx(), text, Text::Small, color, width, 2);
    let at = pos2(place.left() + PAD, place.center().y);
    text_style::paint_galley(ui.painter(), at, Align2::LEFT_CENTER, galley);
}

/// While a key is being changed, the next one that is pressed is it.
fn catch_key(frame: &mut Frame<'_>, ui: &Ui) {
    let Some(edit) = frame.ui_state.key_edit.clone().filter(|edit| edit.conflict.is_none()) else { return };
    if frame.ui_state.is_composing {
        return;
    }
    let command = edit.command;
    let mut pressed = None;
    let mut leaves = false;
    ui.input_mut(|input| {
        input.events.retain(|event| {
            match event {
                Event::Key { key: EguiKey::Escape, pressed: true, .. } => leaves = true,
                // Tab goes on to the buttons below.
                Event::Key { key: EguiKey::Tab, .. } => return true,
                Event::Key { key, pressed: true, repeat: false, modifiers, .. } => {
                    let Some(key) = key_of(*key) else { return false };
                    let shift = modifiers.shift && heeds_shift(key);
                    let chord = Chord { command: modifiers.command, shift, alt: modifiers.alt, key };
                    // A focused button takes Enter and Space for itself.
                    let is_press = matches!(key, Key::Enter | Key::Space) && !chord.command && !chord.alt;
                    if is_press && refusal(command, chord).is_some() {
                        return true;
                    }
                    pressed = Some(chord);
                }
                Event::Copy | Event::Cut | Event::Paste(_) => {
                    let letter = match event {
                        Event::Copy => 'C',
                        Event::Cut => 'X',
                        _ => 'V',
                    };
                    pressed = Some(Chord { command: true, shift: false, alt: false, key: Key::Char(letter) });
                }
                // Signs that no key of egui stands for, such as letters of other scripts.
                Event::Text(text) => {
                    let mut letters = text.chars();
                    if let (None, Some(c), None) = (pressed, letters.next(), letters.next()) {
                        pressed = Chord::parse(&c.to_string());
                    }
                }
                _ => return true,
            }
            false
        });
    });
    if leaves {
        frame.ui_state.key_edit = None;
        return;
    }
    let Some(chord) = pressed else { return };
    frame.ui_state.key_edit = match (refusal(command, chord), frame.state.keys.conflict(command, chord)) {
        (Some(problem), _) => Some(KeyEdit { command, problem: Some(problem), conflict: None }),
        (None, Some(other)) => Some(KeyEdit { command, problem: None, conflict: Some((chord, other)) }),
        (None, None) => {
            frame.act(Action::Hands(Hands::SetKey(command, Some(chord))));
            None
        }
    };
}

/// Shift tells letters and named keys apart, but not signs, which need it on some keyboards.
fn heeds_shift(key: Key) -> bool {
    !matches!(key, Key::Char(c) if !c.is_alphabetic())
}

fn key_of(key: EguiKey) -> Option<Key> {
    Some(match key {
        EguiKey::Enter => Key::Enter,
        EguiKey::Delete | EguiKey::Backspace => Key::Delete,
        EguiKey::Space => Key::Space,
        EguiKey::Home => Key::Home,
        EguiKey::End => Key::End,
        EguiKey::ArrowLeft => Key::Left,
        EguiKey::ArrowRight => Key::Right,
        EguiKey::ArrowUp => Key::Up,
        EguiKey::ArrowDown => Key::Down,
        EguiKey::PageUp => Key::PageUp,
        EguiKey::PageDown => Key::PageDown,
        EguiKey::Minus => Key::Char('-'),
        EguiKey::Equals => Key::Char('+'),
        other => {
            // Signs have a symbol of one character, the other keys a name.
            return Chord::parse(other.symbol_or_name()).map(|chord| chord.key);
        }
    })
}
