//! The jobs of the practice gateway and what they cost.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    config::{Pace, Wallet},
    film::FilmSpec,
};
use crate::domain::{Amount, Credits, Money};

/// Which of the two protocols a job or a request speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `/v1/…`, aigateway.
    Aigateway,
    /// `/api/v1/…`, apiin.
    Apiin,
}

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// In the queue.
    Queued,
    /// Being made.
    Running,
    /// Done; there is a film.
    Completed,
    /// Over without a film.
    Failed {
        /// A short word for programs.
        code: String,
        /// A text for people.
        message: String,
    },
    /// Taken back while it was queued.
    Cancelled,
}

impl Stage {
    /// Whether nothing will change any more.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// A job that the practice gateway has taken.
#[derive(Clone, Debug)]
pub struct MadeJob {
    /// The id under which the client knows it.
    pub id: String,
    /// Who took it.
    pub protocol: Protocol,
    /// The film that was wished for.
    pub film: Arc<FilmSpec>,
    /// The cost tag of aigateway.
    pub tag: Option<String>,
    /// What it cost at submit.
    pub price: Amount,
    /// Whether the price was given back.
    pub is_refunded: bool,
    /// Where it stood when it was last looked at.
    pub stage: Stage,
    /// When it was made, as seconds since 1970.
    pub created_unix: i64,
    /// When it last changed, as seconds since 1970.
    pub updated_unix: i64,
    /// What it shall come to in spite of its film.
    pub(super) fate: Option<Fate>,
    pub(super) created: Instant,
    pub(super) ended: Option<Instant>,
    pub(super) last_poll: Option<Instant>,
    pub(super) polls: u32,
    /// Links that were signed in an earlier epoch are expired.
    pub(super) link_epoch: u32,
}

/// An end that was decided at submit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Fails { code: String, message: String },
    NeverEnds,
}

impl MadeJob {
    /// Where the job should stand by its pace alone; `Completed` stands for "its time has come".
    pub(super) fn due_stage(&self, pace: Pace, now: Instant) -> Stage {
        let in_time = |passed, queued, running| {
            if passed < queued {
                Stage::Queued
            } else if passed < running {
                Stage::Running
            } else {
                Stage::Completed
            }
        };
        let due = match pace {
            Pace::Time { queued, generating } => {
                let passed = now.saturating_duration_since(self.created);
                in_time(passed, queued, queued.saturating_add(generating))
            }
            Pace::Polls { queued, running } => {
                let passed = |polls: u32| Duration::from_secs(u64::from(polls));
                in_time(passed(self.polls), passed(queued), passed(queued.saturating_add(running)))
            }
        };
        if due == Stage::Completed && self.fate == Some(Fate::NeverEnds) { Stage::Running } else { due }
    }
}

/// All jobs and the money.
#[derive(Debug)]
pub(super) struct Jobs {
    by_id: BTreeMap<String, MadeJob>,
    wallet: Wallet,
}

impl Jobs {
    pub fn new(wallet: Wallet) -> Self {
        Self { by_id: BTreeMap::new(), wallet }
    }

    pub fn wallet(&self) -> Wallet {
        self.wallet
    }

    /// Takes the price out of the wallet and the job in. `false` when there is too little.
    pub fn take_in(&mut self, job: MadeJob) -> bool {
        let is_paid = match job.price {
            Amount::Free => true,
            Amount::Money(Money(price)) => match &mut self.wallet.money {
                None => true,
                Some(Money(money)) if *money >= price => {
                    *money -= price;
                    true
                }
                Some(_) => false,
            },
            Amount::Credits(Credits(price)) => match &mut self.wallet.credits {
                None => true,
                Some(Credits(credits)) if *credits >= price => {
                    *credits -= price;
                    true
                }
                Some(_) => false,
            },
        };
        if is_paid {
            self.by_id.insert(job.id.clone(), job);
        }
        is_paid
    }

