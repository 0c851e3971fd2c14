//! Which frame of a clip its poster shows.

use super::job::Job;

/// Which frame of a clip its poster shows. A black one is passed over for the next that is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PosterFrame {
    /// The last key frame within the first tenth, which is decoded by itself. Most clips have but one, their first frame. A film
    /// of which nobody here knows its key frames shows the frame a tenth into it.
    Key,
    /// The frame a tenth into the clip, for which everything from the key frame before it on is decoded.
    Tenth,
}

impl PosterFrame {
    /// The frame for the clip of this job. Takes that begin with a known picture all have the same first frame, by which nobody
    /// could tell them apart; any other clip is as well known by its key frame, which is much quicker to get.
    pub fn of(job: &Job) -> Self {
        if job.request.picture().is_some() || job.parent.is_some() { Self::Tenth } else { Self::Key }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request::{Draft, InputPicture};
    use crate::domain::samples::{Sample, job};

    fn beginning_with(name: &str) -> Sample {
        let picture = Some(InputPicture::WebAddress(format!("https://example.com/{name}.png")));
        job(1).asking(|draft| draft.picture = picture)
    }

    #[test]
    fn takes_of_one_picture_show_what_became_of_it() {
        let end = |draft: &mut Draft| draft.end_picture = draft.picture.clone();
        for (what, job, frame) in [
            ("words alone", job(1), PosterFrame::Key),
            ("a start picture", beginning_with("start"), PosterFrame::Tenth),
            ("a transition", beginning_with("start").asking(end), PosterFrame::Tenth),
            ("a clip that goes on from another", beginning_with("frame").parent(2, 119), PosterFrame::Tenth),
            // As an old library may hold it.
            ("one whose picture is not known any more", job(1).parent(2, 119), PosterFrame::Tenth),
        ] {
            assert_eq!(PosterFrame::of(&job.ready()), frame, "{what}");
        }
    }
}
