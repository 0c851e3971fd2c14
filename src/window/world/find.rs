//! Reads from the library: full-text search, and the raw exchange of a job.

use tokio::sync::watch;

use super::reports::Reports;
use crate::app::action::Input;
use crate::domain::JobId;
use crate::session::Session;

/// A search text with the number of the query.
#[derive(Clone, Debug, Default)]
pub(super) struct Question {
    pub text: String,
    pub number: u64,
}

/// Answers search queries one at a time. If several arrive during a search, only the newest is answered.
pub(super) async fn keep_answering(session: Session, mut asked: watch::Receiver<Question>, reports: Reports) {
    // Update the search index now, and not when the user types the first letter.
    if let Err(err) = session.prepare_search().await {
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

/// Reads the latest raw exchange of a job with its gateway.
pub(super) async fn exchange(session: &Session, job: JobId) -> Input {
    let found = session.exchange(job).await.unwrap_or_else(|err| {
        tracing::warn!(%err, "a conversation cannot be read");
        None
    });
    Input::ExchangeLoaded(job, found.map(Box::new))
}
