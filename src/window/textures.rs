//! Textures by name, bounded: what was not shown for longest goes first.

use std::collections::HashMap;
use std::hash::Hash;

use eframe::egui::{ColorImage, Context, TextureHandle, TextureId, TextureOptions, Vec2};

struct Shown {
    texture: TextureHandle,
    bytes: usize,
    used_at: u64,
}

/// Textures of one kind, which go from the graphics card when they are dropped from here.
pub(super) struct Textures<K> {
    shown: HashMap<K, Shown>,
    room_bytes: usize,
    look: TextureOptions,
    frame: u64,
}

impl<K: Clone + Eq + Hash> Textures<K> {
    /// None yet, and never more than `room_bytes` of pixels, but for what one frame shows.
    pub(super) fn new(room_bytes: usize, look: TextureOptions) -> Self {
        Self { shown: HashMap::new(), room_bytes, look, frame: 0 }
    }

    /// Another frame begins.
    pub(super) fn next_frame(&mut self) {
        self.frame += 1;
    }

    /// The texture with its size in pixels. It counts as shown in this frame.
    pub(super) fn get(&mut self, name: &K) -> Option<(TextureId, Vec2)> {
        let shown = self.shown.get_mut(name)?;
        shown.used_at = self.frame;
        Some((shown.texture.id(), shown.texture.size_vec2()))
    }

    /// Uploads a picture in the place of the one that had its name, and makes room for it.
    pub(super) fn insert(&mut self, ctx: &Context, name: K, image: ColorImage) {
        let bytes = image.pixels.len() * 4;
        let texture = ctx.load_texture("picture", image, self.look);
        self.shown.insert(name, Shown { texture, bytes, used_at: self.frame });
        while self.shown.values().map(|shown| shown.bytes).sum::<usize>() > self.room_bytes {
            let oldest = self.shown.iter().min_by_key(|(_, shown)| shown.used_at).map(|(name, _)| name.clone());
            match oldest {
                // What this frame shows is never taken away, whatever the bound says.
                Some(oldest) if self.shown[&oldest].used_at < self.frame => {
                    self.shown.remove(&oldest);
                }
                _ => return,
            }
        }
    }

    /// Drops one.
    pub(super) fn remove(&mut self, name: &K) {
        self.shown.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_shown_for_longest_is_forgotten() {
        let ctx = Context::default();
        let mut textures = Textures::new(64 * 1024 * 1024, TextureOptions::LINEAR);
        // Sixteen megabytes each: the fifth is one too many.
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
