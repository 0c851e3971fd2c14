//! A storyboard as it is handed on: the best take of each shot, and a gap where there is none.

use super::Gap;
use super::choice::{best_take, why_not};
use super::order::Shot;
use crate::domain::setting::ClipDuration;
use crate::domain::storyboard::{BoardShot, ShotId, Standing, Storyboard, running_millis};
use crate::domain::{Job, JobId};

/// What a storyboard asks about the jobs of its library.
pub trait Cards {
    /// The job of this name.
    fn job(&self, id: JobId) -> Option<&Job>;

    /// All takes of the recipe of `job` at its gateway, itself among them.
    fn takes_of<'a>(&'a self, job: &'a Job) -> impl Iterator<Item = &'a Job>;

    /// Whether the file of this job is not where it should be.
    fn is_missing(&self, job: &Job) -> bool;
}

/// All shots of a board with their best takes; gaps where there is none. What was never ordered is as long as the form
/// would make it, `of_form`.
pub fn shots(board: &Storyboard, cards: &impl Cards, of_form: ClipDuration) -> Vec<Shot> {
    let shot = |shot: &BoardShot| match take_of(board, cards, shot) {
        Some(job) => Shot::Clip(Box::new(job.clone())),
        None => Shot::Gap(gap(board, cards, shot, of_form)),
    };
    board.shots().iter().map(shot).collect()
}

/// Whether any shot of a board has a clip.
pub fn has_clip(board: &Storyboard, cards: &impl Cards) -> bool {
    board.shots().iter().any(|shot| take_of(board, cards, shot).is_some())
}

/// Whether a shot has become a gap because the file of its clip is not where it should be.
pub fn has_lost_clip(board: &Storyboard, cards: &impl Cards) -> bool {
    let is_lost = |shot: &BoardShot| standing(board, cards, shot) == Standing::FileMissing;
    board.shots().iter().any(|shot| is_lost(shot) && take_of(board, cards, shot).is_none())
}

fn take_of<'a>(board: &Storyboard, cards: &'a impl Cards, shot: &BoardShot) -> Option<&'a Job> {
    let is_missing = |job: &Job| cards.is_missing(job);
    match shot {
        BoardShot::Clip(id) => {
            // A card that the user took off is gone from the board's film as well.
            let on_board = cards.job(*id).filter(|job| !job.is_hidden && job.trashed_at.is_none())?;
            // A take that has a place of its own stands there, and not for others as well.
            let has_own_place = |take: &Job| take.id != *id && board.shots().contains(&BoardShot::Clip(take.id));
            let takes = cards.takes_of(on_board).filter(|take| !has_own_place(take));
            best_take(Some(on_board), takes, is_missing)
        }
        BoardShot::Planned(planned) => best_take(None, orders_of(board, cards, planned.id), is_missing),
    }
}

fn orders_of<'a>(board: &Storyboard, cards: &'a impl Cards, shot: ShotId) -> impl Iterator<Item = &'a Job> {
    board.orders_of(shot).filter_map(|id| cards.job(id))
}

/// How far the job of a shot is: the one on the board, or one that was ordered for a planned shot and goes on.
fn standing(board: &Storyboard, cards: &impl Cards, shot: &BoardShot) -> Standing {
    match (shot, job_of(board, cards, shot)) {
        (BoardShot::Clip(_), job) => Standing::of(job, job.is_some_and(|job| cards.is_missing(job))),
        (BoardShot::Planned(_), Some(_)) => Standing::Coming,
        (BoardShot::Planned(_), None) => Standing::Planned,
    }
}

fn job_of<'a>(board: &Storyboard, cards: &'a impl Cards, shot: &BoardShot) -> Option<&'a Job> {
    match shot {
        BoardShot::Clip(id) => cards.job(*id),
        BoardShot::Planned(planned) => orders_of(board, cards, planned.id).find(|job| job.state.is_unfinished()),
    }
}

