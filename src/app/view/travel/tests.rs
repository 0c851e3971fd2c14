use strum::IntoEnumIterator as _;

use super::*;
use crate::domain::request::Slot;
use crate::domain::request::StoredPicture;
use crate::domain::{UnixMillis, samples};

fn place() -> BucketPlace {
    BucketPlace::new("https://s3.example.com", "eu-central-1", "rushes-pictures", "rushes/", true).expect("a place")
}

fn stored() -> InputPicture {
    InputPicture::Stored(StoredPicture { width: 1280, height: 720, ..samples::stored_photo("boat.jpg") })
}

const IN_BUCKET: &str = "Goes to your bucket rushes-pictures (s3.example.com). apiin reads it by a link that ends after 7 days. Deleted when the clip is done.";

/// Gateway × way × bucket × its keys × key of PixVerse × size.
#[test]
fn each_way_says_where_the_picture_goes_who_sees_it_and_how_long_it_stays() {
    use Certainty::{Blocked, Documented, Doubtful};
    use GatewayId::{Aigateway, Apiin, Pixverse, Practice};
    use PictureWay::{Bucket, InOrder, Platform};
    let place = place();
    let (some, none) = (Some(&place), None);
    let (small, large) = (900_000, IN_ORDER_LIMIT + 1);
    let in_order = "apiin documents only web addresses. Sent inside the order; may be refused.";
    let public = "Uploaded to PixVerse; anyone who has the address can see it. PixVerse keeps it.";
    for (gateway, way, bucket, has_keys, has_platform, size, certainty, sentence) in [
        (Apiin, InOrder, none, false, false, small, Doubtful, in_order),
        // Another way that is set up changes nothing as long as it is not chosen.
        (Apiin, InOrder, some, true, true, small, Doubtful, in_order),
        (Apiin, InOrder, some, true, true, large, Blocked, "Too large to go inside of the order: more than 10 MB."),
        (Apiin, Bucket, some, true, false, small, Documented, IN_BUCKET),
        (Apiin, Bucket, some, true, false, large, Documented, IN_BUCKET),
        (Apiin, Bucket, none, true, true, small, Blocked, "No bucket is set up for pictures yet."),
        (
            Apiin,
            Bucket,
            some,
            false,
            true,
            small,
            Blocked,
            "The keys of your bucket rushes-pictures (s3.example.com) are missing.",
        ),
        (Apiin, Platform, none, false, true, small, Documented, public),
        (Apiin, Platform, some, true, false, small, Blocked, "The upload to PixVerse needs a PixVerse key."),
        (Aigateway, Platform, none, false, true, large, Documented, public),
        (
            Aigateway,
            InOrder,
            none,
            false,
            false,
            small,
            Doubtful,
            "aigateway documents only web addresses. Sent inside the order; may be refused.",
        ),
    ] {
        let facts = TravelFacts {
            gateway,
            way,
            bucket,
            has_bucket_keys: has_keys,
            has_platform_key: has_platform,
            size_bytes: size,
        };
        let found = travel(&facts);
        assert_eq!((found.sentence.as_str(), found.certainty), (sentence, certainty), "{facts:?}");
        assert!(found.can_change);
    }
    // These two have a way of their own, whatever is chosen for the others.
    for way in PictureWay::iter() {
        for (bucket, is_known, size) in [(some, true, small), (none, false, large)] {
            let facts = |gateway| TravelFacts {
                gateway,
                way,
                bucket,
                has_bucket_keys: is_known,
                has_platform_key: is_known,
                size_bytes: size,
            };
            let found = travel(&facts(Pixverse));
            assert_eq!(found.sentence, "Uploaded to PixVerse with the order. PixVerse keeps it.");
            assert_eq!((found.certainty, found.can_change), (Documented, false));
            assert_eq!(travel(&facts(Practice)).sentence, "Stays on this computer.");
        }
    }
}

#[test]
fn the_details_say_which_way_a_picture_went_and_what_is_left_of_it() {
    let job = |gateway, way, sent: bool| {
        let mut job = samples::job(1).gateway(gateway).asking(|draft| draft.picture = Some(stored())).queued();
        (job.picture_way, job.sent_at) = (way, sent.then_some(UnixMillis(5)));
        job.state = if sent { JobState::Ready } else { JobState::Queued };
        job
    };
    let hosted = |at, state, is_told| Hosted { slot: Slot::Start, at, state, is_told };
    let in_bucket = || HostedAt::Bucket { place: place(), key: "rushes/1-start.jpg".to_owned() };
    let at_platform = || HostedAt::Platform { img_id: 7, url: None };
    for (gateway, way, sent, lies, words) in [
        (GatewayId::Apiin, PictureWay::InOrder, true, None, "inside of the order"),
        (GatewayId::Apiin, PictureWay::InOrder, false, None, "goes inside of the order"),
        (GatewayId::Apiin, PictureWay::Bucket, false, None, "goes through your bucket"),
        (GatewayId::Apiin, PictureWay::Bucket, true, None, "through your bucket, removed from there"),
        (
            GatewayId::Apiin,
            PictureWay::Bucket,
            false,
            Some(hosted(in_bucket(), HostedState::Sending, false)),
            "on its way to your bucket rushes-pictures (s3.example.com)",
        ),
        (
            GatewayId::Apiin,
            PictureWay::Bucket,
            true,
            Some(hosted(in_bucket(), HostedState::There, false)),
            "in your bucket rushes-pictures (s3.example.com) until the clip is done",
        ),
        (
            GatewayId::Apiin,
            PictureWay::Bucket,
            true,
            Some(hosted(in_bucket(), HostedState::There, true)),
            "still in your bucket rushes-pictures (s3.example.com): it could not be removed yet",
        ),
        (
            GatewayId::Apiin,
            PictureWay::Platform,
            true,
            Some(hosted(at_platform(), HostedState::There, false)),
            "uploaded to PixVerse, which keeps it",
        ),
        (GatewayId::Pixverse, PictureWay::InOrder, true, None, "uploaded to PixVerse, which keeps it"),
        (GatewayId::Pixverse, PictureWay::Bucket, false, None, "is uploaded to PixVerse"),
    ] {
        let mut job = job(gateway, way, sent);
        job.hosted.extend(lies);
        assert_eq!(went(&job).as_deref(), Some(words), "{gateway} {way} {sent}");
    }
    assert_eq!(went(&job(GatewayId::Practice, PictureWay::Bucket, true)), None);
    let text_only = samples::job(2).gateway(GatewayId::Apiin).queued();
    assert_eq!(went(&text_only), None);
}
