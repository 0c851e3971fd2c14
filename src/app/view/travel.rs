//! How a picture of this computer gets to a gateway, said before the click and, in the details, after it. Pure views.

use crate::app::state::AppState;
use crate::app::view::words;
use crate::domain::hosting::{BucketPlace, Hosted, HostedAt, HostedState, PictureWay};
use crate::domain::setting::{ModelId, Setting};
use crate::domain::{GatewayId, InputPicture, Job, JobState, capability};

/// Largest picture that goes inside of an order, in bytes. The service that most likely stands behind apiin documents
/// 10 MB for pictures (docs/gateways.md, section 2.2); whoever takes no larger file takes no larger order.
pub const IN_ORDER_LIMIT: u64 = 10_000_000;

/// What decides how pictures travel.
#[derive(Clone, Copy, Debug)]
pub struct TravelFacts<'a> {
    /// The gateway that is to get them.
    pub gateway: GatewayId,
    /// The way that was chosen in the settings.
    pub way: PictureWay,
    /// The user's bucket, once it is set up.
    pub bucket: Option<&'a BucketPlace>,
    /// Whether the keys of the bucket are known.
    pub has_bucket_keys: bool,
    /// Whether there is a key of PixVerse.
    pub has_platform_key: bool,
    /// Size of the largest picture, in bytes.
    pub size_bytes: u64,
}

/// How sure it is that a picture arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The gateway documents the way.
    Documented,
    /// Nobody documents it: the order may be refused.
    Doubtful,
    /// It cannot arrive, so nothing can be ordered.
    Blocked,
}

/// How pictures travel, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Travel {
    /// One to three sentences: where the picture goes, who can see it, how long it stays.
    pub sentence: String,
    /// Whether it arrives.
    pub certainty: Certainty,
    /// Whether the settings offer another way for this gateway.
    pub can_change: bool,
}

/// How a picture file gets to a gateway.
pub fn travel(facts: &TravelFacts<'_>) -> Travel {
    let name = facts.gateway.title();
    let (sentence, certainty) = match (facts.gateway, facts.way) {
        (GatewayId::Practice, _) => ("Stays on this computer.".to_owned(), Certainty::Documented),
        (GatewayId::Pixverse, _) => {
            ("Uploaded to PixVerse with the order. PixVerse keeps it.".to_owned(), Certainty::Documented)
        }
        (_, PictureWay::Bucket) => match facts.bucket {
            None => ("No bucket is set up for pictures yet.".to_owned(), Certainty::Blocked),
            Some(place) if !facts.has_bucket_keys => {
                (format!("The keys of your bucket {} are missing.", bucket_words(place)), Certainty::Blocked)
            }
            Some(place) => {
                let place = bucket_words(place);
                let sentence = format!(
                    "Goes to your bucket {place}. {name} reads it by a link that ends after 7 days. Deleted when the clip is done."
                );
                (sentence, Certainty::Documented)
            }
        },
        (_, PictureWay::Platform) if !facts.has_platform_key => {
            ("The upload to PixVerse needs a PixVerse key.".to_owned(), Certainty::Blocked)
        }
        (_, PictureWay::Platform) => {
            let sentence = "Uploaded to PixVerse; anyone who has the address can see it. PixVerse keeps it.";
            (sentence.to_owned(), Certainty::Documented)
        }
        (_, PictureWay::InOrder) if facts.size_bytes > IN_ORDER_LIMIT => {
            let limit = words::size(IN_ORDER_LIMIT);
            (format!("Too large to go inside of the order: more than {limit}."), Certainty::Blocked)
        }
        (_, PictureWay::InOrder) => {
            let sentence = format!("{name} documents only web addresses. Sent inside the order; may be refused.");
            (sentence, Certainty::Doubtful)
        }
    };
    let can_change = matches!(facts.gateway, GatewayId::Apiin | GatewayId::Aigateway);
    Travel { sentence, certainty, can_change }
}

/// How the pictures of the form get to its gateway.
pub fn of_form(state: &AppState) -> Option<Travel> {
    let draft = &state.draft;
    // A gateway without a field for it is not sent an end picture.
    let takes_end = no_end_picture(&draft.model, draft.gateway).is_none();
    let end = draft.end_picture.as_ref().filter(|_| takes_end);
    let size = |picture: &InputPicture| match picture {
        InputPicture::Stored(stored) => Some(stored.size_bytes),
        InputPicture::WebAddress(_) => None,
    };
    let mut pictures = draft.picture.iter().chain(end);
    match pictures.clone().filter_map(size).max() {
        Some(size_bytes) => Some(travel(&facts(state, draft.gateway, size_bytes))),
        None => pictures.next().map(|_| travel_of_address(draft.gateway)),
    }
}

