//! The pictures that were uploaded to the practice gateway, by their numbers.

use std::{collections::VecDeque, sync::Arc};

/// How many pictures are kept. The oldest make room.
const PICTURE_LIMIT: usize = 200;

/// How many bytes of them are kept.
const BYTE_LIMIT: usize = 256 * 1024 * 1024;

/// A picture that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// The number under which orders name it, above 2^53.
    pub number: u64,
    /// The media type that its part of the form stated; empty for one that came as an address.
    pub media_type: String,
    /// The file as it came; empty for one that came as an address, since nothing is fetched.
    pub bytes: Vec<u8>,
    /// Width and height in pixels; `None` for one that came as an address.
    pub size: Option<(u32, u32)>,
    /// The name of the upload, `Ai-trace-id`.
    pub trace: String,
}

/// The newest pictures.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    kept: VecDeque<Arc<Uploaded>>,
    bytes: usize,
}

impl Uploads {
    /// Takes a picture in. One whose upload has the same name is given back instead.
    pub fn take_in(&mut self, picture: Uploaded) -> Arc<Uploaded> {
        if let Some(known) = self.kept.iter().find(|known| known.trace == picture.trace) {
            return Arc::clone(known);
        }
        let picture = Arc::new(picture);
        self.bytes += picture.bytes.len();
        self.kept.push_back(Arc::clone(&picture));
        while self.kept.len() > 1 && (self.kept.len() > PICTURE_LIMIT || self.bytes > BYTE_LIMIT) {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.bytes -= oldest.bytes.len();
        }
        picture
    }

    /// The picture of this number.
    pub fn get(&self, number: u64) -> Option<Arc<Uploaded>> {
        self.kept.iter().find(|picture| picture.number == number).cloned()
    }

    /// All that are kept, oldest first.
    pub fn all(&self) -> Vec<Uploaded> {
        self.kept.iter().map(|picture| Uploaded::clone(picture)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(number: u64, trace: &str, length: usize) -> Uploaded {
        let (media_type, trace) = ("image/png".to_owned(), trace.to_owned());
        Uploaded { number, media_type, bytes: vec![0; length], size: Some((1, 1)), trace }
    }

    #[test]
    fn the_same_name_gives_the_same_picture() {
        let mut uploads = Uploads::default();
        assert_eq!(uploads.take_in(picture(1, "a", 3)).number, 1);
        assert_eq!(uploads.take_in(picture(2, "a", 3)).number, 1);
        assert_eq!(uploads.take_in(picture(3, "b", 3)).number, 3);
        assert!(uploads.get(2).is_none());
    }

    #[test]
    fn the_oldest_pictures_make_room() {
        let mut uploads = Uploads::default();
        for number in 0..=PICTURE_LIMIT as u64 {
            uploads.take_in(picture(number, &number.to_string(), 1));
        }
        assert!(uploads.get(0).is_none() && uploads.get(1).is_some());
        uploads.take_in(picture(9_999, "huge", BYTE_LIMIT));
        assert_eq!((uploads.all().len(), uploads.bytes), (1, BYTE_LIMIT));
    }
}
