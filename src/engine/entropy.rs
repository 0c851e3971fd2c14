//! The one place where chance comes from.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};

/// Fresh random bits for waits, seeds and ids; not for secrets. The standard library begins the keys of its hash tables
/// with bits of the system and changes them at every call.
pub fn entropy() -> u64 {
    RandomState::new().build_hasher().finish()
}