/// What decides how a picture of `size_bytes` gets to `gateway`.
pub fn facts(state: &AppState, gateway: GatewayId, size_bytes: u64) -> TravelFacts<'_> {
    TravelFacts {
        gateway,
        way: state.settings.pictures.way,
        bucket: state.settings.pictures.bucket.as_ref(),
        // While the password store has not answered nothing is known to be missing.
        has_bucket_keys: !state.bucket.key.is_missing(),
        has_platform_key: state.gateway(GatewayId::Pixverse).key.is_present(),
        size_bytes,
    }
}

/// Why `gateway` is sent no end picture: `Only PixVerse takes an end picture`. `None` where it takes one.
pub fn no_end_picture(model: &ModelId, gateway: GatewayId) -> Option<String> {
    let takes = |gateway: &GatewayId| capability::has_field(model, *gateway, Setting::EndPicture);
    if takes(&gateway) {
        return None;
    }
    let others: Vec<&str> = GatewayId::PAID.into_iter().filter(takes).map(GatewayId::title).collect();
    Some(match &others[..] {
        [] => "No gateway takes an end picture".to_owned(),
        [only] => format!("Only {only} takes an end picture"),
        _ => format!("Only {} take an end picture", words::list(&others)),
    })
}

/// How a picture at a web address gets to a gateway. PixVerse's pages disagree whether it fetches one
/// (docs/gateways.md, section 3.2).
pub fn travel_of_address(gateway: GatewayId) -> Travel {
    let (sentence, certainty) = match gateway {
        GatewayId::Pixverse => {
            let sentence = "PixVerse is asked to fetch it. Its pages disagree whether it does; it may be refused.";
            (sentence.to_owned(), Certainty::Doubtful)
        }
        GatewayId::Practice => {
            ("The practice gateway fetches nothing; it only notes it.".to_owned(), Certainty::Documented)
        }
        GatewayId::Apiin | GatewayId::Aigateway => {
            (format!("{} fetches it from this address.", gateway.title()), Certainty::Documented)
        }
    };
    Travel { sentence, certainty, can_change: false }
}

/// The bucket and its server: `rushes-pictures (s3.example.com)`.
pub fn bucket_words(place: &BucketPlace) -> String {
    format!("{} ({})", place.bucket, place.endpoint.host_str().unwrap_or_default())
}

/// Which way the pictures of a job went and what is left of them, for its details. `None` where no file of this computer
/// was part of it, or where nothing left this computer.
pub fn went(job: &Job) -> Option<String> {
    let is_file = |picture: &InputPicture| matches!(picture, InputPicture::Stored(_));
    if !job.gateway.is_paid() || !job.request.pictures().any(is_file) {
        return None;
    }
    let was_sent = job.sent_at.is_some();
    if let Some(hosted) = job.hosted.first() {
        return Some(of_hosted(hosted));
    }
    if job.gateway == GatewayId::Pixverse {
        return Some(
            if was_sent { "uploaded to PixVerse, which keeps it" } else { "is uploaded to PixVerse" }.to_owned(),
        );
    }
    let words = match (job.picture_way, was_sent) {
        (PictureWay::InOrder, true) => "inside of the order",
        (PictureWay::InOrder, false) => "goes inside of the order",
        (PictureWay::Bucket, true) => "through your bucket, removed from there",
        (PictureWay::Bucket, false) if job.state == JobState::Queued => "goes through your bucket",
        (PictureWay::Bucket, false) => "not sent; nothing is left in your bucket",
        (PictureWay::Platform, true) => "uploaded to PixVerse, which keeps it",
        (PictureWay::Platform, false) => "is uploaded to PixVerse",
    };
    Some(words.to_owned())
}

fn of_hosted(hosted: &Hosted) -> String {
    match (&hosted.at, hosted.state) {
        (HostedAt::Platform { .. }, HostedState::Sending) => "on its way to PixVerse".to_owned(),
        (HostedAt::Platform { .. }, _) => "uploaded to PixVerse, which keeps it".to_owned(),
        (HostedAt::Bucket { place, .. }, _) if hosted.is_told => {
            format!("still in your bucket {}: it could not be removed yet", bucket_words(place))
        }
        (HostedAt::Bucket { place, .. }, HostedState::Sending) => {
            format!("on its way to your bucket {}", bucket_words(place))
        }
        (HostedAt::Bucket { place, .. }, HostedState::There | HostedState::Unneeded) => {
            format!("in your bucket {} until the clip is done", bucket_words(place))
        }
    }
}

#[cfg(test)]
mod tests;
