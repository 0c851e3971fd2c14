//! What is lost when the real window is killed while somebody types.

use super::{Desktop, LIMIT_SECS};
use crate::support::runs::runs;

/// How many times the window is killed.
const KILLS: usize = 8;
/// Longest time for one kill with its restart, in seconds.
const LONGEST: u64 = 15;

#[test]
fn a_kill_of_the_window_while_somebody_types_takes_at_most_the_last_second() {
    let kills = runs(KILLS);
    let library = tempfile::tempdir().expect("a folder for the library");
    let mut desktop = Desktop::new("killed_typing", library.path().to_owned());
    desktop.limit_secs = LIMIT_SECS.max(LONGEST * u64::try_from(kills).expect("small"));
    let found = desktop.found(desktop.start(false, &[("KILLS", &kills.to_string())]));
    assert_eq!(found["kills"], kills, "{found}");
    let losses = found["lost_ms"].as_array().expect("a list").iter();
    let losses: Vec<i64> = losses.map(|lost| lost.as_i64().expect("a number")).collect();
    let too_much = losses.iter().filter(|lost| **lost > 1_000).count();
    let (keys, worst) = (&found["keys"], losses.iter().max().expect("at least one"));
    println!(
        "bar F-12: {too_much} that lost more than the last second of {keys} keys, at most {worst} ms in {kills} kills"
    );
    assert_eq!(too_much, 0, "{found}");
}
