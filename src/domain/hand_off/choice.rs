//! Which take of a shot is handed on.

use crate::domain::Job;
use crate::domain::storyboard::Standing;

/// The take that stands for a shot. `on_board` is the one that the user put there: it counts while it can be played and was
/// not put aside. Otherwise it is the best of the other `takes` of the same recipe that can be played: the one with most stars, and of
/// equals the newest. `None` when there is none.
pub fn best_take<'a>(
    on_board: Option<&'a Job>,
    takes: impl IntoIterator<Item = &'a Job>,
    is_missing: impl Fn(&Job) -> bool,
) -> Option<&'a Job> {
    let can_be_played = |job: &Job| Standing::of(Some(job), is_missing(job)) == Standing::Clip;
    if let Some(job) = on_board.filter(|job| can_be_played(job) && !job.verdict.is_rejected) {
        return Some(job);
    }
    let others = takes.into_iter().filter(|job| can_be_played(job) && !job.verdict.is_rejected);
    let best = others.max_by_key(|job| (job.verdict.rating, job.id));
    // Whoever put a rejected take onto the board and has no other gets what the board shows.
    best.or_else(|| on_board.filter(|job| can_be_played(job)))
}

/// Why a shot has no clip, as a clause.
pub fn why_not(standing: Standing) -> &'static str {
    match standing {
        Standing::Clip => "it is there",
        Standing::Coming => "it is not ready yet",
        Standing::NeedsUser => "it waits for your decision",
        Standing::Failed => "it was not made",
        Standing::FileMissing => "its file is missing",
        Standing::Removed => "its card was removed",
        Standing::Planned => "it is planned",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JobState;
    use crate::domain::samples::{id, job};

    #[test]
    fn the_take_on_the_board_counts_and_the_best_other_where_it_cannot() {
        let ready = |number, stars| job(number).stars(stars).ready();
        let failed = job(1).state(JobState::Failed);
        let rejected = job(1).rejected(true).ready();
        let gone = Job { is_hidden: true, ..ready(9, 5) };
        for (what, on_board, others, expected) in [
            ("the board's", ready(1, 0), vec![ready(2, 5)], Some(1)),
            ("most stars", failed.clone(), vec![ready(2, 1), ready(3, 4), ready(4, 2)], Some(3)),
            ("of equals the newest", failed.clone(), vec![ready(2, 1), ready(3, 1)], Some(3)),
            ("a removed card is no take", failed.clone(), vec![gone], None),
            ("a file is missing", ready(7, 0), vec![ready(3, 1)], Some(3)),
            ("what was put aside", rejected.clone(), vec![ready(3, 0)], Some(3)),
            ("what was put aside and is all there is", rejected.clone(), vec![rejected.clone()], Some(1)),
            ("none", failed.clone(), vec![failed.clone()], None),
        ] {
            let found = best_take(Some(&on_board), &others, |job| job.id == id(7));
            assert_eq!(found.map(|job| job.id), expected.map(id), "{what}");
        }
        assert_eq!(best_take(None, [], |_| false), None);
    }
}
