//! Tables of what can be typed, and of what is told.

use strum::IntoEnumIterator as _;

use super::*;
use crate::domain::outcome::NetworkCause;
use crate::domain::samples::{id, stored_picture};

const AWS: &str = "https://s3.eu-central-1.amazonaws.com";

fn place(
    endpoint: &str,
    region: &str,
    bucket: &str,
    prefix: &str,
    path_style: bool,
) -> Result<BucketPlace, PlaceFault> {
    BucketPlace::new(endpoint, region, bucket, prefix, path_style)
}

#[test]
fn what_is_typed_becomes_a_place() {
    for (endpoint, region, bucket, prefix, path_style, url, whole_prefix) in [
        (AWS, "eu-central-1", "pictures", "rushes/", false, "https://s3.eu-central-1.amazonaws.com/", "rushes/"),
        (" s3.example.org ", " auto ", " my.pictures ", " a/b ", true, "https://s3.example.org/", "a/b/"),
        ("https://s3.example.org/", "garage", "abc", "/x", false, "https://s3.example.org/", "x/"),
        ("http://127.0.0.1:9000", "us-east-1", "abc", "", true, "http://127.0.0.1:9000/", ""),
        ("http://[::1]:9000", "us-east-1", "abc", "/", true, "http://[::1]:9000/", ""),
        ("http://localhost:9000", "us-east-1", "a.b", "", false, "http://localhost:9000/", ""),
    ] {
        let place = place(endpoint, region, bucket, prefix, path_style).expect("a place");
        assert_eq!((place.endpoint.as_str(), place.prefix.as_str()), (url, whole_prefix));
        assert_eq!((place.region.as_str(), place.bucket.as_str()), (region.trim(), bucket.trim()));
        let stored = serde_json::to_string(&place).expect("plain values");
        assert_eq!(serde_json::from_str::<BucketPlace>(&stored).expect("the same"), place);
    }
}

#[test]
fn what_is_no_place_is_refused_by_field() {
    let long = "a".repeat(201);
    for (endpoint, region, bucket, prefix, path_style, field) in [
        ("", "auto", "abc", "", true, BucketField::Endpoint),
        ("http://s3.example.org", "auto", "abc", "", true, BucketField::Endpoint),
        ("ftp://s3.example.org", "auto", "abc", "", true, BucketField::Endpoint),
        ("https://me:pw@s3.example.org", "auto", "abc", "", true, BucketField::Endpoint),
        ("https://s3.example.org/pictures", "auto", "abc", "", true, BucketField::Endpoint),
        ("https://s3.example.org?x=1", "auto", "abc", "", true, BucketField::Endpoint),
        ("https://s3.exa\\mple.org", "auto", "abc", "", true, BucketField::Endpoint),
        ("https://", "auto", "abc", "", true, BucketField::Endpoint),
        (AWS, "", "abc", "", true, BucketField::Region),
        (AWS, "eu central", "abc", "", true, BucketField::Region),
        (AWS, "eu/central", "abc", "", true, BucketField::Region),
        (AWS, "auto", "ab", "", true, BucketField::Bucket),
        (AWS, "auto", "Pictures", "", true, BucketField::Bucket),
        (AWS, "auto", "-abc", "", true, BucketField::Bucket),
        (AWS, "auto", "abc-", "", true, BucketField::Bucket),
        (AWS, "auto", "a/bc", "", true, BucketField::Bucket),
        (AWS, "auto", "a..b", "", true, BucketField::Bucket),
        (AWS, "auto", "my.pictures", "", false, BucketField::Bucket),
        ("http://127.0.0.1:9000", "auto", "abc", "", false, BucketField::Bucket),
        (AWS, "auto", "abc", "a/../b", true, BucketField::Prefix),
        (AWS, "auto", "abc", "a//b", true, BucketField::Prefix),
        (AWS, "auto", "abc", "./b", true, BucketField::Prefix),
        (AWS, "auto", "abc", "a b", true, BucketField::Prefix),
        (AWS, "auto", "abc", "a?b", true, BucketField::Prefix),
        (AWS, "auto", "abc", &long, true, BucketField::Prefix),
    ] {
        let fault = place(endpoint, region, bucket, prefix, path_style).expect_err(endpoint);
        assert_eq!(fault.field, field, "{endpoint} {region} {bucket} {prefix}: {fault}");
        assert!(fault.sentence.ends_with('.') && !fault.sentence.contains("pw@"), "{fault}");
    }
}

