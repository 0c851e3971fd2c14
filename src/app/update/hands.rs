//! The palette, the keys, files on the clipboard, and messages of the desktop.

use std::time::Duration;

use crate::app::action::command::UiCommand;
use crate::app::action::hands::{Hands, HandsNews, HandsWork};
use crate::app::action::keymap::{Chord, KeyMap, changed};
use crate::app::action::spend::{Consent, Door};
use crate::app::action::{Effect, Effects, WindowEffect};
use crate::app::state::desk::Ended;
use crate::app::state::{AppState, Dialog, Toast, ToastButton};
use crate::app::view::compared::clips_of;
use crate::app::view::desk::notice;
use crate::domain::random::Random;
use crate::domain::{JobId, JobState};

use super::files::clip_path;
use super::{browse, form, prefer, spend, toast};

/// How long endings are gathered for one message of the desktop.
pub const GATHER: Duration = Duration::from_secs(5);

/// How long the question whether the desktop is to tell stays after the user came back to the window.
const QUESTION_STAYS: Duration = Duration::from_secs(20);

/// How long it stays while the user is away.
const QUESTION_WAITS: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) fn act(state: &mut AppState, act: Hands, random: &mut Random, to: &mut Effects) {
    match act {
        Hands::OpenPalette => {
            state.dialog = Some(Dialog::Palette);
            form::read_history(state, None, to);
        }
        Hands::SetKey(command, chord) => change_keys(state, to, |keys| changed(keys, command, chord)),
        Hands::ResetKey(command) => {
            let usual = Chord::of(command.shortcut());
            change_keys(state, to, |keys| changed(keys, command, Some(usual)));
        }
        Hands::ResetKeys => change_keys(state, to, |keys| {
            // Names that this version does not know are another one's.
            keys.iter().filter(|(name, _)| name.parse::<UiCommand>().is_err()).map(clone_pair).collect()
        }),
        Hands::CopyFiles(jobs) => copy_files(state, &jobs, to),
        Hands::GenerateNext => spend::through(state, Door::Next, Consent::PRESS, random, to),
        Hands::QueueOnly => spend::through(state, Door::QueueOnly, Consent::PRESS, random, to),
        Hands::SetTells(tells) => set_tells(state, tells, to),
        Hands::SetReducedMotion(aid) => {
            prefer(state, to, |settings| settings.hands.reduced_motion = aid);
            to.show(look(state));
        }
        Hands::SetHighContrast(aid) => {
            prefer(state, to, |settings| settings.hands.high_contrast = aid);
            to.show(look(state));
        }
    }
}

fn clone_pair((name, key): (&String, &String)) -> (String, String) {
    (name.clone(), key.clone())
}

pub(super) fn told(state: &mut AppState, news: HandsNews, to: &mut Effects) {
    match news {
        HandsNews::Left => {
            state.desk.is_away = true;
            ask(state);
        }
        HandsNews::Pressed(job) => {
            if state.jobs.get(&job).is_some_and(|job| !job.is_hidden) {
                state.dialog = None;
                state.viewer = None;
                browse::select(state, Some(job));
            }
            to.show(WindowEffect::ComeToFront);
        }
        HandsNews::NotCopied(reason) => toast(state, "The clip was not copied", reason, None),
        HandsNews::Wishes { reduced_motion, high_contrast } => {
            (state.desk.wishes_less_motion, state.desk.wishes_contrast) = (reduced_motion, high_contrast);
            to.show(look(state));
        }
    }
}

/// The settings as they were left count.
pub(super) fn opened(state: &mut AppState) {
    let (keys, warnings) = KeyMap::read(&state.settings.hands.keys);
    state.keys = keys;
    state.warnings.extend(warnings);
}

/// What helps the eye, for the window.
pub(super) fn look(state: &AppState) -> WindowEffect {
    let high_contrast = state.settings.hands.high_contrast.is_on(state.desk.wishes_contrast);
    WindowEffect::ApplyAids { reduced_motion: state.moves_less(), high_contrast }
}

