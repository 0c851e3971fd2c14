//! What becomes of a wish about a file, as tables: each line says what is stored, what is done, and what is told.

use std::time::Duration;

use super::*;
use crate::domain::outcome::PollOutcome;
use crate::domain::samples::{self, clip, id};
use crate::domain::{GatewayId, RawExchange, RemoteId, UnixMillis};
use crate::engine::command::Command;
use crate::engine::event::Event;
use crate::engine::machine::{FetchFailure, Input, Setup};
use crate::gateway::{self, Connection, LimitHint};

fn job(number: u128, gateway: GatewayId, state: JobState) -> Job {
    let mut job = samples::job(number).gateway(gateway).prompt("a heron").state(state);
    job.remote_id = RemoteId::new(&format!("job_{number}"));
    // Its picture is another story.
    job.poster = crate::domain::job::Poster::Impossible("no picture".to_owned());
    job
}

fn ready(path: &str) -> Job {
    Job { clip: Some(clip(path)), ..job(1, GatewayId::Apiin, JobState::Ready) }
}

fn project(name: &str) -> Option<Project> {
    Project::new(name).ok()
}

/// A machine whose disk works, and everything that it asked for since it was last looked at.
struct Bench {
    machine: Machine,
    time: Duration,
    effects: Vec<Effect>,
}

impl Bench {
    fn new(jobs: Vec<Job>) -> Self {
        let mut bench =
            Self { machine: Machine::new(Setup::default(), jobs), time: Duration::ZERO, effects: Vec::new() };
        bench.tell(Input::Start);
        bench
    }

    fn connect(&mut self, gateway: GatewayId) {
        self.command(Command::Connect(Connection {
            gateway,
            base_url: "https://gateway.example".parse().expect("an address"),
            key: Some("canary".to_owned().into()),
            send_undocumented: false,
        }));
    }

    fn command(&mut self, command: Command) {
        self.tell(Input::Command(command));
    }

    fn step(&mut self, input: Input) -> Vec<Effect> {
        let wall = UnixMillis(1_700_000_000_000).after(self.time);
        self.machine.step(Now { wall, monotonic: self.time, random: 5 }, input)
    }

    fn tell(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.step(input) {
                match effect {
                    Effect::Persist { job, revision } => inputs.insert(0, Input::Stored { job: job.id, revision }),
                    other => self.effects.push(other),
                }
            }
        }
    }

    /// The work on files that was asked for since the last call.
    fn works(&mut self) -> Vec<FileWork> {
        let work = |effect: &Effect| match effect {
            Effect::WorkOnFile(_, work) => Some(work.clone()),
            _ => None,
        };
        let works = self.effects.iter().filter_map(work).collect();
        self.effects.retain(|effect| !matches!(effect, Effect::WorkOnFile(..)));
        works
    }

    /// The remarks of all [`Event::Settled`] so far.
    fn remarks(&self) -> Vec<Option<&str>> {
        let remark = |effect: &Effect| match effect {
            Effect::Emit(Event::Settled(_, remark)) => Some(remark.clone()),
            _ => None,
        };
        let leak = |remark: Option<String>| remark.map(|remark| &*remark.leak());
        self.effects.iter().filter_map(remark).map(leak).collect()
    }

    fn downloads(&mut self) -> Vec<u128> {
        let download = |effect: &Effect| match effect {
            Effect::Download(job, _) => Some(job.id.0.as_u128()),
            _ => None,
        };
        let downloads = self.effects.iter().filter_map(download).collect();
        self.effects.clear();
        downloads
    }

    fn job(&self) -> &Job {
        self.machine.job(id(1)).expect("it is known")
    }

    /// The clip in one line: path, project, and whether it is hidden, trashed and in the trash.
    fn row(&self) -> String {
        let job = self.job();
        let path = job.clip.as_ref().map_or_else(|| "-".to_owned(), |clip| clip.path.display().to_string());
        let project = job.project.as_ref().map_or("-", Project::as_str);
        let mark = |is: bool, word: &str| if is { format!(" {word}") } else { String::new() };
        let (hidden, trashed) = (mark(job.is_hidden, "hidden"), mark(job.trashed_at.is_some(), "trashed"));
        format!("{path} {project}{hidden}{trashed}{}", mark(job.is_in_trash, "in-trash"))
    }
}

