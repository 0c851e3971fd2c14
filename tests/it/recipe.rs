//! The recipe travels in the clip: what other programs make of it, that no crash leaves half a file, and that a library comes
//! back out of a folder of clips.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rushes::domain::{GatewayId, Job, JobState, Recipe};
use rushes::library::{Library, Paths};
use rushes::practice::Config;
use serde_json::Value;

use crate::support::bench::{AIGATEWAY_KEY, APIIN_KEY, Bench, Ran};
use crate::support::film::{practice_film, tiny_film};
use crate::support::{files_below, sha256};

mod crash;
mod dropped;
mod rebuild;

/// A start picture whose address opens it to whoever reads it.
const SIGNED: &str = "https://pictures.example/boat.jpg?X-Signature=CANARY-SIGNATURE#CANARY-FRAGMENT";

/// What hurts texts on their way through XML, shells and screens.
const PROMPT: &str = "a <boat> & \"rain\" 'n' ]]> 日本の海 🎞️ C:\\x";

fn paths(bench: &Bench) -> Paths {
    Paths::portable(&bench.library())
}

/// Every job of the bench's library, oldest first.
fn stored(bench: &Bench) -> Vec<Job> {
    Library::read_only(&paths(bench)).expect("a library")
}

fn file_of(bench: &Bench, job: &Job) -> PathBuf {
    paths(bench).clips.join(&job.clip.as_ref().expect("a clip").path)
}

