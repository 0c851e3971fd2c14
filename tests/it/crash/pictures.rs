//! The program killed at each step of an order whose picture goes through the user's bucket: nothing may be left there, and
//! no order may go out whose picture cannot be fetched. The practice gateway fetches each picture by its address and refuses
//! the order otherwise.

use rushes::practice::Config;

use super::strike::{Strike, struck};
use super::{STUCK, kill_at_each_call, look};
use crate::bucket::orders::{photo, use_bucket};
use crate::support::bench::Bench;
use crate::support::film::tiny_film;
use crate::support::s3::{S3, SECRET};

const LEFT: &str = "left in the bucket";

fn bench() -> (Bench, S3) {
    let mut bench = Bench::with(Config::quick(tiny_film()));
    let s3 = S3::start(bench.runtime.handle());
    use_bucket(&mut bench, &s3, SECRET);
    (bench, s3)
}

fn strike_one(bench: &Bench, strike: Strike) -> (Option<i32>, Vec<String>, bool) {
    let file = photo(bench).to_string_lossy().into_owned();
    let line = ["generate", "a paper boat", "--gateway", "aigateway", "--image", file.as_str(), "--json"];
    let (ran, calls, is_struck) = struck(bench, &line, strike);
    (
        ran.map(|ran| ran.code),
        calls.into_iter().map(|call| format!("{} {}", call.name, call.target)).collect(),
        is_struck,
    )
}

#[test]
fn a_kill_at_any_step_of_an_upload_leaves_nothing_in_the_bucket() {
    let total = {
        let (bench, s3) = bench();
        let (code, calls, _) = strike_one(&bench, Strike::Nothing);
        assert_eq!(code, Some(0), "an undisturbed order is made");
        assert!(s3.objects().is_empty());
        calls.len()
    };
    kill_at_each_call(total, 60, ("R-40 pictures", "one order with a picture"), |number, may_be_over| {
        let (bench, s3) = bench();
        let (code, calls, is_struck) = strike_one(&bench, Strike::Kill(number));
        let moment = format!("killed at call {number}, {:?}", calls.last());
        let between = s3.objects().len();
        let mut tally = look(&bench, &moment);
        let is_end = may_be_over && code == Some(0);
        tally.add(STUCK, !is_struck && !is_end, || format!("{moment}: not killed, {code:?}"));
        // The gateway may still fetch the picture of an order of unknown fate.
        let is_unconfirmed = bench.jobs().first().is_some_and(|job| job["state"] == "unconfirmed");
        let left = s3.objects().len();
        tally.add(LEFT, left > usize::from(is_unconfirmed), || format!("{moment}: {left} objects, {between} before"));
        (tally, is_struck)
    });
}
