use super::*;
use crate::app::Action;
use crate::app::action::Input;
use crate::app::action::spend::Spend;
use crate::app::state::{KeyPlace, KeyState};
use crate::app::update::kit::put;
use crate::app::view::list::{row, view};
use crate::domain::request::Slot;
use crate::domain::{Amount, ClipDuration, GatewayId, Money, UnixMillis, samples};

fn window() -> AppState {
    let mut state = AppState::new(UnixMillis(1_000_000));
    state.settings.caps.confirm_above.is_on = false;
    state.draft.gateway = GatewayId::Aigateway;
    state.draft.prompt = "what stands in the form".to_owned();
    state.draft.duration = ClipDuration::S8;
    for gateway in state.gateways.values_mut() {
        gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
    }
    state
}

fn act(state: &mut AppState, word: List) -> Vec<Effect> {
    put(state, Input::Act(Action::List(word)))
}

fn edit(state: &mut AppState, text: &str) -> Vec<Effect> {
    act(state, List::Open);
    act(state, List::Edit(text.to_owned()))
}

/// The orders among some effects.
fn ordered(effects: Vec<Effect>) -> Vec<NewJob> {
    let jobs = effects.into_iter().filter_map(|effect| match effect {
        Effect::Engine(Command::Enqueue(jobs)) => Some(jobs),
        _ => None,
    });
    jobs.flatten().collect()
}

#[test]
fn nothing_is_ordered_before_the_second_click_and_then_exactly_what_was_shown() {
    let mut state = window();
    let effects = edit(&mut state, "a {red|blue} boat\na heron\n");
    assert!(ordered(effects).is_empty());
    let shown = view(&state);
    assert_eq!((shown.verb.as_str(), shown.price.as_str(), shown.off_because), ("Queue 3", "$1.92", None));
    assert_eq!(shown.counts, "3 jobs in 2 lines");
    let rows: Vec<_> = (0..3).filter_map(|place| row(&state.list, place)).collect();
    assert_eq!(
        rows.iter().map(|row| (row.line, row.text.as_str(), row.price.as_str())).collect::<Vec<_>>(),
        [(1, "a red boat", "$0.64"), (1, "a blue boat", "$0.64"), (2, "a heron", "$0.64")]
    );
    assert_eq!(rows[0].settings, "720p · 8 s · 16:9 · silent");

    let jobs = ordered(act(&mut state, List::Order));
    assert_eq!(
        jobs.iter().map(|job| (job.gateway, job.request.prompt())).collect::<Vec<_>>(),
        ["a red boat", "a blue boat", "a heron"].map(|prompt| (GatewayId::Aigateway, prompt))
    );
    assert!(
        jobs.iter().all(|job| job.estimate.amount == Amount::Money(Money(640_000)) && job.asked_by == Asker::Window)
    );
    assert!(state.dialog.is_none() && state.list.text.is_empty());
    assert_eq!(state.draft.prompt, "what stands in the form", "the form is left alone");
    assert!(ordered(act(&mut state, List::Order)).is_empty(), "a second press orders nothing");
}

#[test]
fn rows_can_be_left_out_and_problems_stop_the_order_until_they_are() {
    let mut state = window();
    edit(&mut state, "a\nbad {\na\nb\n");
    let shown = view(&state);
    assert_eq!(shown.off_because.as_deref(), Some("Line 2 has a problem"));
    assert_eq!((shown.same, shown.problems), (1, 1));
    assert!(ordered(act(&mut state, List::Order)).is_empty());
    assert_eq!(row(&state.list, 2).expect("a row").remark, "same as line 1");

    act(&mut state, List::LeaveOutProblems);
    act(&mut state, List::LeaveOutSame);
    let shown = view(&state);
    assert_eq!((shown.verb.as_str(), shown.counts.as_str()), ("Queue 2", "2 jobs in 3 lines, 2 left out"));
    act(&mut state, List::LeaveOut(0, true));
    act(&mut state, List::LeaveOut(0, false));
    // A row that is left out stays so while others are typed.
    act(&mut state, List::Edit("a\nbad {\na\nb\nc\n".to_owned()));
    let prompts: Vec<String> =
        ordered(act(&mut state, List::Order)).iter().map(|job| job.request.prompt().to_owned()).collect();
    assert_eq!(prompts, ["a", "b", "c"]);
}

#[test]
fn a_sum_above_the_limit_needs_more_than_a_press() {
    let mut state = window();
    state.settings.caps.confirm_above.is_on = true;
    edit(&mut state, "a\nb\nc\nd\n"); // $2.56
    assert!(view(&state).hold.is_some());
    assert!(ordered(act(&mut state, List::Order)).is_empty());
    assert_eq!(state.dialog, Some(Dialog::List), "it is asked at its own button");
    let held = Action::Spend(Spend::Order(Door::List, Consent::CONFIRMED));
    assert_eq!(ordered(put(&mut state, Input::Act(held))).len(), 4);
}

