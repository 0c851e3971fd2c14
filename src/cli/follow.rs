//! Which jobs a command waits for, what it prints about them, and when it is done. Pure: nothing is printed here.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ending::EndingKind;
use crate::domain::outcome::UnconfirmedCause;
use crate::domain::{Charge, Ending, GatewayId, Job, JobId, JobState, RemoteId};

use super::exit::Exit;
use crate::engine::event::{Hold, Live};

/// How often in a row a hold has to be seen before it counts: at the start the engine knows a moment later what it may do.
const SIGHTS: u32 = 2;

/// How often the holds are seen at most while the gateway is asked for an order of unknown fate. That is once a second, and the
/// question ends sooner by itself.
const SEARCH_SIGHTS: u32 = 60;

/// How long a job is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// Until it needs no further work, or needs the user.
    Ended,
    /// Until the gateway has accepted it.
    Accepted,
    /// Until it needs no further work, or something can be said of it that stands in the way.
    Told,
}

/// A change of a job that is printed as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// `accepted`, `message`, or the name of the new state.
    pub event: &'static str,
    /// The job as it is now.
    pub job: Job,
}

/// What was printed of a job last, so that the same is not printed twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    state: Option<crate::domain::JobState>,
    remote_id: Option<RemoteId>,
    message: Option<Ending>,
}

/// The jobs that a command waits for, in the order in which they were asked for.
#[derive(Debug)]
pub(super) struct Follow {
    until: Until,
    jobs: Vec<(JobId, Told, Option<Job>)>,
    /// Gateways that refused an order for its key or for lack of credits: nothing is sent there any more.
    refusing: BTreeSet<GatewayId>,
    /// What holds queued jobs back for as long as the user does nothing, and how often in a row that was seen.
    holds: BTreeMap<JobId, (Hold, u32)>,
    /// Jobs that the key or the wallet held back. They are taken out of the queue by the command that ordered them, and
    /// their end is still that of the hold.
    refused: BTreeMap<JobId, Hold>,
    /// Jobs whose next look is minutes away, because their gateway has had nothing to say of them for a while, and how often
    /// in a row that was seen.
    rare: BTreeMap<JobId, u32>,
    /// Orders of unknown fate for which the gateway is asked, and how often in a row that was seen.
    searches: BTreeMap<JobId, u32>,
}

impl Follow {
    pub(super) fn new(ids: impl IntoIterator<Item = JobId>, until: Until) -> Self {
        let jobs = ids.into_iter().map(|id| (id, Told::default(), None)).collect();
        Self {
            until,
            jobs,
            refusing: BTreeSet::new(),
            holds: BTreeMap::new(),
            refused: BTreeMap::new(),
            rare: BTreeMap::new(),
            searches: BTreeMap::new(),
        }
    }

    /// Follows one more job.
    pub(super) fn add(&mut self, id: JobId) {
        self.jobs.push((id, Told::default(), None));
    }

    /// Takes in the present state of a job. Returns the line to print, if the command follows this job and something is
    /// new.
    pub(super) fn observe(&mut self, job: Job) -> Option<Step> {
        let (_, told, known) = self.jobs.iter_mut().find(|(id, _, _)| *id == job.id)?;
        let now = Told { state: Some(job.state), remote_id: job.remote_id.clone(), message: job.message.clone() };
        let event = if now.remote_id.is_some() && told.remote_id.is_none() && told.state.is_some() {
            Some("accepted")
        } else if now.state != told.state {
            Some(job.state.name())
        } else if now.message.is_some() && now.message != told.message {
            Some("message")
        } else {
            None
        };
        if job.state != JobState::Queued {
            self.holds.remove(&job.id);
        }
        *told = now;
        *known = Some(job.clone());
        if matches!(Exit::of(&job), Exit::Key | Exit::Money) && !is_one_job_only(&job) {
            self.refusing.insert(job.gateway);
        }
        event.map(|event| Step { event, job })
    }

    /// Takes in that the engine has said something of a job: what a search for an order of unknown fate found, if there was
    /// one.
    pub(super) fn noted(&mut self, id: JobId) {
        if self.jobs().any(|job| job.id == id && job.state == JobState::Unconfirmed) {
            self.seek_no_more(id);
        }
    }

