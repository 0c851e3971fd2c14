//! A cache of textures by name with a bound on its memory. The least recently shown texture is dropped first.

use std::collections::HashMap;
use std::hash::Hash;

use eframe::egui::{ColorImage, Context, TextureHandle, TextureId, TextureOptions, Vec2};

struct Shown {
    texture: TextureHandle,
    bytes: usize,
    used_at: u64,
}

/// Textures of one kind. A dropped texture is freed on the graphics card.
pub(super) struct Textures<K> {
    shown: HashMap<K, Shown>,
    room_bytes: usize,
    look: TextureOptions,
    frame: u64,
}

impl<K: Clone + Eq + Hash> Textures<K> {
    /// Creates an empty cache for at most `room_bytes` bytes of pixels on the graphics card. Textures that the current frame shows
    /// may exceed the bound.
    pub(super) fn new(room_bytes: usize, look: TextureOptions) -> Self {
        Self { shown: HashMap::new(), room_bytes, look, frame: 0 }
    }

    /// Starts a new frame.
    pub(super) fn next_frame(&mut self) {
        self.frame += 1;
    }

    /// Returns a texture and its size in pixels, and marks it as shown in this frame.
    pub(super) fn get(&mut self, name: &K) -> Option<(TextureId, Vec2)> {
        let shown = self.shown.get_mut(name)?;
        shown.used_at = self.frame;
        Some((shown.texture.id(), shown.texture.size_vec2()))
    }

    /// Uploads a picture, replaces the texture of the same name, and drops old textures to stay within the bound.
    pub(super) fn insert(&mut self, ctx: &Context, name: K, image: ColorImage) {
        let pixels = image.pixels.len() * 4;
        // The smaller copies that a mipmap is made of take a third of the picture once more.
        let bytes = if self.look.mipmap_mode.is_some() { pixels * 4 / 3 } else { pixels };
        let texture = ctx.load_texture("picture", image, self.look);
        self.shown.insert(name, Shown { texture, bytes, used_at: self.frame });
        while self.shown.values().map(|shown| shown.bytes).sum::<usize>() > self.room_bytes {
            let oldest = self.shown.iter().min_by_key(|(_, shown)| shown.used_at).map(|(name, _)| name.clone());
            match oldest {
                // A texture that this frame shows is never dropped, even beyond the bound.
                Some(oldest) if self.shown[&oldest].used_at < self.frame => {
                    self.shown.remove(&oldest);
                }
                _ => return,
            }
        }
    }

    /// Drops all textures.
    pub(super) fn clear(&mut self) {
        self.shown.clear();
    }

    /// Drops the texture of this name, if there is one.
    pub(super) fn remove(&mut self, name: &K) {
        self.shown.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::TextureFilter;

    use super::*;

    #[test]
    fn the_copies_of_a_mipmap_take_room_too() {
        let look = TextureOptions { mipmap_mode: Some(TextureFilter::Linear), ..TextureOptions::LINEAR };
        for (look, kept) in [(TextureOptions::LINEAR, 4), (look, 3)] {
            let ctx = Context::default();
            let mut textures = Textures::new(4 * 64 * 64 * 4, look);
            for number in 0..8 {
                textures.next_frame();
                textures.insert(&ctx, number, ColorImage::filled([64, 64], Default::default()));
            }
            assert_eq!(textures.shown.len(), kept, "{look:?}");
        }
    }

    #[test]
    fn what_was_not_shown_for_longest_is_forgotten() {
        let ctx = Context::default();
        let mut textures = Textures::new(64 * 1024 * 1024, TextureOptions::LINEAR);
        // Each has 16 MB, so the fifth exceeds the bound.
        let large = || ColorImage::filled([2048, 2048], Default::default());
        for number in 0..4 {
            textures.next_frame();
            textures.insert(&ctx, number, large());
        }
        textures.next_frame();
        assert!(textures.get(&0).is_some());
        textures.insert(&ctx, 4, large());
        let mut names: Vec<i32> = textures.shown.keys().copied().collect();
        names.sort();
        assert_eq!(names, [0, 2, 3, 4]);
    }
}
