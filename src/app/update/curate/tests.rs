use super::*;
use crate::app::update::kit::{put, tick};
use crate::app::{Action, Input};
use crate::domain::UnixMillis;
use crate::domain::samples::{self, id};
use crate::engine::event::Event;

const NOW: UnixMillis = UnixMillis(1_000_000);

fn job(number: u128) -> Job {
    samples::job(number).prompt("a dragon").at(NOW).ready()
}

/// A window with so many clips of one recipe.
fn window(clips: u128) -> AppState {
    let mut state = AppState::new(NOW);
    for number in 1..=clips {
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job(number)))));
    }
    state
}

fn says(state: &mut AppState, word: Curate) -> Vec<Command> {
    commands(put(state, Input::Act(Action::Curate(word))))
}

fn acts(state: &mut AppState, action: Action) -> Vec<Command> {
    commands(put(state, Input::Act(action)))
}

fn commands(effects: Vec<Effect>) -> Vec<Command> {
    let command = |effect| match effect {
        Effect::Engine(command) => command,
        other => panic!("{other:?}"),
    };
    effects.into_iter().map(command).collect()
}

/// `★3`, `x`, `★4x` of each clip.
fn stars(state: &AppState) -> Vec<String> {
    let text = |job: &Job| {
        let reject = if job.verdict.is_rejected { "x" } else { "" };
        format!("★{}{reject}", job.verdict.rating.stars())
    };
    state.jobs.values().map(text).collect()
}

fn shown(state: &AppState) -> Vec<u128> {
    let mut shown: Vec<u128> = state.gallery.order().map(|job| job.0.as_u128()).collect();
    shown.sort_unstable();
    shown
}

#[test]
fn every_word_sets_its_verdicts_at_once_and_is_one_step() {
    let cases: [(Curate, [&str; 3]); 6] = [
        (Curate::Rate(vec![id(1), id(2)], Rating::new(3)), ["★3", "★3", "★2x"]),
        (Curate::Rate(vec![id(3)], Rating::new(0)), ["★5", "★0", "★0x"]),
        (Curate::Reject(vec![id(1)], true), ["★5x", "★0", "★2x"]),
        (Curate::Keep(id(3)), ["★5", "★0", "★4"]),
        (Curate::KeepOnly(id(1), vec![id(2), id(3)]), ["★5", "★0x", "★2x"]),
        (Curate::KeepOnly(id(3), vec![id(3), id(1)]), ["★5x", "★0", "★4"]),
    ];
    for (word, expected) in cases {
        let mut state = window(3);
        says(&mut state, Curate::Rate(vec![id(1)], Rating::new(5)));
        says(&mut state, Curate::Rate(vec![id(3)], Rating::new(2)));
        says(&mut state, Curate::Reject(vec![id(3)], true));
        let before = stars(&state);
        let sent = says(&mut state, word.clone());
        assert_eq!(stars(&state), expected, "{word:?}");
        assert!(matches!(&sent[..], [Command::Judge(_)]), "{word:?}: {sent:?}");
        // What is sent is what is shown, and only what changed.
        let Some(Command::Judge(verdicts)) = sent.first() else { panic!("{sent:?}") };
        assert!(verdicts.iter().all(|(id, verdict)| state.jobs[id].verdict == *verdict));
        acts(&mut state, Action::Undo);
        assert_eq!(stars(&state), before, "{word:?} undone");
        acts(&mut state, Action::Redo);
        assert_eq!(stars(&state), expected, "{word:?} done again");
        assert!(says(&mut state, word.clone()).is_empty(), "{word:?} twice is once");
    }
}

/// The engine answers late: what it says of the time before the last words does not show.
#[test]
fn an_older_event_does_not_make_stars_flicker() {
    let mut state = window(2);
    let mut echoes = Vec::new();
    for rating in [1, 4, 1, 2, 5] {
        says(&mut state, Curate::Rate(vec![id(1)], Rating::new(rating)));
        echoes.push(state.jobs[&id(1)].clone());
    }
    says(&mut state, Curate::MoveTo(vec![id(1)], Project::new("Spring").ok()));
    says(&mut state, Curate::ToTrash(vec![id(1)]));
    for echo in echoes {
        let poster = crate::domain::job::Poster::Made { width: 9, height: 5 };
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(Job { poster: poster.clone(), ..echo }))));
        assert_eq!((stars(&state)[0].as_str(), shown(&state)), ("★5", vec![2]));
        assert_eq!(state.jobs[&id(1)].poster, poster, "the rest of the event is taken");
        assert_eq!(state.jobs[&id(1)].project, Project::new("Spring").ok());
    }
}

