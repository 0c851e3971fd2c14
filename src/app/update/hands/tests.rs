use super::*;
use crate::app::action::hands::Notice;
use crate::app::action::{Action, Input};
use crate::app::state::{KeyPlace, KeyState};
use crate::app::update::kit::{put, put_all, tick};
use crate::app::update::next_wake;
use crate::app::view::desk::title;
use crate::domain::samples::{self, id};
use crate::domain::{GatewayId, Job, UnixMillis};
use crate::engine::command::{Command, QueueMove};
use crate::engine::event::Event;

const NOW: UnixMillis = UnixMillis(1_000_000);

fn job(number: u128, state: JobState) -> Job {
    let job = samples::job(number).at(NOW).prompt("a dragon");
    if state == JobState::Ready { job.ready() } else { job.state(state) }
}

/// A window with jobs of these numbers at work, which the user left.
fn left(tells: Option<bool>, at_work: u128) -> AppState {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    state.settings.hands.tells = tells;
    for number in 1..=at_work {
        step(&mut state, number, JobState::Generating);
    }
    put(&mut state, Input::Hands(HandsNews::Left));
    state
}

fn step(state: &mut AppState, number: u128, to: JobState) {
    assert!(put(state, Input::Engine(Event::JobChanged(Box::new(job(number, to))))).is_empty());
}

/// What the desktop is told until this many seconds from the beginning.
fn told(state: &mut AppState, until_secs: u64) -> Vec<Notice> {
    let mut notices = Vec::new();
    for tenth in 0..=until_secs * 10 {
        let at = NOW.after(Duration::from_millis(tenth * 100));
        if at < state.now {
            continue;
        }
        for effect in tick(state, at) {
            if let Effect::Hands(HandsWork::Tell(notice)) = effect {
                notices.push(notice);
            }
        }
    }
    notices
}

#[test]
fn ten_endings_within_five_seconds_are_one_message() {
    let mut state = left(Some(true), 10);
    for number in 1..=10 {
        state.now = NOW.after(Duration::from_millis(450 * u64::try_from(number).expect("small")));
        let to = match number {
            4 => JobState::Failed,
            7 => JobState::Unconfirmed,
            _ => JobState::Ready,
        };
        step(&mut state, number, to);
    }
    let wake = next_wake(&state).expect("it wakes to tell");
    assert!(wake <= GATHER, "{wake:?}");
    let notices = told(&mut state, 60);
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!(notices[0].title, "8 ready, 1 failed, 1 needs you");
    assert_eq!((notices[0].text.as_str(), notices[0].job), ("a dragon", id(7)), "a click shows what needs the user");
}

#[test]
fn what_is_told_when() {
    use JobState::{Cancelled, Downloading, Failed, Generating, Gone, Queued, Ready, Rejected, Unconfirmed, Waiting};
    // The user's word, the steps of one job, and the titles of the messages.
    let table: [(Option<bool>, &[JobState], &[&str]); 12] = [
        (Some(true), &[Ready], &["Clip ready"]),
        (Some(true), &[Failed], &["1 failed"]),
        (Some(true), &[Rejected], &["1 failed"]),
        (Some(true), &[Gone], &["1 failed"]),
        (Some(true), &[Unconfirmed], &["1 needs you"]),
        // What goes on by itself, a retry among it, ends nothing.
        (Some(true), &[Waiting, Generating, Queued, Downloading], &[]),
        (Some(true), &[Downloading, Ready, Ready], &["Clip ready"]),
        // It was unconfirmed for a moment and goes on.
        (Some(true), &[Unconfirmed, Waiting], &[]),
        (Some(true), &[Unconfirmed, Waiting, Ready], &["Clip ready"]),
        // The user ended it, or somebody for them.
        (Some(true), &[Cancelled], &[]),
        (Some(false), &[Ready], &[]),
        (None, &[Ready], &[]),
    ];
    for (tells, steps, titles) in table {
        let mut state = left(tells, 1);
        for to in steps {
            step(&mut state, 1, *to);
        }
        let notices = told(&mut state, 60);
        assert_eq!(
            notices.iter().map(|notice| notice.title.as_str()).collect::<Vec<_>>(),
            titles,
            "{tells:?} {steps:?}"
        );
    }
}

#[test]
fn while_the_window_has_the_focus_nothing_is_told() {
    let mut state = left(Some(true), 2);
    step(&mut state, 1, JobState::Ready);
    put(&mut state, Input::CameToFront);
    step(&mut state, 2, JobState::Ready);
    assert_eq!(told(&mut state, 60), []);
    // Nor is it told later what was seen meanwhile.
    put(&mut state, Input::Hands(HandsNews::Left));
    assert_eq!(told(&mut state, 120), []);
}

#[test]
fn what_was_there_before_is_no_ending() {
    let mut state = left(Some(true), 0);
    step(&mut state, 5, JobState::Ready);
    assert_eq!(told(&mut state, 60), []);
}