    /// Takes in that nobody asks the gateway for this job, should its fate be unknown.
    pub(super) fn seek_no_more(&mut self, id: JobId) {
        self.searches.insert(id, SEARCH_SIGHTS);
    }

    /// Whether the command follows this job.
    pub(super) fn follows(&self, job: JobId) -> bool {
        self.jobs.iter().any(|(id, _, _)| *id == job)
    }

    /// Takes in what holds the jobs back at the moment, and which of them are looked at rarely.
    pub(super) fn see_holds(&mut self, live: &Live) {
        for (id, _, job) in &self.jobs {
            if job.as_ref().is_some_and(can_be_sought) {
                let seen = self.searches.entry(*id).or_default();
                *seen = seen.saturating_add(1);
            }
            if live.jobs.get(id).is_some_and(|shown| shown.next_look.is_some()) {
                *self.rare.entry(*id).or_default() += 1;
            } else {
                self.rare.remove(id);
            }
            let is_queued = job.as_ref().is_some_and(|job| job.state == JobState::Queued);
            let hold =
                live.jobs.get(id).and_then(|shown| shown.hold.clone()).filter(|hold| is_queued && is_lasting(hold));
            match hold {
                Some(hold) => {
                    let seen = self.holds.get(id).map_or(0, |(_, seen)| *seen).saturating_add(1);
                    if seen >= SIGHTS && is_refusal(&hold) {
                        self.refused.insert(*id, hold.clone());
                    }
                    self.holds.insert(*id, (hold, seen));
                }
                None => {
                    self.holds.remove(id);
                }
            }
        }
    }

    /// What holds a queued job back until the user does something about it.
    fn hold_of(&self, job: JobId) -> Option<&Hold> {
        self.holds.get(&job).filter(|(_, seen)| *seen >= SIGHTS).map(|(hold, _)| hold)
    }

    /// Why a job was not sent: what holds it back, or held it back until it was taken out of the queue.
    pub(super) fn unsent_for(&self, job: &Job) -> Option<&Hold> {
        match job.state {
            JobState::Queued => self.hold_of(job.id),
            JobState::Removed => self.refused.get(&job.id),
            _ => None,
        }
    }

    /// Whether nothing is left to wait for.
    pub(super) fn is_over(&self) -> bool {
        self.jobs.iter().all(|(_, _, job)| job.as_ref().is_some_and(|job| self.is_settled(job)))
    }

    fn is_settled(&self, job: &Job) -> bool {
        // The window waits until the user has set another key or made room on the disk. A command ends instead.
        let needs_user = matches!(Exit::of(job), Exit::Key | Exit::LocalTrouble);
        // Held by the engine until the user has seen to the key, the wallet, or the queue.
        let is_refused = job.state == JobState::Queued && self.refusing.contains(&job.gateway);
        let is_held = is_refused || self.hold_of(job.id).is_some();
        // The user paused the download in the window, perhaps for long.
        let is_paused = job.state == JobState::Downloading && job.is_download_paused;
        let is_accepted = self.until == Until::Accepted && job.remote_id.is_some();
        // A command does not wait for hours until a gateway says something; `watch` looks at once when it is called.
        let is_rare = self.rare.get(&job.id).is_some_and(|seen| *seen >= SIGHTS);
        let is_told = self.until == Until::Told && job.message.is_some();
        // The engine asks for it by itself, which costs nothing.
        if can_be_sought(job) && self.searches.get(&job.id).is_none_or(|seen| *seen < SEARCH_SIGHTS) {
            return false;
        }
        !job.state.is_unfinished() || needs_user || is_held || is_paused || is_accepted || is_told || is_rare
    }

    /// The queued jobs that cannot be sent, because their gateway refused an order for its key or for lack of credits.
    pub(super) fn held(&self) -> impl Iterator<Item = &Job> {
        self.jobs().filter(|job| {
            let is_refused = self.hold_of(job.id).is_some_and(is_refusal);
            job.state == JobState::Queued && (is_refused || self.refusing.contains(&job.gateway))
        })
    }

    /// Jobs that are not at their end yet.
    pub(super) fn open(&self) -> impl Iterator<Item = &Job> {
        self.jobs().filter(|job| !self.is_settled(job))
    }

