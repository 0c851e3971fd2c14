//! What the library is asked while the user looks around.

use tokio::sync::watch;

use super::reports::Reports;
use crate::app::action::Input;
use crate::domain::JobId;
use crate::session::Session;

/// What was typed into the search, and the number of that question.
#[derive(Clone, Debug, Default)]
pub(super) struct Question {
    pub text: String,
    pub number: u64,
}

/// Answers the newest question, one at a time: who types fast asks less often than there are letters.
pub(super) async fn keep_answering(session: Session, mut asked: watch::Receiver<Question>, reports: Reports) {
    // Whatever changed since the last time is taken into the index now, and not when the first letter is typed.
    if let Err(err) = session.search(String::new()).await {
        tracing::warn!(%err, "the search cannot be prepared");
    }
    while asked.changed().await.is_ok() {
        let Question { text, number } = asked.borrow_and_update().clone();
        match session.search(text).await {
            Ok(jobs) => reports.put(Input::Hits { question: number, jobs }),
            Err(err) => reports.put(Input::Trouble(format!("The search found no answer. {err}."))),
        }
    }
}

/// The last conversation about a job.
pub(super) async fn exchange(session: &Session, job: JobId) -> Input {
    let found = session.exchange(job).await.unwrap_or_else(|err| {
        tracing::warn!(%err, "a conversation cannot be read");
        None
    });
    Input::ExchangeLoaded(job, found.map(Box::new))
}