#[test]
fn an_object_is_named_after_its_job() {
    let place = place(AWS, "auto", "pictures", "shots", true).expect("a place");
    let picture = stored_picture();
    let key = place.key_for(id(7), Slot::End, &picture);
    assert_eq!(key, format!("shots/{}-end.{}", id(7), picture.picture_type.extension()));
    assert_ne!(key, place.key_for(id(7), Slot::Start, &picture));
    assert_ne!(key, place.key_for(id(8), Slot::End, &picture));
}

#[test]
fn keys_are_checked_kept_as_one_and_never_shown() {
    for (id, secret) in [("", "s"), ("k", ""), ("k y", "s"), ("k", "s\ns"), ("ключ", "s")] {
        assert!(BucketKeys::new(id, secret).is_none(), "{id} {secret}");
    }
    let keys = BucketKeys::new(" AKIACANARY123456\n", " s3cr3t/canary+ ").expect("keys");
    assert_eq!(keys.last_four().as_deref(), Some("3456"));
    let read = BucketKeys::of_entry(&keys.to_entry()).expect("the same keys");
    assert_eq!(read.secret.expose_secret(), "s3cr3t/canary+");
    assert_eq!(read.access_key_id.expose_secret(), "AKIACANARY123456");
    let shown = format!("{keys:?}");
    assert!(!shown.contains("canary") && !shown.contains("AKIA"), "{shown}");
    assert!(BucketKeys::of_entry(&"one line".into()).is_none());
}

#[test]
fn what_lies_on_a_server_is_stored_with_its_job_and_shows_no_address() {
    let place = place(AWS, "auto", "pictures", "shots", true).expect("a place");
    let key = "shots/1-start.jpg".to_owned();
    let bucket =
        Hosted { slot: Slot::Start, at: HostedAt::Bucket { place, key }, state: HostedState::Sending, is_told: false };
    let platform = Hosted {
        slot: Slot::End,
        at: HostedAt::Platform { img_id: u64::MAX, url: Url::parse("https://media.example/canary.png").ok() },
        state: HostedState::There,
        is_told: true,
    };
    for hosted in [bucket, platform] {
        let stored = serde_json::to_string(&hosted).expect("plain values");
        assert_eq!(serde_json::from_str::<Hosted>(&stored).expect("the same"), hosted, "{stored}");
        assert!(!format!("{hosted:?}").contains("canary"));
    }
}

#[test]
fn every_trouble_has_a_sentence() {
    let troubles = [
        BucketTrouble::NoKeys,
        BucketTrouble::UnknownKey,
        BucketTrouble::WrongSecret,
        BucketTrouble::WrongRegion { expected: Some("eu-west-1".into()) },
        BucketTrouble::WrongRegion { expected: None },
        BucketTrouble::ClockOff { ahead_secs: 1_200 },
        BucketTrouble::ClockOff { ahead_secs: -1_200 },
        BucketTrouble::NoBucket,
        BucketTrouble::NotAllowed,
        BucketTrouble::TooLarge,
        BucketTrouble::NotThere,
        BucketTrouble::Different,
        BucketTrouble::Elsewhere,
        BucketTrouble::OutOfReach("it leads to this computer"),
        BucketTrouble::Busy(503),
        BucketTrouble::Network(NetworkCause::Tls),
        BucketTrouble::Refused { status: 400, code: Some("InvalidRequest".into()) },
        BucketTrouble::Refused { status: 400, code: None },
        BucketTrouble::Stopped,
    ];
    let mut seen = std::collections::BTreeSet::new();
    for trouble in troubles {
        for step in BucketStep::iter() {
            let check = BucketCheck::Fails { step, trouble: trouble.clone(), left: Some("rushes/x.txt".to_owned()) };
            let told = check.sentence();
            assert!(told.ends_with('.') && !told.contains('!') && !told.contains(".."), "{told}");
            assert!(seen.insert(told));
        }
    }
    let ahead = BucketTrouble::ClockOff { ahead_secs: 1_200 }.sentence(BucketStep::Write);
    assert!(ahead.contains("20 min ahead"), "{ahead}");
    let behind = BucketTrouble::ClockOff { ahead_secs: -7_300 }.sentence(BucketStep::Write);
    assert!(behind.contains("2 h behind"), "{behind}");
    assert!(BucketTrouble::NotAllowed.sentence(BucketStep::Delete).contains("s3:DeleteObject"));
}
