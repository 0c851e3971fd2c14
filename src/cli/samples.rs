//! Jobs for the tests of the command line.

use crate::domain::{GatewayId, Job, UnixMillis, samples};

/// A queued job at aigateway whose short id is `0badcafe`.
pub(super) fn job() -> Job {
    let job = samples::job(0x0190_0000_0000_7000_8000_0000_0bad_cafe);
    job.gateway(GatewayId::Aigateway).at(UnixMillis(1_780_000_000_000)).queued()
}
