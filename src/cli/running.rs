//! The session of one command: the engine at work, its events, and the jobs of the library.

use tokio::sync::mpsc::Receiver;

use super::stop::Stop;
use crate::domain::Job;
use crate::domain::text::visible;
use crate::engine::command::Command;
use crate::engine::event::{Event, Live};
use crate::session::{Home, Link, PATIENCE_WORDS, Session, SessionError};

/// The open library and the running engine of one command.
#[derive(Debug)]
pub(super) struct Running {
    session: Session,
    events: Receiver<Event>,
    jobs: Vec<Job>,
}

impl Running {
    /// Opens the library and starts the engine, which goes on with unfinished jobs of connected gateways by itself.
    pub(super) async fn start(home: &Home) -> Result<Self, Stop> {
        let opened = home.open_in_background().await?;
        opened.warnings.iter().for_each(|warning| eprintln!("{}", visible(warning)));
        let shared = opened.jobs.iter().cloned().map(Into::into).collect();
        let runtime = tokio::runtime::Handle::current();
        let (session, events) = Session::start(home, opened.library, shared, runtime, || {})?;
        Ok(Self { session, events, jobs: opened.jobs })
    }

    /// All jobs of the library, as they were when it was opened.
    pub(super) fn jobs(&self) -> &[Job] {
        &self.jobs
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

    /// Ends the engine, which awaits an order that is on its way for some seconds, and closes the library. Returns the
    /// jobs that changed meanwhile.
    pub(super) async fn close(self) -> Vec<Job> {
        let Self { session, mut events, .. } = self;
        session.close(std::future::ready(())).await;
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
