//! The session of one command: the engine at work, its events, and the unfinished jobs of the library.

use jiff::tz::TimeZone;
use strum::IntoEnumIterator as _;
use tokio::sync::mpsc::Receiver;

use super::caps::check_caps;
use super::exit::Exit;
use super::find::find;
use super::follow::Follow;
use super::interrupt::interrupted;
use super::output::Output;
use super::stop::Stop;
use crate::domain::text::visible;
use crate::domain::{Amount, CapKind, GatewayId, Job, JobState, PictureWay, SpendingRules};
use crate::engine::command::Command;
use crate::engine::event::{Event, Live};
use crate::session::{Home, Link, Manner, PATIENCE_WORDS, Sends, Session, SessionError, wall_clock};

/// The open library and the running engine of one command.
#[derive(Debug)]
pub(super) struct Running {
    session: Session,
    events: Receiver<Event>,
    jobs: Vec<Job>,
}

impl Running {
    /// Opens the library and starts the engine, which goes on with unfinished jobs of connected gateways by itself. Every
    /// command says which queued orders it sends: only `watch` may send what an earlier run left.
    pub(super) async fn start(home: &Home, sends: Sends) -> Result<Self, Stop> {
        let mut opened = home.open_in_background().await?;
        for job in &mut opened.live {
            // This run tries anew, and ends with the word of its own tries.
            job.forget_last_try();
        }
        opened.warnings.iter().for_each(|warning| eprintln!("{}", visible(warning)));
        let shared = opened.live.iter().cloned().map(Into::into).collect();
        let runtime = tokio::runtime::Handle::current();
        let (session, events) =
            Session::start(home, opened.library, shared, opened.history, runtime, Manner::command(sends), || {})?;
        let running = Self { session, events, jobs: opened.live };
        let goes_through = |job: &Job| job.picture_way == PictureWay::Bucket && job.state == JobState::Queued;
        if running.jobs.iter().any(|job| !job.hosted.is_empty() || goes_through(job)) {
            running.connect_bucket(home).await?;
        }
        Ok(running)
    }

    /// Lets the engine use the bucket that the settings name, or none where it or its keys are missing. The password store
    /// is asked only when a bucket is set up.
    pub(super) async fn connect_bucket(&self, home: &Home) -> Result<(), Stop> {
        let connection = match home.bucket(say_patience).await {
            Ok(found) => found.map(|(connection, _)| connection),
            Err(err) => {
                eprintln!("{}", visible(&format!("{err}.")));
                None
            }
        };
        self.send(Command::UseBucket(connection))
    }

    /// The session itself, for what goes on beside the events.
    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// The live jobs of the library ([`Job::is_live`]), as they were when it was opened.
    pub(super) fn live_jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// All jobs of the library, as they are stored now.
    pub(super) async fn every_job(&self) -> Result<Vec<Job>, Stop> {
        Ok(self.session.every_job().await.map_err(SessionError::from)?)
    }

    /// Finds a job of the library by its id, or by the last eight digits of it, be it finished or not. A live one is as it was
    /// when the library was opened.
    pub(super) async fn find(&self, wanted: &str) -> Result<Job, Stop> {
        let mut found = self.session.find(wanted.to_lowercase()).await.map_err(SessionError::from)?;
        for job in &mut found {
            job.forget_last_try();
            if let Some(opened) = self.jobs.iter().find(|opened| opened.id == job.id) {
                job.clone_from(opened);
            }
        }
        find(&found, wanted).cloned()
    }

    /// Looks whether these orders have room under the caps, as [`check_caps`] does. Returns whether they are to be sent
    /// although they have not.
    pub(super) async fn check_caps(
        &self,
        home: &Home,
        orders: &[(GatewayId, Amount)],
        over_cap: Option<Amount>,
    ) -> Result<bool, Stop> {
        let rules = SpendingRules::from(&home.settings);
        // What was spent is asked for only where something depends on it.
        let is_limited = CapKind::iter().any(|kind| rules.caps.of(kind).in_force().is_some());
        let jobs = if is_limited { self.every_job().await? } else { Vec::new() };
        check_caps(&jobs, wall_clock(), &TimeZone::system(), &rules, orders, over_cap)
    }

    /// How many orders of earlier runs are still queued and were not this command's to send: those that it does not
    /// follow.
    pub(super) fn left(&self, follow: &Follow) -> usize {
        self.jobs.iter().filter(|job| job.state == JobState::Queued && !follow.follows(job.id)).count()
    }

    /// Lets the engine use a gateway.
    pub(super) async fn connect(&self, link: Link) -> Result<(), Stop> {
        Ok(self.session.connect(link).await?)
    }

    /// Hands the engine a command.
    pub(super) fn send(&self, command: Command) -> Result<(), Stop> {
        Ok(self.session.send(command).map_err(SessionError::from)?)
    }

    /// The latest progress of running jobs, such as downloaded bytes and what they wait for.
    pub(super) fn live(&self) -> Live {
        self.session.live()
    }

    /// The next event; `None` when the engine has ended.
    pub(super) async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Ends a command that followed jobs: closes the session and tells the last word about each job.
    pub(super) async fn conclude(
        self,
        home: &Home,
        output: &Output,
        result: Result<(Follow, Exit), Stop>,
    ) -> Result<Exit, Stop> {
        let left = result.as_ref().map_or(0, |(follow, _)| self.left(follow));
        let settled = self.close(output, result.as_ref().ok().map(|(follow, _)| follow)).await;
        let (mut follow, exit) = result?;
        Ok(output.conclude(home, &mut follow, settled, exit, left))
    }

    /// Ends the engine, which awaits an order that is on its way for some seconds, and closes the library. A further
    /// interrupt ends the wait; the order is then unconfirmed. Returns the jobs that changed meanwhile.
    pub(super) async fn close(self, output: &Output, follow: Option<&Follow>) -> Vec<Job> {
        let Self { session, mut events, .. } = self;
        if follow.is_some_and(|follow| follow.jobs().any(|job| job.state == JobState::Submitting)) {
            output.note(
                "An order is on its way, and its answer is waited for. Ctrl-C ends at once; the order is then unconfirmed.",
            );
        }
        tokio::select! {
            () = session.close(std::future::ready(())) => {}
            () = interrupted() => {}
        }
        let mut settled = Vec::new();
        while let Ok(event) = events.try_recv() {
            if let Event::JobChanged(job) = event {
                settled.push(*job);
            }
        }
        settled
    }
}

/// Tells the user on standard error that the password store takes long.
pub(super) fn say_patience() {
    eprintln!("{PATIENCE_WORDS}.");
}
