//! What of a request may leave this computer inside a clip.

use std::sync::Arc;

use super::{GenerationRequest, StartPicture, Unchecked};

impl GenerationRequest {
    /// The same request for a file that may be handed on: the address of a start picture ends before its query and
    /// fragment, which may hold a signature that opens the picture to whoever reads it.
    #[must_use]
    pub fn without_signatures(&self) -> Self {
        let picture = match &self.0.picture {
            Some(StartPicture::WebAddress(address)) => {
                let end = address.find(['?', '#']).unwrap_or(address.len());
                Some(StartPicture::WebAddress(address[..end].to_owned()))
            }
            other => other.clone(),
        };
        Self(Arc::new(Unchecked { picture, ..(*self.0).clone() }))
    }
}
