//! The key that says whether two clips are takes of one shot: everything of their requests but the seed.

use std::hash::{Hash, Hasher};

use super::request::{GenerationRequest, InputPicture};
use super::setting::{AspectRatio, ClipDuration, ModelId, Resolution, Thinking};

/// A request without its seed, to be compared and hashed: two requests are takes of one recipe exactly when these are
/// equal.
#[derive(Clone, Copy, Debug)]
pub struct TakeKey<'a>(pub &'a GenerationRequest);

/// The model, the prompt and the negative prompt.
type Words<'a> = (&'a ModelId, &'a str, &'a str);

/// The picture that the clip begins with and the one that it ends with.
type Pictures<'a> = (Option<&'a InputPicture>, Option<&'a InputPicture>);

impl<'a> TakeKey<'a> {
    fn parts(self) -> (Words<'a>, Pictures<'a>, Resolution, ClipDuration, AspectRatio, bool, Thinking) {
        let Self(request) = self;
        (
            (request.model(), request.prompt(), request.negative_prompt()),
            (request.picture(), request.end_picture()),
            request.resolution(),
            request.duration(),
            request.aspect_ratio(),
            request.audio(),
            request.thinking(),
        )
    }
}

impl PartialEq for TakeKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for TakeKey<'_> {}

impl Hash for TakeKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Draft, Seed};

    #[test]
    fn only_the_seed_is_left_out() {
        let draft = Draft { prompt: "a boat".to_owned(), ..Draft::default() };
        let request = |draft: &Draft| draft.to_request().expect("valid");
        let first = request(&draft);
        for (seed, drawn) in [(1, true), (1, false), (2, true)] {
            assert_eq!(TakeKey(&first), TakeKey(&first.with_seed(Seed::from_random(seed), drawn)));
        }
        let others: [fn(&mut Draft); 10] = [
            |draft| draft.prompt.push('s'),
            |draft| draft.negative_prompt.push('s'),
            |draft| draft.picture = Some(InputPicture::WebAddress("https://example.org/a.png".to_owned())),
            |draft| {
                let picture = |name: &str| Some(InputPicture::WebAddress(format!("https://example.org/{name}.png")));
                (draft.picture, draft.end_picture) = (picture("a"), picture("b"));
            },
            |draft| draft.model = ModelId::new("pixverse-v6").expect("a name"),
            |draft| draft.resolution = Resolution::P360,
            |draft| draft.duration = ClipDuration::S8,
            |draft| draft.aspect_ratio = AspectRatio::R1x1,
            |draft| draft.audio = true,
            |draft| draft.thinking = Thinking::Disabled,
        ];
        for change in others {
            let mut other = draft.clone();
            change(&mut other);
            assert_ne!(TakeKey(&first), TakeKey(&request(&other)));
        }
    }
}
