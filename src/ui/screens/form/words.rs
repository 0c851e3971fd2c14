//! The prompt of the form: its field with history, presets, completion and shot words.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{CompletionQuery, Key, Modifiers, Response, Suggestion, Ui, Vec2};

use super::super::{Frame, presets};
use super::{heading, prompt_id};
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::form::Form;
use crate::app::view::form::FormView;
use crate::domain::Field as At;
use crate::domain::request::PROMPT_LIMIT;
use crate::domain::shot_words::{self, OwnWords};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Field, IconButton};

/// How many of the newest jobs give words to complete.
const JOBS_WITH_WORDS: usize = 2_000;

/// Reads keys of the form before any widget handles them: the other key of Redo, which a field of text would take for its
/// own, and those that walk through earlier prompts.
pub(in crate::ui::screens) fn keys(frame: &mut Frame<'_>, ui: &Ui) {
    if frame.state.dialog.is_some() || frame.ui_state.is_composing {
        return;
    }
    if frame.ui_state.form.types_in_form && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Y)) {
        frame.act(Action::Redo);
    }
    if ui.memory(|memory| memory.has_focus(prompt_id())) {
        for (key, older) in [(Key::ArrowUp, true), (Key::ArrowDown, false)] {
            if ui.input_mut(|input| input.consume_key(Modifiers::ALT, key)) {
                frame.act(Action::Form(Form::Walk(older)));
            }
        }
    }
}

/// Notes that a field of the form has the keyboard, so that Undo is about the form.
pub(super) fn follow_focus(frame: &mut Frame<'_>, response: &Response) {
    frame.ui_state.form.types_in_form |= response.has_focus();
}

pub(super) fn prompt_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView, height: f32) {
    let c = &tokens::tokens(ui).color;
    let mut text = frame.state.draft.prompt.clone();
    let count = text.chars().count();
    paint::row(ui, 0.0, |ui| {
        heading(ui, "Prompt");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let keys = frame.state.keys.text(UiCommand::PromptHistory);
            if IconButton::new(Icon::History, "Prompt history").small().key(&keys).show(ui).clicked() {
                frame.act(Action::Form(Form::OpenHistory));
            }
            presets::menu_ui(frame, ui);
            let is_open = frame.state.form.shelf.shows_shot_words;
            if IconButton::new(Icon::TextCursorInput, "Show the shot words").small().on(is_open).show(ui).clicked() {
                frame.act(Action::Form(Form::ShowShotWords(!is_open)));
            }
            ui.add_space(4.0);
            let color = if count > PROMPT_LIMIT { c.fail_fg } else { c.text_low };
            text_style::label_line(ui, Text::Caption, color, format!("{count} of {PROMPT_LIMIT}"));
        });
    });
    ui.add_space(-6.0);
    if let Some(place) = frame.ui_state.form.prompt_cursor.take() {
        put_cursor(ui, place);
    }
    let has_focus = ui.memory(|memory| memory.has_focus(prompt_id()));
    if has_focus {
        learn_words(frame);
    }
    let (shot, own) = (&frame.state.form.shot_words, &frame.ui_state.form.own_words.1);
    let suggest = |query: &CompletionQuery<'_>| suggestions(query, shot, own);
    let field = Field::new("Prompt")
        .id(prompt_id())
        .multi_line(height)
        .placeholder("Describe the shot: subject, place, light, camera.")
        .problem(view.problem_at(At::Prompt))
        .suggest(&suggest)
        .show(ui, &mut text);
    if std::mem::take(&mut frame.ui_state.focus_prompt) {
        field.response.request_focus();
    }
    follow_focus(frame, &field.response);
    // A word that was completed is no change that the field itself tells of.
    if text != frame.state.draft.prompt {
        frame.act(Action::EditPrompt(text));
    }
    shot_words_ui(frame, ui);
}

fn put_cursor(ui: &Ui, place: usize) {
    let mut state = TextEditState::load(ui.ctx(), prompt_id()).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(place))));
    state.store(ui.ctx(), prompt_id());
}

/// Where the cursor of the prompt is, in characters; at the end when it was never in the field.
fn cursor(ui: &Ui, prompt: &str) -> usize {
    let range = TextEditState::load(ui.ctx(), prompt_id()).and_then(|state| state.cursor.char_range());
    range.map_or_else(|| prompt.chars().count(), |range| range.primary.index.0)
}

/// Reads the words of earlier prompts, when there are others than last time.
fn learn_words(frame: &mut Frame<'_>) {
    let newest = frame.state.jobs.values().next_back().map(|job| job.id);
    let known = &mut frame.ui_state.form.own_words;
    if known.0 == newest {
        return;
    }
    let mut prompts: Vec<&str> =
        frame.state.jobs.values().rev().take(JOBS_WITH_WORDS).map(|job| job.request.prompt()).collect();
    // Takes of one recipe say the same, and say it once.
    prompts.sort_unstable();
    prompts.dedup();
    *known = (newest, OwnWords::of(prompts));
}

fn suggestions(query: &CompletionQuery<'_>, shot: &shot_words::ShotWords, own: &OwnWords) -> Vec<Suggestion> {
    let end = query.word_range.end.0;
    // In the middle of a word there is nothing to complete.
    let mut rest = query.text.chars().skip(end);
    if rest.next().is_some_and(|c| !shot_words::is_between_words(c)) {
        return Vec::new();
    }
    let before: String = query.text.chars().take(end).collect();
    shot_words::completions(&before, query.word, shot, own).into_iter().map(Suggestion::new).collect()
}

/// Draws the shot words of one group as chips, while they are shown.
fn shot_words_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let shelf = &frame.state.form.shelf;
    if !shelf.shows_shot_words {
        return;
    }
    let groups = &frame.state.form.shot_words.groups;
    let Some(shown) = groups.iter().find(|group| group.name == shelf.shot_word_group).or_else(|| groups.first()) else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(0.0, 2.0);
        for group in groups {
            let is_shown = group.name == shown.name;
            let button = Button::new(&group.name).kind(ButtonKind::QuietSmall).on(is_shown);
            if button.show(ui).clicked() && !is_shown {
                frame.act(Action::Form(Form::ShowWordGroup(group.name.clone())));
            }
        }
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(4.0);
        for words in &shown.words {
            let name = format!("Write “{words}” into the prompt");
            if Button::new(words).kind(ButtonKind::Small).accessible_name(&name).show(ui).clicked() {
                let prompt = &frame.state.draft.prompt;
                let (text, place) = shot_words::insert(prompt, cursor(ui, prompt), words);
                frame.ui_state.form.prompt_cursor = Some(place);
                frame.ui_state.focus_prompt = true;
                frame.act(Action::EditPrompt(text));
            }
        }
    });
}
