//! Handing clips on to an editor: what is handed on, and what is told of it.

use std::time::Duration;

use crate::app::action::hand_off::{HandOffAct, HandOffNews, HandOffWork};
use crate::app::action::{Effect, Effects};
use crate::app::state::{AppState, ToastButton};
use crate::app::view::hand_off::{board_order, clips_order};
use crate::app::view::words;
use crate::domain::hand_off::order::{HandOff, NotHanded, Progress};

use super::toast;

/// How long the toast of work that goes on stays; it goes when the work is done.
const WORK_STAYS: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the toast of a folder that lacks something stays: there is more to read in it.
const REPORT_STAYS: Duration = Duration::from_secs(30);

pub(super) fn act(state: &mut AppState, act: HandOffAct, to: &mut Effects) {
    if state.hand_off.progress.is_some() {
        let text = "Wait until it is there, or stop it. Nothing is charged.";
        toast(state, "A folder is being made already", text, None);
        return;
    }
    let order = match act {
        HandOffAct::Clips(jobs) => clips_order(state, &jobs),
        HandOffAct::Board => board_order(state),
    };
    begin(state, order, to);
}

fn begin(state: &mut AppState, order: HandOff, to: &mut Effects) {
    if order.clips() == 0 {
        let text = "None of them is ready. Nothing was written and nothing was charged.";
        toast(state, "No clip to hand on", text, None);
        return;
    }
    state.hand_off.progress = Some(Progress::default());
    to.push(Effect::HandOff(HandOffWork::Make(Box::new(order))));
}

pub(super) fn told(state: &mut AppState, news: HandOffNews) {
    match news {
        HandOffNews::NoPlace | HandOffNews::NotHanded(NotHanded::Stopped) => end(state),
        HandOffNews::Written(progress) => written(state, progress),
        HandOffNews::Handed(handed) => {
            end(state);
            state.hand_off.last = Some(handed.folder.clone());
            toast(state, handed.title(), handed.line(), Some(ToastButton::ShowHandedOff));
            if let Some(told) = state.toasts.last_mut().filter(|_| !handed.is_whole()) {
                told.ends_at = state.now.after(REPORT_STAYS);
            }
        }
        HandOffNews::NotHanded(why) => {
            end(state);
            toast(state, "Nothing was handed on", why.to_string(), None);
            if let Some(told) = state.toasts.last_mut() {
                told.ends_at = state.now.after(REPORT_STAYS);
            }
        }
        HandOffNews::NotShown(sentence) => toast(state, "The folder was not shown", sentence, None),
    }
}

/// One toast says how far it is, and stops it.
fn written(state: &mut AppState, progress: Progress) {
    // What comes late is about work that has ended.
    if state.hand_off.progress.is_none() {
        return;
    }
    state.hand_off.progress = Some(progress);
    let text = match progress.total {
        0 => "Reading the clips.".to_owned(),
        total => format!("{} of {} written.", words::size(progress.done), words::size(total)),
    };
    let known = state.hand_off.toast;
    if let Some(told) = state.toasts.iter_mut().find(|told| Some(told.id) == known) {
        told.text = text;
    } else if known.is_none() {
        toast(state, "Making the folder for your editor", text, Some(ToastButton::StopHandOff));
        if let Some(told) = state.toasts.last_mut() {
            told.ends_at = state.now.after(WORK_STAYS);
            state.hand_off.toast = Some(told.id);
        }
    }
}

fn end(state: &mut AppState) {
    state.hand_off.progress = None;
    if let Some(known) = state.hand_off.toast.take() {
        state.toasts.retain(|told| told.id != known);
    }
}

/// Shows the last folder.
pub(super) fn show_last(state: &AppState, to: &mut Effects) {
    to.extend(state.hand_off.last.clone().map(|folder| Effect::HandOff(HandOffWork::Show(folder))));
}

