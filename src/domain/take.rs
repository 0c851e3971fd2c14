//! The key that says whether two clips are takes of one shot: everything of their requests but the seed.

use std::hash::{Hash, Hasher};

use super::gateway::GatewayId;
use super::request::{GenerationRequest, InputPicture};
use super::setting::{AspectRatio, ClipDuration, ModelId, Resolution, Thinking};
use super::sha256::Sha256Hex;

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

/// The number under which a library keeps a recipe at a gateway: 16 bytes that are the same for all its takes.
///
/// It is made from the words in which a job is stored. Should those ever change, new takes of an old recipe would get
/// another number and stand apart in the gallery, until a migration numbers all jobs anew.
pub fn recipe_number(gateway: GatewayId, request: &GenerationRequest) -> [u8; 16] {
    let words = serde_json::to_vec(&(gateway.name(), TakeKey(request).parts()));
    let sum = Sha256Hex::of(&words.expect("plain values become text")).bytes();
    sum.first_chunk().copied().expect("a checksum is longer")
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

    /// Libraries hold these numbers: should the words of a request ever be written in another way, all jobs have to be
    /// numbered anew by a migration.
    #[test]
    fn the_number_of_a_recipe_is_pinned() {
        let draft = Draft { prompt: "a boat".to_owned(), ..Draft::default() };
        let request = draft.to_request().expect("valid");
        let hex = |gateway| recipe_number(gateway, &request).map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(hex(GatewayId::Apiin), "09f38857275f77664c27cffaf660b360");
        assert_ne!(hex(GatewayId::Practice), hex(GatewayId::Apiin), "another gateway makes other takes");
        let another = request.with_seed(Seed::from_random(7), true);
        assert_eq!(
            recipe_number(GatewayId::Apiin, &request),
            recipe_number(GatewayId::Apiin, &another),
            "takes of one"
        );
    }

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