    /// Makes orders that are still on their way unconfirmed, because the program ends: they were not answered, or the
    /// answer could not be stored.
    pub(super) fn give_up_waiting(&mut self) {
        for (_, _, job) in &mut self.jobs {
            if let Some(job) = job.as_mut().filter(|job| job.state == JobState::Submitting) {
                job.state = JobState::Unconfirmed;
                job.charge = Charge::NotKnown;
                job.message = Some(Ending::unconfirmed(job.gateway, UnconfirmedCause::Interrupted));
            }
        }
    }

    /// The jobs as the engine reported them last, without those that it has never reported.
    pub(super) fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter().filter_map(|(_, _, job)| job.as_ref())
    }

    /// Whether the engine has never reported one of the jobs, which means that it was not stored.
    pub(super) fn lacks_some(&self) -> bool {
        self.jobs.iter().any(|(_, _, job)| job.is_none())
    }

    /// The exit code of all jobs together.
    pub(super) fn exit(&self) -> Exit {
        Exit::worst(self.jobs().map(|job| match self.unsent_for(job) {
            Some(Hold::NoKey | Hold::KeyRefused) => Exit::Key,
            Some(Hold::NoCredits) => Exit::Money,
            Some(Hold::Waiting { why, .. }) if why.is_cap() => Exit::Money,
            Some(Hold::Picture { .. }) => Exit::LocalTrouble,
            Some(
                Hold::Offline { .. }
                | Hold::Full
                | Hold::Paused
                | Hold::Storage
                | Hold::Waiting { .. }
                | Hold::LeftOver,
            )
            | None => Exit::of(job),
        }))
    }
}

/// Whether a hold lasts until the user does something about it.
fn is_lasting(hold: &Hold) -> bool {
    match hold {
        Hold::NoKey | Hold::KeyRefused | Hold::NoCredits | Hold::Paused | Hold::Waiting { .. } | Hold::LeftOver => true,
        Hold::Offline { .. } | Hold::Full | Hold::Storage => false,
        Hold::Picture { retry_in, .. } => retry_in.is_none(),
    }
}

/// Whether a hold means that a command cannot do its work: what it ordered is then taken out of the queue.
fn is_refusal(hold: &Hold) -> bool {
    match hold {
        Hold::KeyRefused | Hold::NoCredits | Hold::Picture { retry_in: None, .. } => true,
        // A command does not wait for another day.
        Hold::Waiting { why, .. } => why.is_cap(),
        _ => false,
    }
}

/// Whether the engine can look for an order of unknown fate without sending it again.
pub(super) fn can_be_sought(job: &Job) -> bool {
    job.state == JobState::Unconfirmed && job.gateway.names_orders() && job.trace.is_some() && job.sent_at.is_some()
}

/// Whether a refusal says nothing about other jobs: the key may be good for another model.
fn is_one_job_only(job: &Job) -> bool {
    job.message.as_ref().is_some_and(|message| message.kind == EndingKind::NotPermitted)
}

#[cfg(test)]
mod tests {
    use super::super::samples::job;
    use super::*;
    use crate::domain::HeldFor;
    use crate::domain::outcome::{Rejection, RejectionKind};
    use crate::domain::samples::id;
    use crate::engine::event::LiveJob;

    fn in_state(state: JobState) -> Job {
        Job { state, ..job() }
    }

    fn accepted(state: JobState) -> Job {
        Job { remote_id: RemoteId::new("job_1"), ..in_state(state) }
    }

    #[test]
    fn a_life_is_told_once_step_by_step() {
        let mut follow = Follow::new([job().id], Until::Ended);
        let mut told = Vec::new();
        let mut over = Vec::new();
        for job in [
            in_state(JobState::Queued),
            in_state(JobState::Submitting),
            accepted(JobState::Waiting),
            accepted(JobState::Waiting),
            accepted(JobState::Generating),
            accepted(JobState::Downloading),
            Job {
                message: Some(Ending::bad_file(GatewayId::Aigateway, "it is cut")),
                ..accepted(JobState::Downloading)
            },
            accepted(JobState::Ready),
        ] {
            told.push(follow.observe(job).map(|step| step.event));
            over.push(follow.is_over());
        }
        let line = Some;
        assert_eq!(
            told,
            [
                line("queued"),
                line("submitting"),
                line("accepted"),
                None,
                line("generating"),
                line("downloading"),
                line("message"),
                line("ready")
            ]
        );
        assert_eq!(over, [false, false, false, false, false, false, false, true]);
        assert_eq!(follow.exit(), Exit::Done);
    }

