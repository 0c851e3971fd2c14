//! The description of a practice clip: everything that the renderer may look at.

/// The wish for one practice clip. Equal values give equal bytes, so that finished films can be reused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FilmSpec {
    /// The text that is drawn into the picture.
    pub prompt: String,
    /// What shall not be seen; empty when nothing was said. It changes the look, so that its effect can be seen.
    pub negative_prompt: String,
    /// The seed; equal seeds and prompts give equal clips.
    pub seed: u32,
    /// Width in pixels, even.
    pub width: u32,
    /// Height in pixels, even.
    pub height: u32,
    /// Length in whole seconds.
    pub duration_secs: u32,
    /// Whether the clip has a sound track.
    pub audio: bool,
    /// The start picture as the encoded file (JPEG, PNG or WebP), when it came inside the request.
    pub picture: Option<Vec<u8>>,
    /// The picture with which the film ends, in the same form. Means nothing without a start picture.
    pub end_picture: Option<Vec<u8>>,
}
