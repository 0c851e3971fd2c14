//! Keyboard shortcuts: one loop over all commands. No other screen reads a shortcut.

use egui::{Event, ImeEvent, Modifiers, Ui};
use strum::IntoEnumIterator as _;

use super::{Frame, quick_look};
use crate::app::Action;
use crate::app::action::RecipePart;
use crate::app::action::browse::Browse;
use crate::app::action::command::{Key, Scope, Shortcut, UiCommand};
use crate::app::action::curate::Curate;
use crate::app::action::form::Form;
use crate::app::action::hands::Hands;
use crate::app::action::list::List;
use crate::app::action::queue::{Queue, QueueMove};
use crate::app::action::storyboard::Board;
use crate::app::action::viewing::Viewing;
use crate::app::state::viewer::Viewer;
use crate::app::state::{AppState, Dialog, SettingsPage};
use crate::app::view::card::{CardFacts, card_view};
use crate::app::view::compare;
use crate::app::view::compared::{chosen_or_neighbors, chosen_with};
use crate::app::view::heard::is_muted;
use crate::app::view::other_gateway;
use crate::app::view::storyboard::focused_clip;
use crate::app::view::viewer::{continue_frame, film, start_frame};
use crate::domain::settings::INTERFACE_SCALES;
use crate::domain::{HeldFor, Job, JobId, JobState, Rating};

mod board;
mod sheet;

pub(super) use sheet::shortcuts_ui;

/// Time in seconds after which the swap key counts as held. Letting it go then brings the first clip back.
const HELD: f64 = 0.35;

/// Turns key presses into actions before any widget handles them.
pub(super) fn handle(frame: &mut Frame<'_>, ui: &Ui) {
    follow_composition(frame, ui);
    let has_stage = std::mem::take(&mut frame.ui_state.viewer.has_stage);
    if frame.state.viewer.is_some() {
        frame.ui_state.viewer.was_tabbed |= ui.input(|input| input.key_pressed(egui::Key::Tab));
        let_go_of_swap(frame, ui);
    }
    // A key that is being given to a command runs none.
    if frame.ui_state.is_composing || frame.ui_state.key_edit.is_some() || egui::Popup::is_any_open(ui.ctx()) {
        return;
    }
    let is_typing = ui.ctx().text_edit_focused();
    for command in UiCommand::iter() {
        let Some(shortcut) = frame.state.keys.shortcut(command) else { continue };
        if counts(frame, command, shortcut.scope, is_typing, has_stage) && pressed(ui, command, shortcut) {
            run(frame, ui, command);
        }
    }
}

fn counts(frame: &Frame<'_>, command: UiCommand, scope: Scope, is_typing: bool, has_stage: bool) -> bool {
    use UiCommand::{
        Close, Commands, FirstFrame, Larger, LastFrame, NextClip, NormalSize, OpenSelected, PlayStoryboard,
        PreviousClip, Quit, Smaller,
    };
    let viewer = frame.state.viewer.as_ref();
    let is_board = matches!(viewer, Some(Viewer::Storyboard(_)));
    let is_ledger = matches!(viewer, Some(Viewer::Ledger(_)));
    let has_gallery = viewer.is_none() && frame.ui_state.focused_card.is_some();
    let is_in_scope = match scope {
        // A viewer hides the search, the panes and the price of Generate, so their shortcuts are off.
        Scope::Anywhere | Scope::OutsideText if viewer.is_some() && is_about_panes(command) => false,
        Scope::Anywhere => true,
        Scope::OutsideText => !is_typing,
        Scope::Gallery => !is_typing && has_gallery,
        // Rows of the ledger are money; keys that rate, reject or delete clips do not reach them.
        Scope::Clips => !is_typing && !is_ledger && (viewer.is_some() || has_gallery),
        Scope::Viewer => !is_typing && viewer.is_some() && !is_board && !is_ledger,
        Scope::Board => !is_typing && is_board,
    };
    match command {
        _ if !is_in_scope => false,
        // A field of text that is none of the form's takes its own typing back.
        UiCommand::Undo | UiCommand::Redo if is_typing && !frame.ui_state.form.types_in_form => false,
        // Esc is consumed only if it closes a part of this window; menus, text fields and dialogs
        // handle Esc by themselves.
        Close => frame.state.dialog.is_none() && !is_typing && is_closable(frame),
        Larger | Smaller | NormalSize | Quit => true,
        // The same key opens and closes the palette.
        Commands if frame.state.dialog == Some(Dialog::Palette) => true,
        // An open dialog gets all other keys.
        _ if frame.state.dialog.is_some() => false,
        // A focused control handles these keys by itself.
        OpenSelected | PreviousClip | NextClip | FirstFrame | LastFrame | PlayStoryboard => {
            viewer.is_none() || has_stage
        }
        _ => true,
    }
}