fn question(state: &AppState) -> Option<&Toast> {
    state.toasts.iter().find(|toast| is_question(toast))
}

#[test]
fn it_is_asked_once_and_only_while_clips_are_being_made() {
    assert!(question(&left(None, 0)).is_none(), "nothing is being made");
    for tells in [true, false] {
        assert!(question(&left(Some(tells), 1)).is_none(), "it was answered before");
    }
    for answer in [true, false] {
        let mut state = left(None, 1);
        let toast = question(&state).expect("the question").clone();
        assert!(tick(&mut state, NOW.after(Duration::from_secs(3_600))).is_empty());
        assert!(question(&state).is_some(), "it waits for the user");
        let effects = put(&mut state, Input::Act(Action::PressToast(toast.id, ToastButton::Tells(answer))));
        let [Effect::SaveSettings(settings)] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!(settings.hands.tells, Some(answer));
        assert!(question(&state).is_none());
    }
    let mut state = left(None, 1);
    put(&mut state, Input::CameToFront);
    let now = state.now;
    tick(&mut state, now.after(QUESTION_STAYS));
    assert!(question(&state).is_none(), "unanswered, it goes");
    put(&mut state, Input::Hands(HandsNews::Left));
    assert!(question(&state).is_none(), "and is not asked again meanwhile");
}

#[test]
fn a_click_on_a_message_shows_the_card() {
    let mut state = left(Some(true), 2);
    state.dialog = Some(Dialog::Palette);
    let effects = put_all(&mut state, Input::Hands(HandsNews::Pressed(id(2))));
    assert_eq!((state.selection.card, state.dialog), (Some(id(2)), None));
    assert_eq!(effects.window, [WindowEffect::ComeToFront]);
}

#[test]
fn the_title_counts() {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    assert_eq!(title(&state), "Rushes");
    for number in 1..=3 {
        step(&mut state, number, JobState::Generating);
    }
    assert_eq!(title(&state), "Rushes - 3 working");
    step(&mut state, 4, JobState::Unconfirmed);
    assert_eq!(title(&state), "Rushes - 3 working, 1 needs you");
    step(&mut state, 5, JobState::Unconfirmed);
    for number in 1..=3 {
        step(&mut state, number, JobState::Ready);
    }
    assert_eq!(title(&state), "Rushes - 2 need you");
}

/// A window in which the form can be ordered, twice.
fn form() -> AppState {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    state.draft.prompt = "a paper boat".to_owned();
    state.draft.takes = 2;
    state.draft.gateway = GatewayId::Practice;
    let key = KeyState::Present { place: KeyPlace::Practice, last_four: None };
    state.gateways.get_mut(&GatewayId::Practice).expect("known").key = key;
    state
}

#[test]
fn generate_next_orders_as_generate_does_and_puts_it_first() {
    let (mut plain, mut next) = (form(), form());
    let usual = put(&mut plain, Input::Act(Action::Generate));
    let first = put(&mut next, Input::Act(Action::Hands(Hands::GenerateNext)));
    assert_eq!(format!("{usual:?}"), format!("{:?}", &first[..usual.len()]), "the same order at the same price");
    let ordered = |effect: &Effect| match effect {
        Effect::Engine(Command::Enqueue(jobs)) => jobs.iter().map(|job| job.id).collect(),
        _ => Vec::new(),
    };
    let ids: Vec<JobId> = usual.iter().flat_map(ordered).collect();
    assert_eq!(ids.len(), 2);
    let moves: Vec<String> = first[usual.len()..].iter().map(|effect| format!("{effect:?}")).collect();
    let wanted = |id: JobId| format!("{:?}", Effect::Engine(Command::MoveInQueue(id, QueueMove::First)));
    assert_eq!(moves, [wanted(ids[1]), wanted(ids[0])]);
}

#[test]
fn what_only_goes_into_the_queue_is_held_from_the_start() {
    let mut state = form();
    let effects = put(&mut state, Input::Act(Action::Hands(Hands::QueueOnly)));
    let is_sent = |effect: &Effect| matches!(effect, Effect::Engine(Command::Enqueue(_)));
    assert!(!effects.iter().any(is_sent), "nothing may start: {effects:?}");
    let held = effects.iter().find_map(|effect| match effect {
        Effect::Engine(Command::EnqueueHeld(jobs)) => Some(jobs.len()),
        _ => None,
    });
    assert_eq!(held, Some(2));
    // With a form that cannot be ordered, neither key does anything.
    state.draft.prompt.clear();
    for act in [Hands::QueueOnly, Hands::GenerateNext] {
        let effects = put(&mut state, Input::Act(Action::Hands(act)));
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Engine(_))), "{effects:?}");
    }
}

