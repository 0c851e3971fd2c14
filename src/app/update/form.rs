//! What helps to fill the form: the history of prompts, presets, shot words, and a clip's recipe for another gateway.

use std::collections::HashMap;

use crate::app::action::form::{EntryPart, Form, FormNews, FormWork};
use crate::app::action::{Effect, Effects, WindowEffect};
use crate::app::state::form::{History, Walk};
use crate::app::state::{AppState, Dialog, PictureState, ToastButton, UndoStep};
use crate::app::view::form::fate_lines;
use crate::app::view::other_gateway::price_at;
use crate::domain::facts::BestClips;
use crate::domain::preset::{self, ImportHow, Preset, PresetField};
use crate::domain::prompt_history::{PromptChange, PromptEntry, PromptHistory, draft_of_request, key_of};
use crate::domain::setting::SeedMode;
use crate::domain::{Draft, GatewayId, GenerationRequest, JobId, JobState, Sha256Hex};
use strum::IntoEnumIterator as _;

use super::{draft_changed, remember, toast};

/// How many earlier prompts a walk goes back.
const LONGEST_WALK: usize = 1_000;

pub(super) fn act(state: &mut AppState, word: Form, to: &mut Effects) {
    match word {
        Form::Walk(older) => walk(state, older, to),
        Form::OpenHistory => {
            state.dialog = Some(Dialog::History);
            read_history(state, None, to);
            find_posters(state);
        }
        Form::UseEntry(key, part) => use_entry(state, key, part, to),
        Form::PinEntry(key, is_pinned) => {
            let known = state.form.history.entries().and_then(|entries| entries.get(key)).cloned();
            if let Some(entry) = known {
                put_entry(state, PromptEntry { is_pinned, ..entry }, to);
            }
        }
        Form::DeleteEntry(key) => {
            let known = state.form.history.entries().and_then(|entries| entries.get(key)).cloned();
            if let Some(entry) = known {
                change_prompts(state, vec![PromptChange::Remove(key)], to);
                remember(state, UndoStep::Prompt(Box::new(entry), true));
                toast(state, "Entry deleted from the history", "", Some(ToastButton::Undo));
            }
        }
        Form::OpenSavePreset => state.dialog = Some(Dialog::SavePreset),
        Form::SavePreset(name, fields) => save_preset(state, &name, &fields, to),
        Form::ApplyPreset(name) => apply_preset(state, &name, to),
        Form::DeletePreset(name) => {
            let mut presets = state.form.shelf.presets.clone();
            presets.retain(|preset| preset.name != name);
            if set_presets(state, presets, to) {
                toast(state, format!("Preset “{name}” deleted"), "", Some(ToastButton::Undo));
            }
        }
        Form::ImportPresets => to.push(Effect::Form(FormWork::PickPresets)),
        Form::UseImport(how) => {
            if let Some((name, file)) = state.form.import.take() {
                state.dialog = None;
                import(state, &name, file, how, to);
            }
        }
        Form::ExportPresets => to.push(Effect::Form(FormWork::PickTarget)),
        Form::ShowShotWords(shows) => {
            state.form.shelf.shows_shot_words = shows;
            keep_shelf(state, to);
        }
        Form::ShowWordGroup(name) => {
            state.form.shelf.shot_word_group = name;
            keep_shelf(state, to);
        }
        Form::SendTo(job, gateway) => send_to(state, job, gateway, to),
    }
}