type Answer = fn() -> FileAnswer;

/// Name, job before, wish, work that follows, its answer, row afterwards, what is told.
type Case = (&'static str, Job, Command, FileWork, Answer, &'static str, Option<Option<&'static str>>);

const REFUSED: Answer = || FileAnswer::Refused("The disk is read-only.".to_owned());

#[test]
fn every_answer_to_every_work_leaves_row_and_file_agreed() {
    let moved: Answer = || FileAnswer::At("Spring/a.mp4".into());
    let back: Answer = || FileAnswer::At("a (2).mp4".into());
    let found: Answer = || FileAnswer::At("Autumn/b.mp4".into());
    let outside: Answer = || FileAnswer::At("/films/b.mp4".into());
    let to_spring = || Command::MoveToProject(vec![id(1)], project("Spring"));
    let to_trash = || Command::ToTrash(vec![id(1)]);
    let take_back = || Command::TakeBack(vec![id(1)]);
    let find = || Command::FileFound(id(1), "/films/b.mp4".into());
    let recognize = FileWork::Recognize("/films/b.mp4".into());
    let cases: [Case; 13] = [
        ("move", ready("a.mp4"), to_spring(), FileWork::Move, moved, "Spring/a.mp4 Spring", None),
        ("move, no file", ready("a.mp4"), to_spring(), FileWork::Move, || FileAnswer::Missing, "a.mp4 Spring", None),
        (
            "move, refused",
            ready("a.mp4"),
            to_spring(),
            FileWork::Move,
            REFUSED,
            "a.mp4 -",
            Some(Some("The disk is read-only. The clip stays where it is.")),
        ),
        (
            "trash",
            ready("a.mp4"),
            to_trash(),
            FileWork::Trash,
            || FileAnswer::InTrash,
            "a.mp4 - hidden trashed in-trash",
            None,
        ),
        ("trash, no file", ready("a.mp4"), to_trash(), FileWork::Trash, || FileAnswer::Missing, "a.mp4 - hidden", None),
        (
            "trash, refused",
            ready("a.mp4"),
            to_trash(),
            FileWork::Trash,
            REFUSED,
            "a.mp4 -",
            Some(Some("The disk is read-only. Nothing was deleted.")),
        ),
        ("back", trashed(), take_back(), FileWork::TakeBack, || FileAnswer::At("a.mp4".into()), "a.mp4 -", None),
        ("back, name taken", trashed(), take_back(), FileWork::TakeBack, back, "a (2).mp4 -", None),
        (
            "back, emptied",
            trashed(),
            take_back(),
            FileWork::TakeBack,
            || FileAnswer::Missing,
            "a.mp4 -",
            Some(Some("Its file is not in the trash any more, so only the card is back.")),
        ),
        (
            "back, refused",
            trashed(),
            take_back(),
            FileWork::TakeBack,
            REFUSED,
            "a.mp4 -",
            Some(Some("The disk is read-only.")),
        ),
        ("found in a project", ready("a.mp4"), find(), recognize.clone(), found, "Autumn/b.mp4 Autumn", Some(None)),
        ("found elsewhere", ready("a.mp4"), find(), recognize.clone(), outside, "/films/b.mp4 -", Some(None)),
        ("another clip", ready("a.mp4"), find(), recognize, REFUSED, "a.mp4 -", Some(Some("The disk is read-only."))),
    ];
    for (name, job, command, work, answer, row, remark) in cases {
        let mut bench = Bench::new(vec![job]);
        assert_eq!(bench.works(), [], "{name}: nothing to do before");
        bench.command(command);
        assert_eq!(bench.works(), std::slice::from_ref(&work), "{name}");
        bench.tell(Input::FileDone(id(1), work, answer()));
        assert_eq!(bench.row(), row, "{name}");
        assert_eq!(bench.remarks(), remark.into_iter().collect::<Vec<_>>(), "{name}");
        assert_eq!(bench.works(), [], "{name}: nothing is left to do");
    }
}

fn trashed() -> Job {
    Job { is_hidden: true, trashed_at: Some(UnixMillis(5)), is_in_trash: true, ..ready("a.mp4") }
}

/// A kill between the wish and its fulfillment: the next start goes on with it.
#[test]
fn a_stored_wish_is_gone_on_with_at_the_next_start() {
    for (job, works) in [
        (ready("a.mp4"), vec![]),
        (Job { project: project("Spring"), ..ready("a.mp4") }, vec![FileWork::Move]),
        (ready("Spring/a.mp4"), vec![FileWork::Move]),
        (Job { project: project("Spring"), ..ready("Spring/a.mp4") }, vec![]),
        // The user keeps it elsewhere; its project is a label then.
        (Job { project: project("Spring"), ..ready("/films/a.mp4") }, vec![]),
        (Job { is_hidden: true, trashed_at: Some(UnixMillis(5)), ..ready("a.mp4") }, vec![FileWork::Trash]),
        (trashed(), vec![]),
        (Job { is_in_trash: true, ..ready("a.mp4") }, vec![FileWork::TakeBack]),
        // Its card was taken off while it was on its way into the project, as a kill may leave it.
        (Job { is_hidden: true, project: project("Spring"), ..ready("a.mp4") }, vec![FileWork::Move]),
    ] {
        let row = format!("{:?}", job.clip);
        assert_eq!(Bench::new(vec![job]).works(), works, "{row}");
    }
}

#[test]
fn a_file_moves_only_after_its_row_is_stored() {
    let mut bench = Bench::new(vec![ready("a.mp4")]);
    let effects = bench.step(Input::Command(Command::MoveToProject(vec![id(1)], project("Spring"))));
    assert!(matches!(&effects[..], [Effect::Persist { .. }]), "{effects:?}");
    let effects = bench.step(Input::StoreFailed { job: id(1), revision: 1, reason: "full".to_owned() });
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::WorkOnFile(..))), "{effects:?}");
}