#[test]
fn redo_ends_with_the_next_step() {
    let mut state = window(2);
    says(&mut state, Curate::Rate(vec![id(1)], Rating::new(3)));
    acts(&mut state, Action::Undo);
    says(&mut state, Curate::Rate(vec![id(2)], Rating::new(1)));
    assert!(acts(&mut state, Action::Redo).is_empty());
    assert_eq!(stars(&state), ["★0", "★1"]);
}

#[test]
fn several_clips_go_to_the_trash_in_one_step_and_with_one_toast() {
    let mut state = window(5);
    state.selection.card = Some(id(2));
    let sent = says(&mut state, Curate::ToTrash(vec![id(2), id(3), id(4)]));
    assert!(matches!(&sent[..], [Command::ToTrash(jobs)] if *jobs == [id(2), id(3), id(4)]), "{sent:?}");
    assert_eq!((shown(&state), state.selection.card), (vec![1, 5], Some(id(5))), "the choice goes on");
    assert_eq!(
        state.toasts.iter().map(|toast| toast.title.as_str()).collect::<Vec<_>>(),
        ["3 clips went to the trash"]
    );
    let sent = acts(&mut state, Action::Undo);
    assert!(matches!(&sent[..], [Command::TakeBack(jobs)] if *jobs == [id(2), id(3), id(4)]), "{sent:?}");
    assert_eq!((shown(&state), state.selection.card, state.toasts.len()), (vec![1, 2, 3, 4, 5], Some(id(2)), 0));
    let sent = acts(&mut state, Action::Redo);
    assert!(matches!(&sent[..], [Command::ToTrash(_)]), "{sent:?}");
    assert_eq!(shown(&state), [1, 5]);
}

#[test]
fn toasts_say_what_went() {
    let without_file = Job { state: JobState::Failed, clip: None, ..job(3) };
    let not_watched = Job { state: JobState::NotWatched, clip: None, ..job(4) };
    for (jobs, title, text) in [
        (vec![1], "Take 1 moved to the trash", "Undo brings back file and rating."),
        (vec![1, 2], "2 clips went to the trash", "Undo brings back files and ratings."),
        (vec![3], "Card removed", ""),
        (vec![4], "Card removed", "The gateway may still make and bill it."),
        (vec![5], "Card removed", ""),
        (vec![3, 5], "2 cards removed", ""),
        (vec![1, 2, 3], "2 clips went to the trash", "1 card without a file removed."),
    ] {
        let mut state = window(5);
        for job in [&without_file, &not_watched] {
            put(&mut state, Input::Engine(Event::JobChanged(Box::new(job.clone()))));
        }
        put(&mut state, Input::FilesMissing(vec![id(5)]));
        says(&mut state, Curate::ToTrash(jobs.into_iter().map(id).collect()));
        let toast = state.toasts.last().expect("a toast");
        assert_eq!((toast.title.as_str(), toast.text.as_str()), (title, text));
    }
}

/// A toast's button takes back what the toast is about, whatever was done since.
#[test]
fn undo_of_a_toast_is_its_own() {
    let mut state = window(3);
    says(&mut state, Curate::ToTrash(vec![id(1)]));
    says(&mut state, Curate::Rate(vec![id(2)], Rating::new(5)));
    let toast = state.toasts[0].id;
    acts(&mut state, Action::PressToast(toast, ToastButton::Undo));
    assert_eq!((shown(&state), stars(&state)[1].as_str()), (vec![1, 2, 3], "★5"));
    acts(&mut state, Action::Undo);
    assert_eq!(stars(&state), ["★0", "★0", "★0"]);
}

