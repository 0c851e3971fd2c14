//! The colors and the kind of a practice scene, as they are chosen from the words of the prompt and from chance.

use super::color::Rgb;

/// What a scene shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SceneKind {
    /// Ridges one behind the other under a sky.
    Ridges,
    /// Ridges with tree tops on them.
    Forest,
    /// A sun over moving water.
    Sea,
    /// Soft discs of light out of focus.
    Lights,
    /// Slow folds of color.
    Silk,
}

/// One set of colors, with the words of a prompt that call for it.
#[derive(Debug)]
pub(super) struct Palette {
    /// Words that call for it; the first letters of a prompt's word must equal one.
    words: &'static [&'static str],
    /// Whether the words tell a time or a mood; else they tell what is seen, which chooses the kind first.
    is_mood: bool,
    /// The kinds of scene that look well in these colors; one is drawn by chance.
    kinds: &'static [SceneKind],
    /// The sky from the top to the horizon; also the ramp of the folds.
    pub(super) sky: [Rgb; 5],
    /// Color of the sun, the moon or a lamp.
    pub(super) glow: Rgb,
    /// Color of every other lamp.
    pub(super) accent: Rgb,
    /// Color of the most distant ridge; those between are mixed.
    pub(super) far: Rgb,
    /// Color of the nearest ridge.
    pub(super) near: Rgb,
}

const fn rgb(hex: u32) -> Rgb {
    [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]
}

const fn ramp(hex: [u32; 5]) -> [Rgb; 5] {
    [rgb(hex[0]), rgb(hex[1]), rgb(hex[2]), rgb(hex[3]), rgb(hex[4])]
}