#[test]
fn wishes_that_come_while_the_file_is_on_its_way_are_followed_afterwards() {
    let mut bench = Bench::new(vec![ready("a.mp4")]);
    bench.command(Command::ToTrash(vec![id(1)]));
    assert_eq!(bench.works(), [FileWork::Trash]);
    bench.command(Command::TakeBack(vec![id(1)]));
    bench.command(Command::MoveToProject(vec![id(1)], project("Spring")));
    assert_eq!(bench.works(), [], "one thing at a time");
    bench.tell(Input::FileDone(id(1), FileWork::Trash, FileAnswer::InTrash));
    assert_eq!(bench.works(), [FileWork::TakeBack]);
    bench.tell(Input::FileDone(id(1), FileWork::TakeBack, FileAnswer::At("a.mp4".into())));
    assert_eq!(bench.works(), [FileWork::Move]);
    bench.tell(Input::FileDone(id(1), FileWork::Move, FileAnswer::At("Spring/a.mp4".into())));
    assert_eq!(bench.row(), "Spring/a.mp4 Spring");
}

#[test]
fn only_what_is_ended_can_be_deleted() {
    for (state, goes) in [
        (JobState::Waiting, false),
        (JobState::Downloading, false),
        (JobState::Unconfirmed, false),
        (JobState::Failed, true),
        (JobState::NotWatched, true),
        (JobState::Gone, true),
    ] {
        let mut bench = Bench::new(vec![job(1, GatewayId::Apiin, state)]);
        bench.command(Command::ToTrash(vec![id(1)]));
        assert_eq!(bench.row(), if goes { "- - hidden" } else { "- -" }, "{state}");
        assert_eq!(bench.remarks().len(), usize::from(!goes), "{state}: the window hears that it is still there");
        assert_eq!(bench.works(), [], "{state}: there is no file");
        bench.command(Command::TakeBack(vec![id(1)]));
        assert_eq!(bench.row(), "- -", "{state}");
    }
}

#[test]
fn what_lies_in_the_trash_is_not_bought_or_fetched_again() {
    let mut bench = Bench::new(vec![trashed()]);
    bench.connect(GatewayId::Apiin);
    for command in [Command::DownloadAgain(id(1)), Command::WatchAgain(id(1))] {
        bench.command(command);
        assert_eq!(bench.job().state, JobState::Ready);
    }
}

