//! Jobs for the tests of the command line.

use uuid::Uuid;

use crate::domain::price;
use crate::domain::{Draft, GatewayId, Job, JobId, UnixMillis};

/// A queued job at aigateway whose short id is `0badcafe`.
pub(super) fn job() -> Job {
    let request = Draft { prompt: "a paper boat".to_owned(), ..Draft::default() }.to_request().expect("a good draft");
    let estimate = price::estimate(&request, GatewayId::Aigateway).expect("an offered combination");
    let id = JobId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0bad_cafe));
    Job::new(id, GatewayId::Aigateway, request, estimate, UnixMillis(1_780_000_000_000))
}
