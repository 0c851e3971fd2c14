//! Arguments, then the window or the command line.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;
use rushes::cli::{self, arguments::Arguments, exit::Exit};
use rushes::domain::text::visible;
use rushes::session::{Home, Paths};
use rushes::window;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

/// Libraries that write headers or whole requests into their logs when asked to. They may not, whatever `RUST_LOG` says:
/// a header holds the key, a link its signature.
const QUIET: [&str; 9] = [
    "h2=warn",
    "hyper=warn",
    "hyper_util=warn",
    "reqwest=warn",
    "rmcp=warn",
    "rustls=warn",
    "tower=warn",
    "zbus=warn",
    "keyring=warn",
];

/// Days for which the window's log files are kept.
const LOG_DAYS: usize = 7;

/// Lines of the log that may wait for the disk; more are left out.
const LOG_LINES: usize = 4_096;

fn main() -> ExitCode {
    write_no_core();
    let arguments = Arguments::parse();
    let library = arguments.library.clone().or_else(|| std::env::var_os("RUSHES_LIBRARY").map(PathBuf::from));
    let library = library.filter(|folder| !folder.as_os_str().is_empty());
    if let Some(command) = &arguments.command {
        let is_terminal = std::io::stderr().is_terminal();
        let log = tracing_subscriber::fmt().with_env_filter(filter("warn")).with_ansi(is_terminal);
        log.with_writer(std::io::stderr).init();
        log_panics();
        tracing::debug!(version = env!("CARGO_PKG_VERSION"), "the command line starts");
        return cli::run(&arguments, command, library.as_deref()).into();
    }
    if arguments.components {
        return window_ended(window::open_components(library.as_deref()));
    }
    let _log = Home::paths_of(library.as_deref()).ok().as_ref().and_then(log_to_file);
    log_panics();
    window_ended(window::open(library.as_deref()))
}

/// Forbids the system to write this program's memory into a file should it crash: keys are in it.
#[cfg(unix)]
fn write_no_core() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Core);
    // Lowering a limit needs no right, so that this cannot fail.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum }).ok();
}

/// Does nothing: on this system nobody writes the memory of a crashed program unless its user asked for it.
#[cfg(not(unix))]
fn write_no_core() {}

/// Says what kept a window from opening.
fn window_ended(end: anyhow::Result<()>) -> ExitCode {
    match end {
        Ok(()) => Exit::Done.into(),
        Err(err) => {
            eprintln!("{}", visible(&format!("{err:#}")));
            Exit::LocalTrouble.into()
        }
    }
}

/// What `RUST_LOG` asks for, else `usual`, without anything secret.
fn filter(usual: &str) -> EnvFilter {
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    QUIET.iter().filter_map(|directive| directive.parse().ok()).fold(wanted, EnvFilter::add_directive)
}

/// Writes the window's log into the library, one file a day. `None` where that cannot be: the window opens all the same.
fn log_to_file(paths: &Paths) -> Option<WorkerGuard> {
    // The appender reads its folder and complains on the terminal where there is none.
    let logs = paths.make_logs().ok()?;
    let appender = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("rushes")
        .filename_suffix("log")
        .max_log_files(LOG_DAYS)
        .build(logs)
        .ok()?;
    // The usual number of lines that may wait for the disk takes four megabytes while nothing is written at all.
    let (writer, guard) =
        tracing_appender::non_blocking::NonBlockingBuilder::default().buffered_lines_limit(LOG_LINES).finish(appender);
    tracing_subscriber::fmt().with_env_filter(filter("info")).with_ansi(false).with_writer(writer).init();
    Some(guard)
}

/// Puts panics into the log as well, so that a window's last words are not lost with its terminal.
fn log_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(%place, "a part of Rushes broke");
        usual(panic);
    }));
}