const PALETTES: &[Palette] = &[
    Palette {
        words: &["sunset", "golden", "evening", "desert", "dune", "sand", "savanna", "warm", "autumn", "fire"],
        is_mood: true,
        kinds: &[SceneKind::Ridges, SceneKind::Sea, SceneKind::Silk],
        sky: ramp([0x2b2d57, 0x6d4470, 0xb85c68, 0xe99a68, 0xf8d39a]),
        glow: rgb(0xffe9b8),
        accent: rgb(0xff8f5a),
        far: rgb(0xb4646a),
        near: rgb(0x1e1526),
    },
    Palette {
        words: &["dawn", "sunrise", "morning", "spring", "blossom", "cherry", "pink", "pastel", "dream", "soft"],
        is_mood: true,
        kinds: &[SceneKind::Ridges, SceneKind::Silk, SceneKind::Sea],
        sky: ramp([0x6f86b8, 0xa7a3cc, 0xdcb4c6, 0xf5cfc0, 0xfdeed8]),
        glow: rgb(0xfff3dc),
        accent: rgb(0xf3a0b0),
        far: rgb(0xb9a2bd),
        near: rgb(0x3a3553),
    },
    Palette {
        words: &["night", "moon", "star", "midnight", "dark", "space", "galaxy", "noir"],
        is_mood: true,
        kinds: &[SceneKind::Ridges, SceneKind::Forest, SceneKind::Sea],
        sky: ramp([0x060a1a, 0x0c1631, 0x16284d, 0x2a4671, 0x4c6d97]),
        glow: rgb(0xe8f0ff),
        accent: rgb(0x7fa6ff),
        far: rgb(0x2b4569),
        near: rgb(0x04070f),
    },
    Palette {
        words: &[
            "neon", "cyber", "city", "street", "tokyo", "club", "taxi", "car", "traffic", "rain", "party", "concert",
        ],
        is_mood: true,
        kinds: &[SceneKind::Lights, SceneKind::Lights, SceneKind::Silk],
        sky: ramp([0x090919, 0x151036, 0x311a5c, 0x63277c, 0x2a1850]),
        glow: rgb(0xff5fa8),
        accent: rgb(0x38d6ff),
        far: rgb(0x45206f),
        near: rgb(0x080714),
    },
    Palette {
        words: &[
            "sea", "ocean", "wave", "beach", "coast", "lake", "river", "water", "sail", "ship", "boat", "island",
            "fish", "whale",
        ],
        is_mood: false,
        kinds: &[SceneKind::Sea],
        sky: ramp([0x2c5f8a, 0x5b93b4, 0x98c3cd, 0xd3e2d7, 0xf7ecd2]),
        glow: rgb(0xfff6dd),
        accent: rgb(0x7fd6d2),
        far: rgb(0x3d7f96),
        near: rgb(0x0a2f44),
    },
    Palette {
        words: &["forest", "tree", "wood", "jungle", "green", "moss", "fern", "garden", "fox", "deer", "bear"],
        is_mood: false,
        kinds: &[SceneKind::Forest],
        sky: ramp([0x5a7f7a, 0x86a795, 0xb4c9a8, 0xdbe2bd, 0xf4f0d2]),
        glow: rgb(0xfff7d6),
        accent: rgb(0xb8d48a),
        far: rgb(0x8dac97),
        near: rgb(0x0f241f),
    },
    Palette {
        words: &["snow", "winter", "ice", "arctic", "glacier", "frost", "alps", "penguin", "polar"],
        is_mood: true,
        kinds: &[SceneKind::Ridges, SceneKind::Forest],
        sky: ramp([0x5c7fa6, 0x8fadc9, 0xbfd2e2, 0xe2e9ee, 0xf8f3ec]),
        glow: rgb(0xfffaf0),
        accent: rgb(0xbfd9f5),
        far: rgb(0xaebfd2),
        near: rgb(0x2d415c),
    },
    Palette {
        words: &["storm", "fog", "mist", "cloud", "grey", "gray", "london", "thunder", "moor"],
        is_mood: true,
        kinds: &[SceneKind::Ridges, SceneKind::Sea, SceneKind::Forest],
        sky: ramp([0x2a333d, 0x45525c, 0x6b7a80, 0x98a4a3, 0xc8cbc2]),
        glow: rgb(0xeeeadb),
        accent: rgb(0x8fa9ad),
        far: rgb(0x7c898c),
        near: rgb(0x12181d),
    },
    Palette {
        words: &[
            "candle",
            "lamp",
            "lantern",
            "cafe",
            "coffee",
            "home",
            "kitchen",
            "cat",
            "dog",
            "portrait",
            "festival",
            "christmas",
            "whisky",
        ],
        is_mood: false,
        kinds: &[SceneKind::Lights, SceneKind::Silk],
        sky: ramp([0x150d0c, 0x2c1713, 0x53281b, 0x8a4724, 0x3a2018]),
        glow: rgb(0xffb45e),
        accent: rgb(0xffdf9e),
        far: rgb(0x6d3a22),
        near: rgb(0x120a09),
    },
    Palette {
        words: &[
            "abstract", "silk", "fabric", "color", "colour", "paint", "ink", "liquid", "dance", "fashion", "perfume",
            "product",
        ],
        is_mood: false,
        kinds: &[SceneKind::Silk],
        sky: ramp([0x10183a, 0x2b3f8c, 0x7d5fb8, 0xe58aa0, 0xfbd6b0]),
        glow: rgb(0xfff0e0),
        accent: rgb(0x6fd0e0),
        far: rgb(0x6a5fa8),
        near: rgb(0x12112b),
    },
    Palette {
        words: &["mountain", "hill", "valley", "canyon", "cliff", "rock", "eagle", "dragon", "castle", "drone"],
        is_mood: false,
        kinds: &[SceneKind::Ridges],
        sky: ramp([0x35508a, 0x6f88b4, 0xb3b4c6, 0xecc9b0, 0xfbe7c4]),
        glow: rgb(0xfff1cf),
        accent: rgb(0xf0b48a),
        far: rgb(0x8f9bb8),
        near: rgb(0x172238),
    },
];

/// The palette and the kind for a prompt: words of mood choose the colors, words of place the kind. `chance` decides where
/// the words do not.
pub(super) fn choose(prompt: &str, chance: u64) -> (&'static Palette, SceneKind) {
    let lower = prompt.chars().take(4096).flat_map(char::to_lowercase).collect::<String>();
    let find = |is_mood: bool| {
        lower.split(|c: char| !c.is_alphanumeric()).find_map(|word| {
            let fits = |palette: &&Palette| {
                palette.is_mood == is_mood && palette.words.iter().any(|stem| word.starts_with(stem))
            };
            PALETTES.iter().find(fits)
        })
    };
    let (mood, place) = (find(true), find(false));
    let palette = mood.or(place).unwrap_or_else(|| &PALETTES[(chance % PALETTES.len() as u64) as usize]);
    let kinds = place.unwrap_or(palette).kinds;
    (palette, kinds[((chance >> 20) % kinds.len() as u64) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_choose_whatever_chance_says() {
        for chance in [0, 1 << 20, u64::MAX] {
            assert_eq!(choose("A ship on the OCEAN", chance).1, SceneKind::Sea);
            assert_eq!(choose("a fox between ferns", chance).1, SceneKind::Forest);
            let (palette, kind) = choose("mountains at night", chance);
            assert_eq!((palette.words[0], kind), ("night", SceneKind::Ridges));
        }
    }

    #[test]
    fn chance_decides_for_other_words() {
        let nears = (0..PALETTES.len() as u64).map(|chance| choose("xyz", chance).0.near).collect::<Vec<_>>();
        assert!(nears.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