pub(super) fn told(state: &mut AppState, news: FormNews, to: &mut Effects) {
    match news {
        FormNews::Found { shelf, shot_words, warnings } => {
            state.form.shelf = *shelf;
            if let Some(own) = shot_words {
                state.form.shot_words = std::mem::take(&mut state.form.shot_words).with(own);
            }
            state.warnings.extend(warnings);
        }
        FormNews::PromptsRead(Ok(read)) => {
            let mut entries = PromptHistory::of(read);
            let History::Reading { changes, walk: wanted } = std::mem::take(&mut state.form.history) else { return };
            for change in &changes {
                // What the answer knows already is noted with the same words and a time that is not older.
                let is_known = match change {
                    PromptChange::Note { draft, at, .. } => {
                        let key = key_of(&draft.prompt, &draft.negative_prompt);
                        entries.get(key).is_some_and(|entry| entry.used_at >= *at)
                    }
                    PromptChange::Put(_) | PromptChange::Remove(_) => false,
                };
                if !is_known {
                    entries.change(change);
                }
            }
            state.form.history = History::Read { entries, posters: HashMap::new() };
            find_posters(state);
            if let Some(older) = wanted {
                walk(state, older, to);
            }
        }
        FormNews::PromptsRead(Err(reason)) => state.form.history = History::Trouble(reason),
        FormNews::PresetsRead(_, Err(reason)) => toast(state, "No presets were imported", reason, None),
        FormNews::PresetsRead(name, Ok(file)) => {
            if state.form.shelf.presets.is_empty() {
                import(state, &name, file, ImportHow::Merge, to);
            } else {
                state.form.import = Some((name, file));
                state.dialog = Some(Dialog::ImportPresets);
            }
        }
        FormNews::TargetPicked(Some(path)) => {
            let text = preset::write_file(&state.form.shelf.presets);
            to.push(Effect::Form(FormWork::WritePresets(path, text)));
        }
        FormNews::PresetsPicked(Some(path)) => to.push(Effect::Form(FormWork::ReadPresets(path))),
        FormNews::PresetsPicked(None) | FormNews::TargetPicked(None) => {}
        FormNews::PresetsWritten(Ok(path)) => {
            let count = counted(state.form.shelf.presets.len());
            toast(state, format!("{count} exported"), path.display().to_string(), None);
        }
        FormNews::PresetsWritten(Err(reason)) => toast(state, "The presets were not exported", reason, None),
    }
}

fn counted(presets: usize) -> String {
    crate::domain::numbers::counted(presets, "preset", "presets")
}

/// Makes changes of the history, in the library and in what is known of it here.
pub(super) fn change_prompts(state: &mut AppState, changes: Vec<PromptChange>, to: &mut Effects) {
    match &mut state.form.history {
        History::Read { entries, .. } => {
            for change in &changes {
                entries.change(change);
            }
        }
        History::Reading { changes: meanwhile, .. } => meanwhile.extend(changes.iter().cloned()),
        History::NotRead | History::Trouble(_) => {}
    }
    to.push(Effect::Form(FormWork::ChangePrompts(changes)));
}

/// Notes what was ordered: the form as it stands, or one with the settings of requests that did not come from it. Takes of one
/// recipe are one use of it.
pub(super) fn note_orders(state: &mut AppState, requests: &[GenerationRequest], gateway: GatewayId, to: &mut Effects) {
    let mut known = std::collections::HashSet::new();
    let mut changes = Vec::new();
    for request in requests {
        if !known.insert((request.prompt(), request.negative_prompt())) {
            continue;
        }
        let is_form = state.draft.prompt.trim() == request.prompt()
            && state.draft.negative_prompt.trim() == request.negative_prompt();
        let draft = if is_form {
            state.form.is_unsent = false;
            state.draft.clone()
        } else {
            draft_of_request(request, Draft { gateway, ..Draft::default() })
        };
        changes.push(PromptChange::Note { draft: Box::new(draft), is_used: true, at: state.now });
    }
    change_prompts(state, changes, to);
}

fn put_entry(state: &mut AppState, entry: PromptEntry, to: &mut Effects) {
    change_prompts(state, vec![PromptChange::Put(Box::new(entry))], to);
}

/// For Undo and Redo of a deleted entry: puts it back (`comes_back`), or deletes it again.
pub(super) fn swap_entry(
    state: &mut AppState,
    entry: Box<PromptEntry>,
    comes_back: bool,
    to: &mut Effects,
) -> UndoStep {
    let change = if comes_back { PromptChange::Put(entry.clone()) } else { PromptChange::Remove(entry.key()) };
    change_prompts(state, vec![change], to);
    UndoStep::Prompt(entry, !comes_back)
}

/// Asks for the history, once.
pub(super) fn read_history(state: &mut AppState, walk: Option<bool>, to: &mut Effects) {
    match &mut state.form.history {
        History::NotRead | History::Trouble(_) => {
            state.form.history = History::Reading { changes: Vec::new(), walk };
            to.push(Effect::Form(FormWork::ReadPrompts));
        }
        History::Reading { walk: wanted, .. } => *wanted = walk.or(*wanted),
        History::Read { .. } => {}
    }
}