#[test]
fn a_wish_that_fails_is_taken_back_and_told() {
    let mut state = window(2);
    let as_it_was = state.jobs[&id(1)].clone();
    says(&mut state, Curate::ToTrash(vec![id(1)]));
    says(&mut state, Curate::Rate(vec![id(1)], Rating::new(5)));
    let sentence = "1.mp4 was not put into the trash: the disk is read-only. Nothing was deleted.".to_owned();
    put(&mut state, Input::Engine(Event::Settled(Box::new(as_it_was.clone()), Some(sentence.clone()))));
    assert_eq!((shown(&state), stars(&state)[0].as_str()), (vec![1, 2], "★5"), "back, with the newest stars");
    let toasts: Vec<_> = state.toasts.iter().map(|toast| (toast.title.as_str(), toast.text.as_str())).collect();
    assert_eq!(toasts, [("Take 1: not done", sentence.as_str())], "the toast that said otherwise is gone");

    says(&mut state, Curate::MoveTo(vec![id(1)], Project::new("Spring").ok()));
    put(&mut state, Input::Engine(Event::Settled(Box::new(as_it_was), Some("No.".to_owned()))));
    assert_eq!(state.jobs[&id(1)].project, None);
}

#[test]
fn projects_are_moved_to_named_and_undone_each_to_its_own() {
    let spring = || Project::new("Spring").ok();
    let mut state = window(3);
    let sent = says(&mut state, Curate::MoveTo(vec![id(1)], spring()));
    assert!(matches!(&sent[..], [Command::MoveToProject(jobs, project)] if *jobs == [id(1)] && *project == spring()));
    assert_eq!(state.toasts[0].title, "Take 1 moved to “Spring”");
    assert!(state.browsing.projects.contains("Spring".to_owned().try_into().as_ref().expect("a name")));
    let autumn = Project::new("Autumn").ok();
    says(&mut state, Curate::MoveTo(vec![id(1), id(2)], autumn.clone()));
    assert_eq!(state.toasts.last().expect("a toast").title, "2 clips moved to “Autumn”");
    let sent = acts(&mut state, Action::Undo);
    assert_eq!(sent.len(), 2, "to two places: {sent:?}");
    let projects = |state: &AppState| state.jobs.values().map(|job| job.project.clone()).collect::<Vec<_>>();
    assert_eq!(projects(&state), [spring(), None, None]);
    acts(&mut state, Action::Redo);
    assert_eq!(projects(&state), [autumn.clone(), autumn, None]);
}

#[test]
fn folders_are_projects_from_the_start_and_when_they_appear() {
    let mut state = window(1);
    says(&mut state, Curate::MoveTo(vec![id(1)], Project::new("Spring").ok()));
    put(&mut state, Input::ProjectsFound(vec![Project::new("Empty").expect("a name")]));
    let names: Vec<&str> = state.browsing.projects.iter().map(Project::as_str).collect();
    assert_eq!(names, ["Empty", "Spring"]);
    put(&mut state, Input::ProjectsFound(Vec::new()));
    assert_eq!(state.browsing.projects.len(), 1, "a folder that was deleted is no project, unless clips say so");
}

#[test]
fn files_are_looked_for_when_the_window_comes_back_but_not_all_the_time() {
    let mut state = window(2);
    let looks = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::CheckFiles(_)));
    assert!(!looks(&put(&mut state, Input::CameToFront)), "just looked");
    tick(&mut state, NOW.after(std::time::Duration::from_secs(3)));
    let effects = put(&mut state, Input::CameToFront);
    assert!(looks(&effects), "{effects:?}");
    assert!(!looks(&put(&mut state, Input::CameToFront)));
    // Deleted meanwhile, and back again.
    put(&mut state, Input::FilesMissing(vec![id(1)]));
    assert!(state.missing_files.contains(&id(1)));
    put(&mut state, Input::FilesMissing(Vec::new()));
    assert!(state.missing_files.is_empty());
}

#[test]
fn a_file_that_was_moved_is_not_called_missing_for_long() {
    let mut state = window(1);
    let mut moved = state.jobs[&id(1)].clone();
    moved.clip.as_mut().expect("a clip").path = "Spring/1.mp4".into();
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(moved))));
    // A look at the old place that was on its way.
    put(&mut state, Input::FilesMissing(vec![id(1)]));
    let wake = crate::app::update::next_wake(&state).expect("another look is due");
    let effects = tick(&mut state, NOW.after(wake));
    let paths = effects.iter().find_map(|effect| match effect {
        Effect::CheckFiles(files) => Some(files.clone()),
        _ => None,
    });
    assert_eq!(paths, Some(vec![(id(1), PathBuf::from("Spring/1.mp4"))]));
}
