//! A price that was corrected after a charge, over real HTTP: every command that estimates asks for it.

use rushes::app::action::prices::Prices;
use rushes::app::state::AppState;
use rushes::app::update::apply;
use rushes::app::{Action, Effect, Input, Now};
use rushes::domain::{Amount, Charge, Credits, Job, UnixMillis};
use rushes::library::settings::{load, save};
use rushes::library::{Library, Paths};
use rushes::practice::{FaultKind, Faults};
use serde_json::{Value, json};

use super::{generate_at, quick_with};
use crate::support::bench::Bench;

const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

fn stored(bench: &Bench) -> Vec<Job> {
    Library::read_only(&Paths::portable(&bench.library())).expect("a library")
}

/// The object that a command prints for this gateway.
fn estimate_at(bench: &Bench, gateway: &str, more: &[&str]) -> Value {
    let ran = bench.run(&[&["estimate", "--gateway", gateway, "--json"], more].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.lines().into_iter().find(|line| line["gateway"] == gateway).expect("a price there")
}

/// Answers the question of the newest clip as a window on this library does.
fn update_table(bench: &Bench) {
    let file = bench.library().join("settings.toml");
    let (settings, warnings) = load(&file);
    assert_eq!(warnings, []);
    let mut state = AppState::new(NOW);
    state.settings = settings;
    let jobs = stored(bench);
    let newest = jobs.last().expect("a clip").id;
    for job in jobs {
        state.jobs.insert(job.id, job);
    }
    let effects = apply(&mut state, Now { time: NOW, random: 1 }, Input::Act(Action::Prices(Prices::Update(newest))));
    let settings = effects.services.into_iter().find_map(|effect| match effect {
        Effect::SaveSettings(settings) => Some(settings),
        _ => None,
    });
    save(&settings.expect("the clip asks"), &file).expect("saved");
}

#[test]
fn a_charge_corrects_the_price_of_every_command() {
    let dearer = FaultKind::Charges { percent: 110 };
    let bench = Bench::with(quick_with(Faults::default().on_submit(dearer)));
    assert_eq!(bench.run(&generate_at("apiin")).code, 0);
    let credits = |number| Amount::Credits(Credits(number));
    let first = stored(&bench).remove(0);
    assert_eq!((first.estimate.amount, first.charge), (credits(90), Charge::Yes(Some(credits(99)))));
    assert_eq!(estimate_at(&bench, "apiin", &[])["corrected"], Value::Null);

    update_table(&bench);
    let said = estimate_at(&bench, "apiin", &["--count", "2"]);
    assert_eq!((&said["cost_each"], &said["cost"]), (&json!("99 cr"), &json!("198 cr")));
    assert_eq!(said["corrected"]["table"], "90 cr");
    assert!(said["corrected"]["charged_on"].as_str().is_some_and(|day| day.len() == 10), "{said}");
    let told = bench.run(&["estimate", "--gateway", "apiin"]).stdout;
    assert!(told.contains("apiin: 99 cr") && told.contains("Corrected: as charged on "), "{told}");
    for (gateway, more, price) in [
        ("apiin", &["--audio"][..], "180 cr"),
        ("apiin", &["--duration", "8"], "180 cr"),
        ("apiin", &["--resolution", "1080p"], "150 cr"),
        ("aigateway", &[], "$0.40"),
        ("pixverse", &[], "45 cr"),
        ("practice", &[], "free"),
    ] {
        let said = estimate_at(&bench, gateway, more);
        assert_eq!((&said["cost"], &said["corrected"]), (&json!(price), &Value::Null), "{gateway} {more:?}");
    }

    let limited = [&generate_at("apiin")[..], &["--max-cost", "98cr"]].concat();
    let ran = bench.run(&limited);
    assert!(ran.code == 4 && ran.finished()["message"].as_str().is_some_and(|text| text.contains("99 cr")), "{ran:?}");
    let list = bench.dir.path().join("shots.txt");
    std::fs::write(&list, "a heron\n").expect("written");
    let ran = bench.run(&["batch", &list.to_string_lossy(), "--gateway", "apiin", "--dry-run", "--json"]);
    let planned = ran.lines().into_iter().find(|line| line["event"] == "planned").expect("a job");
    assert_eq!(planned["cost"], "99 cr");
    assert_eq!(stored(&bench).len(), 1, "nothing was ordered so far");

    // What is ordered now costs what was shown, so that nothing is asked any more.
    assert_eq!(bench.run(&[&generate_at("apiin")[..], &["--max-cost", "99cr"]].concat()).code, 0);
    let second = stored(&bench).pop().expect("a second clip");
    assert_eq!((second.estimate.amount, second.charge), (credits(99), Charge::Yes(Some(credits(99)))));
    let rows: Value = serde_json::from_str(&bench.run(&["ledger", "--json"]).stdout).expect("an array");
    assert_eq!((&rows[0]["shown"], &rows[1]["shown"]), (&json!("99"), &json!("90")), "{rows}");
}

/// A damaged correction is told, and the table's price counts.
#[test]
fn a_damaged_correction_is_told_and_the_table_counts() {
    let bench = Bench::with(quick_with(Faults::default()));
    let file = bench.library().join("settings.toml");
    std::fs::create_dir_all(bench.library()).expect("the library");
    let text = "[prices.apiin.\"pixverse-v5.6 720p 5s silent\"]\nprice = \"-99cr\"\n";
    std::fs::write(&file, text).expect("written");
    let ran = bench.run(&["estimate", "--gateway", "apiin"]);
    assert!(ran.stdout.contains("apiin: 90 cr"), "{ran:?}");
    assert!(ran.stderr.contains("should be a price above nothing"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(&file).expect("there"), text);
}