#[test]
fn verdicts_are_stored_and_told_once() {
    let mut bench = Bench::new(vec![ready("a.mp4")]);
    bench.effects.clear();
    let verdict = Verdict { rating: crate::domain::Rating::new(4), is_rejected: true };
    for _ in 0..2 {
        bench.command(Command::Judge(vec![(id(1), verdict)]));
    }
    assert_eq!(bench.job().verdict, verdict);
    let told = bench.effects.iter().filter(|effect| matches!(effect, Effect::Emit(Event::JobChanged(_)))).count();
    assert_eq!(told, 1);
}

fn made(number: u128, gateway: GatewayId, sent_at: i64) -> Job {
    let mut job = job(number, gateway, JobState::Downloading);
    (job.sent_at, job.made_at) = (Some(UnixMillis(sent_at)), Some(UnixMillis(sent_at)));
    job
}

fn linked(bench: &mut Bench, number: u128) {
    let outcome = crate::domain::outcome::PollOutcome::Completed {
        link: Some("https://media.example/x.mp4".parse().expect("an address")),
        charge: None,
    };
    let answer = crate::gateway::Answer {
        outcome,
        request_id: None,
        exchange: crate::domain::RawExchange::default(),
        limit: crate::gateway::LimitHint::default(),
    };
    bench.tell(Input::Polled(id(number), answer));
}

/// At the start, what is deleted first is asked for first and fetched first, three at a time.
#[test]
fn what_expires_first_is_looked_at_and_fetched_first() {
    let order = [(1, 500), (2, 100), (3, 300), (4, 200), (5, 400)];
    let mut bench = Bench::new(order.map(|(number, sent_at)| made(number, GatewayId::Aigateway, sent_at)).into());
    bench.connect(GatewayId::Aigateway);
    let mut asked = Vec::new();
    let mut fetched = Vec::new();
    for _ in 0..200 {
        bench.time += Duration::from_millis(500);
        bench.tell(Input::Wake);
        let poll = |effect: &Effect| match effect {
            Effect::Poll(job, ..) => Some(job.0.as_u128()),
            _ => None,
        };
        let polls: Vec<u128> = bench.effects.iter().filter_map(poll).collect();
        for number in polls {
            asked.push(number);
            linked(&mut bench, number);
        }
        fetched.append(&mut bench.downloads());
        if asked.len() == 5 {
            break;
        }
    }
    assert_eq!(asked, [2, 4, 3, 5, 1]);
    assert_eq!(fetched, [2, 4, 3], "three at a time");
    bench.time += Duration::from_secs(1);
    bench.tell(Input::DownloadFailed(id(4), FetchFailure::Disk("the disk is full".to_owned())));
    assert_eq!(bench.downloads(), [5], "the next by time left");
}

#[test]
fn a_held_download_stops_keeps_its_part_survives_a_restart_and_goes_on() {
    let mut bench = Bench::new(vec![made(1, GatewayId::Apiin, 1)]);
    bench.connect(GatewayId::Apiin);
    linked(&mut bench, 1);
    assert_eq!(bench.downloads(), [1]);
    bench.command(Command::PauseDownload(id(1), true));
    assert!(bench.effects.iter().any(|effect| matches!(effect, Effect::StopDownload(job) if *job == id(1))));
    let part = crate::domain::job::PartFile { verified_bytes: 7, ..crate::domain::job::PartFile::default() };
    bench.tell(Input::Checkpoint(id(1), part.clone()));
    bench.tell(Input::DownloadFailed(id(1), FetchFailure::Stopped));
    bench.time += Duration::from_secs(3600);
    bench.tell(Input::Wake);
    assert_eq!(bench.downloads(), []);
    assert_eq!((bench.job().part.as_ref(), bench.job().is_download_paused), (Some(&part), true));
    // It still counts down.
    assert!(crate::domain::expiry::Expiry::of(&Job { gateway: GatewayId::Aigateway, ..bench.job().clone() }).is_some());

    let mut again = Bench::new(vec![bench.job().clone()]);
    again.connect(GatewayId::Apiin);
    again.time += Duration::from_secs(60);
    again.tell(Input::Wake);
    assert!(again.effects.iter().all(|effect| !matches!(effect, Effect::Poll(..) | Effect::Download(..))));
    again.command(Command::PauseDownload(id(1), false));
    assert!(again.effects.iter().any(|effect| matches!(effect, Effect::Poll(..))), "a fresh link is asked for");
    linked(&mut again, 1);
    assert_eq!(again.downloads(), [1]);

    // Without a restart the link is still at hand.
    bench.command(Command::PauseDownload(id(1), false));
    assert_eq!(bench.downloads(), [1]);
}

