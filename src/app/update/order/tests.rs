use super::*;
use crate::app::action::hands::Hands;
use crate::app::action::list::List;
use crate::app::action::pictures::Pictures;
use crate::app::action::spend::{OverCap, Spend};
use crate::app::action::{Action, Input};
use crate::app::state::pictures::{Brought, OneOfSeveral, Several};
use crate::app::state::{KeyPlace, KeyState};
use crate::app::update::kit::put;
use crate::app::view::spending::{Brake, Lot};
use crate::domain::caps::{Cap, Caps};
use crate::domain::holds::HeldFor;
use crate::domain::samples::caps::{CapCase, cap_cases};
use crate::domain::samples::{self, id, stored_picture};
use crate::domain::{Amount, JobState, Money, UnixMillis};
use crate::engine::event::Event;

const NOW: UnixMillis = UnixMillis(1_000_000);
const PRICE: i64 = 400_000;

/// A window in which every door could order something at aigateway, at 40 cents for a clip of 5 s.
fn window(caps: Caps) -> AppState {
    let mut state = AppState::new(NOW);
    state.draft.prompt = "a paper boat".to_owned();
    state.draft.gateway = GatewayId::Aigateway;
    state.settings.caps = caps;
    for gateway in state.gateways.values_mut() {
        gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
    }
    for (number, job_state) in [(1, JobState::Ready), (2, JobState::Unconfirmed), (3, JobState::Queued)] {
        let mut job = samples::job(number).gateway(GatewayId::Aigateway).at(NOW).state(job_state);
        job.charge = crate::domain::Charge::No;
        if job_state == JobState::Queued {
            (job.charge, job.held) = (crate::domain::Charge::Nothing, Some(HeldFor::DayCap));
        }
        assert_eq!(job.estimate.amount, Amount::Money(Money(PRICE)));
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    }
    let one = OneOfSeveral { path: "one.png".into(), picture: Brought::Ready(stored_picture()) };
    state.several = Some(Several { number: 1, pictures: vec![one], left_out: 0 });
    state
}

fn limit(clips: f64, is_on: bool) -> Cap {
    #[expect(clippy::cast_possible_truncation, reason = "a small price")]
    let micros = (clips * PRICE as f64) as i64;
    Cap { limit: Amount::Money(Money(micros)), is_on }
}

/// How many clips were ordered, and whether they may pass a cap.
fn ordered(effects: &[Effect]) -> Vec<bool> {
    let mut all = Vec::new();
    for effect in effects {
        match effect {
            Effect::Engine(Command::Enqueue(jobs) | Command::EnqueueHeld(jobs)) => {
                all.extend(jobs.iter().map(|job| job.is_over_cap))
            }
            Effect::Engine(Command::Resolve(_, UnconfirmedDecision::Resend { is_over_cap, .. })) => {
                all.push(*is_over_cap);
            }
            Effect::Engine(Command::SendOverCap(jobs)) => all.extend(jobs.iter().map(|_| true)),
            _ => {}
        }
    }
    all
}

/// Every door with the plain action that presses it, and how many clips it orders.
fn doors() -> [(Door, Action, usize); 7] {
    [
        (Door::Form, Action::Generate, 1),
        (Door::Next, Action::Hands(Hands::GenerateNext), 1),
        (Door::QueueOnly, Action::Hands(Hands::QueueOnly), 1),
        (Door::Again(id(1)), Action::Retry(id(1)), 1),
        (Door::SubmitAgain(id(2)), Action::SubmitAgain(id(2)), 1),
        (Door::FourMore(id(1)), Action::FourMore(id(1)), 4),
        (Door::Several, Action::Pictures(Pictures::OrderSeveral), 1),
    ]
}

#[test]
fn no_door_orders_above_the_confirm_limit_or_over_a_cap_without_a_word() {
    let wait = |is_confirmed| Consent { is_confirmed, over_cap: Some(OverCap::Wait) };
    for (door, press, clips) in doors() {
        let below = clips as f64 - 0.5;
        let caps = |confirm: bool, over: bool| Caps {
            confirm_above: limit(below, confirm),
            day: limit(below, over),
            ..Caps::default()
        };
        // Consent, the number of clips that may pass nothing, and those that may pass the cap.
        for (confirm, over, consent, expected) in [
            (false, false, Consent::PRESS, Some(false)),
            (true, false, Consent::PRESS, None),
            (true, false, Consent::CONFIRMED, Some(false)),
            (true, false, wait(false), None),
            (false, true, Consent::PRESS, None),
            (false, true, Consent::CONFIRMED, None),
            (false, true, Consent::OVER_CAP, Some(true)),
            (false, true, wait(false), Some(false)),
            (true, true, Consent::PRESS, None),
            (true, true, Consent::CONFIRMED, None),
            (true, true, wait(false), None),
            (true, true, wait(true), Some(false)),
            (true, true, Consent::OVER_CAP, Some(true)),
            // A word that is not needed any more lets nothing pass a cap later.
            (false, false, Consent::OVER_CAP, Some(false)),
        ] {
            let name = format!("{door:?}, above {confirm}, over {over}, {consent:?}");
            let mut state = window(caps(confirm, over));
            let effects = put(&mut state, Input::Act(Action::Spend(Spend::Order(door, consent))));
            let wanted = expected.map_or_else(Vec::new, |is_over| vec![is_over; clips]);
            assert_eq!(ordered(&effects), wanted, "{name}");
            assert_eq!(state.asked, expected.is_none().then_some(door), "{name}");
            let asks_over_all = expected.is_none() && !door.is_form() && door != Door::Several;
            assert_eq!(state.dialog == Some(Dialog::Order), asks_over_all, "{name}");
            if consent == Consent::PRESS {
                let mut state = window(caps(confirm, over));
                assert_eq!(ordered(&put(&mut state, Input::Act(press.clone()))), wanted, "{name}, as it is pressed");
            }
        }
    }
}

