use super::*;
use crate::app::action::Input;
use crate::app::update::kit::put;
use crate::domain::caps::{Cap, Caps};
use crate::domain::holds::HeldFor;
use crate::domain::samples::job;
use crate::domain::{Charge, CreditValue, Credits, UnixMillis};
use crate::engine::event::Event;

const NOW: UnixMillis = UnixMillis(1_780_300_000_000);

fn money(cents: i64) -> Amount {
    Amount::Money(Money(cents * CENT))
}

fn credits(number: i64) -> Amount {
    Amount::Credits(Credits(number))
}

fn on(limit: Amount) -> Cap {
    Cap { limit, is_on: true }
}

/// A window in which this much was charged today, with these caps.
fn window(charged: &[(GatewayId, Amount)], caps: Caps) -> AppState {
    let mut state = AppState::new(NOW);
    state.settings.caps = caps;
    for (number, (gateway, amount)) in (1..).zip(charged) {
        let mut job = job(number).gateway(*gateway).at(NOW).state(JobState::Ready);
        (job.sent_at, job.charge) = (Some(NOW), Charge::Yes(Some(*amount)));
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    }
    state
}

fn worth_two_tenths(mut state: AppState) -> AppState {
    state.settings.apiin.credit_value = CreditValue::new(Money(20_000_000), Credits(10_000));
    state
}

#[test]
fn today_says_what_was_spent_and_how_much_of_the_cap_that_is() {
    let usual = Caps::default();
    let day = Caps { day: on(money(500)), ..usual };
    let told = |state: AppState| {
        let today = today(&state);
        (format!("{} {}", today.spent, today.limit), today.share.map(|share| (share * 100.0).round()), today.is_near)
    };
    let (aigateway, apiin) = (GatewayId::Aigateway, GatewayId::Apiin);
    for (state, expected) in [
        (window(&[], usual), ("$0.00 ", None, false)),
        (window(&[(aigateway, money(202))], usual), ("$2.02 ", None, false)),
        (window(&[(aigateway, money(202))], day), ("$2.02 of $5.00", Some(40.0), false)),
        (window(&[(aigateway, money(399))], day), ("$3.99 of $5.00", Some(80.0), false)),
        (window(&[(aigateway, money(400))], day), ("$4.00 of $5.00", Some(80.0), true)),
        (window(&[(aigateway, money(900))], day), ("$9.00 of $5.00", Some(100.0), true)),
        (window(&[(apiin, credits(180))], day), ("up to $1.80 of $5.00", Some(36.0), false)),
        (worth_two_tenths(window(&[(apiin, credits(181))], day)), ("$0.37 of $5.00", Some(7.0), false)),
        (
            window(&[(apiin, credits(180))], Caps { day: on(credits(500)), ..usual }),
            ("180 cr of 500 cr", Some(36.0), false),
        ),
        (window(&[], Caps { day: on(money(0)), ..usual }), ("$0.00 of $0.00", Some(100.0), true)),
    ] {
        let (text, share, is_near) = expected;
        assert_eq!(told(state), (text.to_owned(), share, is_near));
    }
}

#[test]
fn the_narrowest_cap_is_named() {
    let usual = Caps::default();
    let spent = [(GatewayId::Aigateway, money(202))];
    for (caps, expected) in [
        (usual, None),
        (Caps { day: on(money(500)), ..usual }, Some("$2.98 left today")),
        (Caps { day: on(money(500)), month: on(money(6_000)), ..usual }, Some("$2.98 left today")),
        (Caps { day: on(money(500)), month: on(money(402)), ..usual }, Some("$2.00 left this month")),
        (Caps { day: on(money(500)), run: on(money(100)), ..usual }, Some("$1.00 for each run")),
        (Caps { day: on(money(100)), ..usual }, Some("$0.00 left today")),
    ] {
        let state = window(&spent, caps);
        assert_eq!(room(&state, money(64), GatewayId::Aigateway).as_deref(), expected);
        assert_eq!(room(&state, Amount::Free, GatewayId::Practice), None);
    }
}

#[test]
fn a_button_that_is_held_says_what_it_needs() {
    let usual = Caps::default();
    let day = Caps { day: on(money(500)), ..usual };
    let spent = [(GatewayId::Aigateway, money(420))];
    let told = |state: &AppState, total, gateway| {
        let words = hold_words(state, "Generate 4", Lot { one: total, clips: 1, gateway, in_place_of: None })?;
        let HoldWords { text, detail, trailing, reason, hint, amount, wait, .. } = words;
        Some((format!("{text}|{detail}|{trailing}|{reason}|{hint}|{amount}"), wait))
    };
    for (caps, total, gateway, expected) in [
        (usual, money(200), GatewayId::Aigateway, None),
        (
            usual,
            money(256),
            GatewayId::Aigateway,
            Some(("Generate 4|· $2.56|hold|above your limit of $2.00||2.56", None)),
        ),
        (
            usual,
            credits(3_600),
            GatewayId::Apiin,
            Some(("Generate 4|· 3,600 cr|hold|above your limit of $2.00||3600", None)),
        ),
        (day, money(80), GatewayId::Aigateway, None),
        (
            day,
            money(160),
            GatewayId::Aigateway,
            Some(("Over today’s cap||$4.20 of $5.00|needs $1.60, $0.80 left|hold to send|1.60", Some(false))),
        ),
        (
            day,
            credits(1_200),
            GatewayId::Apiin,
            Some(("Over today’s cap||$4.20 of $5.00|needs up to $12.00, $0.80 left|hold to send|1200", Some(true))),
        ),
        (
            Caps { run: on(money(100)), ..usual },
            money(160),
            GatewayId::Aigateway,
            Some(("Over the cap of one run||cap $1.00|needs $1.60|hold to send|1.60", Some(false))),
        ),
        (
            Caps { day: on(credits(100)), ..usual },
            money(40),
            GatewayId::Aigateway,
            Some((
                "Over today’s cap||0 cr of 100 cr|costs $0.40, and the cap counts credits|hold to send|0.40",
                Some(false),
            )),
        ),
        (day, Amount::Free, GatewayId::Practice, None),
    ] {
        let state = window(&spent, caps);
        let expected = expected.map(|(text, wait)| (text.to_owned(), wait));
        assert_eq!(told(&state, total, gateway), expected);
    }
    let state = window(&[], Caps { day: on(money(1_000)), ..usual });
    let lot = Lot { one: money(60), clips: 12, gateway: GatewayId::Aigateway, in_place_of: None };
    let words = hold_words(&state, "Generate 12", lot).expect("above the limit");
    assert_eq!(words.hint, "$10.00 left today");
}

