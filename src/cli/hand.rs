//! `rushes hand`: makes a folder of clips, or of the shots of a storyboard, that an editor opens.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::arguments::Hand;
use super::exit::Exit;
use super::find::find;
use super::interrupt::interrupted;
use super::output::{Output, put_file};
use super::stop::Stop;
use crate::domain::hand_off::board::{Cards, has_lost_clip, shots};
use crate::domain::hand_off::names;
use crate::domain::hand_off::order::{Film, HandOff, Handed, NotHanded, Shot};
use crate::domain::storyboard::{BoardKey, Storyboard};
use crate::domain::take::TakeKey;
use crate::domain::{ClipDuration, Job, JobId, JobState};
use crate::session::{BoardsRead, Home, hand_off, wall_clock};

/// Hands clips on, also beside an open window: the library is only read.
pub(super) async fn hand(home: &Home, output: &Output, arguments: &Hand) -> Result<Exit, Stop> {
    let jobs = home.jobs().await?;
    let chosen = match &arguments.storyboard {
        Some(project) => of_storyboard(home, output, &jobs, project).await?,
        None => of_clips(&wanted(&jobs, &arguments.jobs)?),
    };
    let name = arguments.name.clone().unwrap_or(chosen.name);
    let order = HandOff { name, shots: chosen.shots, join: arguments.join };
    let gaps_on_board = order.shots.len() - order.clips();
    let is_stopped = Arc::new(AtomicBool::new(false));
    let (clips, place, stopped) = (home.paths.clips.clone(), arguments.to.clone(), Arc::clone(&is_stopped));
    let mut work =
        tokio::task::spawn_blocking(move || hand_off(&order, &place, &clips, |_| !stopped.load(Ordering::Relaxed)));
    let handed = tokio::select! {
        handed = &mut work => handed,
        () = interrupted() => {
            is_stopped.store(true, Ordering::Relaxed);
            work.await
        }
    };
    let broken = |err| Stop::new(Exit::LocalTrouble, format!("The work ended without an answer: {err}. Not charged."));
    let handed = handed.map_err(broken)?.map_err(|why| Stop::new(exit_of(&why), why.to_string()))?;
    let report = handed.report(&handed.folder);
    if output.is_json() {
        output.print(&object(&handed, &report).to_string());
    } else {
        report.iter().for_each(|line| output.print(line));
    }
    // Whoever named a clip wanted it. On a storyboard, gaps are shots that are still to be made.
    let is_clip_missing = chosen.is_clip_lost || handed.gaps.len() > gaps_on_board;
    Ok(if is_clip_missing { Exit::LocalTrouble } else { Exit::Done })
}

/// What the command names.
struct Chosen {
    /// What its folder is called at first.
    name: String,
    shots: Vec<Shot>,
    /// Whether a shot has become a gap because the file of its clip is missing.
    is_clip_lost: bool,
}

fn of_clips(wanted: &[&Job]) -> Chosen {
    let now = Timestamp::from_millisecond(wall_clock().0).unwrap_or_default();
    let today = TimeZone::system().to_datetime(now).strftime("%Y-%m-%d").to_string();
    let shots = wanted.iter().map(|job| Shot::Clip(Box::new((*job).clone()))).collect();
    Chosen { name: names::first_name(wanted.iter().copied(), &today), shots, is_clip_lost: false }
}

/// The storyboard of a project, or of the whole library where the name is empty.
async fn of_storyboard(home: &Home, output: &Output, jobs: &[Job], project: &str) -> Result<Chosen, Stop> {
    let BoardsRead { boards, damaged, draft } = home.storyboards().await?;
    if damaged > 0 {
        output.note("A part of the storyboards cannot be read and is left out. Nothing of it was deleted.");
    }
    let drawn: Vec<_> = boards.boards.iter().filter(|(_, board)| !board.shots().is_empty()).collect();
    let (key, board) = board_called(&drawn, project)?;
    let cards = AllJobs { jobs: jobs.iter().map(|job| (job.id, job)).collect(), home };
    // As long as the form would make what was never ordered.
    let of_form = draft.map_or_else(ClipDuration::default, |draft| draft.duration);
    Ok(Chosen {
        name: names::of_project(key.as_ref()),
        shots: shots(board, &cards, of_form),
        is_clip_lost: has_lost_clip(board, &cards),
    })
}

