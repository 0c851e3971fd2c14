//! The user's bucket for pictures: the way is chosen, the bucket saved, tried and forgotten.

use crate::app::action::bucket::{Bucket, BucketNews, BucketWork};
use crate::app::action::{Effect, Effects, KeyFound};
use crate::app::state::{AppState, KeyState};
use crate::domain::PictureWay;

use super::prefer;

pub(super) fn act(state: &mut AppState, word: Bucket, to: &mut Effects) {
    match word {
        Bucket::SetWay(way) => prefer(state, to, |settings| settings.pictures.way = way),
        Bucket::Test { place, keys } => {
            (state.bucket_check, state.bucket.is_testing, state.bucket.not_tested) = (None, true, None);
            let mut settings = Box::new(state.settings.clone());
            settings.pictures.bucket = Some(place);
            to.push(Effect::Bucket(BucketWork::Test { settings, keys }));
        }
        Bucket::Save { place, keys } => {
            prefer(state, to, |settings| {
                settings.pictures.bucket = Some(place);
                settings.pictures.way = PictureWay::Bucket;
            });
            state.bucket.key_trouble = None;
            match keys {
                // The engine gets the bucket as soon as the keys are kept.
                Some(keys) => to.push(Effect::Bucket(BucketWork::StoreKeys { keys, for_session: false })),
                None => to.push(connect(state)),
            }
        }
        Bucket::KeepForSession(keys) => {
            to.push(Effect::Bucket(BucketWork::StoreKeys { keys, for_session: true }));
        }
        Bucket::Forget => {
            prefer(state, to, |settings| {
                settings.pictures.bucket = None;
                if settings.pictures.way == PictureWay::Bucket {
                    settings.pictures.way = PictureWay::InOrder;
                }
            });
            (state.bucket_check, state.bucket.is_testing, state.bucket.not_tested) = (None, false, None);
            to.push(Effect::Bucket(BucketWork::ForgetKeys));
        }
    }
}

pub(super) fn told(state: &mut AppState, news: BucketNews, to: &mut Effects) {
    match news {
        BucketNews::KeysFound(found) => {
            (state.bucket.key, state.bucket.key_trouble) = match found {
                KeyFound::Present { place, last_four } => (KeyState::Present { place, last_four }, None),
                KeyFound::None => (KeyState::None, None),
                KeyFound::Trouble(reason) => (KeyState::None, Some(reason)),
            };
        }
        BucketNews::KeysStored(Ok(())) => {
            state.bucket.key_trouble = None;
            to.push(connect(state));
        }
        BucketNews::KeysStored(Err(reason)) => state.bucket.key_trouble = Some(reason),
        BucketNews::NotTested(reason) => {
            (state.bucket.is_testing, state.bucket.not_tested) = (false, Some(reason));
        }
    }
}

/// The engine is to use the bucket of the settings.
pub(super) fn connect(state: &AppState) -> Effect {
    Effect::Bucket(BucketWork::Connect(Box::new(state.settings.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::action::{Action, Input};
    use crate::app::state::KeyPlace;
    use crate::app::update::kit::put;
    use crate::domain::hosting::BucketCheck;
    use crate::domain::{BucketKeys, BucketPlace, UnixMillis};
    use crate::engine::event::Event;

    fn place() -> BucketPlace {
        BucketPlace::new("https://s3.example.com", "auto", "pictures", "rushes", true).expect("a place")
    }

    fn keys() -> Option<BucketKeys> {
        BucketKeys::new("AKIAEXAMPLE00001", "a-secret-of-the-bucket")
    }

    fn act(state: &mut AppState, word: Bucket) -> Vec<Effect> {
        put(state, Input::Act(Action::Bucket(word)))
    }

    #[test]
    fn a_saved_bucket_is_used_once_its_keys_are_kept() {
        let mut state = AppState::new(UnixMillis(0));
        let effects = act(&mut state, Bucket::Save { place: place(), keys: keys() });
        assert_eq!(state.settings.pictures.way, PictureWay::Bucket);
        assert_eq!(state.settings.pictures.bucket, Some(place()));
        assert!(
            matches!(
                &effects[..],
                [Effect::SaveSettings(_), Effect::Bucket(BucketWork::StoreKeys { for_session: false, .. })]
            ),
            "{effects:?}"
        );
        assert!(!format!("{effects:?}").contains("a-secret"), "{effects:?}");
        let connects = |effects: &[Effect]| matches!(effects, [Effect::Bucket(BucketWork::Connect(settings))] if settings.pictures.bucket == Some(place()));
        assert!(connects(&put(&mut state, Input::Bucket(BucketNews::KeysStored(Ok(()))))));
        let found = KeyFound::Present { place: KeyPlace::Keyring, last_four: Some("0001".to_owned()) };
        put(&mut state, Input::Bucket(BucketNews::KeysFound(found)));
        assert!(state.bucket.key.is_present());
        // Another place with the same keys needs no password store.
        let effects = act(&mut state, Bucket::Save { place: place(), keys: None });
        assert!(connects(&effects[1..]), "{effects:?}");
    }

    #[test]
    fn keys_that_the_password_store_does_not_take_can_be_kept_in_memory() {
        let mut state = AppState::new(UnixMillis(0));
        act(&mut state, Bucket::Save { place: place(), keys: keys() });
        put(&mut state, Input::Bucket(BucketNews::KeysStored(Err("It is locked".to_owned()))));
        assert_eq!(state.bucket.key_trouble.as_deref(), Some("It is locked"));
        let effects = act(&mut state, Bucket::KeepForSession(keys().expect("keys")));
        assert!(matches!(&effects[..], [Effect::Bucket(BucketWork::StoreKeys { for_session: true, .. })]));
    }

    #[test]
    fn a_test_tries_what_is_typed_and_saves_nothing() {
        let mut state = AppState::new(UnixMillis(0));
        state.bucket_check = Some(BucketCheck::Works);
        let effects = act(&mut state, Bucket::Test { place: place(), keys: keys() });
        assert!(
            matches!(&effects[..], [Effect::Bucket(BucketWork::Test { settings, keys: Some(_) })]
                if settings.pictures.bucket == Some(place())),
            "{effects:?}"
        );
        assert_eq!((state.settings.pictures.bucket.is_none(), &state.bucket_check), (true, &None));
        assert!(state.is_bucket_tested_now());
        put(&mut state, Input::Engine(Event::BucketChecked(BucketCheck::Works)));
        assert!(!state.is_bucket_tested_now());
        act(&mut state, Bucket::Test { place: place(), keys: None });
        put(&mut state, Input::Bucket(BucketNews::NotTested("No keys are set up.".to_owned())));
        assert!(!state.is_bucket_tested_now() && state.bucket.not_tested.is_some());
    }

    #[test]
    fn a_forgotten_bucket_is_no_way_any_more() {
        for (way, after) in [
            (PictureWay::Bucket, PictureWay::InOrder),
            (PictureWay::Platform, PictureWay::Platform),
            (PictureWay::InOrder, PictureWay::InOrder),
        ] {
            let mut state = AppState::new(UnixMillis(0));
            act(&mut state, Bucket::Save { place: place(), keys: None });
            act(&mut state, Bucket::SetWay(way));
            let effects = act(&mut state, Bucket::Forget);
            assert!(matches!(effects[..], [Effect::SaveSettings(_), Effect::Bucket(BucketWork::ForgetKeys)]));
            assert_eq!((state.settings.pictures.way, &state.settings.pictures.bucket), (after, &None));
        }
    }
}
