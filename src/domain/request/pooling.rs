//! Prompts that many requests have in common, kept in memory once.

use std::collections::HashSet;
use std::sync::Arc;

use super::GenerationRequest;
use crate::domain::text::SharedText;

impl GenerationRequest {
    /// Replaces the prompts of this request by equal ones of `pool`, so that they are held in memory once. A prompt
    /// that `pool` does not hold yet is put into it.
    pub fn pool_words(&mut self, pool: &mut HashSet<SharedText>) {
        let fields = Arc::make_mut(&mut self.0);
        for words in [&mut fields.prompt, &mut fields.negative_prompt] {
            match pool.get(words) {
                Some(known) => *words = known.clone(),
                None => drop(pool.insert(words.clone())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Draft;

    #[test]
    fn equal_words_are_kept_once() {
        let made = |prompt: &str| {
            let draft = Draft { prompt: prompt.to_owned(), ..Draft::default() };
            draft.to_request().expect("valid")
        };
        let (mut first, mut second, mut other) = (made("a boat"), made("a boat"), made("a fox"));
        let mut pool = HashSet::new();
        for request in [&mut first, &mut second, &mut other] {
            request.pool_words(&mut pool);
        }
        assert!(std::ptr::eq(first.prompt(), second.prompt()));
        assert_eq!((first.prompt(), other.prompt()), ("a boat", "a fox"));
        assert_eq!(first, made("a boat"));
        // Two prompts and the empty negative one.
        assert_eq!(pool.len(), 3);
    }
}
