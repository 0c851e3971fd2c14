use super::*;
use crate::app::action::list::List;
use crate::app::action::{Action, Effect, Input};
use crate::app::state::{KeyPlace, KeyState};
use crate::app::update::kit::put;
use crate::app::view::{form, prices};
use crate::domain::samples::{self, id};
use crate::domain::{Amount, Charge, ClipDuration, Credits, GatewayId, Job, JobState, Settings, UnixMillis};
use crate::engine::command::Command;
use crate::engine::event::Event;

const NOW: UnixMillis = UnixMillis(1_795_867_200_000);

fn credits(number: i64) -> Amount {
    Amount::Credits(Credits(number))
}

/// A window whose form asks apiin for 720p, 8 s, and which knows a clip of that for 198 cr.
fn window() -> AppState {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    for gateway in state.gateways.values_mut() {
        gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
    }
    state.draft.prompt = "a boat".to_owned();
    state.draft.gateway = GatewayId::Apiin;
    state.draft.duration = ClipDuration::S8;
    let job = samples::job(1).gateway(GatewayId::Apiin).at(NOW).asking(|draft| draft.duration = ClipDuration::S8);
    let job = Job { charge: Charge::Yes(Some(credits(198))), ..job.state(JobState::Ready) };
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    state
}

fn act(state: &mut AppState, word: Prices) -> Vec<Effect> {
    put(state, Input::Act(Action::Prices(word)))
}

/// The settings that were kept last.
fn kept(effects: &[Effect]) -> Option<&Settings> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::SaveSettings(settings) => Some(&**settings),
        _ => None,
    })
}

fn asks(state: &AppState) -> bool {
    prices::note(state, &state.jobs[&id(1)]).is_some()
}

#[test]
fn update_corrects_the_price_everywhere_and_undo_takes_it_back() {
    let mut state = window();
    put(&mut state, Input::Act(Action::List(List::Open)));
    put(&mut state, Input::Act(Action::List(List::Edit("a stork\na heron".to_owned()))));
    assert!(asks(&state));
    assert_eq!(form::view(&state).caption, "180 cr · prices of August 2026");
    let effects = act(&mut state, Prices::Update(id(1)));
    let settings = kept(&effects).expect("kept at once").clone();
    assert_eq!(settings.prices, state.settings.prices);
    let toast = state.toasts.last().expect("a word about it").clone();
    assert_eq!((&*toast.title, toast.button), ("Price of 720p, 8 s updated to 198 cr", Some(ToastButton::Undo)));

    let view = form::view(&state);
    assert_eq!((&*view.price, &*view.caption), ("198 cr", "198 cr · as charged on 28 Nov"));
    assert_eq!(view.notes.iter().filter(|note| note.contains("is assumed")).count(), 0, "{:?}", view.notes);
    assert_eq!(view.tiles.iter().find(|tile| tile.is_chosen).map(|tile| &*tile.price), Some("198 cr"));
    assert!(state.list.plan.jobs.iter().all(|job| job.estimate.amount == credits(198)), "{:?}", state.list.plan);
    assert_eq!(crate::app::view::four_more::four_more(&state, id(1)).expect("a price").price(), "792 cr");
    assert!(!asks(&state), "the charge is the price now");
    let effects = put(&mut state, Input::Act(Action::Generate));
    let ordered = effects.iter().find_map(|effect| match effect {
        Effect::Engine(Command::Enqueue(jobs)) => Some(jobs[0].estimate.amount),
        _ => None,
    });
    assert_eq!(ordered, Some(credits(198)));
    state.draft.audio = true;
    assert_eq!(form::view(&state).price, "360 cr", "another shape");
    state.draft.audio = false;

    let effects = put(&mut state, Input::Act(Action::PressToast(toast.id, ToastButton::Undo)));
    assert_eq!(kept(&effects).map(|settings| settings.prices.iter().count()), Some(0));
    assert_eq!(form::view(&state).price, "180 cr");
    assert!(state.list.plan.jobs.iter().all(|job| job.estimate.amount == credits(180)));
    assert!(asks(&state));
    put(&mut state, Input::Act(Action::Redo));
    assert_eq!((&*form::view(&state).price, &state.settings.prices), ("198 cr", &settings.prices));
}

#[test]
fn keep_leaves_the_price_and_asks_no_more_until_undone() {
    let mut state = window();
    let effects = act(&mut state, Prices::Keep(id(1)));
    assert!(kept(&effects).is_some() && !asks(&state));
    let toast = state.toasts.last().expect("a word about it");
    assert_eq!(toast.title, "Price of 720p, 8 s stays 180 cr");
    assert_eq!(form::view(&state).price, "180 cr");
    put(&mut state, Input::Act(Action::Undo));
    assert!(asks(&state));
}

#[test]
fn forget_brings_the_tables_price_back_and_undo_the_correction() {
    let mut state = window();
    let shape = PricedShape::of(&state.jobs[&id(1)]);
    assert!(act(&mut state, Prices::Forget(shape.clone())).is_empty(), "nothing to forget");
    act(&mut state, Prices::Update(id(1)));
    let effects = act(&mut state, Prices::Forget(shape));
    assert_eq!(kept(&effects).map(|settings| settings.prices.iter().count()), Some(0));
    assert_eq!((&*form::view(&state).price, asks(&state)), ("180 cr", true));
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!((&*form::view(&state).price, asks(&state)), ("198 cr", false));
}

/// A second click that was on its way, or a clip that asks nothing.
#[test]
fn an_answer_to_no_question_changes_nothing() {
    let mut state = window();
    act(&mut state, Prices::Update(id(1)));
    let before = state.settings.clone();
    for word in [Prices::Update(id(1)), Prices::Keep(id(1)), Prices::Update(id(9)), Prices::Keep(id(9))] {
        assert!(act(&mut state, word).is_empty());
    }
    assert_eq!(state.settings, before);
}

/// An order of unknown fate is sent again at the price that is shown for that, not at the one of the first order.
#[test]
fn submitting_again_costs_what_it_says() {
    let mut state = window();
    act(&mut state, Prices::Update(id(1)));
    let job = samples::job(2).gateway(GatewayId::Apiin).at(NOW).asking(|draft| draft.duration = ClipDuration::S8);
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(job.unconfirmed()))));
    let effects = put(&mut state, Input::Act(Action::SubmitAgain(id(2))));
    let price = effects.iter().find_map(|effect| match effect {
        Effect::Engine(Command::Resolve(_, crate::engine::command::UnconfirmedDecision::Resend { price, .. })) => {
            price.as_ref().map(|price| price.amount)
        }
        _ => None,
    });
    assert_eq!(price, Some(credits(198)));
}