    #[test]
    fn without_waiting_it_is_over_when_accepted() {
        let mut follow = Follow::new([job().id], Until::Accepted);
        follow.observe(in_state(JobState::Submitting));
        assert!(!follow.is_over());
        follow.observe(accepted(JobState::Waiting));
        assert!(follow.is_over());
        assert_eq!(follow.exit(), Exit::StillRunning);
    }

    #[test]
    fn an_order_of_unknown_fate_is_waited_for_while_the_gateway_is_asked() {
        let named = Job {
            gateway: GatewayId::Pixverse,
            trace: Some(crate::domain::TraceId(uuid::Uuid::from_u128(7))),
            sent_at: Some(job().created_at),
            ..in_state(JobState::Unconfirmed)
        };
        let is_over_with = |change: &dyn Fn(&mut Follow), job: &Job| {
            let mut follow = Follow::new([job.id], Until::Ended);
            follow.observe(job.clone());
            change(&mut follow);
            assert_eq!(follow.exit(), Exit::Unconfirmed);
            follow.is_over()
        };
        let sees = |times: u32| {
            move |follow: &mut Follow| {
                for _ in 0..times {
                    follow.see_holds(&Live::default());
                }
            }
        };
        assert!(!is_over_with(&|_| {}, &named));
        assert!(!is_over_with(&sees(SEARCH_SIGHTS - 1), &named));
        assert!(is_over_with(&sees(SEARCH_SIGHTS), &named), "not forever");
        assert!(is_over_with(&|follow| follow.noted(named.id), &named), "its answer came");
        assert!(is_over_with(&|follow| follow.seek_no_more(named.id), &named), "there is no key");
        let other = crate::domain::samples::id(99);
        assert!(!is_over_with(&|follow| follow.noted(other), &named), "that was about another job");
        for nameless in [
            Job { trace: None, ..named.clone() },
            Job { sent_at: None, ..named.clone() },
            Job { gateway: GatewayId::Apiin, ..named.clone() },
        ] {
            assert!(is_over_with(&|_| {}, &nameless));
        }
    }

    #[test]
    fn what_needs_the_user_ends_the_wait() {
        let gateway = GatewayId::Aigateway;
        for (job, expected) in [
            (
                Job {
                    message: Some(Ending::unconfirmed(gateway, UnconfirmedCause::Interrupted)),
                    ..in_state(JobState::Unconfirmed)
                },
                Exit::Unconfirmed,
            ),
            (
                Job { message: Some(Ending::key_refused_while_watching(gateway)), ..accepted(JobState::Waiting) },
                Exit::Key,
            ),
            (
                Job { message: Some(Ending::disk(gateway, "the disk is full")), ..accepted(JobState::Downloading) },
                Exit::LocalTrouble,
            ),
            (Job { is_download_paused: true, ..accepted(JobState::Downloading) }, Exit::StillRunning),
        ] {
            let mut follow = Follow::new([job.id], Until::Ended);
            follow.observe(job);
            assert!(follow.is_over());
            assert_eq!(follow.exit(), expected);
        }
    }

    #[test]
    fn queued_jobs_of_a_gateway_that_refuses_are_held() {
        let other = Job { id: id(7), ..job() };
        for (kind, is_held) in
            [(RejectionKind::NoCredits, true), (RejectionKind::KeyRefused, true), (RejectionKind::NotPermitted, false)]
        {
            let mut follow = Follow::new([job().id, other.id], Until::Ended);
            follow.observe(other.clone());
            let message = Ending::rejected(other.gateway, &Rejection { kind, param: None, gateway_text: None });
            follow.observe(Job { message: Some(message), ..in_state(JobState::Rejected) });
            assert_eq!((follow.held().count() == 1, follow.is_over()), (is_held, is_held), "{kind:?}");
        }
    }

