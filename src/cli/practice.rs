//! `rushes practice`: the pretend gateway alone, for scripts and for trying faults.

use serde_json::json;

use super::arguments::Practice;
use super::exit::Exit;
use super::interrupt::interrupted;
use super::output::Output;
use super::stop::Stop;
use crate::session::practice_alone;

/// Runs the pretend gateway until it is interrupted.
pub(super) async fn practice(output: &Output, arguments: &Practice) -> Result<Exit, Stop> {
    let practice = practice_alone(arguments.port, arguments.faults.as_deref()).await?;
    let (aigateway, apiin, pixverse) = (practice.aigateway_url(), practice.apiin_url(), practice.pixverse_url());
    output.result(
        &json!({"event": "listening", "aigateway": aigateway, "apiin": apiin, "pixverse": pixverse}),
        &format!(
            "The practice gateway listens until you press Ctrl-C:\n  RUSHES_AIGATEWAY_URL={aigateway}  (any key that begins with sk-aig-)\n  RUSHES_APIIN_URL={apiin}  (any key that begins with aio_)\n  RUSHES_PIXVERSE_URL={pixverse}  (any key)"
        ),
    );
    interrupted().await;
    drop(practice);
    Ok(Exit::Done)
}
