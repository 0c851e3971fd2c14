//! The part of a large library that the window holds in memory.

use super::error::LibraryError;
use super::run::Session;
use crate::domain::browsing::KeptLook;
use crate::domain::paging::{Ask, FIRST_PAGE, From, PageLook, Span, WHOLE};
use crate::domain::{Job, JobId};
use crate::library::Library;

/// The part of a large library that the window opens on; `None` where all of it goes into memory. The `live` jobs are in
/// memory in any case.
///
/// # Errors
///
/// When the library cannot be read.
pub async fn first_page(library: &Library, look: &KeptLook, live: &[Job]) -> Result<Option<Span>, LibraryError> {
    if !library.has_more_than(WHOLE).await? {
        return Ok(None);
    }
    let KeptLook { sort_by, view, project, .. } = look.clone();
    let live: Vec<JobId> = live.iter().map(|job| job.id).collect();
    let ask = Ask {
        number: 0,
        look: PageLook { sort_by, view, project, ..PageLook::default() },
        from: From::Start,
        limit: FIRST_PAGE,
        known: live.iter().copied().collect(),
        pins: live,
        is_quick: false,
    };
    library.span(ask).await.map(Some)
}

impl Session {
    /// Brings the search's index up to date, so that the first search need not wait for that.
    ///
    /// # Errors
    ///
    /// When the library cannot be read.
    pub async fn prepare_search(&self) -> Result<(), LibraryError> {
        self.library.prepare_search().await
    }

    /// The part of the gallery that was asked for.
    ///
    /// # Errors
    ///
    /// When the library cannot be read.
    pub async fn span(&self, ask: Ask) -> Result<Span, LibraryError> {
        self.library.span(ask).await
    }

    /// The shown jobs from one to another, or all of them: at most `limit`, and one more where there are more.
    ///
    /// # Errors
    ///
    /// When the library cannot be read.
    pub async fn shown(
        &self,
        look: PageLook,
        ends: Option<(JobId, JobId)>,
        limit: usize,
    ) -> Result<Vec<JobId>, LibraryError> {
        self.library.shown(look, ends, limit).await
    }
}
