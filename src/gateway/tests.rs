//! A clip can be made again: the recipe that comes back out of its packet gives the very bytes of the first order.

use proptest::prelude::*;

use super::submission::{Submission, SubmittedPicture};
use super::{aigateway, apiin, pixverse};
use crate::domain::recipe::samples::job_strategy;
use crate::domain::{Draft, GatewayId, GenerationRequest, InputPicture, JobId, Recipe};

/// The bodies of an order at every gateway, byte by byte.
fn bodies(job: JobId, request: &GenerationRequest) -> [String; 5] {
    let picture = request.picture().map(|picture| match picture {
        InputPicture::WebAddress(address) => address.clone(),
        InputPicture::Stored(stored) => format!("data:{},{}", stored.picture_type.media_type(), stored.sha256),
    });
    let uploaded = Submission {
        job,
        request: request.clone(),
        start: request.picture().map(|_| SubmittedPicture::Uploaded(u64::MAX)),
        end: request.end_picture().map(|_| SubmittedPicture::Uploaded(u64::MAX - 1)),
        trace: None,
    };
    let (path, platform) = pixverse::order("v5.6", &uploaded, true).expect("its pictures have numbers");
    let start = picture.map(SubmittedPicture::Address);
    let submission = Submission { job, request: request.clone(), start, end: None, trace: None };
    [
        apiin::body("pixverse-5-6", &submission, GatewayId::Apiin, false),
        apiin::body("practice", &submission, GatewayId::Practice, false),
        aigateway::body("pixverse/v5.6", &submission, false),
        aigateway::body("pixverse/v5.6", &submission, true),
        serde_json::json!([path, platform]),
    ]
    .map(|body| body.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn recipe_to_packet_to_form_to_wire_is_byte_equal(job in job_strategy()) {
        let packet = Recipe::of(&job).expect("a clip").to_packet();
        let recipe = Recipe::from_packet(packet.as_bytes()).expect("a packet").expect("a recipe");
        let first = bodies(job.id, &job.request);
        prop_assert_eq!(&bodies(job.id, &recipe.request), &first);
        let mut form = Draft::default();
        form.use_settings_of(&recipe.request);
        let again = form.to_request().expect("settings of a valid request");
        prop_assert_eq!(&bodies(job.id, &again), &first);
    }
}
