//! The kinds of servers that pictures are sent to before their order goes out.

/// A kind of server that pictures are sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Host {
    /// The user's bucket.
    Bucket,
    /// The upload of PixVerse Platform.
    Platform,
}