    #[test]
    fn what_the_user_holds_ends_the_wait_when_it_was_seen_twice() {
        let since = job().created_at;
        for (hold, expected) in [
            (Hold::Paused, Some(Exit::StillRunning)),
            (Hold::Waiting { since, why: HeldFor::Waited }, Some(Exit::StillRunning)),
            (Hold::Waiting { since, why: HeldFor::DayCap }, Some(Exit::Money)),
            (Hold::LeftOver, Some(Exit::StillRunning)),
            (Hold::NoCredits, Some(Exit::Money)),
            (Hold::KeyRefused, Some(Exit::Key)),
            (Hold::NoKey, Some(Exit::Key)),
            (Hold::Storage, None),
            (Hold::Offline { retry_in: std::time::Duration::ZERO }, None),
        ] {
            let mut live = Live::default();
            live.jobs.insert(job().id, LiveJob { hold: Some(hold.clone()), ..LiveJob::default() });
            let mut follow = Follow::new([job().id], Until::Ended);
            follow.observe(job());
            follow.see_holds(&live);
            assert!(!follow.is_over(), "{hold:?}");
            follow.see_holds(&live);
            assert_eq!(follow.is_over().then(|| follow.exit()), expected, "{hold:?}");
            follow.see_holds(&Live::default());
            assert!(!follow.is_over() && follow.unsent_for(&job()).is_none(), "{hold:?} is over");
            follow.see_holds(&live);
            follow.see_holds(&live);
            follow.observe(in_state(JobState::Submitting));
            assert!(!follow.is_over(), "{hold:?}: it goes out");
        }
    }

    #[test]
    fn an_order_that_was_taken_out_for_the_wallet_ends_as_that() {
        let mut live = Live::default();
        live.jobs.insert(job().id, LiveJob { hold: Some(Hold::NoCredits), ..LiveJob::default() });
        let mut follow = Follow::new([job().id], Until::Ended);
        follow.observe(job());
        for held in [0, 1] {
            follow.see_holds(&live);
            assert_eq!(follow.held().count(), held);
        }
        follow.observe(Job { message: Some(Ending::removed()), ..in_state(JobState::Removed) });
        assert!(follow.is_over() && follow.exit() == Exit::Money);
    }

    #[test]
    fn a_job_that_is_looked_at_rarely_is_not_waited_for() {
        let mut live = Live::default();
        live.jobs.insert(job().id, LiveJob { next_look: Some(job().created_at), ..LiveJob::default() });
        let mut follow = Follow::new([job().id], Until::Ended);
        follow.observe(Job { message: Some(Ending::unknown_job(GatewayId::Aigateway)), ..accepted(JobState::Waiting) });
        follow.see_holds(&live);
        follow.see_holds(&Live::default());
        follow.see_holds(&live);
        assert!(!follow.is_over());
        follow.see_holds(&live);
        assert!(follow.is_over() && follow.exit() == Exit::StillRunning);
    }

    #[test]
    fn a_look_ends_with_what_stands_in_the_way() {
        let mut follow = Follow::new([job().id], Until::Told);
        follow.observe(accepted(JobState::Generating));
        assert!(!follow.is_over());
        follow.observe(Job { message: Some(Ending::no_link(GatewayId::Aigateway)), ..accepted(JobState::Generating) });
        assert!(follow.is_over() && follow.exit() == Exit::StillRunning);
    }

    #[test]
    fn an_order_on_its_way_at_the_end_is_unconfirmed_and_perhaps_charged() {
        let mut follow = Follow::new([job().id], Until::Ended);
        follow.observe(in_state(JobState::Submitting));
        follow.give_up_waiting();
        assert_eq!(follow.exit(), Exit::Unconfirmed);
        assert!(follow.jobs().all(|job| job.charge == Charge::NotKnown && job.message.is_some()));
    }

    #[test]
    fn other_jobs_are_not_told() {
        let mut follow = Follow::new([], Until::Ended);
        assert_eq!(follow.observe(job()), None);
        assert!(follow.is_over());
        assert!(!follow.lacks_some());
    }

    #[test]
    fn a_job_that_was_never_seen_is_waited_for() {
        let follow = Follow::new([job().id], Until::Ended);
        assert!(!follow.is_over() && follow.lacks_some());
    }
}
