//! Keys. One loop over the vocabulary of commands; nothing else in the screens reads a shortcut.

use egui::{Event, ImeEvent, KeyboardShortcut, Modifiers, Ui};
use strum::IntoEnumIterator as _;

use super::Frame;
use crate::app::Action;
use crate::app::card::{CardFacts, card_view};
use crate::app::command::{Key, Scope, UiCommand};
use crate::app::state::{SCALES, SettingsPage};

/// Turns keys into actions before any widget sees them.
pub(super) fn handle(frame: &mut Frame<'_>, ui: &Ui) {
    follow_composition(frame, ui);
    let is_typing = ui.ctx().text_edit_focused();
    let has_popup = egui::Popup::is_any_open(ui.ctx());
    for command in UiCommand::iter() {
        let shortcut = command.shortcut();
        let counts = match shortcut.scope {
            Scope::Anywhere => true,
            Scope::OutsideText => !is_typing,
            Scope::Gallery => !is_typing && frame.ui_state.focused_card.is_some(),
        };
        if !counts || has_popup || frame.ui_state.is_composing {
            continue;
        }
        // Esc is taken only where something of ours closes; menus and fields have their own use for it.
        if command == UiCommand::Close && !is_closable(frame) {
            continue;
        }
        // A dialog keeps everything but the size of the interface and leaving for itself.
        let is_always = matches!(
            command,
            UiCommand::Close | UiCommand::Larger | UiCommand::Smaller | UiCommand::NormalSize | UiCommand::Quit
        );
        if frame.state.dialog.is_some() && !is_always {
            continue;
        }
        if pressed(ui, command) {
            run(frame, command);
        }
    }
}

fn is_closable(frame: &Frame<'_>) -> bool {
    frame.state.dialog.is_none() && (frame.ui_state.shows_details || frame.ui_state.shows_form)
}

/// While an input method composes, Enter and letters belong to it.
fn follow_composition(frame: &mut Frame<'_>, ui: &Ui) {
    ui.input(|input| {
        for event in &input.events {
            if let Event::Ime(event) = event {
                frame.ui_state.is_composing = match event {
                    ImeEvent::Preedit { text, .. } => !text.is_empty(),
                    _ => false,
                };
            }
        }
    });
}

fn pressed(ui: &Ui, command: UiCommand) -> bool {
    let shortcut = command.shortcut();
    let modifiers = if shortcut.command { Modifiers::COMMAND } else { Modifiers::NONE };
    if shortcut.key == Key::Char('/') {
        // Where the slash needs Shift, only the typed character tells.
        return ui.input_mut(|input| {
            let before = input.events.len();
            input.events.retain(|event| !matches!(event, Event::Text(text) if text == "/"));
            input.events.len() != before
        });
    }
    if shortcut.key == Key::Char('C') {
        // The copy keys arrive as an event of their own.
        return ui.input_mut(|input| {
            let before = input.events.len();
            input.events.retain(|event| !matches!(event, Event::Copy));
            input.events.len() != before
        });
    }
    keys(shortcut.key)
        .iter()
        .any(|key| ui.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, *key))))
}

fn keys(key: Key) -> Vec<egui::Key> {
    match key {
        Key::Enter => vec![egui::Key::Enter],
        Key::Escape => vec![egui::Key::Escape],
        Key::Delete => vec![egui::Key::Delete, egui::Key::Backspace],
        Key::Char('+') => vec![egui::Key::Plus, egui::Key::Equals],
        Key::Char('-') => vec![egui::Key::Minus],
        Key::Char(c) => egui::Key::from_name(&c.to_string()).into_iter().collect(),
    }
}

fn run(frame: &mut Frame<'_>, command: UiCommand) {
    let card = frame.ui_state.focused_card;
    match command {
        UiCommand::Generate => frame.act(Action::Generate),
        UiCommand::Search => frame.ui_state.focus_search = true,
        UiCommand::Settings => frame.act(Action::OpenSettings(SettingsPage::Gateways)),
        UiCommand::Undo => frame.act(Action::Undo),
        UiCommand::Close => {
            frame.ui_state.shows_details = false;
            frame.ui_state.shows_form = false;
        }
        UiCommand::Larger => step_scale(frame, 1),
        UiCommand::Smaller => step_scale(frame, -1),
        UiCommand::NormalSize => frame.act(Action::SetScale(100)),
        UiCommand::Quit => frame.act(Action::Quit),
        UiCommand::OpenSelected => {
            let state = frame.state;
            if let Some(job) = card.and_then(|card| state.jobs.get(&card)) {
                let first = card_view(job, &CardFacts::of(state, job)).actions.into_iter().next();
                if let Some(first) = first {
                    frame.act(first.action);
                }
            }
        }
        UiCommand::UseSettings => frame.actions.extend(card.map(Action::UseSettings)),
        UiCommand::CopyPrompt => frame.actions.extend(card.map(Action::CopyPrompt)),
        UiCommand::Remove => frame.actions.extend(card.map(Action::RemoveCard)),
    }
}

fn step_scale(frame: &mut Frame<'_>, step: i32) {
    let now = frame.state.preferences.scale_percent;
    let next = if step > 0 {
        SCALES.into_iter().find(|scale| *scale > now)
    } else {
        SCALES.into_iter().rev().find(|scale| *scale < now)
    };
    frame.actions.extend(next.map(Action::SetScale));
}