fn gap(board: &Storyboard, cards: &impl Cards, shot: &BoardShot, of_form: ClipDuration) -> Gap {
    let job = job_of(board, cards, shot);
    let title = match shot {
        BoardShot::Clip(_) => job.map(|job| job.request.prompt()).unwrap_or_default(),
        BoardShot::Planned(planned) => &planned.prompt,
    };
    let millis = job.map_or_else(|| u64::from(of_form.secs()) * 1000, running_millis);
    Gap { title: title.to_owned(), why: why_not(standing(board, cards, shot)).to_owned(), millis }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::JobState;
    use crate::domain::samples::{id, job};
    use crate::domain::storyboard::PlannedShot;
    use crate::domain::take::TakeKey;

    struct Library(Vec<Job>);

    impl Cards for Library {
        fn job(&self, id: JobId) -> Option<&Job> {
            self.0.iter().find(|job| job.id == id)
        }

        fn takes_of<'a>(&'a self, job: &'a Job) -> impl Iterator<Item = &'a Job> {
            self.0.iter().filter(move |other| TakeKey(&other.request) == TakeKey(&job.request))
        }

        fn is_missing(&self, job: &Job) -> bool {
            job.id == id(7)
        }
    }

    fn planned(number: u128, prompt: &str) -> BoardShot {
        BoardShot::Planned(PlannedShot {
            prompt: prompt.to_owned(),
            ..PlannedShot::empty(ShotId(Uuid::from_u128(number)))
        })
    }

    #[test]
    fn each_shot_is_its_best_take_or_a_gap_with_its_reason_and_its_length() {
        let library = Library(vec![
            job(1).prompt("a boat").ready(),
            job(2).prompt("a boat").stars(5).ready(),
            job(3).prompt("a heron").state(JobState::Generating),
            job(4).prompt("a heron").stars(2).ready(),
            job(5).prompt("a fox").asking(|draft| draft.duration = ClipDuration::S10).state(JobState::Generating),
            job(6).prompt("a storm").ready(),
            job(7).prompt("a harbor").ready(),
        ]);
        let clip = |number| BoardShot::Clip(id(number));
        let on_board = vec![
            clip(1),
            clip(3),
            clip(2),
            planned(20, "a storm"),
            planned(21, "a fox"),
            planned(22, "rain"),
            clip(7),
            clip(99),
        ];
        let orders = vec![(ShotId(Uuid::from_u128(20)), id(6)), (ShotId(Uuid::from_u128(21)), id(5))];
        let board = Storyboard::new(on_board, orders);
        let found: Vec<_> = shots(&board, &library, ClipDuration::S8)
            .into_iter()
            .map(|shot| match shot {
                Shot::Clip(job) => job.id.short(),
                Shot::Gap(gap) => format!("{}: {}, {}", gap.title, gap.why, gap.millis),
            })
            .collect();
        assert_eq!(
            found,
            [
                "00000001",
                "00000004",
                "00000002",
                "00000006",
                "a fox: it is not ready yet, 10000",
                "rain: it is planned, 8000",
                "a harbor: its file is missing, 5000",
                ": its card was removed, 8000",
            ]
        );
        assert!(has_clip(&board, &library));
        assert!(!has_clip(&Storyboard::new(vec![planned(22, ""), clip(7)], Vec::new()), &library));
    }

    #[test]
    fn a_lost_file_is_told_from_a_shot_that_is_still_to_be_made() {
        let library = Library(vec![job(7).ready(), job(8).prompt("rain").state(JobState::Failed)]);
        for (shots, is_lost) in [
            (vec![planned(1, "rain"), BoardShot::Clip(id(8)), BoardShot::Clip(id(99))], false),
            (vec![planned(1, "rain"), BoardShot::Clip(id(7))], true),
        ] {
            assert_eq!(has_lost_clip(&Storyboard::new(shots, Vec::new()), &library), is_lost);
        }
        let with_another_take = Library(vec![job(7).ready(), job(9).ready()]);
        let board = Storyboard::new(vec![BoardShot::Clip(id(7))], Vec::new());
        assert!(!has_lost_clip(&board, &with_another_take), "another take stands for it");
    }
}
