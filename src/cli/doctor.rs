//! `rushes doctor`: what works on this computer, what does not, and what to do.

use serde_json::json;

use super::Stop;
use super::exit::Exit;
use super::output::Output;
use super::wiring::{Finding, Home};

/// Prints one line for each thing that Rushes uses. What only the window or only paid clips need is no failure of a
/// computer without them, so the exit code speaks of folders and database alone.
pub(super) async fn doctor(home: &Home, output: &Output) -> Result<Exit, Stop> {
    let findings = home.examine().await?;
    for finding in &findings {
        let Finding { name, works, words, advice, .. } = finding;
        let mark = if *works { "works" } else { "no" };
        let advice_line = advice.as_ref().map(|advice| format!("\n         {advice}")).unwrap_or_default();
        output.result(
            &json!({"event": "finding", "name": name, "works": works, "message": words, "advice": advice}),
            &format!("{mark:<5}  {name}: {words}{advice_line}"),
        );
    }
    let is_stuck = findings.iter().any(|finding| finding.is_needed && !finding.works);
    Ok(if is_stuck { Exit::LocalTrouble } else { Exit::Done })
}