fn is_about_panes(command: UiCommand) -> bool {
    use UiCommand::{FoldDetails, FoldForm, FoldPanes, Generate, GenerateNext, PromptHistory, QueueOnly, Search};
    matches!(command, Generate | GenerateNext | QueueOnly | Search | FoldForm | FoldPanes | FoldDetails | PromptHistory)
}

fn is_closable(frame: &Frame<'_>) -> bool {
    frame.state.viewer.is_some() || frame.ui_state.shows_details || frame.ui_state.shows_form
}

/// Tracks whether an input method is composing text; Enter and letters then belong to it, also those of the frame in which
/// it ends.
fn follow_composition(frame: &mut Frame<'_>, ui: &Ui) {
    let mut composes = frame.ui_state.composes;
    let mut has_composed = composes;
    ui.input(|input| {
        for event in &input.events {
            if let Event::Ime(event) = event {
                composes = matches!(event, ImeEvent::Preedit { text, .. } if !text.is_empty());
                has_composed |= composes;
            }
        }
    });
    (frame.ui_state.composes, frame.ui_state.is_composing) = (composes, has_composed);
}

/// Consumes the shortcut of a command from the input. Returns whether it was pressed. Key repeat counts only for
/// commands that go on while a key is held.
fn pressed(ui: &Ui, command: UiCommand, shortcut: Shortcut) -> bool {
    let typed = match shortcut.key {
        // On some keyboard layouts these characters need Shift, so the typed text is compared and not the key. Others have
        // no key of their own that egui knows.
        Key::Char(c)
            if !shortcut.command
                && !shortcut.alt
                && (matches!(c, '/' | '?') || egui::Key::from_name(&c.to_string()).is_none()) =>
        {
            Some(c.to_string())
        }
        _ => None,
    };
    let keys = keys(shortcut.key);
    // Some keyboard layouts need Shift for punctuation, so Shift is ignored there. With a letter or a named key, Shift makes
    // another shortcut, such as redo.
    let is_letter = !matches!(shortcut.key, Key::Char(c) if !c.is_alphabetic());
    let is_copy = shortcut.command && !shortcut.shift && !shortcut.alt && shortcut.key == Key::Char('C');
    let mut modifiers = if shortcut.command { Modifiers::COMMAND } else { Modifiers::NONE };
    modifiers.alt = shortcut.alt;
    ui.input_mut(|input| {
        let mut is_pressed = false;
        input.events.retain(|event| {
            let (is_ours, is_first) = match event {
                Event::Text(text) => (typed.as_ref().is_some_and(|typed| *typed == text.to_uppercase()), true),
                // egui reports the copy shortcut as an event of its own.
                Event::Copy => (is_copy, true),
                Event::Key { key, pressed: true, repeat, modifiers: held, .. } if typed.is_none() => {
                    let is_other = held.alt != shortcut.alt || (is_letter && held.shift != shortcut.shift);
                    (keys.contains(key) && held.matches_logically(modifiers) && !is_other, !repeat)
                }
                _ => (false, false),
            };
            is_pressed |= is_ours && (is_first || goes_on(command));
            !is_ours
        });
        is_pressed
    })
}

fn goes_on(command: UiCommand) -> bool {
    use UiCommand::{
        FrameBack, FrameOn, Larger, NextClip, PreviousClip, QueueEarlier, QueueLater, Redo, ShotBack, ShotOn, Smaller,
        Undo,
    };
    matches!(
        command,
        FrameBack
            | FrameOn
            | NextClip
            | PreviousClip
            | Larger
            | Smaller
            | Undo
            | Redo
            | ShotBack
            | ShotOn
            | QueueEarlier
            | QueueLater
    )
}

/// Whether the keys of a command are down, whoever takes the press itself.
pub(super) fn is_down(frame: &Frame<'_>, ui: &Ui, command: UiCommand) -> bool {
    let Some(shortcut) = frame.state.keys.shortcut(command) else { return false };
    ui.input(|input| {
        let held = input.modifiers;
        held.command == shortcut.command
            && held.alt == shortcut.alt
            && keys(shortcut.key).into_iter().any(|key| input.key_down(key))
    })
}