/// Makes a clip with the program and returns its job.
#[track_caller]
fn generate(bench: &Bench, gateway: &str, more: &[&str]) -> Job {
    let ran = bench.run(&[&["generate", PROMPT, "--gateway", gateway, "--json"], more].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let id = ran.finished()["job"].as_str().expect("a job").to_owned();
    stored(bench).into_iter().find(|job| job.id.to_string() == id).expect("it is stored")
}

/// Runs a tool that the tests need; its absence fails the test. Returns what it printed.
#[track_caller]
fn tool(name: &str, arguments: &[&str], file: &Path) -> (bool, String, String) {
    let ran = Command::new(name).args(arguments).arg(file).output();
    let ran = ran.unwrap_or_else(|err| panic!("{name} is needed by this test (./dev test installs it): {err}"));
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (ran.status.success(), text(ran.stdout), text(ran.stderr))
}

/// The recipe in a file, as Rushes itself reads it.
fn recipe_in(path: &Path) -> Option<Recipe> {
    let mut file = fs::File::open(path).expect("a file");
    let packet = rushes::media::read_xmp(&mut file).expect("an MP4")?;
    Recipe::from_packet(&packet.bytes).expect("a packet")
}

#[test]
fn other_programs_read_the_recipe_and_play_the_film() {
    let film = practice_film(160, 96, true);
    let bench = Bench::with(Config::quick(film.clone()));
    let job = generate(&bench, "apiin", &["--negative-prompt", "fog\u{7}", "--seed", "81", "--audio"]);
    let (file, clip) = (file_of(&bench, &job), job.clip.clone().expect("a clip"));
    let bytes = fs::read(&file).expect("the clip");
    assert!(bytes.starts_with(&film) && bytes.len() > film.len());
    assert_eq!((clip.sha256.to_string(), clip.size_bytes, clip.recipe_note), (sha256(&film), film.len() as u64, None));
    let recipe = recipe_in(&file).expect("a recipe");
    // It was written a moment before the job ended.
    assert!(recipe.ended_at.is_some() && recipe.ended_at <= job.ended_at);
    assert_eq!(Some(recipe.clone()), Recipe::of(&Job { ended_at: recipe.ended_at, ..job.clone() }));

    let (is_fine, json, complaints) = tool("exiftool", &["-j", "-G1", "-api", "largefilesupport=1"], &file);
    assert!(is_fine && complaints.is_empty(), "{complaints}");
    let found: Value = serde_json::from_str(&json).expect("JSON");
    for (tag, expected) in [
        ("XMP-dc:Description", PROMPT.to_owned()),
        ("XMP-dc:Format", "video/mp4".to_owned()),
        ("XMP-xmp:CreatorTool", format!("Rushes {}", env!("CARGO_PKG_VERSION"))),
        ("XMP-rushes:Seed", "81".to_owned()),
        ("XMP-rushes:SeedDrawnByRushes", "false".to_owned()),
        ("XMP-rushes:Resolution", "720p".to_owned()),
        ("XMP-rushes:Gateway", "apiin".to_owned()),
        ("XMP-rushes:GatewayJob", job.remote_id.as_ref().expect("accepted").to_string()),
        ("XMP-rushes:Job", job.id.to_string()),
        ("XMP-rushes:ServedSha256", sha256(&film)),
        ("XMP-rushes:NegativePrompt", "fog\u{fffd}".to_owned()),
    ] {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        assert_eq!(text(&found[0][tag]), expected, "{tag}: {found:#}");
    }
    let (is_fine, _, complaints) = tool("exiftool", &["-validate", "-warning", "-a", "-s3"], &file);
    assert!(is_fine && complaints.is_empty(), "{complaints}");

    let served = bench.dir.path().join("served.mp4");
    fs::write(&served, &film).expect("room");
    let probe = ["-v", "error", "-show_streams", "-count_packets", "-of", "json"];
    let (is_fine, streams, complaints) = tool("ffprobe", &probe, &file);
    assert!(is_fine && complaints.is_empty(), "{complaints}");
    assert_eq!(streams, tool("ffprobe", &probe, &served).1, "the streams are those that were served");
    let streams: Value = serde_json::from_str(&streams).expect("JSON");
    assert_eq!(streams["streams"].as_array().map(Vec::len), Some(2), "picture and sound");
    let (is_fine, said, complaints) = tool("mpv", &["--no-config", "--vo=null", "--ao=null", "--untimed"], &file);
    assert!(is_fine && said.contains("End of file"), "{said}{complaints}");
}

#[test]
fn exiftool_can_add_a_word_without_losing_the_recipe() {
    let bench = Bench::new();
    let job = generate(&bench, "practice", &[]);
    let file = file_of(&bench, &job);
    let before = recipe_in(&file).expect("a recipe");
    let (is_fine, said, complaints) = tool("exiftool", &["-overwrite_original", "-XMP-dc:Subject=boats"], &file);
    assert!(is_fine, "{said}{complaints}");
    let (_, subject, _) = tool("exiftool", &["-XMP-dc:Subject", "-s3"], &file);
    assert_eq!((subject.trim(), recipe_in(&file)), ("boats", Some(before)));
}

#[test]
fn practice_clips_carry_their_recipe_too() {
    let bench = Bench::new();
    let mut command = bench.command(&["generate", PROMPT, "--resolution", "360p", "--json"]);
    for name in ["AIGATEWAY_API_KEY", "APIIN_API_KEY", "RUSHES_AIGATEWAY_URL", "RUSHES_APIIN_URL"] {
        command.env_remove(name);
    }
    let ran = Ran::of(command);
    assert_eq!(ran.code, 0, "{ran:?}");
    let job = stored(&bench).remove(0);
    let recipe = recipe_in(&file_of(&bench, &job)).expect("a recipe");
    assert_eq!((recipe.gateway, recipe.request.prompt(), recipe.job), (GatewayId::Practice, PROMPT, job.id));
    assert!(recipe.request.is_seed_drawn() && recipe.made_at.is_some() && recipe.remote_id == job.remote_id);
    assert_eq!(recipe.charge, job.charge);
}

/// The tiny film with its film data last and of no stated size, as a stream that was cut off the network is written.
fn open_film() -> Vec<u8> {
    let film = tiny_film();
    let mut boxes = Vec::new();
    let mut at = 0;
    while at < film.len() {
        let size = u32::from_be_bytes(film[at..at + 4].try_into().expect("four bytes")) as usize;
        boxes.push((film[at + 4..at + 8].to_vec(), at));
        at += size;
    }
    let (kind, at) = boxes.last().expect("a box");
    assert_eq!(kind, b"mdat", "the practice gateway writes the film data last: {boxes:?}");
    let mut open = film.to_vec();
    open[*at..at + 4].fill(0);
    open
}

#[test]
fn a_film_that_cannot_take_the_recipe_is_left_as_it_was_served() {
    let film = open_film();
    let bench = Bench::with(Config::quick(film.clone()));
    let job = generate(&bench, "aigateway", &[]);
    assert!(fs::read(file_of(&bench, &job)).expect("the clip") == film, "not a byte is added");
    let clip = job.clip.expect("a clip");
    let note = clip.recipe_note.expect("a remark");
    assert!(note.starts_with("The recipe was left out of the file: ") && note.ends_with('.'), "{note}");
    assert_eq!((job.state, clip.sha256.to_string()), (JobState::Ready, sha256(&film)));
}

#[test]
fn no_key_and_no_signed_link_travels() {
    let bench = Bench::new();
    for gateway in ["aigateway", "apiin", "practice"] {
        let job = generate(&bench, gateway, &["--image", SIGNED]);
        let sent = bench.practice.submits().last().and_then(|seen| seen.json.clone()).map(|json| json.to_string());
        assert!(
            gateway == "practice" || sent.is_some_and(|sent| sent.contains("CANARY-SIGNATURE")),
            "the order had it"
        );
        assert_eq!(recipe_in(&file_of(&bench, &job)).map(|recipe| recipe.job), Some(job.id));
    }
    let clips = files_below(&paths(&bench).clips);
    assert_eq!(clips.len(), 3);
    for (path, bytes) in clips {
        for secret in [AIGATEWAY_KEY, APIIN_KEY, "CANARY", "token=", "Bearer", "http://127.0.0.1"] {
            let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_there, "{secret} stands in {}", path.display());
        }
        assert!(bytes.windows(32).any(|window| window == b"https://pictures.example/boat.jp"), "what is left of it");
    }
}
