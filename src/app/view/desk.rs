//! What the desktop around the window shows of it: the title of the window, and messages while it is elsewhere.

use crate::app::action::hands::Notice;
use crate::app::state::AppState;
use crate::app::state::desk::Ended;
use crate::app::state::gallery::Filter;
use crate::app::view::words;
use crate::domain::JobId;

/// The longest line of a message, in characters. Desktops cut longer ones anyway, each elsewhere.
const LINE: usize = 80;

/// `Rushes - 3 working, 1 waiting, 1 needs you`; `Rushes` alone while nothing goes on.
pub fn title(state: &AppState) -> String {
    let (waiting, asking) = (state.jobs.sums().waiting, state.gallery.count(Filter::NeedsYou));
    let working = state.gallery.count(Filter::Working).saturating_sub(waiting);
    let working = (working > 0).then(|| format!("{working} working"));
    let waiting = (waiting > 0).then(|| format!("{waiting} waiting"));
    let asking = (asking > 0).then(|| format!("{asking} {}", if asking == 1 { "needs you" } else { "need you" }));
    let counts: Vec<String> = working.into_iter().chain(waiting).chain(asking).collect();
    if counts.is_empty() { "Rushes".to_owned() } else { format!("Rushes - {}", counts.join(", ")) }
}

/// The message about the endings that were gathered; `None` when none of them is on a card.
pub fn notice(state: &AppState) -> Option<Notice> {
    let shown: Vec<(JobId, Ended)> =
        state.desk.endings.iter().copied().filter(|(id, _)| is_shown(state, *id)).collect();
    // A click shows what matters most: what waits for the user, else the first clip.
    let (job, _) = *shown.iter().min_by_key(|(_, ended)| match ended {
        Ended::NeedsYou => 0,
        Ended::Ready => 1,
        Ended::Failed => 2,
    })?;
    let of = |wanted: Ended| shown.iter().filter(|(_, ended)| *ended == wanted).count();
    let (ready, failed, asking) = (of(Ended::Ready), of(Ended::Failed), of(Ended::NeedsYou));
    let title = if (ready, failed, asking) == (1, 0, 0) {
        "Clip ready".to_owned()
    } else {
        let parts =
            [(ready, "ready"), (failed, "failed"), (asking, if asking == 1 { "needs you" } else { "need you" })];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        parts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    };
    let prompt = state.jobs.get(&job).map(|job| words::one_line(job.request.prompt())).unwrap_or_default();
    Some(Notice { title, text: shortened(&prompt), job })
}

fn is_shown(state: &AppState, job: JobId) -> bool {
    state.jobs.get(&job).is_some_and(|job| !job.is_hidden)
}

fn shortened(line: &str) -> String {
    if line.chars().count() <= LINE {
        return line.to_owned();
    }
    let cut: String = line.chars().take(LINE - 1).collect();
    format!("{}…", cut.trim_end())
}