fn keys(key: Key) -> Vec<egui::Key> {
    match key {
        Key::Up => vec![egui::Key::ArrowUp],
        Key::Down => vec![egui::Key::ArrowDown],
        Key::PageUp => vec![egui::Key::PageUp],
        Key::PageDown => vec![egui::Key::PageDown],
        Key::F(number) => egui::Key::from_name(&format!("F{number}")).into_iter().collect(),
        Key::Enter => vec![egui::Key::Enter],
        Key::Escape => vec![egui::Key::Escape],
        Key::Delete => vec![egui::Key::Delete, egui::Key::Backspace],
        Key::Space => vec![egui::Key::Space],
        Key::Home => vec![egui::Key::Home],
        Key::End => vec![egui::Key::End],
        Key::Left => vec![egui::Key::ArrowLeft],
        Key::Right => vec![egui::Key::ArrowRight],
        Key::Char('+') => vec![egui::Key::Plus, egui::Key::Equals],
        Key::Char('-') => vec![egui::Key::Minus],
        Key::Char(c) => egui::Key::from_name(&c.to_string()).into_iter().collect(),
    }
}

fn run(frame: &mut Frame<'_>, ui: &Ui, command: UiCommand) {
    let card = card_of(frame);
    run_on(frame, ui, command, card);
}

/// Runs a command as its key does, on `card` if it is about one.
pub(super) fn run_on(frame: &mut Frame<'_>, ui: &Ui, command: UiCommand, card: Option<JobId>) {
    match command {
        UiCommand::Generate => frame.act(Action::Generate),
        UiCommand::GenerateNext => frame.act(Action::Hands(Hands::GenerateNext)),
        UiCommand::QueueOnly => frame.act(Action::Hands(Hands::QueueOnly)),
        UiCommand::Commands if frame.state.dialog == Some(Dialog::Palette) => frame.act(Action::CloseDialog),
        UiCommand::Commands => frame.act(Action::Hands(Hands::OpenPalette)),
        UiCommand::PauseQueue => frame.act(Action::PauseQueue(!frame.state.is_queue_paused)),
        UiCommand::Search => frame.ui_state.focus_search = true,
        UiCommand::Settings => frame.act(Action::OpenSettings(SettingsPage::Gateways)),
        UiCommand::Shortcuts => frame.act(Action::OpenShortcuts),
        UiCommand::QueueList => frame.act(Action::List(List::Open)),
        UiCommand::Undo => frame.act(Action::Undo),
        UiCommand::Redo => frame.act(Action::Redo),
        UiCommand::PromptHistory => frame.act(Action::Form(Form::OpenHistory)),
        UiCommand::Close if board::handles_escape(frame) => {}
        UiCommand::Close if frame.ui_state.ledger.shows_caps => frame.ui_state.ledger.shows_caps = false,
        UiCommand::Close if frame.state.viewer.is_some() => frame.act(Action::View(Viewing::Close)),
        UiCommand::Close => {
            frame.ui_state.shows_details = false;
            frame.ui_state.shows_form = false;
        }
        UiCommand::Larger => step_scale(frame, 1),
        UiCommand::Smaller => step_scale(frame, -1),
        UiCommand::NormalSize => frame.act(Action::SetScale(100)),
        UiCommand::FoldForm => frame.ui_state.folds_form = !frame.ui_state.folds_form,
        UiCommand::FoldDetails => frame.ui_state.folds_details = !frame.ui_state.folds_details,
        UiCommand::FoldPanes => {
            let folds = !(frame.ui_state.folds_form && frame.ui_state.folds_details);
            frame.ui_state.folds_form = folds;
            frame.ui_state.folds_details = folds;
        }
        UiCommand::Quit => frame.act(Action::Quit),
        UiCommand::SelectAll => frame.act(Action::Browse(Browse::SelectAll)),
        UiCommand::FullScreen => {
            if frame.state.viewer == Some(Viewer::QuickLook) {
                quick_look::toggle_full_screen(frame, ui);
            }
        }
        UiCommand::Mute => frame.act(Action::View(Viewing::Mute(!is_muted(frame.state)))),
        UiCommand::Play => frame.act(Action::View(Viewing::Play(!frame.state.playback.is_playing))),
        UiCommand::FrameBack => frame.act(Action::View(Viewing::Step(-1))),
        UiCommand::FrameOn => frame.act(Action::View(Viewing::Step(1))),
        UiCommand::FirstFrame => frame.act(Action::View(Viewing::Seek(0))),
        UiCommand::LastFrame => {
            let last = film(frame.state).map(|film| film.last_frame());
            frame.actions.extend(last.map(|last| Action::View(Viewing::Seek(last))));
        }
        UiCommand::PreviousClip => turn(frame, false),
        UiCommand::NextClip => turn(frame, true),
        UiCommand::NextMode => {
            if let Some(Viewer::Compare(comparison)) = &frame.state.viewer {
                frame.act(Action::View(Viewing::SetMode(compare::next_mode(frame.state, comparison))));
            }
        }
        UiCommand::Ledger => {
            let is_open = matches!(frame.state.viewer, Some(Viewer::Ledger(_)));
            frame.act(if is_open { Action::View(Viewing::Close) } else { Action::OpenLedger });
        }
        _ if board::run(frame, command) => {}
        _ => {
            if let Some(card) = card {
                run_on_card(frame, ui, command, card);
            }
        }
    }
}