type Keys = std::collections::BTreeMap<String, String>;

fn change_keys(state: &mut AppState, to: &mut Effects, change: impl FnOnce(&Keys) -> Keys) {
    let keys = change(&state.settings.hands.keys);
    (state.keys, _) = KeyMap::read(&keys);
    prefer(state, to, |settings| settings.hands.keys = keys);
}

fn copy_files(state: &mut AppState, jobs: &[JobId], to: &mut Effects) {
    let files: Vec<_> = clips_of(state, jobs).into_iter().filter_map(|job| clip_path(state, job)).collect();
    if files.is_empty() {
        return;
    }
    let title = match files.len() {
        1 => "Clip copied as a file".to_owned(),
        many => format!("{many} clips copied as files"),
    };
    toast(state, title, "Paste it where files go.", None);
    to.push(Effect::Hands(HandsWork::CopyFiles(files)));
}

/// Asks once, when the window is left while clips are being made.
fn ask(state: &mut AppState) {
    let is_asked = state.settings.hands.tells.is_some() || state.desk.was_asked;
    if is_asked || state.jobs.sums().unfinished == 0 {
        return;
    }
    state.desk.was_asked = true;
    toast(state, "Tell me when clips are ready?", "As a message of the desktop, only while you are elsewhere.", None);
    if let Some(toast) = state.toasts.last_mut() {
        toast.button = Some(ToastButton::Tells(true));
        toast.ends_at = state.now.after(QUESTION_WAITS);
    }
}

fn is_question(toast: &Toast) -> bool {
    matches!(toast.button, Some(ToastButton::Tells(_)))
}

pub(super) fn set_tells(state: &mut AppState, tells: bool, to: &mut Effects) {
    state.toasts.retain(|toast| !is_question(toast));
    if !tells {
        stop_gathering(state);
    }
    prefer(state, to, |settings| settings.hands.tells = Some(tells));
}

/// The user looks at the window again: nothing of it need be told.
pub(super) fn came_to_front(state: &mut AppState) {
    state.desk.is_away = false;
    stop_gathering(state);
    let until = state.now.after(QUESTION_STAYS);
    for toast in state.toasts.iter_mut().filter(|toast| is_question(toast)) {
        toast.ends_at = until;
    }
}

fn stop_gathering(state: &mut AppState) {
    state.desk.endings.clear();
    state.desk.tells_at = None;
}

/// A job came from `was` to `now`. Steps that go on by themselves, such as a retry, end nothing.
pub(super) fn stepped(state: &mut AppState, job: JobId, was: Option<JobState>, now: JobState) {
    let ended = match now {
        JobState::Ready => Ended::Ready,
        JobState::Failed | JobState::Rejected | JobState::Gone => Ended::Failed,
        now if now.needs_user() => Ended::NeedsYou,
        _ => {
            // It goes on after all, or the user ended it.
            state.desk.endings.retain(|(id, _)| *id != job);
            return;
        }
    };
    let goes_on = |was: JobState| was.is_unfinished() || was == JobState::Unconfirmed;
    let is_wanted = state.desk.is_away && state.settings.hands.tells == Some(true);
    if !is_wanted || was == Some(now) || !was.is_some_and(goes_on) {
        return;
    }
    state.desk.endings.retain(|(id, _)| *id != job);
    state.desk.endings.push((job, ended));
    state.desk.tells_at.get_or_insert(state.now.after(GATHER));
}

/// Tells what was gathered, once its time has come.
pub(super) fn tick(state: &mut AppState, to: &mut Effects) {
    if state.desk.tells_at.is_some_and(|at| at <= state.now) {
        let said = notice(state);
        stop_gathering(state);
        to.extend(said.map(|notice| Effect::Hands(HandsWork::Tell(notice))));
    }
}

#[cfg(test)]
mod tests;
