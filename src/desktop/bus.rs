//! Asks the session bus (D-Bus) which services can be reached on it.

use std::sync::mpsc;
use std::time::Duration;

use zbus::blocking::{Connection, fdo::DBusProxy};

/// Time for a bus to answer; a healthy one needs milliseconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether `name` is on the session bus or would be started by it. Blocks for at most three seconds.
///
/// # Errors
/// Why the bus cannot be asked, as a clause.
pub(super) fn has_service(name: &'static str) -> Result<bool, String> {
    let (answer, reply) = mpsc::sync_channel(1);
    std::thread::Builder::new()
        .name("bus".to_owned())
        .spawn(move || {
            // Nobody waits any more after the time limit.
            answer.send(ask(name)).ok();
        })
        .map_err(|err| err.to_string())?;
    match reply.recv_timeout(PATIENCE) {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(err)) => {
            tracing::debug!(%err, "the session bus cannot be asked");
            Err("no session bus (D-Bus) is running".to_owned())
        }
        Err(mpsc::RecvTimeoutError::Timeout | mpsc::RecvTimeoutError::Disconnected) => {
            Err("the session bus (D-Bus) does not answer".to_owned())
        }
    }
}

fn ask(name: &str) -> zbus::Result<bool> {
    let connection = Connection::session()?;
    let bus = DBusProxy::new(&connection)?;
    let is_there = bus.list_names()?.iter().any(|known| known.as_str() == name);
    Ok(is_there || bus.list_activatable_names()?.iter().any(|known| known.as_str() == name))
}
