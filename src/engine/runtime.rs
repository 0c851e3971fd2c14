//! The engine at work: how it is started, spoken to and ended.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::command::Command;
use super::event::{Event, Live};
use crate::domain::Holds;
use actor::Actor;
use shared_live::SharedLive;

pub use setup::{EngineOptions, EngineParts, LocalDate, WakeUp, local_date, wall_clock};

mod actor;
mod clip_files;
mod pictures;
mod sent_pictures;
mod setup;
mod shared_live;
mod task_result;
mod tasks;

/// How many commands may wait for the engine. When they are more, the sender has a bug and gets [`Busy`].
const COMMANDS: usize = 256;

/// How many events may wait for the window. When they are more, the engine waits.
const EVENTS: usize = 1024;

/// The error of [`EngineHandle::send`]: too many commands wait, or the engine has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the engine is busy")]
pub struct Busy;

/// The connection to a running engine. Cheap to clone. When the last clone is dropped the engine ends as by
/// [`EngineHandle::shutdown`].
#[derive(Clone, Debug)]
pub struct EngineHandle {
    commands: mpsc::Sender<Command>,
    live: SharedLive,
    stop: CancellationToken,
    ended: CancellationToken,
}

impl EngineHandle {
    /// Hands a command to the engine. Never waits.
    ///
    /// # Errors
    ///
    /// When 256 commands wait already or the engine has ended; the command is lost then.
    pub fn send(&self, command: Command) -> Result<(), Busy> {
        match self.commands.try_send(command) {
            Ok(()) => Ok(()),
            Err(_) => Err(Busy),
        }
    }

    /// A copy of the latest numbers of unfinished jobs.
    pub fn live(&self) -> Live {
        self.live.get()
    }

    /// Ends the engine: nothing new begins, an order that is on its way is awaited for up to
    /// [`EngineOptions::farewell`], and all that is known is stored. Jobs at the gateways go on and are taken up again at the next start.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        self.ended.cancelled().await;
    }
}

/// Starts the engine. It takes up unfinished jobs by itself. Events come out of the returned receiver, which has to
/// be read.
pub fn start(parts: EngineParts) -> (EngineHandle, mpsc::Receiver<Event>) {
    let (command_sender, commands) = mpsc::channel(COMMANDS);
    let (event_sender, events) = mpsc::channel(EVENTS);
    let handle = EngineHandle {
        commands: command_sender,
        live: SharedLive::default(),
        stop: CancellationToken::new(),
        ended: CancellationToken::new(),
    };
    let EngineParts { runtime, library, live: jobs, history, http, connections, options } = parts;
    let ended = handle.ended.clone().drop_guard();
    let (live, stop) = (handle.live.clone(), handle.stop.clone());
    runtime.spawn(async move {
        let _ended = ended;
        let holds = library.holds().await.unwrap_or_else(|error| {
            // Nothing is sent on a guess.
            tracing::warn!(%error, "what holds orders back cannot be read; the queue is paused");
            Holds { is_paused: true, ..Holds::default() }
        });
        let actor = Actor::new(library, jobs, history, holds, http, options, event_sender, live, stop);
        actor.run(connections, commands).await;
    });
    (handle, events)
}
