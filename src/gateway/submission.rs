//! What is handed in to be submitted: one job and what it asks for.

use crate::domain::{GenerationRequest, JobId, TraceId};

/// A job on its way to a gateway.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Our own id of the job. It goes out as a cost tag where the gateway has such a thing.
    pub job: JobId,
    /// The settings of the clip; every gateway writes them in its own words.
    pub request: GenerationRequest,
    /// The start picture, ready to go out.
    pub start: Option<SubmittedPicture>,
    /// The end picture, ready to go out.
    pub end: Option<SubmittedPicture>,
    /// The name that the order carries where the gateway lets its users name orders.
    pub trace: Option<TraceId>,
}

/// A picture in the form in which an order names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmittedPicture {
    /// A web address, or a `data:` URI.
    Address(String),
    /// The number under which PixVerse's Platform keeps it (docs/gateways.md, section 3.2).
    Uploaded(u64),
}

impl SubmittedPicture {
    /// The address; `None` for a picture that only the Platform knows.
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Address(address) => Some(address),
            Self::Uploaded(_) => None,
        }
    }
}
