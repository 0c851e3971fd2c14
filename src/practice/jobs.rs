//! The jobs of the practice gateway and what they cost.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{
    config::{Pace, Wallet},
    faults::FaultKind,
    film::FilmSpec,
};
use crate::domain::{Amount, Credits, Money};

/// How many jobs are kept. The oldest make room for new ones.
const JOB_LIMIT: usize = 500;

/// How many bytes of prompts and start pictures are kept with them.
const FILM_SPEC_LIMIT_BYTES: usize = 256 * 1024 * 1024;

/// Which of the three protocols a job or a request speaks. The words are stored with practice jobs: never rename one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// aigateway's protocol, below `/v1/`.
    Aigateway,
    /// apiin's protocol, below `/api/v1/`.
    Apiin,
    /// The protocol of PixVerse's Platform, below `/openapi/v2/`.
    Pixverse,
}

/// The state of a practice job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Accepted and waiting to be worked on.
    Queued,
    /// Its film is being made.
    Running,
    /// Its film is made and can be fetched.
    Completed,
    /// It is over and there is no film.
    Failed {
        /// The code in the error answer, such as `content_policy`.
        code: String,
        /// The message in the error answer.
        message: String,
    },
    /// It was cancelled while it was queued.
    Cancelled,
}

impl Stage {
    /// Whether the job has ended, so that its stage never changes again.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// A job that the practice gateway has taken.
#[derive(Clone, Debug)]
pub struct MadeJob {
    /// The id under which the client knows it.
    pub id: String,
    /// The protocol in which it was submitted.
    pub protocol: Protocol,
    /// What the film of the job shows.
    pub film: Arc<FilmSpec>,
    /// The cost tag that came with the submit, at aigateway only.
    pub tag: Option<String>,
    /// The name that the client gave the submit in `Ai-trace-id`, at PixVerse only.
    pub trace: Option<String>,
    /// The price that was taken at submit.
    pub price: Amount,
    /// Whether the price was given back, because the job failed or was cancelled.
    pub is_refunded: bool,
    /// Where it stood when it was last looked at.
    pub stage: Stage,
    /// When it was made, as seconds since 1970.
    pub created_unix: i64,
    /// When it last changed, as seconds since 1970.
    pub updated_unix: i64,
    /// What it shall come to in spite of its film.
    pub(super) fate: Option<Fate>,
    /// The same moment as [`MadeJob::created_unix`], in milliseconds.
    pub(super) created_unix_millis: i64,
    /// When this gateway came to know it.
    pub(super) created: Instant,
    /// How old it was then; zero unless an earlier gateway has taken it.
    pub(super) age_at_start: Duration,
    pub(super) ended: Option<Instant>,
    pub(super) last_poll: Option<Instant>,
    pub(super) polls: u32,
    /// Links that were signed in an earlier epoch are expired.
    pub(super) link_epoch: u32,
    /// Whether the wallet of this gateway paid it; one that was taken by an earlier gateway is not given back here.
    pub(super) is_charged_here: bool,
    /// Whether a task makes its film or has made it.
    pub(super) is_rendering: bool,
    /// What became of its film, known even when the film itself is forgotten and would be made again.
    pub(super) made: Option<Result<(), String>>,
    /// Place in the order of acceptance; given by [`Jobs`].
    pub(super) sequence: u64,
}

/// An end that was decided at submit. The words are stored: never rename one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fate {
    Fails { code: String, message: String },
    NeverEnds,
}

impl Fate {
    /// The end of a job that a fault decides, if it decides one.
    pub fn of(fault: Option<&FaultKind>) -> Option<Self> {
        let fails = |code: &str, message: &Option<String>, own: &str| {
            Some(Self::Fails { code: code.to_owned(), message: message.clone().unwrap_or_else(|| own.to_owned()) })
        };
        match fault {
            Some(FaultKind::NeverEnds) => Some(Self::NeverEnds),
            Some(FaultKind::Moderation { message }) => {
                fails("content_policy", message, "The prompt was refused by content moderation")
            }
            Some(FaultKind::UpstreamFailure { message }) => {
                fails("upstream_error", message, "The model could not make this video")
            }
            _ => None,
        }
    }
}

impl MadeJob {
    /// A job as it is when it was just accepted.
    pub(super) fn accepted(
        id: String,
        protocol: Protocol,
        film: Arc<FilmSpec>,
        price: Amount,
        created_unix_millis: i64,
    ) -> Self {
        let created_unix = created_unix_millis.div_euclid(1000);
        Self {
            id,
            protocol,
            film,
            tag: None,
            trace: None,
            price,
            is_refunded: false,
            stage: Stage::Queued,
            created_unix,
            updated_unix: created_unix,
            fate: None,
            created_unix_millis,
            created: Instant::now(),
            age_at_start: Duration::ZERO,
            ended: None,
            last_poll: None,
            polls: 0,
            link_epoch: 0,
            is_charged_here: true,
            is_rendering: false,
            made: None,
            sequence: 0,
        }
    }

