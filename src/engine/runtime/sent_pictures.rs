//! The pictures of an order, ready to go out.

use crate::domain::hosting::sent_pictures;
use crate::domain::request::Slot;
use crate::domain::{InputPicture, Job};
use crate::gateway::SubmittedPicture;

/// The pictures of an order in the form in which they go out.
#[derive(Clone, Debug, Default)]
pub(super) struct SentPictures {
    /// The first frame.
    pub(super) start: Option<SubmittedPicture>,
    /// The last frame.
    pub(super) end: Option<SubmittedPicture>,
}

impl SentPictures {
    pub(super) fn put(&mut self, slot: Slot, picture: SubmittedPicture) {
        match slot {
            Slot::Start => self.start = Some(picture),
            Slot::End => self.end = Some(picture),
        }
    }

    fn has(&self, slot: Slot) -> bool {
        match slot {
            Slot::Start => self.start.is_some(),
            Slot::End => self.end.is_some(),
        }
    }

    /// Adds the pictures of a job that are web addresses already. Returns whether there is one for each picture that the
    /// job needs: without it the order would buy another clip than the one that was asked for.
    pub(super) fn complete(&mut self, job: &Job) -> bool {
        for (slot, picture) in sent_pictures(job.gateway, &job.request) {
            if let (InputPicture::WebAddress(address), false) = (picture, self.has(slot)) {
                self.put(slot, SubmittedPicture::Address(address.clone()));
            }
        }
        sent_pictures(job.gateway, &job.request).all(|(slot, _)| self.has(slot))
    }
}
