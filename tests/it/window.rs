//! The real window under virtual displays, used through the accessibility bus as a person with a screen reader would.
//!
//! `tests/window/inner.sh` makes a desktop, the scripts beside it do the using, and this file says what has to come of
//! it. Each desktop has a bus of its own that starts nothing but accessibility, so neither a portal nor a password store
//! of this computer takes part: the password store is a gnome-keyring in an empty home, and scripts stand for the file
//! dialog (one named zenity that answers with a path), the player and the file manager.
//! `./dev test` installs the programs; what is left behind lies in `target/window-test`.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rushes::practice::{Config, Fault, FaultKind, Faults};
use serde_json::Value;

use crate::support::bench::{AIGATEWAY_KEY, APIIN_KEY, Bench, Ran, wait_status};
use crate::support::files_below;
use crate::support::film::tiny_film;

mod hands;
mod typing;

/// A usual scenario, in seconds; `timeout` ends it then, so that no bus and no display outlives the test.
const LIMIT_SECS: u64 = 270;

const PROMPT: &str = "A paper boat drifts down a rain-wet street at night";

/// A desktop for one scenario: its folders, and the environment of everything in it.
struct Desktop {
    out: PathBuf,
    library: PathBuf,
    scenario: &'static str,
    limit_secs: u64,
}

impl Desktop {
    fn new(scenario: &'static str, library: PathBuf) -> Self {
        for program in ["xvfb-run", "dbus-run-session", "openbox", "gdbus", "gnome-keyring-daemon", "import", "ffprobe"]
        {
            assert!(which(program).is_some(), "{program} is missing; ./dev test installs it");
        }
        let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/window-test").join(scenario);
        if out.exists() {
            fs::remove_dir_all(&out).expect("an old result can be removed");
        }
        for folder in ["home", "programs", "services"] {
            fs::create_dir_all(out.join(folder)).expect("a folder for the result");
        }
        let this = Self { out, library, scenario, limit_secs: LIMIT_SECS };
        // The bus starts the accessibility bus and nothing else.
        let service = "org.a11y.Bus.service";
        fs::copy(Path::new("/usr/share/dbus-1/services").join(service), this.out.join("services").join(service))
            .expect("at-spi2-core is installed");
        let bus = format!(
            "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><servicedir>{}</servicedir>\
             <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/>\
             <allow own=\"*\"/></policy></busconfig>",
            this.out.join("services").display()
        );
        fs::write(this.out.join("bus.conf"), bus).expect("written");
        // Stands for the desktop's player and file manager, and writes down what it was asked to open.
        let opened = this.out.join("opened");
        this.program("xdg-open", &format!("echo \"$*\" >> '{}'", opened.display()));
        let picture = image::RgbImage::from_pixel(640, 360, image::Rgb([30, 90, 160]));
        picture.save(this.out.join("start.png")).expect("a start picture");
        this
    }

    /// A program that only this desktop has.
    fn program(&self, name: &str, command: &str) {
        let file = self.out.join("programs").join(name);
        fs::write(&file, format!("#!/bin/sh\n{command}\n")).expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("changed");
    }

    /// Starts the scenario. The window finds only the programs of this desktop.
    fn start(&self, has_store: bool, environment: &[(&str, &str)]) -> Child {
        if has_store {
            self.program("zenity", &format!("echo '{}'", self.out.join("start.png").display()));
        }
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window");
        let log = File::create(self.out.join("log")).expect("a log file");
        Command::new("timeout")
            .args(["-k", "10", &self.limit_secs.to_string(), "xvfb-run", "-a", "-s", "-screen 0 1440x900x24"])
            .args(["dbus-run-session", "--config-file"])
            .arg(self.out.join("bus.conf"))
            .args(["--", "bash"])
            .arg(scripts.join("inner.sh"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.out.join("home"))
            .env("RUSHES", env!("CARGO_BIN_EXE_rushes"))
            .env("SCENARIO", scripts.join(self.scenario).with_extension("py"))
            .env("LIBRARY", &self.library)
            .env("OUT", &self.out)
            .env("WINDOW_PATH", self.out.join("programs"))
            .env("STORE", if has_store { "yes" } else { "" })
            .envs(environment.iter().copied())
            // Helpers of the desktop keep a pipe open after its end, so everything goes to a file.
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("timeout is part of every Linux")
    }

    /// Waits for the end and returns what the scenario found.
    fn found(&self, mut child: Child) -> Value {
        let status = wait_status(&mut child, Duration::from_secs(self.limit_secs + 20)).expect("timeout ends it");
        let log = fs::read_to_string(self.out.join("log")).unwrap_or_default();
        assert!(status.success(), "{status}\n{log}");
        let found = fs::read_to_string(self.out.join("found.json")).expect("the scenario writes what it found");
        let found: Value = serde_json::from_str(&found).expect("JSON");
        assert_eq!(found["exit"], 0, "the window did not end well: {found}");
        println!("{}: {found}", self.scenario);
        found
    }
}

fn which(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

#[track_caller]
fn text<'a>(found: &'a Value, name: &str) -> &'a str {
    found[name].as_str().unwrap_or_else(|| panic!("{name} is missing in {found}"))
}

