//! The engine at work: how it is started, spoken to and ended.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::command::Command;
use super::event::{Event, Live};
use actor::Actor;
use shared_live::SharedLive;

pub use setup::{EngineOptions, EngineParts, LocalDate, WakeUp, local_date, wall_clock};

mod actor;
mod clip_files;
mod setup;
mod shared_live;
mod task_result;
mod tasks;

/// Commands that may wait; more is a bug of the caller, not a reason to wait.
const COMMANDS: usize = 256;

/// Events that may wait until the window takes them; then the engine waits.
const EVENTS: usize = 1024;

/// The queue of commands is full, or the engine has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the engine is busy")]
pub struct Busy;

/// The way to the engine. Cheap to clone. When the last one is dropped the engine ends as by [`EngineHandle::shutdown`].
#[derive(Clone, Debug)]
pub struct EngineHandle {
    commands: mpsc::Sender<Command>,
    live: SharedLive,
    stop: CancellationToken,
    ended: CancellationToken,
}

impl EngineHandle {
    /// Hands over a decision. Never waits.
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

    /// The latest numbers of running jobs.
    pub fn live(&self) -> Live {
        self.live.get()
    }

    /// Ends the engine: nothing new begins, an order that is on its way is awaited up to three seconds, everything that
    /// is known is stored. Jobs at the gateways go on and are found again at the next start.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        self.ended.cancelled().await;
    }
}

/// Starts the engine. It goes on with unfinished jobs by itself.
pub fn start(parts: EngineParts) -> (EngineHandle, mpsc::Receiver<Event>) {
    let (command_sender, commands) = mpsc::channel(COMMANDS);
    let (event_sender, events) = mpsc::channel(EVENTS);
    let handle = EngineHandle {
        commands: command_sender,
        live: SharedLive::default(),
        stop: CancellationToken::new(),
        ended: CancellationToken::new(),
    };
    let EngineParts { runtime, library, jobs, http, connections, options } = parts;
    let actor = Actor::new(library, jobs, http, options, event_sender, handle.live.clone(), handle.stop.clone());
    let ended = handle.ended.clone().drop_guard();
    runtime.spawn(async move {
        let _ended = ended;
        actor.run(connections, commands).await;
    });
    (handle, events)
}