#[test]
fn every_cap_stops_every_door_and_practice_passes_all() {
    for (door, press, clips) in doors() {
        let below = limit(clips as f64 - 0.5, true);
        let usual = Caps::default();
        for caps in [Caps { day: below, ..usual }, Caps { month: below, ..usual }, Caps { run: below, ..usual }] {
            let mut state = window(caps);
            assert!(ordered(&put(&mut state, Input::Act(press.clone()))).is_empty(), "{door:?} {caps:?}");
        }
    }
    let mut state = window(Caps { day: limit(0.0, true), confirm_above: limit(0.0, true), ..Caps::default() });
    state.draft.gateway = GatewayId::Practice;
    assert_eq!(ordered(&put(&mut state, Input::Act(Action::Generate))), [false]);
}

#[test]
fn an_order_that_a_cap_holds_is_sent_only_by_a_whole_word() {
    let caps = Caps { day: limit(0.5, true), ..Caps::default() };
    let order = |caps: Caps, consent| {
        let mut state = window(caps);
        let effects = put(&mut state, Input::Act(Action::Spend(Spend::Order(Door::Held(id(3)), consent))));
        (ordered(&effects), state.dialog == Some(Dialog::Order))
    };
    assert_eq!(order(caps, Consent::PRESS), (vec![], true));
    assert_eq!(order(caps, Consent::CONFIRMED), (vec![], true));
    assert_eq!(order(caps, Consent::OVER_CAP), (vec![true], false));
    assert_eq!(order(Caps::default(), Consent::OVER_CAP), (vec![], false), "it goes by itself");
}

#[test]
fn a_refused_order_leaves_everything_as_it_was() {
    let caps = Caps { day: limit(0.5, true), ..Caps::default() };
    let mut state = window(caps);
    state.dialog = Some(Dialog::Several);
    put(&mut state, Input::Act(Action::Pictures(Pictures::OrderSeveral)));
    assert_eq!((state.several.is_some(), state.dialog), (true, Some(Dialog::Several)));
    put(&mut state, Input::Act(Action::Spend(Spend::Order(Door::Several, Consent::OVER_CAP))));
    assert_eq!((state.several.is_some(), state.dialog), (false, None));
    // Another order is not confirmed by what was asked about this one.
    put(&mut state, Input::Act(Action::Generate));
    assert_eq!(state.asked, Some(Door::Form));
    put(&mut state, Input::Act(Action::SetTakes(2)));
    assert_eq!(state.asked, None);
    let mut state = window(caps);
    put(&mut state, Input::Act(Action::Retry(id(1))));
    put(&mut state, Input::Act(Action::CloseDialog));
    assert_eq!((state.asked, state.dialog), (None, None));
}

#[test]
fn raising_a_cap_saves_it_tells_the_engine_and_lets_everything_go_that_waits() {
    let mut state = window(Caps { day: limit(0.5, true), ..Caps::default() });
    let effects = put(&mut state, Input::Act(Action::Spend(Spend::Raise(crate::domain::caps::CapKind::Day))));
    let raised = Caps { day: Cap { limit: Amount::Money(Money(1_000_000)), is_on: true }, ..Caps::default() };
    assert_eq!(state.settings.caps, raised);
    let saved =
        effects.iter().any(|effect| matches!(effect, Effect::SaveSettings(settings) if settings.caps == raised));
    let told = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Engine(Command::SetSpendingRules(rules)) if rules.caps == raised));
    assert!(saved && told, "{effects:?}");
    let lot = Lot { one: Amount::Money(Money(PRICE)), clips: 1, gateway: GatewayId::Aigateway, in_place_of: None };
    assert!(!brake(&state, lot).is_off(), "an older one waits in front until the engine lets it go");
    let mut free = state.jobs[&id(3)].clone();
    free.held = None;
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(free))));
    assert!(Brake::default().is_off() && brake(&state, lot).is_off());
    let value = crate::domain::CreditValue::new(Money(20), crate::domain::Credits(1));
    let effects = put(&mut state, Input::Act(Action::SetCreditValue(value)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Engine(Command::SetSpendingRules(_)))));
}