/// The clip that shortcuts act on.
pub(super) fn card_of(frame: &Frame<'_>) -> Option<JobId> {
    match &frame.state.viewer {
        Some(Viewer::QuickLook) => frame.state.selection.card,
        Some(Viewer::Compare(comparison)) => Some(comparison.focus),
        Some(Viewer::Storyboard(_)) => focused_clip(frame.state),
        Some(Viewer::Ledger(_)) => None,
        None => frame.ui_state.focused_card.or(frame.state.selection.card),
    }
}

fn run_on_card(frame: &mut Frame<'_>, ui: &Ui, command: UiCommand, card: JobId) {
    let state = frame.state;
    let Some(job) = state.jobs.get(&card) else { return };
    let cards = if state.viewer.is_some() { vec![card] } else { chosen_with(state, card) };
    let is_clip = |id: JobId| state.jobs.get(&id).is_some_and(|job| state.is_clip(job));
    let clips = || -> Vec<JobId> { cards.iter().copied().filter(|id| is_clip(*id)).collect() };
    match command {
        UiCommand::OpenSelected if state.viewer.is_some() => frame.act(Action::OpenClip(card)),
        UiCommand::OpenSelected => {
            let first = card_view(job, &CardFacts::of(state, job)).actions.into_iter().next();
            frame.actions.extend(first.map(|first| first.action));
        }
        UiCommand::QuickLook => frame.act(Action::View(Viewing::QuickLook(card))),
        UiCommand::Compare => match &state.viewer {
            Some(Viewer::Compare(comparison)) => {
                frame.ui_state.viewer.swapped = Some((comparison.focus, ui.input(|input| input.time)));
                frame.ui_state.viewer.wants_stage = Some(comparison.partner());
                frame.act(Action::View(Viewing::Swap));
            }
            Some(Viewer::Storyboard(view)) => {
                let clips = view.chosen.iter().filter_map(|key| key.job()).collect();
                frame.act(Action::View(Viewing::Compare(clips)));
            }
            _ => frame.act(Action::View(Viewing::Compare(chosen_or_neighbors(state, card)))),
        },
        UiCommand::Reject => {
            let clips = clips();
            let are_rejected = clips.iter().all(|id| state.jobs.get(id).is_some_and(|job| job.verdict.is_rejected));
            if !clips.is_empty() {
                frame.act(Action::Curate(Curate::Reject(clips, !are_rejected)));
            }
        }
        UiCommand::UseSettings => fill(frame, [Action::UseSettings(card)]),
        UiCommand::UsePrompt => fill(frame, [Action::UsePart(card, RecipePart::Prompt)]),
        UiCommand::UseSeed => fill(frame, [Action::UsePart(card, RecipePart::Seed)]),
        UiCommand::UseRest => fill(frame, [Action::UsePart(card, RecipePart::Settings)]),
        // A shortcut never buys at a price that is not visible: it fills the form, whose button shows the price.
        UiCommand::MakeAgain => {
            fill(frame, [Action::SetGateway(job.gateway), Action::SetTakes(1), Action::UseSettings(card)]);
        }
        UiCommand::Continue if state.is_clip(job) => {
            // Frames are counted from 0, and more than there are stands for the last.
            let from = continue_frame(state, card).unwrap_or(u32::MAX);
            fill(frame, [Action::ContinueFrom(card, from)]);
        }
        UiCommand::AddToStoryboard => frame.act(Action::Board(Board::Add(cards))),
        UiCommand::UseFrame if state.is_clip(job) => {
            fill(frame, [Action::UseFrame(card, start_frame(state, card))]);
        }
        UiCommand::RunNext | UiCommand::PauseOrder => {
            frame.actions.extend(queue_action(state, command, job, &cards).map(Action::Queue));
        }
        UiCommand::CopyPrompt => frame.act(Action::CopyPrompt(card)),
        UiCommand::SendToOther => {
            if let Some(gateway) = other_gateway::other(state, job) {
                fill(frame, [Action::Form(Form::SendTo(card, gateway))]);
            }
        }
        UiCommand::CopyFile => frame.act(Action::Hands(Hands::CopyFiles(clips()))),
        UiCommand::QueueEarlier => frame.act(Action::Queue(Queue::Move(card, QueueMove::Earlier))),
        UiCommand::QueueLater => frame.act(Action::Queue(Queue::Move(card, QueueMove::Later))),
        UiCommand::Remove => remove(frame, &cards, clips()),
        _ => {
            let clips = clips();
            if let (Some(stars), false) = (command.stars(), clips.is_empty()) {
                frame.act(Action::Curate(Curate::Rate(clips, Rating::new(stars))));
            }
        }
    }
}