    pub fn get(&self, id: &str) -> Option<&MadeJob> {
        self.by_id.get(id)
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut MadeJob> {
        self.by_id.get_mut(id)
    }

    pub fn all(&self) -> Vec<MadeJob> {
        let mut all: Vec<_> = self.by_id.values().cloned().collect();
        all.sort_by_key(|job| job.created);
        all
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut MadeJob> {
        self.by_id.values_mut()
    }

    /// Moves a job on; an end stays. Failed and cancelled jobs get their price back, once.
    pub fn move_to(&mut self, id: &str, stage: Stage, now: Instant, now_unix: i64) {
        let Some(job) = self.by_id.get_mut(id) else { return };
        if job.stage.is_final() || job.stage == stage {
            return;
        }
        job.updated_unix = now_unix;
        if stage.is_final() {
            job.ended = Some(now);
        }
        let is_refund = matches!(stage, Stage::Failed { .. } | Stage::Cancelled) && !job.is_refunded;
        job.is_refunded |= is_refund;
        job.stage = stage;
        if is_refund {
            match job.price {
                Amount::Free => {}
                Amount::Money(Money(price)) => {
                    if let Some(Money(money)) = &mut self.wallet.money {
                        *money += price;
                    }
                }
                Amount::Credits(Credits(price)) => {
                    if let Some(Credits(credits)) = &mut self.wallet.credits {
                        *credits += price;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: &str, price: Amount) -> MadeJob {
        MadeJob {
            id: id.to_owned(),
            protocol: Protocol::Aigateway,
            film: Arc::new(FilmSpec {
                prompt: String::new(),
                negative_prompt: String::new(),
                seed: 0,
                width: 2,
                height: 2,
                duration_secs: 5,
                audio: false,
                picture: None,
            }),
            tag: None,
            price,
            is_refunded: false,
            stage: Stage::Queued,
            created_unix: 0,
            updated_unix: 0,
            fate: None,
            created: Instant::now(),
            ended: None,
            last_poll: None,
            polls: 0,
            link_epoch: 0,
        }
    }

    #[test]
    fn time_moves_a_job_through_its_stages() {
        let pace = Pace::Time { queued: Duration::from_secs(1), generating: Duration::from_secs(3) };
        let mut job = job("a", Amount::Free);
        for (millis, stage) in [
            (0, Stage::Queued),
            (999, Stage::Queued),
            (1000, Stage::Running),
            (3999, Stage::Running),
            (4000, Stage::Completed),
        ] {
            assert_eq!(job.due_stage(pace, job.created + Duration::from_millis(millis)), stage, "{millis} ms");
        }
        job.fate = Some(Fate::NeverEnds);
        assert_eq!(job.due_stage(pace, job.created + Duration::from_secs(1_000_000)), Stage::Running);
    }

    #[test]
    fn polls_move_a_job_through_its_stages() {
        let pace = Pace::Polls { queued: 1, running: 2 };
        let mut job = job("a", Amount::Free);
        let stages: Vec<_> = (0..5)
            .map(|polls| {
                job.polls = polls;
                job.due_stage(pace, job.created)
            })
            .collect();
        assert_eq!(stages, [Stage::Queued, Stage::Running, Stage::Running, Stage::Completed, Stage::Completed]);
    }

    #[test]
    fn money_is_taken_at_submit_and_given_back_once() {
        let price = Amount::Money(Money(400_000));
        let mut jobs = Jobs::new(Wallet { money: Some(Money(500_000)), credits: Some(Credits(90)) });
        assert!(jobs.take_in(job("a", price)));
        assert!(!jobs.take_in(job("b", price)));
        assert_eq!(jobs.wallet().money, Some(Money(100_000)));
        assert!(jobs.get("b").is_none());
        let failed = Stage::Failed { code: "x".to_owned(), message: "y".to_owned() };
        jobs.move_to("a", failed.clone(), Instant::now(), 1);
        jobs.move_to("a", Stage::Cancelled, Instant::now(), 2);
        assert_eq!(jobs.wallet().money, Some(Money(500_000)));
        assert_eq!(jobs.get("a").map(|job| (job.stage.clone(), job.updated_unix)), Some((failed, 1)));

        assert!(jobs.take_in(job("c", Amount::Credits(Credits(90)))));
        jobs.move_to("c", Stage::Completed, Instant::now(), 3);
        assert_eq!(jobs.wallet().credits, Some(Credits(0)));
        assert!(!jobs.take_in(job("d", Amount::Credits(Credits(1)))));
    }
}