#[test]
fn a_list_asks_above_the_limit_and_over_a_cap_and_what_does_not_fit_waits() {
    let wait = Consent { is_confirmed: true, over_cap: Some(OverCap::Wait) };
    for (confirm, over, consent, expected) in [
        (false, false, Consent::PRESS, 2),
        (true, false, Consent::PRESS, 0),
        (true, false, Consent::CONFIRMED, 2),
        (false, true, Consent::PRESS, 0),
        (false, true, Consent::CONFIRMED, 0),
        (false, true, wait, 2),
        (true, true, Consent::PRESS, 0),
        (true, true, wait, 2),
    ] {
        let caps = Caps { confirm_above: limit(1.5, confirm), day: limit(1.5, over), ..Caps::default() };
        let mut state = window(caps);
        put(&mut state, Input::Act(Action::List(List::Open)));
        put(&mut state, Input::Act(Action::List(List::Edit("a paper boat\na paper hat".to_owned()))));
        let effects = put(&mut state, Input::Act(Action::Spend(Spend::Order(Door::List, consent))));
        assert_eq!(ordered(&effects), vec![false; expected], "above {confirm}, over {over}, {consent:?}");
        assert_eq!(state.dialog == Some(Dialog::List), expected == 0);
    }
}

/// A window with this library and these caps in which every door could order clips of a new form.
fn window_of(case: &CapCase) -> AppState {
    let mut state = window(case.caps);
    state.draft.gateway = case.gateway;
    for number in [1, 2, 3] {
        let kind = if number == 2 { JobState::Unconfirmed } else { JobState::Ready };
        let mut job = samples::job(number).gateway(case.gateway).at(NOW).state(kind);
        job.charge = crate::domain::Charge::No;
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    }
    for job in &case.jobs {
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job.clone()))));
    }
    state
}

#[test]
fn every_door_of_the_window_knows_what_the_caps_would_hold() {
    for case in cap_cases(NOW) {
        let one = OneOfSeveral { path: "one.png".into(), picture: Brought::Ready(stored_picture()) };
        let pictures = vec![one; case.clips.into()];
        let mut doors = vec![
            (Door::Form, Action::Generate),
            (Door::Next, Action::Hands(Hands::GenerateNext)),
            (Door::QueueOnly, Action::Hands(Hands::QueueOnly)),
            (Door::Several, Action::Pictures(Pictures::OrderSeveral)),
            (Door::List, Action::List(List::Order)),
        ];
        match case.clips {
            1 => doors.extend([
                (Door::Again(id(1)), Action::Retry(id(1))),
                (Door::SubmitAgain(id(2)), Action::SubmitAgain(id(2))),
            ]),
            _ => doors.push((Door::FourMore(id(1)), Action::FourMore(id(1)))),
        }
        for (door, press) in doors {
            let name = format!("{}: {} through {door:?}", case.name, case.clips);
            let mut state = window_of(&case);
            match door {
                Door::Form | Door::Next | Door::QueueOnly => {
                    put(&mut state, Input::Act(Action::SetTakes(case.clips)));
                    let shown = crate::app::view::form::view(&state).hold;
                    assert_eq!(shown.as_ref().map(|words| words.is_over_cap), case.held.map(|_| true), "{name}");
                    let face = shown.map(|words| words.text.starts_with("Held:"));
                    assert_eq!(face, case.held.map(|held| held.is_behind), "{name}");
                }
                Door::Several => {
                    state.several = Some(Several { number: 1, pictures: pictures.clone(), left_out: 0 });
                }
                Door::List => {
                    let lines = vec!["a paper boat"; case.clips.into()].join("\n");
                    put(&mut state, Input::Act(Action::List(List::Open)));
                    put(&mut state, Input::Act(Action::List(List::Edit(lines))));
                    let over = crate::app::view::list::view(&state).over;
                    let count = case.held.map_or_else(String::new, |held| format!("{} of these wait", held.count));
                    assert!(over.starts_with(&count) && over.is_empty() == case.held.is_none(), "{name}: {over}");
                    let is_behind = over.ends_with("go first.");
                    assert_eq!(is_behind, case.held.is_some_and(|held| held.is_behind), "{name}: {over}");
                }
                _ => {}
            }
            let expected = if case.held.is_some() { 0 } else { usize::from(case.clips) };
            assert_eq!(ordered(&put(&mut state, Input::Act(press))).len(), expected, "{name}");
            assert_eq!(state.asked, case.held.map(|_| door), "{name}");
            if case.held.is_some() {
                let wait = Consent { is_confirmed: true, over_cap: Some(OverCap::Wait) };
                let effects = put(&mut state, Input::Act(Action::Spend(Spend::Order(door, wait))));
                assert_eq!(ordered(&effects), vec![false; case.clips.into()], "{name}");
            }
        }
    }
}
