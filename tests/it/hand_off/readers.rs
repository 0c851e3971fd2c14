//! Folders that the real program makes for an editor, read back by programs of other people: OpenTimelineIO and its reader of
//! FCPXML (tests/hand_off/read.py), and by the rules of a strict importer of FCPXML (tests/hand_off/fcpxml.py).

use std::path::{Path, PathBuf};
use std::process::Command;

use rushes::domain::storyboard::{BoardShot, PlannedShot, ShotId, Storyboards};
use rushes::domain::{Clip, Job, JobState, Project, Sha256Hex, samples};
use rushes::library::{Library, Opened, Paths};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::bench::{Bench, Ran};
use crate::support::film::make;
use crate::support::python::python_with;

/// Frames per second as people call it, as ffmpeg takes it, and as a fraction.
type Rate = (&'static str, u64, u64);

const RATES: [Rate; 5] =
    [("23.976", 24_000, 1001), ("24", 24, 1), ("25", 25, 1), ("29.97", 30_000, 1001), ("30", 30, 1)];

/// A film in the clip folder, and the job that made it.
#[derive(Clone, Debug)]
struct Shot {
    job: Job,
    rate: Rate,
    frames: u64,
    sound: bool,
}

impl Shot {
    /// Length in seconds as a fraction in lowest terms.
    fn seconds(&self) -> String {
        fraction(self.frames * self.rate.2, self.rate.1)
    }
}

/// A library of films that ffmpeg makes.
struct Shelf {
    bench: Bench,
    jobs: Vec<Job>,
}

impl Shelf {
    fn new() -> Self {
        Self { bench: Bench::new(), jobs: Vec::new() }
    }

    fn paths(&self) -> Paths {
        Paths::portable(&self.bench.library())
    }

    /// A clip of this prompt; its film has so many frames, and a beep where it has sound.
    fn clip(&mut self, number: u128, prompt: &str, rate: Rate, frames: u64, sound: bool) -> Shot {
        let clips = self.paths().clips;
        std::fs::create_dir_all(&clips).expect("a folder");
        let name = format!("{number}.mp4");
        let length = (frames * rate.2) as f64 / rate.1 as f64;
        let mut args = format!("-f lavfi -i testsrc2=s=160x96:r={}/{}", rate.1, rate.2);
        if sound {
            args.push_str(&format!(" -f lavfi -i sine=r=48000:d={length} -c:a aac -ac 2"));
        }
        make(&format!("{args} -frames:v {frames} -c:v libx264 -preset ultrafast -pix_fmt yuv420p"), &clips.join(&name));
        let film = std::fs::read(clips.join(&name)).expect("the film");
        let clip = Clip {
            sha256: Sha256Hex::of(&film),
            size_bytes: film.len() as u64,
            width: 160,
            height: 96,
            duration_millis: (length * 1000.0) as u64,
            has_audio: sound,
            ..samples::clip(&name)
        };
        let job = samples::job(number).prompt(prompt).seed(number as u32).stars(3).project("Spring").clip(clip).ready();
        self.jobs.push(job.clone());
        Shot { job, rate, frames, sound }
    }

    /// Stores all jobs and these boards.
    fn store(&self, boards: Storyboards) {
        let Opened { library, .. } = Library::open(&self.paths()).expect("a library");
        self.bench.runtime.block_on(async {
            library.put_all(self.jobs.clone()).await.expect("stored");
            library.keep_storyboards(boards).await.expect("stored");
            library.close().await;
        });
    }

    /// The folder that the editor gets.
    fn out(&self, name: &str) -> PathBuf {
        self.bench.dir.path().join("out").join(name)
    }

    fn hand(&self, name: &str, what: &[&str]) -> Ran {
        let out = self.bench.dir.path().join("out");
        let to = ["--json", "hand", "--to", out.to_str().expect("a path in Unicode"), "--name", name];
        self.bench.run(&[&to, what].concat())
    }

    /// Hands these clips on, in this order.
    fn hand_clips(&self, name: &str, shots: &[&Shot]) -> PathBuf {
        let ids: Vec<String> = shots.iter().map(|shot| shot.job.id.to_string()).collect();
        let ran = self.hand(name, &ids.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(ran.lines()[0]["clips"], shots.len(), "{ran:?}");
        self.out(name)
    }
}

fn fraction(above: u64, below: u64) -> String {
    let (mut a, mut b) = (above, below);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    match below / a {
        1 => (above / a).to_string(),
        below => format!("{}/{below}", above / a),
    }
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hand_off")
}

/// The JSON lines that a script prints about these files.
fn told(python: &Path, script: &str, files: &[PathBuf]) -> Vec<Value> {
    let mut command = Command::new(python);
    let output = command.arg("-B").arg(scripts().join(script)).args(files).output().expect("python3 is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {said}");
    let lines = String::from_utf8(output.stdout).expect("text");
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// What OpenTimelineIO reads of these folders; `None` where it cannot be fetched.
fn read(folders: &[PathBuf]) -> Option<Vec<Value>> {
    let python = python_with("otio", "OpenTimelineIO", "what editors get")?;
    Some(told(&python, "read.py", folders))
}

/// What a strict importer sees in the FCPXML of these folders.
fn imported(folders: &[PathBuf]) -> Vec<Value> {
    let files: Vec<_> = folders.iter().map(|folder| ending(folder, "fcpxml")).collect();
    told(Path::new("python3"), "fcpxml.py", &files)
}

/// The only file in a folder with this ending.
fn ending(folder: &Path, ending: &str) -> PathBuf {
    let name = folder.file_name().expect("a name").to_string_lossy();
    folder.join(format!("{name}.{ending}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// The items of a track, each with its place.
fn items(timeline: &Value, track: usize) -> &[Value] {
    list(&timeline["tracks"][track]["items"])
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| text(item, "name")).collect()
}

/// A time of OpenTimelineIO.
fn frames(count: u64, rate: Rate) -> Value {
    json!([count as f64, rate.1 as f64 / rate.2 as f64])
}

/// The words of a recipe that stand in markers and notes.
#[track_caller]
fn is_recipe(note: &Value, shot: &Shot) {
    let lines: Vec<&str> = note.as_str().expect("a note").lines().collect();
    let request = &shot.job.request;
    for line in [
        format!("Job: {}", shot.job.id),
        format!("Prompt: {}", request.prompt()),
        format!("Seed: {}", request.seed().expect("a seed").get()),
        "Model: pixverse-v5.6".to_owned(),
        "Duration: 5 s".to_owned(),
        "Project: Spring".to_owned(),
        "Stars: 3".to_owned(),
    ] {
        assert!(lines.contains(&&*line), "{line} is not in {lines:?}");
    }
}

/// Checks a clip of OpenTimelineIO: its file, its length in its own frames, its recipe.
#[track_caller]
fn is_clip(folder: &Path, item: &Value, shot: &Shot) {
    assert_eq!((text(item, "kind"), text(item, "name")), ("Clip", shot.job.request.prompt()));
    let url = text(item, "url");
    assert!(url.starts_with("media/") && folder.join(url).is_file(), "{url} is no file in {}", folder.display());
    let whole = json!({ "start": frames(0, shot.rate), "duration": frames(shot.frames, shot.rate) });
    assert_eq!(item["available"], whole);
    let [marker] = list(&item["markers"]) else { panic!("one marker: {item}") };
    assert_eq!((&marker["name"], &marker["range"]["duration"]), (&item["name"], &frames(1, shot.rate)));
    is_recipe(&marker["comment"], shot);
    let metadata = &item["metadata"]["rushes"];
    assert_eq!(metadata["id"], shot.job.id.to_string());
    assert_eq!(metadata["prompt"], shot.job.request.prompt());
    assert!(metadata["recipe"].is_object(), "{metadata}");
    let film = std::fs::read(folder.join(url)).expect("the film");
    assert_eq!(metadata["sha256"], Sha256Hex::of(&film).to_string());
    assert_eq!(metadata["served_sha256"], Sha256Hex::of(&film).to_string());
}

/// Checks a clip as the strict importer sees it.
#[track_caller]
fn is_imported(piece: &Value, shot: &Shot) {
    assert_eq!((text(piece, "kind"), text(piece, "name")), ("asset-clip", shot.job.request.prompt()));
    assert_eq!((text(piece, "whole"), text(piece, "frame")), (&*shot.seconds(), &*fraction(shot.rate.2, shot.rate.1)));
    assert_eq!(piece["size"], json!(["160", "96"]));
    assert_eq!(piece["sound"], if shot.sound { json!(["2", "48000"]) } else { Value::Null });
    let [marker] = list(&piece["marker"]) else { panic!("one marker: {piece}") };
    assert_eq!(marker[0], piece["name"]);
    is_recipe(&marker[1], shot);
    is_recipe(&piece["note"], shot);
    assert_eq!(piece["metadata"]["com.rushes.id"], shot.job.id.to_string());
    assert_eq!(piece["metadata"]["com.rushes.prompt"], shot.job.request.prompt());
    assert!(piece["metadata"]["com.rushes.sha256"].is_string(), "{piece}");
}

/// Checks what the adapter makes of an FCPXML whose clips all have one rate.
///
/// It cuts rates to whole numbers (23.976 to 23), counts frames in those, and cuts quotients of floating point numbers, so
/// that 29 frames of 25 become 28: a length is good when it is less than one of its frames away. At rates that are not whole
/// it finds gaps between clips, because it counts where a clip begins in true frames and how long it is in cut ones. It gives
/// markers no comment and reads metadata only of clips outside of projects. What it cannot read, the strict importer checks.
#[track_caller]
fn is_adapted(timeline: &Value, name: &str, shots: &[&Shot]) {
    assert_eq!(timeline["name"], name);
    assert_eq!(list(&timeline["tracks"]).len(), 1, "sound belongs to its clip: {timeline}");
    let clips: Vec<&Value> = items(timeline, 0).iter().filter(|item| item["kind"] == "Clip").collect();
    assert_eq!(clips.len(), shots.len());
    let is_whole = shots[0].rate.2 == 1;
    assert!(!is_whole || clips.len() == items(timeline, 0).len(), "gaps where there are none: {timeline}");
    for (clip, shot) in clips.into_iter().zip(shots) {
        assert_eq!(clip["name"], shot.job.request.prompt());
        assert!(text(clip, "url").starts_with("./media/"), "{clip}");
        let rate = (shot.rate.1 / shot.rate.2) as f64;
        for range in ["available", "shown"] {
            let length = list(&clip[range]["duration"]);
            assert_eq!(length[1], rate, "{clip}");
            let exact = (shot.frames * shot.rate.2) as f64 / shot.rate.1 as f64;
            let seconds = length[0].as_f64().expect("a number") / rate;
            assert!((exact - seconds).abs() < 1.0 / rate, "{seconds} s for {exact} s");
        }
        let [marker] = list(&clip["markers"]) else { panic!("one marker: {clip}") };
        assert_eq!(marker["name"], clip["name"]);
    }
}

#[test]
fn every_rate_is_read_back_in_frames_and_in_order() {
    let mut shelf = Shelf::new();
    let mut folders: Vec<(PathBuf, Vec<Shot>)> = Vec::new();
    let mut number = 0;
    let mut pairs: Vec<(Rate, [Shot; 2])> = Vec::new();
    for rate in RATES {
        number += 2;
        let first = shelf.clip(number, &format!("a paper boat at {}", rate.0), rate, 29, true);
        let second = shelf.clip(number + 1, "Möwen über 東京 🎬 & <more>", rate, 37, false);
        pairs.push((rate, [first, second]));
    }
    shelf.store(Storyboards::default());
    for (rate, [first, second]) in pairs {
        // Not in the order of their making.
        folders.push((shelf.hand_clips(&format!("at {}", rate.0), &[&second, &first]), vec![second, first]));
    }
    let paths: Vec<PathBuf> = folders.iter().map(|(folder, _)| folder.clone()).collect();
    for ((folder, shots), seen) in folders.iter().zip(imported(&paths)) {
        assert_eq!(seen["faults"], json!([]), "{}", folder.display());
        let rate = shots[0].rate;
        assert_eq!(
            (text(&seen, "frame"), text(&seen, "name")),
            (&*fraction(rate.2, rate.1), &*format!("at {}", rate.0))
        );
        assert_eq!(text(&seen, "duration"), fraction(66 * rate.2, rate.1));
        let pieces = list(&seen["pieces"]);
        assert_eq!(pieces.len(), 2);
        for (piece, shot) in pieces.iter().zip(shots) {
            is_imported(piece, shot);
            assert_eq!(text(piece, "duration"), shot.seconds());
        }
        assert_eq!(text(&pieces[1], "offset"), shots[0].seconds());
    }

    let Some(timelines) = read(&paths) else { return };
    assert_eq!(timelines.len(), RATES.len());
    for ((folder, shots), timeline) in folders.iter().zip(&timelines) {
        let (otio, rate) = (&timeline["otio"], shots[0].rate);
        assert_eq!(otio["name"], format!("at {}", rate.0));
        assert!(text(&otio["metadata"]["rushes"], "program").starts_with("Rushes "), "{otio}");
        let kinds: Vec<_> = list(&otio["tracks"]).iter().map(|track| text(track, "kind")).collect();
        assert_eq!(kinds, ["Video", "Audio"]);
        for track in list(&otio["tracks"]) {
            assert_eq!(track["length"], frames(66, rate));
        }
        let video = items(otio, 0);
        assert_eq!(video.len(), 2);
        let mut at = 0;
        for (item, shot) in video.iter().zip(shots) {
            is_clip(folder, item, shot);
            assert_eq!(item["shown"], item["available"]);
            assert_eq!(item["place"], json!({ "start": frames(at, rate), "duration": frames(shot.frames, rate) }));
            at += shot.frames;
        }
        let [gap, sound] = items(otio, 1) else { panic!("a gap and a sound: {otio}") };
        assert_eq!((text(gap, "kind"), &gap["place"]), ("Gap", &video[0]["place"]), "the first is silent");
        assert_eq!((&sound["url"], &sound["place"]), (&video[1]["url"], &video[1]["place"]));
        is_adapted(&timeline["fcpxml"], &format!("at {}", rate.0), &shots.iter().collect::<Vec<_>>());
    }
}

#[test]
fn clips_of_several_rates_stand_on_the_frames_of_most_of_them_and_none_is_asked_for_more_than_it_has() {
    let mut shelf = Shelf::new();
    let shots: Vec<Shot> = (1..)
        .zip(RATES)
        .map(|(number, rate)| {
            let frames = if rate.0 == "25" { 60 } else { 31 };
            shelf.clip(number, &format!("shot {number}"), rate, frames, number % 2 == 0)
        })
        .collect();
    shelf.store(Storyboards::default());
    let folder = shelf.hand_clips("mixed", &shots.iter().collect::<Vec<_>>());
    // As many frames of 25 as fit into 31 of each.
    let lengths: Vec<u64> = shots.iter().map(|shot| shot.frames * shot.rate.2 * 25 / shot.rate.1).collect();
    assert_eq!(lengths, [32, 32, 60, 25, 25]);

    let seen = &imported(std::slice::from_ref(&folder))[0];
    assert_eq!((&seen["faults"], text(seen, "frame")), (&json!([]), "1/25"));
    let mut at = 0;
    for ((piece, shot), length) in list(&seen["pieces"]).iter().zip(&shots).zip(&lengths) {
        is_imported(piece, shot);
        assert_eq!((text(piece, "offset"), text(piece, "duration")), (&*fraction(at, 25), &*fraction(*length, 25)));
        at += length;
    }

    let Some(timelines) = read(std::slice::from_ref(&folder)) else { return };
    let otio = &timelines[0]["otio"];
    let rate = RATES[2];
    let mut at = 0;
    for (number, (shot, length)) in shots.iter().zip(&lengths).enumerate() {
        let place = json!({ "start": frames(at, rate), "duration": frames(*length, rate) });
        let item = &items(otio, 0)[number];
        is_clip(&folder, item, shot);
        assert_eq!(item["place"], place, "{shot:?}");
        let sound = &items(otio, 1)[number];
        assert_eq!((&sound["place"], text(sound, "kind")), (&place, if shot.sound { "Clip" } else { "Gap" }));
        at += length;
    }
    let adapted: Vec<_> = items(&timelines[0]["fcpxml"], 0).iter().filter(|item| item["kind"] == "Clip").collect();
    let wanted: Vec<_> = shots.iter().map(|shot| shot.job.request.prompt()).collect();
    assert_eq!(adapted.iter().map(|item| text(item, "name")).collect::<Vec<_>>(), wanted);
}

#[test]
fn a_storyboard_is_handed_on_by_the_command_line_with_its_gaps() {
    let mut shelf = Shelf::new();
    let rate = RATES[1];
    let first = shelf.clip(1, "a paper boat", rate, 24, true);
    let last = shelf.clip(2, "a heron", rate, 36, true);
    shelf.jobs.push(samples::job(3).prompt("a storm").project("Spring").state(JobState::Failed));
    let planned =
        PlannedShot { prompt: "the harbor, later".to_owned(), ..PlannedShot::empty(ShotId(Uuid::from_u128(9))) };
    let mut boards = Storyboards::default();
    let shots = vec![
        BoardShot::Clip(last.job.id),
        BoardShot::Planned(planned),
        BoardShot::Clip(first.job.id),
        BoardShot::Clip(samples::id(3)),
    ];
    let spring = Project::new("Spring").ok();
    boards.board_mut(&spring).insert(0, shots);
    boards.board_mut(&None).insert(0, vec![BoardShot::Clip(first.job.id)]);
    shelf.store(boards);

    let ran = shelf.hand("Spring", &["--storyboard", "Spring"]);
    assert_eq!(ran.code, 0, "what is still to be made is no trouble: {ran:?}");
    let line = &ran.lines()[0];
    assert_eq!((&line["clips"], &line["charged"]), (&json!(2), &json!("no")));
    let gaps = json!([
        { "clip": "the harbor, later", "why": "it is planned" },
        { "clip": "a storm", "why": "it was not made" },
    ]);
    assert_eq!(line["gaps"], gaps);
    let whole = shelf.hand("Whole", &["--storyboard"]);
    assert_eq!((whole.code, &whole.lines()[0]["clips"]), (0, &json!(1)), "{whole:?}");
    let none = shelf.hand("Autumn", &["--storyboard", "Autumn"]);
    assert_eq!(none.code, 2, "{none:?}");
    assert!(none.stdout.contains("“Spring”") && none.stdout.contains("nothing was charged"), "{none:?}");
    assert!(!shelf.out("Autumn").exists());

    let folder = shelf.out("Spring");
    let seen = &imported(std::slice::from_ref(&folder))[0];
    assert_eq!(seen["faults"], json!([]));
    let pieces = list(&seen["pieces"]);
    assert_eq!(names(pieces), ["a heron", "the harbor, later", "a paper boat", "a storm"]);
    let places: Vec<_> = pieces.iter().map(|piece| (text(piece, "offset"), text(piece, "duration"))).collect();
    // A shot that was never ordered is as long as an empty form makes it.
    assert_eq!(places, [("0", "3/2"), ("3/2", "5"), ("13/2", "1"), ("15/2", "5")]);
    assert_eq!(text(&pieces[1], "note"), "This shot is a gap: it is planned.");
    is_imported(&pieces[0], &last);
    is_imported(&pieces[2], &first);

    if let Some(timelines) = read(std::slice::from_ref(&folder)) {
        let otio = &timelines[0]["otio"];
        for track in 0..2 {
            let kinds: Vec<_> = items(otio, track).iter().map(|item| text(item, "kind")).collect();
            assert_eq!(kinds, ["Clip", "Gap", "Clip", "Gap"]);
            let starts: Vec<_> = items(otio, track).iter().map(|item| item["place"]["start"].clone()).collect();
            assert_eq!(starts, [0, 36, 156, 180].map(|at| frames(at, rate)));
        }
        let video = items(otio, 0);
        assert_eq!(names(video), names(pieces));
        is_clip(&folder, &video[0], &last);
        is_clip(&folder, &video[2], &first);
        assert_eq!(video[1]["metadata"]["rushes"]["why"], "it is planned");
        // The adapter makes its gaps of what lies between the clips; it has no words for them, and none after the last.
        let kinds: Vec<_> = items(&timelines[0]["fcpxml"], 0).iter().map(|item| text(item, "kind")).collect();
        assert_eq!(kinds, ["Clip", "Gap", "Clip"]);
        assert_eq!(items(&timelines[0]["fcpxml"], 0)[1]["place"], video[1]["place"]);
    }

    // A file that is gone is trouble: somebody has to be told.
    std::fs::remove_file(shelf.paths().clips.join("2.mp4")).expect("removed");
    let ran = shelf.hand("Lost", &["--storyboard", "Spring"]);
    assert_eq!((ran.code, &ran.lines()[0]["gaps"][0]["why"]), (8, &json!("its file is missing")), "{ran:?}");
}

#[test]
fn a_strict_importer_would_see_every_fault() {
    let mut shelf = Shelf::new();
    let first = shelf.clip(1, "a paper boat", RATES[0], 24, true);
    let second = shelf.clip(2, "a heron", RATES[2], 24, false);
    let third = shelf.clip(3, "a storm", RATES[0], 36, false);
    shelf.store(Storyboards::default());
    let folder = shelf.hand_clips("good", &[&first, &second, &third]);
    let file = ending(&folder, "fcpxml");
    let good = std::fs::read_to_string(&file).expect("the file");
    assert_eq!(imported(std::slice::from_ref(&folder))[0]["faults"], json!([]));
    let faults = [
        ("the asset a9 does not exist", r#"ref="a1""#, r#"ref="a9""#),
        ("the format f9 of an asset does not exist", r#"format="f1"/>"#, r#"format="f9"/>"#),
        ("an id stands twice", r#"<asset id="a1""#, r#"<asset id="a0""#),
        ("asset-clip has the children: note metadata marker", "<marker ", "<metadata/><marker "),
        ("duration of sequence is no time", r#"" tcStart"#, r#".5" tcStart"#),
        ("a piece begins at", r#"offset="24024/24000s""#, r#"offset="48048/24000s""#),
        ("the place of a piece lies between two frames", r#"offset="24024/24000s""#, r#"offset="1s""#),
        ("a clip shows", r#"duration="36036/24000s" hasVideo"#, r#"duration="35035/24000s" hasVideo"#),
        ("the end of a film lies between", r#"duration="36036/24000s" hasVideo"#, r#"duration="2s" hasVideo"#),
        ("keeps its speed by None", r#"<conform-rate scaleEnabled="0" srcFrameRate="25"/>"#, ""),
        ("is not a path from here", r#"src="./media/"#, r#"src="/media/"#),
        ("does not exist", r#"src="./media/01"#, r#"src="./media/77"#),
        ("the document type is not named", "<!DOCTYPE fcpxml>\n", ""),
        ("version of fcpxml is 1.9", r#"version="1.8""#, r#"version="1.9""#),
        ("marker lacks ['value']", r#" value="a heron" note"#, " note"),
        ("md has no attribute ['kind']", r#" type="string""#, r#" kind="string""#),
        ("the sequence ends elsewhere", r#"<sequence format="f0" duration=""#, r#"<sequence format="f0" duration="1"#),
    ];
    let broken: Vec<PathBuf> = (0..faults.len()).map(|number| folder.join(format!("{number}.xml"))).collect();
    for (file, (_, from, to)) in broken.iter().zip(&faults) {
        assert!(good.contains(from), "{from} is not in\n{good}");
        std::fs::write(file, good.replacen(from, to, 1)).expect("written");
    }
    let seen = told(Path::new("python3"), "fcpxml.py", &broken);
    assert_eq!(seen.len(), faults.len());
    for ((fault, _, _), seen) in faults.iter().zip(&seen) {
        let is_seen = list(&seen["faults"]).iter().any(|said| said.as_str().is_some_and(|said| said.contains(fault)));
        assert!(is_seen, "{fault}: {}", seen["faults"]);
    }
}