#[test]
fn only_the_very_amount_confirms() {
    let state = window(&[], Caps::default());
    let lot = |one, gateway| Lot { one, clips: 1, gateway, in_place_of: None };
    let of = |total, gateway| hold_words(&state, "Generate", lot(total, gateway)).expect("above the limit");
    let dollars = of(money(720), GatewayId::Aigateway);
    let in_credits = of(credits(3_600), GatewayId::Apiin);
    for typed in ["7.20", "7.2", "$7.20", " 7.20 "] {
        assert!(is_amount(typed, &dollars), "{typed}");
    }
    for typed in ["3600", "3,600", "3,600 cr", "3600cr"] {
        assert!(is_amount(typed, &in_credits), "{typed}");
    }
    for typed in ["", "7", "7.21", "72.0", "-7.20", "yes"] {
        assert!(!is_amount(typed, &dollars), "{typed}");
        assert!(!is_amount(typed, &in_credits), "{typed}");
    }
}

#[test]
fn the_banner_says_how_many_wait_and_offers_what_lets_them_go() {
    let caps = Caps { day: on(money(500)), ..Caps::default() };
    let mut state = window(&[(GatewayId::Aigateway, money(420))], caps);
    assert_eq!(held(&state), None);
    for number in [11, 12, 13] {
        let mut waits = job(number).gateway(GatewayId::Aigateway).at(NOW).state(JobState::Queued);
        waits.charge = Charge::Nothing;
        waits.held = Some(HeldFor::DayCap);
        waits.estimate.amount = money(64);
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(waits))));
        let view = held(&state).expect("something is held");
        assert_eq!(view.title, "Over today’s cap: $4.20 of $5.00");
        let (text, raise) = match number {
            11 => ("1 clip waits in order. It starts after midnight, or when the cap is raised.", "Raise to $10.00"),
            12 => ("2 clips wait in order. They start after midnight, or when the cap is raised.", "Raise to $10.00"),
            _ => ("3 clips wait in order. They start after midnight, or when the cap is raised.", "Raise to $10.00"),
        };
        assert_eq!((view.text.as_str(), view.raise.as_deref()), (text, Some(raise)));
        state.keeps_waiting.insert(CapKind::Day, state.jobs.spending().held_count(CapKind::Day));
        assert_eq!(held(&state), None, "closed until more are held");
    }
    for (needed, round) in [(1, 1), (4, 5), (6, 10), (11, 20), (62, 100), (101, 200), (301, 500)] {
        assert_eq!(round_up(needed, 1), round);
    }
}

#[test]
fn a_button_whose_order_would_stand_behind_others_says_that_it_is_held() {
    let usual = Caps::default();
    for (caps, why, expected) in [
        (
            Caps { day: on(money(500)), ..usual },
            HeldFor::DayCap,
            "Held: today’s cap||$4.20 of $5.00|older orders wait for it and go first|hold to send",
        ),
        (
            Caps { month: on(money(500)), ..usual },
            HeldFor::MonthCap,
            "Held: this month’s cap||$4.20 of $5.00|older orders wait for it and go first|hold to send",
        ),
    ] {
        let mut state = window(&[(GatewayId::Aigateway, money(420))], caps);
        let lot = Lot { one: money(40), clips: 1, gateway: GatewayId::Aigateway, in_place_of: None };
        assert_eq!(hold_words(&state, "Generate", lot), None, "it fits");
        let mut waits = job(11).gateway(GatewayId::Aigateway).at(NOW).state(JobState::Queued);
        (waits.charge, waits.held, waits.estimate.amount) = (Charge::Nothing, Some(why), money(128));
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(waits))));
        let words = hold_words(&state, "Generate", lot).expect("another one is in front of it");
        let HoldWords { is_over_cap, text, detail, trailing, reason, hint, consent, wait, .. } = words;
        assert_eq!(format!("{text}|{detail}|{trailing}|{reason}|{hint}"), expected);
        assert_eq!((is_over_cap, consent, wait), (true, Consent::OVER_CAP, Some(false)));
    }
}
