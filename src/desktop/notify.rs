//! Messages of the desktop. Where no service shows them, nothing happens and nobody waits.

use std::sync::mpsc::{SyncSender, sync_channel};

use crate::domain::JobId;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// A few words.
    pub title: String,
    /// One line more, as plain text.
    pub text: String,
    /// The clip that a click on it is about.
    pub job: JobId,
}

/// Shows messages, on a thread of its own.
#[derive(Debug)]
pub struct Notifier {
    messages: SyncSender<Message>,
}

/// Messages that wait to be shown; more are left out.
const WAITING: usize = 4;

impl Notifier {
    /// Begins the thread; the bus is asked only when there is something to show. `pressed` is told of a click on a message,
    /// where the desktop tells it: on Linux.
    ///
    /// # Errors
    /// When the system starts no more threads.
    pub fn start(pressed: impl Fn(JobId) + Send + Sync + 'static) -> std::io::Result<Self> {
        let (messages, to_show) = sync_channel(WAITING);
        std::thread::Builder::new().name("messages".to_owned()).spawn(move || {
            let mut teller = system::Teller::new(pressed);
            while let Ok(message) = to_show.recv() {
                if let Err(err) = teller.show(message) {
                    tracing::debug!(%err, "the desktop shows no message");
                }
            }
        })?;
        Ok(Self { messages })
    }

    /// Shows a message. Returns at once; what cannot be shown is left out.
    pub fn show(&self, message: Message) {
        if self.messages.try_send(message).is_err() {
            tracing::debug!("a message of the desktop was left out");
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    //! Over the session bus, by the freedesktop rules for notifications.

    use std::collections::{HashMap, VecDeque};
    use std::sync::{Arc, Mutex, PoisonError};
    use std::time::Duration;

    use zbus::MatchRule;
    use zbus::blocking::connection::Builder;
    use zbus::blocking::{Connection, MessageIterator};
    use zbus::message::Type;
    use zbus::zvariant::Value;

    use super::Message;
    use crate::domain::JobId;

    const SERVICE: &str = "org.freedesktop.Notifications";
    const PATH: &str = "/org/freedesktop/Notifications";
    /// Time for the service to answer; one that is started for it needs a moment.
    const PATIENCE: Duration = Duration::from_secs(5);
    /// The name of the button that stands for a click on the message itself.
    const CLICK: &str = "default";
    /// So many messages are known again when they are clicked.
    const REMEMBERED: usize = 32;
    /// Signals of the bus that wait to be read.
    const SIGNALS: usize = 16;

    type Pressed = Arc<dyn Fn(JobId) + Send + Sync>;

    /// The numbers that the service gave to messages, and what they were about.
    #[derive(Default)]
    struct Shown(VecDeque<(u32, JobId)>);

    pub(super) struct Teller {
        connection: Option<Connection>,
        shown: Arc<Mutex<Shown>>,
        pressed: Pressed,
    }

    impl Teller {
        pub(super) fn new(pressed: impl Fn(JobId) + Send + Sync + 'static) -> Self {
            Self { connection: None, shown: Arc::default(), pressed: Arc::new(pressed) }
        }

        pub(super) fn show(&mut self, message: Message) -> zbus::Result<()> {
            let connection = match self.connection.take() {
                Some(connection) => connection,
                None => self.connect()?,
            };
            let number = notify(&connection, &message);
            if number.is_ok() {
                // With one that failed, the next message begins anew.
                self.connection = Some(connection);
            }
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            shown.0.push_back((number?, message.job));
            if shown.0.len() > REMEMBERED {
                shown.0.pop_front();
            }
            Ok(())
        }

        fn connect(&self) -> zbus::Result<Connection> {
            let connection = Builder::session()?.method_timeout(PATIENCE).build()?;
            let rule = MatchRule::builder()
                .msg_type(Type::Signal)
                .interface(SERVICE)?
                .member("ActionInvoked")?
                .path(PATH)?
                .build();
            let clicks = MessageIterator::for_match_rule(rule, &connection, Some(SIGNALS))?;
            let (shown, pressed) = (Arc::clone(&self.shown), Arc::clone(&self.pressed));
            // The iterator ends with the connection, at the latest with the program.
            std::thread::Builder::new().name("clicks".to_owned()).spawn(move || {
                for signal in clicks.flatten() {
                    let body = signal.body();
                    let Ok((number, key)) = body.deserialize::<(u32, &str)>() else { continue };
                    let shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
                    let job = shown.0.iter().rev().find(|(known, _)| *known == number).map(|(_, job)| *job);
                    drop(shown);
                    if let Some(job) = job.filter(|_| key == CLICK) {
                        pressed(job);
                    }
                }
            })?;
            Ok(connection)
        }
    }

    fn notify(connection: &Connection, message: &Message) -> zbus::Result<u32> {
        let hints: HashMap<&str, Value<'_>> = HashMap::from([("desktop-entry", Value::from("rushes"))]);
        let actions = [CLICK, "Show the clip"];
        let text = plain(&message.text);
        // 0: no message before it gives way; -1: the desktop decides how long it stays.
        let call = ("Rushes", 0u32, "rushes", message.title.as_str(), text, &actions[..], hints, -1i32);
        let answer = connection.call_method(Some(SERVICE), PATH, Some(SERVICE), "Notify", &call)?;
        answer.body().deserialize()
    }

    /// Prompts may hold what the service would read as markup.
    fn plain(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_prompt_is_no_markup() {
            assert_eq!(plain("a <b>bold</b> cat & dog"), "a &lt;b&gt;bold&lt;/b&gt; cat &amp; dog");
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    //! By the system's own messages, which tell nothing of a click.

    use super::Message;
    use crate::domain::JobId;

    pub(super) struct Teller;

    impl Teller {
        pub(super) fn new(_pressed: impl Fn(JobId) + Send + Sync + 'static) -> Self {
            Self
        }

        pub(super) fn show(&mut self, message: Message) -> Result<(), notify_rust::error::Error> {
            let mut shown = notify_rust::Notification::new();
            shown.appname("Rushes").summary(&message.title).body(&message.text);
            shown.show().map(drop)
        }
    }
}
