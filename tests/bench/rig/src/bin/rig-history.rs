//! What a search in the history of prompts costs: `rig-history`.
//!
//! It prints, for 1,000, 10,000 and 20,000 entries (the most that are kept), the mean and the longest time of one search for
//! words that stand in all entries, in one, and in none, and of noting one more order.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rushes::domain::prompt_history::{MOST_ENTRIES, PromptChange, PromptEntry, PromptHistory};
use rushes::domain::{Draft, UnixMillis};

const SIZES: [usize; 3] = [1_000, 10_000, MOST_ENTRIES];
const ROUNDS: u32 = 50;

fn entry(number: usize) -> PromptEntry {
    let prompt = format!(
        "Shot {number}: a paper boat drifts down a rain-wet street at night, neon reflections breaking in the ripples, low \
         angle, slow push-in, 35 mm, shallow depth of field"
    );
    let draft = Draft { prompt, negative_prompt: "text, watermark".to_owned(), ..Draft::default() };
    let used_at = UnixMillis(i64::try_from(number).expect("small"));
    PromptEntry { draft, used_at, uses: 1, is_pinned: number.is_multiple_of(100) }
}

/// The mean and the longest time of what is done.
fn timed(mut act: impl FnMut(u32)) -> (Duration, Duration) {
    let (mut sum, mut longest) = (Duration::ZERO, Duration::ZERO);
    for round in 0..ROUNDS {
        let began = Instant::now();
        act(round);
        let took = began.elapsed();
        sum += took;
        longest = longest.max(took);
    }
    (sum / ROUNDS, longest)
}

fn main() {
    println!("{:>8}  {:<28} {:>10} {:>10}", "entries", "what", "mean", "longest");
    for size in SIZES {
        let mut history = PromptHistory::of((0..size).map(entry));
        let words =
            [("words of all", "boat NEON"), ("words of one", "shot 77: ripples"), ("words of none", "dragon snow")];
        for (what, typed) in words {
            let (mean, longest) = timed(|_| drop(black_box(history.search(typed))));
            println!("{size:>8}  search: {what:<20} {mean:>10.1?} {longest:>10.1?}");
        }
        let (mean, longest) = timed(|round| {
            let number = usize::try_from(round).expect("small") * 7;
            let draft = Box::new(entry(number).draft);
            let at = UnixMillis(i64::from(round) + 1_000_000);
            history.change(&PromptChange::Note { draft, is_used: true, at });
        });
        println!("{size:>8}  {:<28} {mean:>10.1?} {longest:>10.1?}", "note one more order");
    }
}