/// Stops the work.
pub(super) fn stop(state: &mut AppState, to: &mut Effects) {
    if state.hand_off.progress.is_some() {
        to.push(Effect::HandOff(HandOffWork::Stop));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::action::storyboard::Board;
    use crate::app::update::kit::put;
    use crate::app::{Action, Input};
    use crate::domain::hand_off::order::{Film, Handed, Shot};
    use crate::domain::samples::{id, job};
    use crate::domain::{JobId, JobState, UnixMillis};

    fn studio() -> AppState {
        let mut state = AppState::new(UnixMillis(1_000_000));
        for job in [job(1).ready(), job(2).project("Spring").ready(), job(3).state(JobState::Generating)] {
            state.jobs.insert(job.id, job);
        }
        state
    }

    fn made(effects: &[Effect]) -> Option<&HandOff> {
        effects.iter().find_map(|effect| match effect {
            Effect::HandOff(HandOffWork::Make(order)) => Some(&**order),
            _ => None,
        })
    }

    fn press(state: &mut AppState, jobs: &[JobId]) -> Vec<Effect> {
        put(state, Input::Act(Action::HandOff(HandOffAct::Clips(jobs.to_vec()))))
    }

    fn told(state: &mut AppState, news: HandOffNews) {
        put(state, Input::HandOff(news));
    }

    fn handed() -> Handed {
        Handed {
            folder: "/films/Spring".into(),
            name: "Spring".to_owned(),
            clips: 2,
            gaps: Vec::new(),
            changed: Vec::new(),
            film: Film::NotWanted,
        }
    }

    #[test]
    fn what_is_ready_is_handed_on_in_the_order_of_its_making() {
        let mut state = studio();
        let effects = press(&mut state, &[id(2), id(3), id(1)]);
        let order = made(&effects).expect("an order");
        let jobs: Vec<_> = order.shots.iter().map(|shot| matches!(shot, Shot::Clip(_))).collect();
        assert_eq!(jobs, [true, true], "what is not ready has no place among chosen clips");
        assert!(matches!(&order.shots[0], Shot::Clip(job) if job.id == id(1)));
        assert!(order.join && order.name.starts_with("Rushes "), "{}", order.name);
        assert_eq!(made(&press(&mut state, &[id(1)])), None, "one at a time");
        assert_eq!(state.toasts.len(), 1);
    }

    #[test]
    fn nothing_ready_is_said_and_nothing_is_begun() {
        let mut state = studio();
        assert!(press(&mut state, &[id(3)]).is_empty());
        assert!(state.toasts[0].text.contains("nothing was charged"));
        assert_eq!(state.hand_off.progress, None);
    }

    #[test]
    fn the_board_is_handed_on_with_its_gaps() {
        let mut state = studio();
        put(&mut state, Input::Act(Action::Board(Board::Add(vec![id(2), id(3), id(1)]))));
        put(&mut state, Input::Act(Action::Board(Board::Open)));
        put(&mut state, Input::Act(Action::Board(Board::Plan)));
        let effects = put(&mut state, Input::Act(Action::HandOff(HandOffAct::Board)));
        let order = made(&effects).expect("an order");
        let shots: Vec<String> = order
            .shots
            .iter()
            .map(|shot| match shot {
                Shot::Clip(job) => job.id.short(),
                Shot::Gap(gap) => gap.why.clone(),
            })
            .collect();
        assert_eq!(shots, ["00000002", "it is planned", "it is not ready yet", "00000001"]);
        assert_eq!(order.name, "Storyboard");
    }

    #[test]
    fn one_toast_tells_how_far_it_is_and_goes_with_the_work() {
        let mut state = studio();
        press(&mut state, &[id(1), id(2)]);
        assert!(state.toasts.is_empty(), "the place is asked for first");
        for done in [0, 1_000_000, 2_000_000] {
            told(&mut state, HandOffNews::Written(Progress { done, total: 4_000_000 }));
        }
        assert_eq!(state.toasts.len(), 1);
        assert!(state.toasts[0].text.starts_with("2"), "{}", state.toasts[0].text);
        let toast = state.toasts[0].id;
        let stop = put(&mut state, Input::Act(Action::PressToast(toast, ToastButton::StopHandOff)));
        assert!(matches!(&stop[..], [Effect::HandOff(HandOffWork::Stop)]), "{stop:?}");
        told(&mut state, HandOffNews::NotHanded(NotHanded::Stopped));
        assert_eq!((state.toasts.len(), state.hand_off.progress), (0, None));
        told(&mut state, HandOffNews::Written(Progress { done: 1, total: 2 }));
        assert_eq!(state.toasts.len(), 0, "late news of what was stopped");
    }

    #[test]
    fn a_toast_that_was_closed_stays_closed() {
        let mut state = studio();
        press(&mut state, &[id(1)]);
        told(&mut state, HandOffNews::Written(Progress { done: 1, total: 4 }));
        let toast = state.toasts[0].id;
        put(&mut state, Input::Act(Action::CloseToast(toast)));
        told(&mut state, HandOffNews::Written(Progress { done: 2, total: 4 }));
        assert!(state.toasts.is_empty());
        told(&mut state, HandOffNews::Handed(Box::new(handed())));
        assert_eq!(state.toasts[0].title, "2 clips handed on");
    }

    #[test]
    fn the_folder_is_shown_and_what_it_lacks_is_told_longer() {
        let mut state = studio();
        press(&mut state, &[id(1), id(2)]);
        told(&mut state, HandOffNews::Handed(Box::new(handed())));
        let (toast, ends_at) = (state.toasts[0].id, state.toasts[0].ends_at);
        let shown = put(&mut state, Input::Act(Action::PressToast(toast, ToastButton::ShowHandedOff)));
        let folder = std::path::Path::new("/films/Spring");
        assert!(matches!(&shown[..], [Effect::HandOff(HandOffWork::Show(shown))] if shown == folder), "{shown:?}");
        press(&mut state, &[id(1), id(2)]);
        let gaps = vec![("a boat".to_owned(), "its file is missing".to_owned())];
        told(&mut state, HandOffNews::Handed(Box::new(Handed { gaps, ..handed() })));
        assert!(state.toasts[0].ends_at > ends_at && state.toasts[0].text.contains("a boat"));
        press(&mut state, &[id(1)]);
        told(&mut state, HandOffNews::NotHanded(NotHanded::Trouble("The disk is full.".to_owned())));
        assert_eq!(state.toasts.last().map(|toast| &*toast.text), Some("The disk is full."));
        press(&mut state, &[id(1)]);
        told(&mut state, HandOffNews::NoPlace);
        assert_eq!(state.hand_off.progress, None);
    }
}