/// The board of this name among all that hold shots.
fn board_called<'a>(
    boards: &[(&'a BoardKey, &'a Storyboard)],
    project: &str,
) -> Result<(&'a BoardKey, &'a Storyboard), Stop> {
    let name = |key: &'a BoardKey| key.as_ref().map_or("", |project| project.as_str());
    if let Some(found) = boards.iter().find(|(key, _)| name(key) == project.trim()) {
        return Ok(*found);
    }
    let which = if project.is_empty() { "of the whole library".to_owned() } else { format!("of “{project}”") };
    let known: Vec<String> = boards
        .iter()
        .map(|(key, _)| match key {
            None => "that of the whole library (--storyboard without a name)".to_owned(),
            Some(project) => format!("“{project}”"),
        })
        .collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let message = format!(
        "There is no shot on the storyboard {which}. Nothing was written and nothing was charged. \
         Storyboards with shots: {known}."
    );
    Err(Stop::new(Exit::BadRequest, message))
}

/// The jobs of a library as a storyboard asks for them.
struct AllJobs<'j> {
    jobs: HashMap<JobId, &'j Job>,
    home: &'j Home,
}

impl Cards for AllJobs<'_> {
    fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(&id).copied()
    }

    fn takes_of<'a>(&'a self, job: &'a Job) -> impl Iterator<Item = &'a Job> {
        let is_take = |other: &&Job| other.gateway == job.gateway && TakeKey(&other.request) == TakeKey(&job.request);
        self.jobs.values().copied().filter(move |other| is_take(other))
    }

    fn is_missing(&self, job: &Job) -> bool {
        self.home.file_of(job).is_none_or(|file| !file.is_file())
    }
}

fn exit_of(why: &NotHanded) -> Exit {
    match why {
        NotHanded::Stopped | NotHanded::NoClip(_) | NotHanded::Trouble(_) => Exit::LocalTrouble,
    }
}

/// The jobs that are named, in this order, each once. All have to be ready: nothing is written otherwise.
fn wanted<'a>(jobs: &'a [Job], named: &[String]) -> Result<Vec<&'a Job>, Stop> {
    let mut wanted: Vec<&Job> = Vec::new();
    for name in named {
        let job = find(jobs, name)?;
        if wanted.iter().all(|known| known.id != job.id) {
            wanted.push(job);
        }
    }
    let unready: Vec<&Job> = wanted.iter().copied().filter(|job| job.state != JobState::Ready).collect();
    if unready.is_empty() {
        return Ok(wanted);
    }
    let exit = Exit::worst(unready.iter().map(|job| match Exit::of(job) {
        // It is at its end, and has no clip.
        Exit::Done => Exit::BadRequest,
        other => other,
    }));
    let list: Vec<_> =
        unready.iter().map(|job| format!("{} is {}", job.id.short(), job.state.name().replace('_', " "))).collect();
    let message = format!(
        "Only clips that are ready can be handed on: {}. Nothing was written and nothing was charged. \
         Leave these out, or wait for them with `rushes watch`.",
        list.join(", ")
    );
    Err(Stop::new(exit, message))
}

