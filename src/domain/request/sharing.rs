//! What of a request may leave this computer inside a clip.

use std::sync::Arc;

use super::{GenerationRequest, InputPicture, Unchecked};

impl GenerationRequest {
    /// The same request for a file that may be handed on: the address of a picture ends before its query and
    /// fragment, which may hold a signature that opens the picture to whoever reads it.
    #[must_use]
    pub fn without_signatures(&self) -> Self {
        let bare = |picture: &InputPicture| match picture {
            InputPicture::WebAddress(address) => {
                let end = address.find(['?', '#']).unwrap_or(address.len());
                InputPicture::WebAddress(address[..end].to_owned())
            }
            InputPicture::Stored(_) => picture.clone(),
        };
        let (picture, end_picture) = (self.picture().map(bare), self.end_picture().map(bare));
        Self(Arc::new(Unchecked { picture, end_picture, ..(*self.0).clone() }))
    }
}
