//! The command line: the same session without a window, for scripts and for machines without a display.
//!
//! [`arguments`] says what can be typed, [`exit`] what the exit code means. `follow` is pure: it turns changes of jobs
//! into lines and knows when a command is done. `running` holds the session of a command. With `--json` every line on
//! standard output is one JSON object (`jobs` and `ledger` print one array); sentences for people go to standard error, except for
//! results.

pub mod arguments;
mod batch;
mod bucket;
mod cancel;
mod cap;
mod caps;
mod doctor;
mod estimate;
pub mod exit;
mod find;
mod follow;
mod generate;
mod hand;
mod interrupt;
mod jobs;
mod key;
mod ledger;
mod mcp;
mod output;
mod pictures;
mod practice;
mod queue;
mod rebuild;
mod resolve;
mod running;
#[cfg(test)]
mod samples;
mod stop;
mod waits;
mod watch;

use std::path::Path;

use crate::session::Home;
use arguments::{Arguments, Command};
use exit::Exit;
use output::Output;
use stop::Stop;

/// Runs a command to its end. `library` is the folder of `--library` or `RUSHES_LIBRARY`.
pub fn run(arguments: &Arguments, command: &Command, library: Option<&Path>) -> Exit {
    // What a server prints is its protocol.
    let output = Output::new(arguments.json && !matches!(command, Command::Mcp(_)));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name("command").enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(err) => {
            return output
                .stopped(&Stop::new(Exit::LocalTrouble, format!("No background work can be started: {err}.")));
        }
    };
    let exit = runtime.block_on(async {
        match obey(&output, command, library).await {
            Ok(exit) => exit,
            Err(stop) => output.stopped(&stop),
        }
    });
    // A keyring or a picture that hangs must not keep the program from ending.
    runtime.shutdown_background();
    exit
}

async fn obey(output: &Output, command: &Command, library: Option<&Path>) -> Result<Exit, Stop> {
    if let Command::Practice(arguments) = command {
        return practice::practice(output, arguments).await;
    }
    let home = Home::find(library)?;
    // What prints one JSON value prints nothing beside it.
    let is_one_value = matches!(command, Command::Jobs | Command::Ledger(_) | Command::Cap(_) | Command::Hand(_));
    for warning in &home.warnings {
        if is_one_value { output.aside(warning) } else { output.note(warning) }
    }
    match command {
        Command::Generate(arguments) => generate::generate(&home, output, arguments).await,
        Command::Batch(arguments) => batch::batch(&home, output, arguments).await,
        Command::Estimate(arguments) => estimate::estimate(&home, output, arguments),
        Command::Jobs => jobs::jobs(&home, output).await,
        Command::Ledger(arguments) => ledger::ledger(&home, output, arguments).await,
        Command::Hand(arguments) => hand::hand(&home, output, arguments).await,
        Command::Cap(arguments) => cap::cap(&home, output, arguments).await,
        Command::Watch(arguments) => watch::watch(&home, output, arguments).await,
        Command::Resolve(arguments) => resolve::resolve(&home, output, arguments).await,
        Command::Cancel(arguments) => cancel::cancel(&home, output, arguments).await,
        Command::Pause => queue::pause(&home, output).await,
        Command::Resume => queue::resume(&home, output).await,
        Command::Rebuild(arguments) => rebuild::rebuild(&home, output, arguments).await,
        Command::Key { action } => key::key(&home, output, *action).await,
        Command::Bucket { action } => bucket::bucket(&home, output, action).await,
        Command::Doctor => doctor::doctor(&home, output).await,
        Command::Practice(arguments) => practice::practice(output, arguments).await,
        Command::Mcp(arguments) => mcp::mcp(home, output, arguments).await,
    }
}