    /// Time since the job was accepted, by this or an earlier gateway on the same folder.
    pub(super) fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.created).saturating_add(self.age_at_start)
    }

    fn film_spec_bytes(&self) -> usize {
        let pictures = [&self.film.picture, &self.film.end_picture];
        let picture_bytes: usize = pictures.into_iter().flatten().map(Vec::len).sum();
        self.film.prompt.len() + self.film.negative_prompt.len() + picture_bytes
    }

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
            Pace::Time { queued, generating } => in_time(self.age(now), queued, queued.saturating_add(generating)),
            Pace::Polls { queued, running } => {
                let passed = |polls: u32| Duration::from_secs(u64::from(polls));
                in_time(passed(self.polls), passed(queued), passed(queued.saturating_add(running)))
            }
        };
        if due == Stage::Completed && self.fate == Some(Fate::NeverEnds) { Stage::Running } else { due }
    }
}

/// How much more is kept: a number of jobs, and the bytes of their prompts and start pictures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub jobs: usize,
    pub film_spec_bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { jobs: JOB_LIMIT, film_spec_bytes: FILM_SPEC_LIMIT_BYTES }
    }
}

impl Room {
    /// Takes room for one job. `false` when there is too little; then nothing fits any more, so that what is kept is
    /// always the newest.
    pub fn take(&mut self, film_spec_bytes: usize) -> bool {
        let left = self.jobs.checked_sub(1).zip(self.film_spec_bytes.checked_sub(film_spec_bytes));
        (self.jobs, self.film_spec_bytes) = left.unwrap_or((0, 0));
        left.is_some()
    }
}

/// All jobs that are kept, and the money from which they are paid.
#[derive(Debug)]
pub(super) struct Jobs {
    by_id: BTreeMap<String, MadeJob>,
    /// Ids by sequence, so the oldest comes first.
    by_sequence: BTreeMap<u64, String>,
    next_sequence: u64,
    film_spec_bytes: usize,
    room: Room,
    wallet: Wallet,
}

impl Jobs {
    pub fn new(wallet: Wallet, room: Room) -> Self {
        let (by_id, by_sequence) = (BTreeMap::new(), BTreeMap::new());
        Self { by_id, by_sequence, next_sequence: 0, film_spec_bytes: 0, room, wallet }
    }

    /// Takes in a job that is paid. Comes back with the ids of those that had to go for it.
    pub fn insert(&mut self, mut job: MadeJob) -> Vec<String> {
        self.remove(&job.id);
        job.sequence = self.next_sequence;
        self.next_sequence += 1;
        self.film_spec_bytes += job.film_spec_bytes();
        self.by_sequence.insert(job.sequence, job.id.clone());
        self.by_id.insert(job.id.clone(), job);
        let mut gone = Vec::new();
        while self.by_id.len() > 1
            && (self.by_id.len() > self.room.jobs || self.film_spec_bytes > self.room.film_spec_bytes)
        {
            let Some(oldest) = self.by_sequence.values().next().cloned() else { break };
            self.remove(&oldest);
            gone.push(oldest);
        }
        gone
    }

    fn remove(&mut self, id: &str) -> Option<MadeJob> {
        let job = self.by_id.remove(id)?;
        self.by_sequence.remove(&job.sequence);
        self.film_spec_bytes -= job.film_spec_bytes();
        Some(job)
    }

    /// Undoes [`Jobs::take_in`]: removes the job and gives its price back.
    pub fn take_back(&mut self, id: &str) {
        if let Some(job) = self.remove(id)
            && !job.is_refunded
        {
            self.refund(&job);
        }
    }

