//! What several programs of the rig measure with.

pub mod many;