/// Finds the best clip of each entry: the one with the most stars, of several the newest.
fn find_posters(state: &mut AppState) {
    if !matches!(state.form.history, History::Read { .. }) {
        return;
    }
    if !state.jobs.is_whole() {
        state.facts.wants_best_clips = true;
        state.facts.best_clips.changed();
        return;
    }
    let mut best = HashMap::<(&str, &str), (u8, JobId)>::new();
    let clips = state.jobs.values().filter(|job| job.state == JobState::Ready && !job.verdict.is_rejected);
    for job in clips.filter(|job| !job.is_hidden) {
        let rank = (job.verdict.rating.stars(), job.id);
        let words = (job.request.prompt(), job.request.negative_prompt());
        best.entry(words).and_modify(|known| *known = rank.max(*known)).or_insert(rank);
    }
    let found = best.into_iter().map(|((prompt, negative), (_, job))| (key_of(prompt, negative), job)).collect();
    if let History::Read { posters, .. } = &mut state.form.history {
        *posters = found;
    }
}

/// Takes in the best clip of each entry.
pub(super) fn posters_found(state: &mut AppState, best: BestClips) {
    if let History::Read { posters, .. } = &mut state.form.history {
        *posters = best.finish().collect();
    }
}

fn walk(state: &mut AppState, older: bool, to: &mut Effects) {
    let Some(entries) = state.form.history.entries() else { return read_history(state, Some(older), to) };
    let mut walk = match state.form.walk.take() {
        Some(walk) => walk,
        None if !older => return,
        None => {
            let unsent = state.draft.prompt.clone();
            let mut known = std::collections::HashSet::from([unsent.trim()]);
            let prompts = entries.newest_first().map(|(_, entry)| entry.draft.prompt.as_str());
            let prompts = prompts.filter(|prompt| known.insert(prompt.trim())).take(LONGEST_WALK);
            let prompts = prompts.map(str::to_owned).collect();
            // What was typed and never sent outlives the walk, also when something else is typed at its end.
            if std::mem::take(&mut state.form.is_unsent) {
                let draft = Box::new(state.draft.clone());
                change_prompts(state, vec![PromptChange::Note { draft, is_used: false, at: state.now }], to);
            }
            Walk { unsent, prompts, at: 0 }
        }
    };
    walk.at = if older { (walk.at + 1).min(walk.prompts.len()) } else { walk.at.saturating_sub(1) };
    let prompt = walk.at.checked_sub(1).map_or(&walk.unsent, |place| &walk.prompts[place]);
    if state.draft.prompt != *prompt {
        state.draft.prompt.clone_from(prompt);
        draft_changed(state);
        to.show(WindowEffect::PromptCursor(prompt.chars().count()));
    }
    state.form.walk = Some(walk);
}

/// What differs between two forms, as one line.
fn changes_line(before: &Draft, after: &Draft) -> String {
    let all: Vec<PresetField> = PresetField::iter().collect();
    let changes = Preset::of("", after, &all).apply(&mut before.clone());
    preset::changes_line(&changes)
}

/// Fills the form with another draft, as one step that Undo takes back.
fn fill(state: &mut AppState, draft: Draft, to: &mut Effects) {
    remember(state, UndoStep::Draft(Box::new(state.draft.clone())));
    let end = draft.prompt.chars().count();
    if draft.picture != state.draft.picture {
        state.picture = PictureState::Quiet;
    }
    if draft.end_picture != state.draft.end_picture {
        state.end_picture = PictureState::Quiet;
    }
    state.draft = draft;
    draft_changed(state);
    to.show(WindowEffect::FocusPrompt);
    to.show(WindowEffect::PromptCursor(end));
}

fn use_entry(state: &mut AppState, key: Sha256Hex, part: EntryPart, to: &mut Effects) {
    let Some(entry) = state.form.history.entries().and_then(|entries| entries.get(key)).cloned() else { return };
    if state.dialog == Some(Dialog::History) {
        state.dialog = None;
    }
    let draft = match part {
        EntryPart::Prompt => Draft { prompt: entry.draft.prompt, ..state.draft.clone() },
        EntryPart::Everything => entry.draft,
    };
    if draft == state.draft {
        to.show(WindowEffect::FocusPrompt);
        return;
    }
    let line = changes_line(&state.draft, &draft);
    fill(state, draft, to);
    let title = match part {
        EntryPart::Prompt => "Prompt taken from the history",
        EntryPart::Everything => "Everything taken from the history",
    };
    let text = if part == EntryPart::Prompt { "Settings stay as they are.".to_owned() } else { line };
    toast(state, title, text, Some(ToastButton::Undo));
}

