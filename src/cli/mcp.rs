//! `rushes mcp`: lets a program order clips, as a server of the Model Context Protocol on standard input and output.
//!
//! It stands on the same engine as every other command, and its orders are marked as those of an agent. Practice clips cost
//! nothing and need no word of the user. What costs money needs two: `--allow-spend` and `--cap`, and heeds the caps of the
//! settings besides. An order that does not fit under one of them is refused, and nothing of it is stored.
//!
//! Standard output belongs to the protocol: whatever else is to be said goes to standard error.

mod allowance;
mod answers;
mod desk;
mod tools;

use std::sync::Arc;
use std::time::Duration;

use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;
use tokio::time::Instant;

use super::arguments::Mcp;
use super::exit::Exit;
use super::generate::choose_gateway;
use super::interrupt::interrupted;
use super::output::Output;
use super::running::Running;
use super::stop::Stop;
use crate::domain::JobState;
use crate::engine::command::Command;
use crate::engine::event::Event;
use crate::session::{Home, Sends};
use allowance::Allowance;
use desk::Desk;
use tools::Tools;

/// How often it is looked at what holds orders back.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Serves one client until it closes standard input, or the user interrupts. Orders that are on their way are then
/// awaited, as at the end of every command.
pub(super) async fn mcp(home: Home, output: &Output, arguments: &Mcp) -> Result<Exit, Stop> {
    let (gateway, why) = choose_gateway(&home, arguments.gateway).await?;
    if let Some(why) = why {
        output.note(&why);
    }
    let allowance = Allowance { is_spending_allowed: arguments.allow_spend, cap: arguments.cap };
    let mut running = Running::start(&home, Sends::OwnOnly).await?;
    let jobs = running.every_job().await?;
    let desk = Arc::new(Desk::new(home, running.session().clone(), &jobs, allowance, gateway));
    let ended = serve(output, &mut running, &desk).await;
    let follow = desk.take_follow();
    let settled = running.close(output, Some(&follow)).await;
    farewell(output, follow, settled);
    ended
}

/// Answers the client, and takes in what the engine tells meanwhile.
async fn serve(output: &Output, running: &mut Running, desk: &Arc<Desk>) -> Result<Exit, Stop> {
    let tools = Tools::new(Arc::clone(desk));
    let serving = async {
        match tools.serve(rmcp::transport::stdio()).await {
            Ok(service) => service.waiting().await.map(|_reason| ()).map_err(|err| err.to_string()),
            // A client that goes away before it has said anything.
            Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(err) => Err(err.to_string()),
        }
    };
    tokio::pin!(serving);
    let interrupted = interrupted();
    tokio::pin!(interrupted);
    let mut tick = tokio::time::interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
    loop {
        let event = tokio::select! {
            ended = &mut serving => {
                return ended.map(|()| Exit::Done).map_err(|err| {
                    Stop::new(Exit::LocalTrouble, format!("The conversation with the agent broke off: {err}. `rushes jobs` \
                        lists what was ordered."))
                });
            }
            () = &mut interrupted => return Ok(Exit::Done),
            event = running.next() => event,
            _ = tick.tick() => {
                for job in desk.see_holds(&running.live()) {
                    // When the queue of commands is full this one is lost, and the next turn leads here again.
                    running.send(Command::TakeOut(job)).ok();
                }
                continue;
            }
        };
        match event {
            Some(Event::JobChanged(job) | Event::Settled(job, _)) => desk.take_in(*job),
            Some(Event::StorageTrouble(trouble)) => {
                if let Some(trouble) = &trouble {
                    output.note(&format!("{trouble}. What is not stored is not sent."));
                }
                desk.storage_trouble(trouble);
            }
            Some(Event::LibraryDamaged(words)) => output.note(&words),
            Some(Event::GatewayChanged(gateway, health)) => {
                if let Some((_, words)) = health.trouble {
                    output.note(&format!("{gateway}: {words}"));
                }
            }
            Some(Event::Note(..) | Event::KeyChecked(..) | Event::BucketChecked(_) | Event::HoldsChanged(_)) => {}
            // The engine has ended, which it does not do by itself.
            None => return Ok(Exit::LocalTrouble),
        }
    }
}

/// Says on standard error what goes on without the agent.
fn farewell(output: &Output, mut follow: super::follow::Follow, settled: Vec<crate::domain::Job>) {
    output.settle(&mut follow, settled);
    let unfinished = follow.jobs().filter(|job| job.state.is_unfinished()).count();
    if unfinished > 0 {
        output.note(&format!("{unfinished} of the jobs that were ordered go on; `rushes watch` fetches their clips."));
    }
    for job in follow.jobs().filter(|job| job.state == JobState::Unconfirmed) {
        output.job_note(job, &super::output::last_word(job, None));
    }
}
