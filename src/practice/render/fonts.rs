//! Finds a font of the system for letters that the bundled font lacks.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ab_glyph::{Font as _, FontVec};
use fontique::{Collection, CollectionOptions, FallbackKey, FamilyId, GenericFamily, QueryStatus, Script, SourceCache};
use unicode_script::UnicodeScript as _;

/// A font that has an outline for `c`: the one that the system itself would take. `None` where no font has one. The first
/// call lists the fonts of the system, which may take some hundred milliseconds.
///
/// The answer depends on the character alone, never on those before it, so that equal prompts give equal pictures.
pub(super) fn system_font(c: char) -> Option<Arc<FontVec>> {
    static FONTS: LazyLock<Mutex<SystemFonts>> = LazyLock::new(|| Mutex::new(SystemFonts::list()));
    FONTS.lock().unwrap_or_else(PoisonError::into_inner).font_of(c)
}

/// The fonts of the system, and those of them that were read.
struct SystemFonts {
    collection: Collection,
    sources: SourceCache,
    /// Fonts that were read, by their place in the collection; `None` for those that cannot be used.
    read: HashMap<(FamilyId, usize), Option<Arc<FontVec>>>,
    known: HashMap<char, Option<Arc<FontVec>>>,
}

impl SystemFonts {
    fn list() -> Self {
        let collection = Collection::new(CollectionOptions { shared: false, system_fonts: true });
        Self { collection, sources: SourceCache::default(), read: HashMap::new(), known: HashMap::new() }
    }

    fn font_of(&mut self, c: char) -> Option<Arc<FontVec>> {
        if let Some(known) = self.known.get(&c) {
            return known.clone();
        }
        let mut query = self.collection.query(&mut self.sources);
        match script_of(c) {
            Some(script) => {
                query.set_families([GenericFamily::SansSerif]);
                query.set_fallbacks(FallbackKey::new(script, None));
            }
            // Symbols belong to no script.
            None => query.set_families([
                GenericFamily::SansSerif,
                GenericFamily::SystemUi,
                GenericFamily::Emoji,
                GenericFamily::Math,
                GenericFamily::Serif,
            ]),
        }
        let mut found = None;
        query.matches_with(|candidate| {
            if candidate.charmap().and_then(|letters| letters.map(c)).is_none_or(|glyph| glyph == 0) {
                return QueryStatus::Continue;
            }
            let font = self.read.entry(candidate.family).or_insert_with(|| {
                FontVec::try_from_vec_and_index(candidate.blob.as_ref().to_vec(), candidate.index).ok().map(Arc::new)
            });
            // A font of colored pictures has letters without outlines.
            found = font.clone().filter(|font| font.outline(font.glyph_id(c)).is_some());
            if found.is_some() { QueryStatus::Stop } else { QueryStatus::Continue }
        });
        self.known.insert(c, found.clone());
        found
    }
}

/// The script of a letter; `None` for what several scripts share, such as punctuation and symbols.
fn script_of(c: char) -> Option<Script> {
    use unicode_script::Script as Code;
    match c.script() {
        Code::Common | Code::Inherited | Code::Unknown => None,
        script => Script::parse(script.short_name()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_no_font_are_told_as_such() {
        // Reserved for ever: no font may give it a meaning.
        assert!(system_font('\u{10ffff}').is_none());
    }

    #[test]
    fn a_found_font_draws_the_letter() {
        for c in "雪שع☃⌥Жक".chars() {
            if let Some(font) = system_font(c) {
                assert!(font.outline(font.glyph_id(c)).is_some(), "{c}");
            }
        }
    }
}
