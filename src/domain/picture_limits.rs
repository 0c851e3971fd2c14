//! Whether a gateway is likely to refuse a start picture, said before the click.
//!
//! The numbers come from different pages, few of them the gateway's own, so that nothing here forbids an order: a note says
//! what is known.

use super::gateway::GatewayId;
use super::request::StoredPicture;

/// What is known of the pictures that a gateway takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureLimits {
    /// Shortest side, in pixels.
    pub least_side: u32,
    /// Longest side, in pixels.
    pub most_side: u32,
    /// Longest file, in bytes.
    pub most_bytes: u64,
    /// The longer side may be so many tenths of the shorter one.
    pub most_stretch_tenths: u32,
}

/// Why a picture may be refused. Sentences for it are in [`PictureNote::sentence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureNote {
    /// A side is shorter than this many pixels.
    TooSmall(u32),
    /// A side is longer than this many pixels.
    TooWide(u32),
    /// The file is longer than this many bytes.
    TooLong(u64),
    /// One side is more than so many tenths of the other.
    TooStretched(u32),
}

impl PictureLimits {
    /// What PixVerse's Platform takes: its limits rule the others too, because the model is its own.
    pub const PLATFORM: Self =
        Self { least_side: 300, most_side: 4000, most_bytes: 20_000_000, most_stretch_tenths: 25 };

    /// The limits of a gateway. `None` where nothing is known: aigateway states none, and the practice gateway takes all.
    ///
    /// - The Platform: up to 4000 pixels a side and below 20 MB (docs/gateways.md, section 3.2).
    /// - apiin: WaveSpeed is probably behind it, which takes up to 10 MB (docs/gateways.md, section 2.3).
    /// - Both run the model of which WaveSpeed's page asks for 300 pixels a side and a shape between 1:2.5 and 2.5:1
    ///   (docs/gateways.md, section 4.2).
    pub fn of(gateway: GatewayId) -> Option<Self> {
        match gateway {
            GatewayId::Pixverse => Some(Self::PLATFORM),
            GatewayId::Apiin => Some(Self { most_bytes: 10_000_000, ..Self::PLATFORM }),
            GatewayId::Aigateway | GatewayId::Practice => None,
        }
    }

    /// What of a picture of `size` pixels and `size_bytes` is beyond these limits.
    pub fn notes(&self, (width, height): (u32, u32), size_bytes: u64) -> Vec<PictureNote> {
        let (short, long) = (width.min(height), width.max(height));
        let mut notes = Vec::new();
        if short < self.least_side {
            notes.push(PictureNote::TooSmall(self.least_side));
        }
        if long > self.most_side {
            notes.push(PictureNote::TooWide(self.most_side));
        }
        if size_bytes > self.most_bytes {
            notes.push(PictureNote::TooLong(self.most_bytes));
        }
        if u64::from(long) * 10 > u64::from(short) * u64::from(self.most_stretch_tenths) {
            notes.push(PictureNote::TooStretched(self.most_stretch_tenths));
        }
        notes
    }
}

impl PictureNote {
    /// The sentence for the user about a picture of `size` pixels.
    pub fn sentence(self, gateway: GatewayId, (width, height): (u32, u32)) -> String {
        let gateway = gateway.title();
        match self {
            Self::TooSmall(side) => format!(
                "{width} × {height} is small: {gateway} may refuse pictures below {side} px a side. Choose a larger picture or part."
            ),
            Self::TooWide(side) => format!(
                "{width} × {height} is large: {gateway} refuses pictures above {side} px a side. Choose a smaller part."
            ),
            Self::TooLong(bytes) => {
                format!("{gateway} refuses pictures above {} MB. Choose a smaller part.", bytes / 1_000_000)
            }
            Self::TooStretched(tenths) => format!(
                "{width} × {height} is very {}: {gateway} may refuse pictures beyond {}.{}:1. Crop it to the clip’s ratio.",
                if width > height { "wide" } else { "tall" },
                tenths / 10,
                tenths % 10
            ),
        }
    }
}

/// Sentences about why `gateway` may refuse the picture, most serious first; none when nothing speaks against it.
pub fn picture_notes(gateway: GatewayId, picture: &StoredPicture) -> Vec<String> {
    let size = (picture.width, picture.height);
    PictureLimits::of(gateway)
        .map(|limits| limits.notes(size, picture.size_bytes))
        .unwrap_or_default()
        .into_iter()
        .map(|note| note.sentence(gateway, size))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Sha256Hex;
    use crate::domain::request::PictureType;

    #[test]
    fn what_a_gateway_may_refuse_is_said() {
        use PictureNote::{TooLong, TooSmall, TooStretched, TooWide};
        let platform = PictureLimits::of(GatewayId::Pixverse).expect("limits");
        for (size, bytes, notes) in [
            ((1920, 1080), 900_000, &[][..]),
            ((300, 300), 10_000, &[]),
            ((750, 300), 10_000, &[]),
            ((299, 300), 10_000, &[TooSmall(300)]),
            ((751, 300), 10_000, &[TooStretched(25)]),
            ((300, 751), 10_000, &[TooStretched(25)]),
            ((1920, 64), 10_000, &[TooSmall(300), TooStretched(25)]),
            ((4001, 4000), 20_000_001, &[TooWide(4000), TooLong(20_000_000)]),
            ((0, 0), 0, &[TooSmall(300)]),
            ((u32::MAX, 1), u64::MAX, &[TooSmall(300), TooWide(4000), TooLong(20_000_000), TooStretched(25)]),
        ] {
            assert_eq!(platform.notes(size, bytes), notes, "{size:?}");
        }
    }

    #[test]
    fn each_gateway_has_its_own_limits_and_a_sentence() {
        let picture = StoredPicture {
            sha256: Sha256Hex::of(b"picture"),
            picture_type: PictureType::Jpeg,
            width: 900,
            height: 200,
            size_bytes: 12_000_000,
            display_name: "strip.jpg".to_owned(),
        };
        assert_eq!(
            picture_notes(GatewayId::Pixverse, &picture),
            [
                "900 × 200 is small: PixVerse may refuse pictures below 300 px a side. Choose a larger picture or part.",
                "900 × 200 is very wide: PixVerse may refuse pictures beyond 2.5:1. Crop it to the clip’s ratio."
            ]
        );
        let of_apiin = picture_notes(GatewayId::Apiin, &picture);
        assert!(of_apiin.iter().any(|note| note.contains("above 10 MB")), "{of_apiin:?}");
        for gateway in [GatewayId::Aigateway, GatewayId::Practice] {
            assert_eq!(picture_notes(gateway, &picture), Vec::<String>::new());
        }
    }
}