#[test]
fn a_cap_stops_the_list_until_enough_of_it_is_left_out() {
    let mut state = window();
    let limit = Amount::Money(Money(1_500_000));
    state.settings.caps.day = crate::domain::Cap { limit, is_on: true };
    edit(&mut state, "a\nb\nc\n"); // 64 cents each
    assert_eq!(view(&state).over, "1 of these waits for today's cap of $1.50, from line 3 on.");
    assert!(ordered(act(&mut state, List::Order)).is_empty());
    act(&mut state, List::LeaveOut(1, true));
    assert!(view(&state).over.is_empty());
    assert_eq!(ordered(act(&mut state, List::Order)).len(), 2);
}

#[test]
fn every_gateway_of_the_list_needs_its_key() {
    let mut state = window();
    super::super::gateway_mut(&mut state, GatewayId::Apiin).key = KeyState::None;
    edit(&mut state, "prompt,gateway\na,\nb,apiin\n");
    let shown = view(&state);
    assert_eq!(shown.off_because.as_deref(), Some("apiin: needs a key"));
    assert_eq!(shown.price, "180 cr + $0.64");
    assert_eq!(shown.gateways, ["1 at apiin: 180 cr ($0.36–1.80)", "1 at aigateway: $0.64"]);
    assert!(ordered(act(&mut state, List::Order)).is_empty());
    act(&mut state, List::LeaveOut(1, true));
    assert_eq!(ordered(act(&mut state, List::Order)).len(), 1);
}

#[test]
fn a_dropped_list_is_read_and_its_pictures_with_it() {
    let mut state = window();
    let file = std::path::absolute("shots/list.csv").expect("a path");
    let effects = put(
        &mut state,
        Input::Act(Action::Pictures(crate::app::action::pictures::Pictures::Drop(vec![file.clone()], None))),
    );
    assert!(matches!(&effects[..], [Effect::List(ListWork::Read(read))] if *read == file), "{effects:?}");
    assert_eq!(state.dialog, Some(Dialog::List));
    let text = "prompt,image\na,boat.png\nb,gone.png\nc,boat.png\nd,third.png\n".to_owned();
    let effects = put(&mut state, Input::List(ListNews::Read(file.clone(), Ok(text))));
    let asked: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::List(ListWork::Bring { name, path }) => Some((name.as_str(), path.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(asked, [("boat.png", file.with_file_name("boat.png")), ("gone.png", file.with_file_name("gone.png"))]);
    assert_eq!(view(&state).off_because.as_deref(), Some("Reading the picture"));
    assert_eq!(view(&state).file, "list.csv");

    let brought = |name: &str, picture| Input::List(ListNews::Brought(name.to_owned(), picture));
    put(&mut state, brought("gone.png", Err("It is not there.".to_owned())));
    put(&mut state, brought("boat.png", Ok(samples::stored_picture())));
    put(&mut state, brought("third.png", Ok(samples::stored_photo("third"))));
    assert_eq!(view(&state).off_because.as_deref(), Some("A picture of line 3 cannot be used"));
    assert_eq!(row(&state.list, 1).expect("a row").remark, "It is not there.");
    act(&mut state, List::LeaveOut(1, true));
    let jobs = ordered(act(&mut state, List::Order));
    assert_eq!(jobs.len(), 3);
    assert!(jobs.iter().all(|job| job.request.picture_in(Slot::Start).is_some()));

    // Another file takes its place; one that cannot be read leaves it.
    let effects = act(&mut state, List::OpenFile(file.clone()));
    assert!(matches!(&effects[..], [Effect::List(ListWork::Read(_))]));
    put(&mut state, Input::List(ListNews::Read(file, Err("It is no text.".to_owned()))));
    assert_eq!(state.list.trouble.as_deref(), Some("It is no text."));
}

#[test]
fn a_picture_without_its_folder_is_not_guessed() {
    let mut state = window();
    let effects = edit(&mut state, "prompt,image\na,boat.png\n");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::List(ListWork::Bring { .. }))), "{effects:?}");
    assert!(row(&state.list, 0).expect("a row").remark.contains("whole path"));
}

#[test]
fn a_long_list_keeps_its_order() {
    let mut state = window();
    let text: String = (0..5_000).map(|number| format!("shot {number}\n")).collect();
    state.draft.gateway = GatewayId::Practice;
    edit(&mut state, &text);
    let jobs = ordered(act(&mut state, List::Order));
    assert_eq!(jobs.len(), 5_000);
    assert!(jobs.is_sorted_by(|one, other| one.id < other.id));
}
