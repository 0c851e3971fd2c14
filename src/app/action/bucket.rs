//! The user's own bucket for pictures, and the way that pictures take: what the user does, and what comes back.

use crate::app::action::KeyFound;
use crate::domain::{BucketKeys, BucketPlace, PictureWay, Settings};

/// Something that the user does on the page of pictures.
#[derive(Clone, Debug)]
pub enum Bucket {
    /// Chose how pictures of this computer get to the gateways. PixVerse's upload was agreed to before it is chosen.
    SetWay(PictureWay),
    /// Wants a small object written, read and deleted there. Without `keys` those that are known are tried.
    Test {
        /// The place as it is typed.
        place: BucketPlace,
        /// The keys as they are typed, if they are.
        keys: Option<BucketKeys>,
    },
    /// Wants this bucket used, with these keys kept in the password store; without `keys` those that are known stay.
    Save {
        /// The place as it is typed.
        place: BucketPlace,
        /// The keys as they are typed, if they are.
        keys: Option<BucketKeys>,
    },
    /// Gave keys for as long as the window is open, because the password store did not take them.
    KeepForSession(BucketKeys),
    /// Wants the bucket and its keys forgotten.
    Forget,
}

/// What the services do with the bucket.
#[derive(Debug)]
pub enum BucketWork {
    /// Look for the keys and let the engine use the bucket of these settings, or none; answered by
    /// [`BucketNews::KeysFound`].
    Connect(Box<Settings>),
    /// Keep keys in the password store, or in memory until the window closes; answered by [`BucketNews::KeysStored`].
    StoreKeys {
        /// The keys as they were typed.
        keys: BucketKeys,
        /// Only until the window closes.
        for_session: bool,
    },
    /// Delete the keys; answered by [`BucketNews::KeysStored`].
    ForgetKeys,
    /// Try the bucket of these settings. The engine answers, or [`BucketNews::NotTested`].
    Test {
        /// The settings with the place that is to be tried.
        settings: Box<Settings>,
        /// The keys to try; the known ones where there are none.
        keys: Option<BucketKeys>,
    },
}

/// What became of [`BucketWork`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketNews {
    /// Its keys were looked for.
    KeysFound(KeyFound),
    /// Its keys were kept or deleted, or could not be: a sentence. In the first case they are looked for again.
    KeysStored(Result<(), String>),
    /// The test could not begin: a sentence.
    NotTested(String),
}