#[test]
fn a_clip_that_is_fetched_again_goes_where_the_missing_file_was_to_go() {
    let mut bench = Bench::new(vec![ready("a.mp4")]);
    bench.command(Command::MoveToProject(vec![id(1)], project("Spring")));
    assert_eq!(bench.works(), [FileWork::Move]);
    bench.tell(Input::FileDone(id(1), FileWork::Move, FileAnswer::Missing));
    assert_eq!(bench.works(), [], "a file that is not there is not moved again and again");
    bench.connect(GatewayId::Apiin);
    bench.command(Command::DownloadAgain(id(1)));
    let link = "https://media.example/a.mp4".parse().expect("an address");
    let outcome = PollOutcome::Completed { link: Some(link), charge: None };
    let (exchange, limit) = (RawExchange::default(), LimitHint::default());
    bench.tell(Input::Polled(id(1), gateway::Answer { outcome, request_id: None, exchange, limit }));
    assert_eq!(bench.downloads(), [1]);
    bench.tell(Input::Downloaded(id(1), clip("a-2.mp4")));
    assert_eq!(bench.works(), [FileWork::Move]);
}

#[test]
fn the_record_of_a_file_out_of_reach_stays_until_the_new_one_is_whole() {
    // It is fetched again, and comes.
    let mut bench = Bench::new(vec![ready("a.mp4")]);
    bench.connect(GatewayId::Apiin);
    bench.command(Command::DownloadAgain(id(1)));
    let kept = |bench: &Bench| bench.job().old_clip.as_ref().map(|clip| clip.path.clone());
    assert_eq!((bench.job().state, kept(&bench)), (JobState::Downloading, Some("a.mp4".into())));
    bench.tell(Input::Wake);
    linked(&mut bench, 1);
    bench.tell(Input::Downloaded(id(1), clip("b.mp4")));
    assert_eq!((bench.job().state, bench.row(), kept(&bench)), (JobState::Ready, "b.mp4 -".to_owned(), None));

    // The drive comes back while it is being fetched, or after it was given up.
    for state in [JobState::Waiting, JobState::Generating, JobState::Downloading, JobState::NotWatched, JobState::Gone]
    {
        let old = Job { old_clip: Some(clip("/drive/a.mp4")), clip: None, ..job(1, GatewayId::Apiin, state) };
        let mut bench = Bench::new(vec![old]);
        bench.command(Command::FileFound(id(1), "/drive/a.mp4".into()));
        let works = bench.works();
        assert_eq!(works, [FileWork::Recognize("/drive/a.mp4".into())], "{state}");
        bench.tell(Input::FileDone(id(1), works[0].clone(), FileAnswer::At("/drive/a.mp4".into())));
        assert_eq!((bench.job().state, kept(&bench)), (JobState::Ready, None), "{state}");
        assert_eq!(bench.job().clip.as_ref().map(|clip| clip.path.clone()), Some("/drive/a.mp4".into()), "{state}");
        assert!(bench.job().message.is_none(), "{state}");

        // Another file is not taken, and nothing is lost by it.
        let old = Job { old_clip: Some(clip("/drive/a.mp4")), clip: None, ..job(1, GatewayId::Apiin, state) };
        let mut bench = Bench::new(vec![old]);
        bench.command(Command::FileFound(id(1), "/drive/x.mp4".into()));
        let works = bench.works();
        let refused = FileAnswer::Refused("That is another film.".to_owned());
        bench.tell(Input::FileDone(id(1), works[0].clone(), refused));
        assert_eq!((bench.job().state, kept(&bench)), (state, Some("/drive/a.mp4".into())), "{state}");
        assert_eq!(bench.remarks(), [Some("That is another film.")], "{state}");
    }
}