fn keep_shelf(state: &AppState, to: &mut Effects) {
    to.push(Effect::Form(FormWork::KeepShelf(Box::new(state.form.shelf.clone()))));
}

/// Sets all presets, as one step that Undo takes back; returns whether anything changed.
fn set_presets(state: &mut AppState, presets: Vec<Preset>, to: &mut Effects) -> bool {
    if presets == state.form.shelf.presets {
        return false;
    }
    let before = std::mem::replace(&mut state.form.shelf.presets, presets);
    remember(state, UndoStep::Presets(before));
    keep_shelf(state, to);
    true
}

/// For Undo and Redo: sets all presets.
pub(super) fn swap_presets(state: &mut AppState, presets: Vec<Preset>, to: &mut Effects) -> UndoStep {
    let before = std::mem::replace(&mut state.form.shelf.presets, presets);
    keep_shelf(state, to);
    UndoStep::Presets(before)
}

fn save_preset(state: &mut AppState, name: &str, fields: &[PresetField], to: &mut Effects) {
    let preset = Preset::of(name, &state.draft, fields);
    if preset.name.is_empty() || fields.is_empty() {
        return;
    }
    state.dialog = None;
    let mut presets = state.form.shelf.presets.clone();
    let name = preset.name.clone();
    let is_new = presets.iter().all(|known| known.name != name);
    if is_new && presets.len() >= preset::MOST_PRESETS {
        toast(state, "The preset was not saved", format!("There are {} already.", counted(presets.len())), None);
        return;
    }
    preset::put(&mut presets, preset);
    if set_presets(state, presets, to) {
        let what = if is_new { "saved" } else { "saved anew" };
        toast(state, format!("Preset “{name}” {what}"), "", Some(ToastButton::Undo));
    }
}

fn apply_preset(state: &mut AppState, name: &str, to: &mut Effects) {
    let Some(preset) = state.form.shelf.presets.iter().find(|preset| preset.name == name) else { return };
    let mut draft = state.draft.clone();
    let changes = preset.apply(&mut draft);
    if draft == state.draft {
        toast(state, format!("Preset “{name}” is in the form already"), "", None);
        return;
    }
    fill(state, draft, to);
    toast(state, format!("Preset “{name}” used"), preset::changes_line(&changes), Some(ToastButton::Undo));
}

fn import(state: &mut AppState, name: &str, file: preset::PresetFile, how: ImportHow, to: &mut Effects) {
    let before = state.form.shelf.presets.clone();
    let after = preset::imported(&before, &file.presets, how);
    let new = after.iter().filter(|preset| !before.contains(preset)).count();
    let left_out = match file.left_out {
        0 => String::new(),
        1 => " 1 was left out: it holds what this release does not know.".to_owned(),
        more => format!(" {more} were left out: they hold what this release does not know."),
    };
    if set_presets(state, after, to) {
        let text = format!("From {name}.{left_out}");
        toast(state, format!("{} imported", counted(new)), text, Some(ToastButton::Undo));
    } else {
        toast(state, "No new presets", format!("All of {name} are there already.{left_out}"), None);
    }
}

fn send_to(state: &mut AppState, job: JobId, gateway: GatewayId, to: &mut Effects) {
    let Some(found) = state.jobs.get(&job) else { return };
    let draft = for_gateway(&found.request, found.parent, gateway);
    let (from, price) = (found.gateway, price_at(state, &draft, gateway));
    state.viewer = None;
    fill(state, draft, to);
    let (take, _) = state.gallery.take_of(job);
    let title = format!("Take {take} is in the form, for {}", gateway.title());
    let mut text = format!("Every setting as it was at {}. {price} there.", from.title());
    // The form says this too; here it is said before anybody looks for it.
    for note in fate_lines(state) {
        text.push(' ');
        text.push_str(&note);
    }
    toast(state, title, text, Some(ToastButton::Undo));
}

/// The form that asks another gateway for exactly what a job asked for: one take, with the same seed.
fn for_gateway(request: &GenerationRequest, parent: Option<crate::domain::Parent>, gateway: GatewayId) -> Draft {
    let mut draft = draft_of_request(request, Draft { gateway, parent, ..Draft::default() });
    // The settings of a clip name no other clip, but the same picture comes from the same frame.
    draft.parent = parent;
    if request.seed().is_none() {
        draft.seed_mode = SeedMode::Random;
        draft.seed_text.clear();
    }
    draft
}

#[cfg(test)]
mod tests;
