use super::*;
use crate::domain::samples::{id, job};
use crate::domain::{GatewayId, Rating, UnixMillis, Verdict};
use crate::engine::event::Event;

/// A ready clip that goes on from frame 10 × `parent` of that clip.
fn clip(number: u128, parent: u128) -> Job {
    let job = job(number).gateway(GatewayId::Practice).at(UnixMillis(0));
    if parent > 0 { job.parent(parent, 10 * parent as u32).ready() } else { job.ready() }
}

fn trashed(job: Job) -> Job {
    Job { is_hidden: true, trashed_at: Some(UnixMillis(1)), ..job }
}

fn stars(stars: u8, is_rejected: bool, job: Job) -> Job {
    Job { verdict: Verdict { rating: Rating::new(stars), is_rejected }, ..job }
}

fn in_state(state: JobState, job: Job) -> Job {
    Job { state, clip: None, ..job }
}

fn chain(jobs: &[Job], at: u128) -> Chain {
    Chain::of(jobs.iter().find(|job| job.id == id(at)).expect("one of them"), jobs.iter())
}

/// `1 2x [3] 4 |5`: a further take with a bar, deleted ones with an x, removed ones with a dash, the looked-at one in brackets; then the line.
fn drawn(jobs: &[Job], at: u128) -> (String, String) {
    let chain = chain(jobs, at);
    let shots = chain.shots.iter().enumerate().map(|(place, shot)| {
        let number = shot.job.0.as_u128();
        match shot.presence {
            _ if place == chain.here => format!("[{number}]"),
            Presence::Here if shot.is_beside => format!("|{number}"),
            Presence::Here => number.to_string(),
            Presence::Removed => format!("{number}-"),
            Presence::Deleted => format!("{number}x"),
        }
    });
    let line = chain.line.iter().map(|job| job.0.as_u128().to_string());
    (shots.collect::<Vec<_>>().join(" "), line.collect::<Vec<_>>().join(" "))
}

#[test]
fn every_shape_of_a_chain() {
    let line = [clip(1, 0), clip(2, 1), clip(3, 2), clip(4, 3)];
    let gap = [clip(1, 0), trashed(clip(2, 1)), clip(3, 2)];
    let forgotten = [clip(3, 2), clip(4, 3)];
    let fork = [clip(1, 0), clip(2, 1), stars(4, false, clip(3, 1)), stars(5, true, clip(4, 1)), clip(5, 3)];
    let dead_ends = [clip(1, 0), trashed(clip(2, 1)), in_state(JobState::Failed, clip(3, 1))];
    let growing = [clip(1, 0), in_state(JobState::Generating, clip(2, 1)), in_state(JobState::Failed, clip(3, 1))];
    let hidden = [clip(1, 0), Job { is_hidden: true, ..clip(2, 1) }, clip(3, 2)];
    let itself = [clip(1, 1)];
    let circle = [clip(1, 3), clip(2, 1), clip(3, 2)];
    let tail_in_circle = [clip(1, 2), clip(2, 1), clip(3, 2)];
    let trashed_circle = [clip(1, 0), trashed(Job { parent: Some(Parent { job: id(1), frame: 0 }), ..clip(2, 3) })];
    let cases: [(&str, &[Job], u128, &str, &str); 19] = [
        ("alone", &line[..1], 1, "[1]", "1"),
        ("from its first shot", &line, 1, "[1] 2 3 4", "1 2 3 4"),
        ("from its middle", &line, 3, "1 2 [3] 4", "1 2 3 4"),
        ("from its end", &line, 4, "1 2 3 [4]", "1 2 3 4"),
        ("a deleted shot seen from its end", &gap, 3, "1 2x [3]", "1 2 3"),
        ("a deleted shot seen from its start", &gap, 1, "[1] 2x 3", "1 2 3"),
        ("a forgotten parent", &forgotten, 3, "2x [3] 4", "2 3 4"),
        ("takes stand side by side", &fork, 1, "[1] 2 |3 |4", "1 3 5"),
        ("a take knows its own way only", &fork, 5, "1 3 [5]", "1 3 5"),
        ("a take without a future", &fork, 2, "1 [2]", "1 2"),
        ("what was deleted or failed leads nowhere", &dead_ends, 1, "[1]", "1"),
        ("but it knows where it came from", &dead_ends, 3, "1 [3]", "1 3"),
        ("what is being made belongs to it", &growing, 1, "[1] 2", "1 2"),
        ("a card that was taken off", &hidden, 1, "[1] 2- 3", "1 2 3"),
        ("its own parent", &itself, 1, "[1]", "1"),
        ("a circle", &circle, 2, "3 1 [2]", "3 1 2"),
        ("a circle from elsewhere", &circle, 1, "2 3 [1]", "2 3 1"),
        ("behind a circle", &tail_in_circle, 3, "1 2 [3]", "1 2 3"),
        ("a deleted shot without a way on", &trashed_circle, 1, "[1]", "1"),
    ];
    for (name, jobs, at, shots, line) in cases {
        assert_eq!(drawn(jobs, at), (shots.to_owned(), line.to_owned()), "{name}");
    }
}

#[test]
fn a_shot_names_the_frame_it_begins_with() {
    let jobs = [clip(1, 0), clip(2, 1), clip(3, 2)];
    let frames: Vec<_> = chain(&jobs, 1).shots.iter().map(|shot| shot.from_frame).collect();
    assert_eq!(frames, [None, Some(10), Some(20)]);
}

#[test]
fn the_file_list_holds_what_is_on_disk_in_the_order_of_the_film() {
    let removed = Job { is_hidden: true, ..clip(2, 1) };
    let jobs = [clip(1, 0), removed, trashed(clip(3, 2)), clip(4, 3), in_state(JobState::Queued, clip(5, 4))];
    let chain = chain(&jobs, 4);
    let files = chain.files(|wanted| jobs.iter().find(|job| job.id == wanted));
    assert_eq!(files, ["1.mp4", "2.mp4", "4.mp4"].map(PathBuf::from));
    assert!(!chain.is_alone());
}

#[test]
fn a_start_picture_is_named_by_its_clip() {
    let mut state = AppState::new(UnixMillis(0));
    for job in [clip(1, 0), Job { is_hidden: true, ..clip(2, 0) }, trashed(clip(3, 0))] {
        crate::app::update::kit::put(&mut state, crate::app::Input::Engine(Event::JobChanged(Box::new(job))));
    }
    for (number, name) in [
        (1, "Frame 81 of take 1"),
        (2, "Frame 81 of a removed clip"),
        (3, "Frame 81 of a deleted clip"),
        (4, "Frame 81 of a deleted clip"),
    ] {
        assert_eq!(picture_name(&state, Parent { job: id(number), frame: 81 }), name);
    }
}