#[test]
fn what_a_key_wished_is_kept_while_the_order_waits_for_another_word() {
    use crate::app::action::spend::{Consent, Door, OverCap, Spend};
    use crate::app::view::form::view;
    let limit = crate::domain::Amount::Money(crate::domain::Money(500_000));
    let wait = Consent { is_confirmed: true, over_cap: Some(OverCap::Wait) };
    for (act, door, verb) in
        [(Hands::QueueOnly, Door::QueueOnly, "Only queue 2"), (Hands::GenerateNext, Door::Next, "Generate 2 next")]
    {
        for (confirms, consent) in [(true, Consent::CONFIRMED), (false, Consent::OVER_CAP), (false, wait)] {
            let mut state = form();
            state.draft.gateway = GatewayId::Aigateway;
            let key = KeyState::Present { place: KeyPlace::Session, last_four: None };
            state.gateways.get_mut(&GatewayId::Aigateway).expect("known").key = key;
            let cap = if confirms { &mut state.settings.caps.confirm_above } else { &mut state.settings.caps.day };
            *cap = crate::domain::Cap { limit, is_on: true };
            let is_order = |effect: &&Effect| matches!(effect, Effect::Engine(_));
            let none = put(&mut state, Input::Act(Action::Hands(act.clone())));
            assert_eq!(none.iter().filter(is_order).count(), 0, "{none:?}");
            let shown = view(&state);
            assert_eq!((state.asked, shown.door, shown.verb.as_str()), (Some(door), door, verb));
            assert!(shown.asks && shown.hold.as_ref().is_some_and(|words| words.name.contains(verb)), "{shown:?}");
            // Another order is no answer to this one.
            let mut other = state.clone();
            put(&mut other, Input::Act(Action::SetTakes(3)));
            assert_eq!((other.asked, view(&other).door), (None, Door::Form));
            put(&mut other, Input::Act(Action::Generate));
            assert_eq!((other.asked, view(&other).verb.as_str()), (Some(Door::Form), "Generate 3"));

            let effects = put(&mut state, Input::Act(Action::Spend(Spend::Order(shown.door, consent))));
            let orders: Vec<String> = effects.iter().filter(is_order).map(|effect| format!("{effect:?}")).collect();
            match door {
                Door::QueueOnly => {
                    assert!(matches!(&orders[..], [one] if one.contains("EnqueueHeld")), "{orders:?}");
                    let told = state.toasts.last().expect("it is told").title.clone();
                    assert_eq!(told, "2 takes in the queue, not started");
                }
                _ => {
                    assert_eq!(orders.len(), 3, "{orders:?}");
                    assert!(orders[1..].iter().all(|order| order.contains("MoveInQueue") && order.contains("First")));
                }
            }
            assert_eq!((state.asked, view(&state).door), (None, Door::Form));
        }
    }
}

#[test]
fn only_clips_are_copied_and_in_the_order_of_the_choice() {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    for number in [1, 2, 3] {
        step(&mut state, number, if number == 2 { JobState::Generating } else { JobState::Ready });
    }
    let effects = put(&mut state, Input::Act(Action::Hands(Hands::CopyFiles(vec![id(3), id(2), id(1)]))));
    let [Effect::Hands(HandsWork::CopyFiles(files))] = effects.as_slice() else { panic!("{effects:?}") };
    let path = |number: u128| state.jobs[&id(number)].clip.as_ref().expect("ready").path.clone();
    assert_eq!(*files, [path(3), path(1)]);
    assert_eq!(state.toasts.last().map(|toast| toast.title.as_str()), Some("2 clips copied as files"));
    assert!(put(&mut state, Input::Act(Action::Hands(Hands::CopyFiles(vec![id(2)])))).is_empty());
}

#[test]
fn keys_change_at_once_and_are_kept() {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    let chord = Chord::parse("Ctrl+D").expect("a key");
    let effects = put(&mut state, Input::Act(Action::Hands(Hands::SetKey(UiCommand::QuickLook, Some(chord)))));
    let [Effect::SaveSettings(settings)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(settings.hands.keys.get("quick_look").map(String::as_str), Some("Ctrl+D"));
    assert_eq!(state.keys.text(UiCommand::QuickLook), "Ctrl D");
    assert_eq!(state.keys.text(UiCommand::QueueOnly), "", "it was taken from there");
    put(&mut state, Input::Act(Action::Hands(Hands::ResetKey(UiCommand::QueueOnly))));
    assert_eq!(state.keys.text(UiCommand::QueueOnly), "Ctrl D");
    assert_eq!(state.keys.text(UiCommand::QuickLook), "", "its usual key was given away");
    state.settings.hands.keys.insert("of_another_version".to_owned(), "F8".to_owned());
    put(&mut state, Input::Act(Action::Hands(Hands::ResetKeys)));
    assert_eq!(state.keys, KeyMap::default());
    assert_eq!(state.settings.hands.keys.keys().collect::<Vec<_>>(), ["of_another_version"]);
}
