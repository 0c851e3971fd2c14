//! What is handed in to be submitted: one job and what it asks for.

use crate::domain::{GenerationRequest, JobId};

/// A job on its way to a gateway.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Our own id of the job. It goes out as a cost tag where the gateway has such a thing.
    pub job: JobId,
    /// The settings of the clip; every gateway writes them in its own words.
    pub request: GenerationRequest,
    /// The start picture in the form in which it goes out: a web address, or a `data:` URI.
    pub picture: Option<String>,
}
