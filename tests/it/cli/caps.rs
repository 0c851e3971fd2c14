//! Caps on spending, as commands heed them: nothing is sent or left behind that would pass one.

use serde_json::json;

use crate::support::bench::Bench;

/// Orders one clip at aigateway, with these further arguments.
fn generate<'a>(prompt: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    ["generate", prompt, "--gateway", "aigateway", "--json"].iter().chain(more).copied().collect()
}

fn price(bench: &Bench) -> String {
    let ran = bench.run(&["estimate", "--gateway", "aigateway", "--json"]);
    let cost = ran.lines()[0]["cost"].as_str().map(str::to_owned);
    cost.unwrap_or_else(|| panic!("{ran:?}"))
}

#[test]
fn a_command_that_would_pass_a_cap_sends_nothing_and_leaves_nothing() {
    let bench = Bench::new();
    let price = price(&bench);
    assert_eq!(bench.run(&["cap", "day", &price]).code, 0);
    let two = bench.run(&generate("two", &["--count", "2"]));
    assert_eq!(two.code, 4, "{two:?}");
    assert!(two.finished()["message"].as_str().is_some_and(|told| told.contains("the cap of the day")), "{two:?}");
    assert_eq!((bench.practice.submits_of("two"), bench.jobs().len()), (0, 0));
    assert_eq!(bench.run(&generate("one", &[])).code, 0);
    let another = bench.run(&generate("another", &[]));
    assert_eq!((another.code, bench.practice.submits_of("another"), bench.jobs().len()), (4, 0, 1), "{another:?}");
    // Another amount than the price is no word of the user's.
    let wrong = bench.run(&generate("another", &["--over-cap", "0.01"]));
    assert_eq!((wrong.code, bench.practice.submits_of("another")), (2, 0), "{wrong:?}");
    let meant = bench.run(&generate("another", &["--over-cap", &price]));
    assert_eq!((meant.code, bench.practice.submits_of("another")), (0, 1), "{meant:?}");
    // What passed counts, too; a raised cap makes room.
    assert_eq!(bench.run(&generate("third", &[])).code, 4);
    assert_eq!(bench.run(&["cap", "day", "off"]).code, 0);
    assert_eq!(bench.run(&generate("third", &[])).code, 0);
    let states: Vec<_> = bench.jobs().into_iter().map(|job| (job["state"].clone(), job["held"].clone())).collect();
    assert_eq!(states, vec![(json!("ready"), json!(null)); 3]);
}