/// What a shortcut of the queue does with a waiting order; pauses are for all chosen ones.
fn queue_action(state: &AppState, command: UiCommand, job: &Job, cards: &[JobId]) -> Option<Queue> {
    let move_to = match command {
        UiCommand::RunNext => QueueMove::First,
        _ => {
            let waiting = cards.iter().filter_map(|id| state.jobs.get(id));
            let (paused, others): (Vec<&Job>, Vec<&Job>) =
                waiting.filter(|job| job.state == JobState::Queued).partition(|job| job.held == Some(HeldFor::Paused));
            let ids = |jobs: Vec<&Job>| jobs.into_iter().map(|job| job.id).collect::<Vec<_>>();
            return match (paused.is_empty(), others.is_empty()) {
                (true, true) => None,
                (_, true) => Some(Queue::Resume(ids(paused))),
                (_, false) => Some(Queue::Pause(ids(others))),
            };
        }
    };
    (job.state == JobState::Queued).then_some(Queue::Move(job.id, move_to))
}

/// What fills the form happens in sight of the form.
fn fill<const N: usize>(frame: &mut Frame<'_>, actions: [Action; N]) {
    if frame.state.viewer.is_some() {
        frame.act(Action::View(Viewing::Close));
    }
    frame.actions.extend(actions);
}

/// Moves clips to the trash and removes the cards that have no clip.
fn remove(frame: &mut Frame<'_>, cards: &[JobId], clips: Vec<JobId>) {
    if frame.state.viewer == Some(Viewer::QuickLook) {
        // Quick look goes on to the next clip.
        frame.act(Action::View(Viewing::Turn(true)));
    }
    for card in cards.iter().filter(|card| !clips.contains(card)) {
        frame.act(Action::RemoveCard(*card));
    }
    if !clips.is_empty() {
        frame.act(Action::Curate(Curate::ToTrash(clips)));
    }
}

/// In quick look, goes to the next or the previous clip. In a comparison, moves the focus and wraps around.
fn turn(frame: &mut Frame<'_>, forward: bool) {
    match &frame.state.viewer {
        Some(Viewer::Compare(comparison)) => {
            let jobs = &comparison.jobs;
            let at = jobs.iter().position(|job| *job == comparison.focus).unwrap_or(0);
            let next = jobs[(at + if forward { 1 } else { jobs.len() - 1 }) % jobs.len()];
            frame.ui_state.viewer.wants_stage = Some(next);
            frame.act(Action::View(Viewing::Focus(next)));
        }
        _ => frame.act(Action::View(Viewing::Turn(forward))),
    }
}

/// Handles the release of the swap key: if it was held, the first clip comes back; if it was only tapped,
/// the other clip stays.
fn let_go_of_swap(frame: &mut Frame<'_>, ui: &Ui) {
    let swap = frame.state.keys.shortcut(UiCommand::Compare).map(|shortcut| keys(shortcut.key)).unwrap_or_default();
    let (is_down, now) = ui.input(|input| (swap.iter().any(|key| input.key_down(*key)), input.time));
    if is_down {
        return;
    }
    if let Some((before, since)) = frame.ui_state.viewer.swapped.take()
        && now - since > HELD
    {
        frame.ui_state.viewer.wants_stage = Some(before);
        frame.act(Action::View(Viewing::Focus(before)));
    }
}

fn step_scale(frame: &mut Frame<'_>, step: i32) {
    let now = frame.state.settings.interface_scale;
    let next = if step > 0 {
        INTERFACE_SCALES.into_iter().find(|scale| *scale > now)
    } else {
        INTERFACE_SCALES.into_iter().rev().find(|scale| *scale < now)
    };
    frame.actions.extend(next.map(Action::SetScale));
}