    fn refund(&mut self, job: &MadeJob) {
        if !job.is_charged_here {
            return;
        }
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

    pub fn wallet(&self) -> Wallet {
        self.wallet
    }

    /// Takes the price out of the wallet and the job in, and comes back with the ids of those that had to go for it. `None`
    /// when there is too little money.
    pub fn take_in(&mut self, job: MadeJob) -> Option<Vec<String>> {
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
        is_paid.then(|| self.insert(job))
    }

    /// The job whose submit had this name.
    pub fn of_trace(&self, trace: &str) -> Option<&MadeJob> {
        self.by_id.values().find(|job| job.trace.as_deref() == Some(trace))
    }

    /// Number of jobs in this protocol that take one of the places for clips that are made at the same time: those that have
    /// not ended, and by their pace should not have.
    pub fn busy(&self, protocol: Protocol, pace: Pace, now: Instant) -> usize {
        let is_over = |job: &MadeJob| {
            job.stage.is_final() || matches!(pace, Pace::Time { .. }) && job.due_stage(pace, now) == Stage::Completed
        };
        self.by_id.values().filter(|job| job.protocol == protocol && !is_over(job)).count()
    }

    pub fn get(&self, id: &str) -> Option<&MadeJob> {
        self.by_id.get(id)
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut MadeJob> {
        self.by_id.get_mut(id)
    }

    pub fn all(&self) -> Vec<MadeJob> {
        self.by_sequence.values().filter_map(|id| self.by_id.get(id)).cloned().collect()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut MadeJob> {
        self.by_id.values_mut()
    }

    /// Moves a job on; an end stays. Failed and cancelled jobs get their price back, once. Comes back with the job when
    /// it changed.
    pub fn move_to(&mut self, id: &str, stage: Stage, now: Instant, now_unix: i64) -> Option<MadeJob> {
        let job = self.by_id.get_mut(id)?;
        if job.stage.is_final() || job.stage == stage {
            return None;
        }
        job.updated_unix = now_unix;
        if stage.is_final() {
            job.ended = Some(now);
        }
        let is_refund = matches!(stage, Stage::Failed { .. } | Stage::Cancelled) && !job.is_refunded;
        job.is_refunded |= is_refund;
        job.stage = stage;
        let job = job.clone();
        if is_refund {
            self.refund(&job);
        }
        Some(job)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn job(id: &str, price: Amount) -> MadeJob {
        let film = FilmSpec {
            prompt: String::new(),
            negative_prompt: String::new(),
            seed: 0,
            width: 2,
            height: 2,
            duration_secs: 5,
            audio: false,
            picture: None,
            end_picture: None,
        };
        MadeJob::accepted(id.to_owned(), Protocol::Aigateway, Arc::new(film), price, 0)
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
        job.age_at_start = Duration::from_millis(1500);
        assert_eq!(job.due_stage(pace, job.created), Stage::Running);
        assert_eq!(job.due_stage(pace, job.created + Duration::from_millis(2500)), Stage::Completed);
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
        let mut jobs = Jobs::new(Wallet { money: Some(Money(500_000)), credits: Some(Credits(90)) }, Room::default());
        assert_eq!(jobs.take_in(job("a", price)), Some(Vec::new()));
        assert_eq!(jobs.take_in(job("b", price)), None);
        assert_eq!(jobs.wallet().money, Some(Money(100_000)));
        assert!(jobs.get("b").is_none());
        let failed = Stage::Failed { code: "x".to_owned(), message: "y".to_owned() };
        jobs.move_to("a", failed.clone(), Instant::now(), 1);
        jobs.move_to("a", Stage::Cancelled, Instant::now(), 2);
        assert_eq!(jobs.wallet().money, Some(Money(500_000)));
        assert_eq!(jobs.get("a").map(|job| (job.stage.clone(), job.updated_unix)), Some((failed, 1)));

        assert!(jobs.take_in(job("c", Amount::Credits(Credits(90)))).is_some());
        jobs.move_to("c", Stage::Completed, Instant::now(), 3);
        assert_eq!(jobs.wallet().credits, Some(Credits(0)));
        assert_eq!(jobs.take_in(job("d", Amount::Credits(Credits(1)))), None);
    }

    #[test]
    fn a_price_is_given_back_only_by_the_wallet_that_paid_it() {
        let price = Amount::Money(Money(400_000));
        let mut jobs = Jobs::new(Wallet { money: Some(Money(500_000)), credits: None }, Room::default());
        jobs.insert(MadeJob { is_charged_here: false, ..job("earlier", price) });
        assert!(jobs.move_to("earlier", Stage::Cancelled, Instant::now(), 1).is_some_and(|job| job.is_refunded));
        jobs.take_in(job("a", price));
        assert_eq!(jobs.wallet().money, Some(Money(100_000)));
        jobs.take_back("a");
        assert_eq!((jobs.wallet().money, jobs.get("a").is_none()), (Some(Money(500_000)), true));
    }

    #[test]
    fn the_oldest_jobs_make_room() {
        let ids = |jobs: &Jobs| jobs.all().into_iter().map(|job| job.id).collect::<Vec<_>>();
        let with_picture = |id: &str, bytes| {
            let job = job(id, Amount::Free);
            MadeJob { film: Arc::new(FilmSpec { picture: Some(vec![0; bytes]), ..(*job.film).clone() }), ..job }
        };
        let mut jobs = Jobs::new(Wallet::default(), Room { jobs: 3, film_spec_bytes: 100 });
        for id in ["d", "c", "b"] {
            assert_eq!(jobs.take_in(job(id, Amount::Free)), Some(Vec::new()));
        }
        assert_eq!(jobs.take_in(with_picture("a", 60)), Some(vec!["d".to_owned()]));
        assert_eq!(jobs.take_in(with_picture("e", 60)), Some(["c", "b", "a"].map(str::to_owned).to_vec()));
        assert_eq!(jobs.take_in(with_picture("f", 200)), Some(vec!["e".to_owned()]));
        assert_eq!(ids(&jobs), ["f"]);
        assert_eq!(jobs.take_in(job("g", Amount::Free)), Some(vec!["f".to_owned()]));
        assert_eq!(ids(&jobs), ["g"]);
    }
}