/// `codec,width,height,duration` of the first video stream.
fn probe(clip: &Path) -> String {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-of", "csv=p=0"])
        .args(["-show_entries", "stream=codec_name,width,height,duration"])
        .arg(clip)
        .output()
        .expect("ffprobe runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// No file of the library and of the home holds a key. The keyring's own file is encrypted.
#[track_caller]
fn no_file_holds_a_key(desktop: &Desktop) {
    for folder in [&desktop.library, &desktop.out.join("home")] {
        let files = files_below(folder);
        for (path, bytes) in files {
            for key in [AIGATEWAY_KEY, APIIN_KEY] {
                let is_there = bytes.windows(key.len()).any(|window| window == key.as_bytes());
                assert!(!is_there, "a key stands in {}", path.display());
            }
        }
    }
}

#[test]
fn a_first_clip_comes_from_the_real_window() {
    let library = tempfile::tempdir().expect("a folder for the library");
    let desktop = Desktop::new("first_clip", library.path().to_owned());
    let found = desktop.found(desktop.start(true, &[]));

    let price = text(&found, "price_720p");
    assert!(price.starts_with("Generate") && price.contains("90 cr"), "{price}");
    assert!(text(&found, "price_1080p").contains("150 cr"));
    assert!(text(&found, "price_practice").contains("free"));
    assert!(text(&found, "card").contains(PROMPT));
    assert_eq!(found["idle_frames"], 0, "an idle window with the cursor in the prompt paints: {found}");
    println!("From the start to the first clip: {} s", found["start_to_clip_secs"]);

    let clips: Vec<_> = files_below(&library.path().join("clips")).into_iter().map(|(path, _)| path).collect();
    assert_eq!(clips.len(), 1, "{clips:?}");
    assert_eq!(probe(&clips[0]), "h264,1280,720,5.000000");
    assert!(fs::metadata(desktop.out.join("window.png")).is_ok_and(|meta| meta.len() > 20_000), "a picture");
}

#[test]
fn keys_are_safe_and_every_paid_order_is_sent_once() {
    let (paid, lost, killed) =
        ("A lighthouse blinks at noon", "An envelope sinks in a well", "A kite crosses a frozen lake");
    // The order about the kite runs for two polls, so that the window can be killed meanwhile.
    let running = Fault { times: Some(2), ..Fault::from(FaultKind::NeverEnds) };
    let faults = Faults::default()
        .on_submit(Fault::from(FaultKind::DropAfterAccept).for_prompt("envelope"))
        .on_poll(running.for_prompt("kite"));
    let bench = Bench::with(Config::quick(tiny_film()).with_faults(faults));
    let desktop = Desktop::new("paid_clips", bench.library());
    let child = desktop.start(
        true,
        &[
            ("RUSHES_AIGATEWAY_URL", bench.practice.aigateway_url().as_str()),
            ("RUSHES_APIIN_URL", bench.practice.apiin_url().as_str()),
            ("CANARY_AIGATEWAY", AIGATEWAY_KEY),
            ("CANARY_APIIN", APIIN_KEY),
        ],
    );
    // The window never learns the id of the lost order; its user finds it on the gateway's dashboard.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let is_made = || bench.practice.jobs().iter().find(|job| job.film.prompt == lost).map(|job| job.id.clone());
            let deadline = Instant::now() + Duration::from_secs(LIMIT_SECS);
            while Instant::now() < deadline && !desktop.out.join("found.json").exists() {
                if let Some(id) = is_made() {
                    let unfinished = desktop.out.join("job_id.new");
                    fs::write(&unfinished, id).expect("written");
                    fs::rename(&unfinished, desktop.out.join("job_id")).expect("renamed");
                    return;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let found = desktop.found(child);

        assert!(text(&found, "price_5s").contains("$0.40") && text(&found, "price_8s").contains("$0.64"), "{found}");
        assert!(text(&found, "aigateway_test").contains("Works, wallet $"), "{found}");
        for card in ["paid_card", "adopted_card", "card_after_kill"] {
            assert!(text(&found, card).contains("Ready"), "{found}");
        }
        let opened = PathBuf::from(text(&found, "opened"));
        assert!(opened.starts_with(bench.library().join("clips")) && opened.is_file(), "{found}");
        assert!(opened.starts_with(text(&found, "revealed")), "{found}");
    });
    for prompt in [paid, lost, killed] {
        assert_eq!(bench.practice.submits_of(prompt), 1, "{prompt}");
    }
    assert_eq!(bench.practice.submits().len(), 3);
    assert_eq!(files_below(&bench.library().join("clips")).len(), 3);
    no_file_holds_a_key(&desktop);
}

#[test]
fn a_bare_desktop_says_what_it_lacks_and_works_all_the_same() {
    let bench = Bench::new();
    let desktop = Desktop::new("bare_desktop", bench.library());
    let child =
        desktop.start(false, &[("RUSHES_APIIN_URL", bench.practice.apiin_url().as_str()), ("CANARY_APIIN", APIIN_KEY)]);
    let found = desktop.found(child);
    assert!(text(&found, "no_store").contains("no password store running"), "{found}");
    assert!(text(&found, "no_picker").contains("Type or paste the path"), "{found}");
    assert_eq!(found["idle_frames"], 0, "an idle window with a card in focus paints: {found}");
    assert_eq!(bench.practice.submits().len(), 1);
    assert_eq!(files_below(&bench.library().join("clips")).len(), 1);
    no_file_holds_a_key(&desktop);
}

#[test]
fn the_component_sheet_shows_every_widget_and_touches_no_library() {
    let library = tempfile::tempdir().expect("a folder for the library");
    fs::write(library.path().join("settings.toml"), "theme = \"light\"\n").expect("settings");
    let desktop = Desktop::new("components", library.path().to_owned());
    let found = desktop.found(desktop.start(false, &[]));
    let names: Vec<&str> = found["names"].as_array().expect("names").iter().filter_map(Value::as_str).collect();
    for name in
        ["Generate", "Resolution: 720p", "mixed", "Error", "Seed: Random", "Card size", "All, 42", "Not allowed"]
    {
        assert!(names.contains(&name), "{name} is missing in {names:?}");
    }
    for name in ["Use everything", "One frame on", "Downloading", "Rating", "Position", "Undo", "Save the key"] {
        assert!(names.contains(&name), "{name} is missing in {names:?}");
    }
    assert_eq!(found["idle_frames"], 0, "the sheet paints while nothing happens");
    let light = rushes::ui::tokens::of_theme(egui::Theme::Light).color.bg_gallery;
    assert!(light.to_hex().starts_with(&format!("#{}", text(&found, "corner"))), "{found}");
    let left: Vec<_> = files_below(library.path()).into_iter().map(|(path, _)| path).collect();
    assert_eq!(left, [library.path().join("settings.toml")], "the window made files");
}

/// A library with one order that waits in the queue, of which the program that made it was killed; `None` where the order had
/// left the queue by then.
fn queued_order() -> Option<Bench> {
    let bench = Bench::new();
    let mut generate = bench.command(&["generate", PROMPT, "--gateway", "apiin", "--json"]);
    generate.env("RUSHES_APIIN_URL", "http://127.0.0.1:1/api/v1");
    let mut generate = generate.spawn().expect("the program starts");
    let mut lines = BufReader::new(generate.stdout.take().expect("a pipe")).lines().map(|line| line.expect("text"));
    assert!(lines.any(|line| line.contains("\"event\":\"waiting\"")), "the order is queued");
    generate.kill().expect("a child of ours");
    generate.wait().expect("a killed child ends");
    (bench.job()["state"] == "queued").then_some(bench)
}

/// An order without a key may wait for days: nothing on the screen changes meanwhile, so nothing is painted.
#[test]
fn a_held_order_lets_the_window_sleep() {
    // On a busy machine the end may come so late that the order is being sent once more. Then another one is made.
    let bench = (0..5).find_map(|_| queued_order()).expect("an order that waits in the queue");

    let frames = bench.dir.path().join("frames");
    let log = File::create(bench.dir.path().join("log")).expect("a log file");
    let template = bench.command(&[]);
    let mut command = Command::new("timeout");
    command.args(["-k", "5", "90", "xvfb-run", "-a", "-s", "-screen 0 1440x900x24"]).arg(env!("CARGO_BIN_EXE_rushes"));
    command.env_clear();
    for (name, value) in template.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        command.env(name, value);
    }
    let mut window = command
        .env_remove("APIIN_API_KEY")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .env("RUSHES_FRAME_LOG", &frames)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a second handle"))
        .stderr(log)
        .spawn()
        .expect("timeout is part of every Linux");
    let painted = || fs::metadata(&frames).map_or(0, |meta| meta.len());
    let (deadline, still) = (Instant::now() + Duration::from_secs(60), Duration::from_secs(4));
    let (mut last, mut since) = (painted(), Instant::now());
    let mut slept = false;
    while !slept && Instant::now() < deadline && window.try_wait().expect("a child of ours").is_none() {
        std::thread::sleep(Duration::from_millis(50));
        if painted() != last {
            (last, since) = (painted(), Instant::now());
        }
        // The time is what is measured here: a frame each second would come in between.
        slept = last > 0 && since.elapsed() >= still;
    }
    let end = Command::new("kill").arg(window.id().to_string()).status();
    assert!(end.is_ok_and(|status| status.success()), "the window was open");
    window.wait().expect("it ends");
    let said = fs::read_to_string(bench.dir.path().join("log")).unwrap_or_default();
    assert!(slept, "{last} frames were painted, and no end of it\n{said}");
}

#[test]
fn without_a_display_the_window_says_so_and_makes_nothing() {
    let bench = Bench::new();
    let ran = Ran::of(bench.command(&[]));
    assert_eq!(ran.code, 8, "{ran:?}");
    assert!(
        ran.stderr.contains("There is no display for the window") && ran.stderr.contains("rushes --help"),
        "{ran:?}"
    );
    assert!(!ran.stderr.contains(".rs:"), "a place in the sources helps nobody: {ran:?}");
    assert!(!bench.library().join("library.db").exists(), "a library was made for nothing");
}