fn object(handed: &Handed, report: &[String]) -> Value {
    let pairs = |pairs: &[(String, String)]| -> Vec<Value> {
        pairs.iter().map(|(title, why)| json!({ "clip": title, "why": why })).collect()
    };
    let (joined, left_out) = match &handed.film {
        Film::NotWanted => (Value::Null, Vec::new()),
        Film::Joined { clips, left_out } => {
            let file = handed.folder.join(format!("{}.mp4", handed.name));
            let mut joined = json!({ "file": null, "clips": clips });
            put_file(&mut joined, Some(&file));
            (joined, pairs(left_out))
        }
        Film::NotJoined(left_out) => (Value::Null, pairs(left_out)),
    };
    let mut object = json!({
        "event": "handed",
        "file": null,
        "name": handed.name,
        "clips": handed.clips,
        "gaps": pairs(&handed.gaps),
        "changed": handed.changed,
        "joined": joined,
        "not_joined": left_out,
        "charged": "no",
        "message": report.join(" "),
    });
    put_file(&mut object, Some(&handed.folder));
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Project;
    use crate::domain::samples::job;
    use crate::domain::storyboard::BoardShot;

    #[test]
    fn jobs_are_taken_in_the_order_of_the_command_and_once() {
        let jobs =
            [job(1).ready(), job(2).ready(), job(3).state(JobState::Generating), job(4).state(JobState::Removed)];
        let named = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let order: Vec<_> = wanted(&jobs, &named(&["00000002", "00000001", "00000002"]))
            .expect("ready")
            .iter()
            .map(|job| job.id)
            .collect();
        assert_eq!(order, [jobs[1].id, jobs[0].id]);
        for (names, exit, words) in [
            (&["00000003"][..], Exit::StillRunning, "00000003 is generating"),
            (&["00000001", "00000004"], Exit::BadRequest, "00000004 is removed"),
            (&["99999999"], Exit::BadRequest, "No job 99999999"),
        ] {
            let stop = wanted(&jobs, &named(names)).expect_err("not ready");
            assert_eq!(stop.exit, exit, "{names:?}");
            assert!(stop.message.contains(words), "{}", stop.message);
        }
    }

    #[test]
    fn a_storyboard_is_named_by_its_project_or_not_at_all() {
        let board = Storyboard::new(vec![BoardShot::Clip(job(1).ready().id)], Vec::new());
        let keys: [BoardKey; 2] = [None, Project::new("Spring film").ok()];
        let all: Vec<_> = keys.iter().map(|key| (key, &board)).collect();
        for (name, expected) in [("", 0), ("Spring film", 1), (" Spring film ", 1)] {
            assert_eq!(board_called(&all, name).map(|(key, _)| key), Ok(&keys[expected]), "{name:?}");
        }
        for (boards, name, words) in [
            (&all[..], "Autumn", "of “Autumn”. Nothing was written and nothing was charged."),
            (&all[..], "Autumn", "that of the whole library (--storyboard without a name), “Spring film”."),
            (&all[1..], "", "of the whole library. Nothing"),
            (&[], "", "Storyboards with shots: none."),
        ] {
            let stop = board_called(boards, name).expect_err("there is none");
            assert_eq!(stop.exit, Exit::BadRequest);
            assert!(stop.message.contains(words), "{words} in {}", stop.message);
        }
    }

    #[test]
    fn the_object_is_pinned_because_scripts_read_it() {
        let handed = Handed {
            folder: "/films/Spring".into(),
            name: "Spring".to_owned(),
            clips: 2,
            gaps: vec![("a boat".to_owned(), "its file is missing".to_owned())],
            changed: Vec::new(),
            film: Film::Joined { clips: 2, left_out: vec![("a heron".to_owned(), "it is small".to_owned())] },
        };
        assert_eq!(
            object(&handed, &["Done.".to_owned()]),
            json!({
                "event": "handed",
                "file": "/films/Spring",
                "name": "Spring",
                "clips": 2,
                "gaps": [{ "clip": "a boat", "why": "its file is missing" }],
                "changed": [],
                "joined": { "file": "/films/Spring/Spring.mp4", "clips": 2 },
                "not_joined": [{ "clip": "a heron", "why": "it is small" }],
                "charged": "no",
                "message": "Done.",
            })
        );
    }
}
