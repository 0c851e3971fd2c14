use super::*;
use crate::domain::settings::{Aid, Theme};

/// Reads one line and returns the settings with the paths of the warnings.
fn parse(text: &str) -> (Settings, Vec<String>) {
    let (settings, warnings) = super::parse(text);
    for warning in &warnings {
        assert!(!warning.expected.is_empty() && !warning.found.is_empty(), "{warning}");
    }
    (settings, warnings.into_iter().map(|warning| warning.path).collect())
}

fn changed(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings);
    settings
}

/// An option given well; the same with a wrong value and a wrong type falls back to the default with one warning.
#[track_caller]
fn check(good: &str, expected: impl FnOnce(&mut Settings), path: &str, bad: &[&str]) {
    let expected = changed(expected);
    assert_ne!(expected, Settings::default(), "the good value shows nothing: {good}");
    assert_eq!(parse(good), (expected.clone(), vec![]), "{good}");
    for bad in bad {
        assert_eq!(parse(bad), (Settings::default(), vec![path.to_owned()]), "{bad}");
    }

    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("settings.toml");
    save(&expected, &file).expect("a writable folder");
    assert_eq!(load(&file), (expected, vec![]), "{good}");
}

#[cfg(unix)]
#[test]
fn clip_folder() {
    check(
        r#"clip_folder = "/srv/films é""#,
        |s| s.clip_folder = Some("/srv/films é".into()),
        "clip_folder",
        &[r#"clip_folder = "films""#, r#"clip_folder = """#, "clip_folder = 3"],
    );
}

#[test]
fn theme() {
    check(r#"theme = "light""#, |s| s.theme = Theme::Light, "theme", &[r#"theme = "pink""#, "theme = true"]);
    assert_eq!(parse(r#"theme = "dark""#).0.theme, Theme::Dark);
    assert_eq!(parse(r#"theme = "system""#), (Settings::default(), vec![]));
}

#[test]
fn interface_scale() {
    check(
        "interface_scale = 200",
        |s| s.interface_scale = 200,
        "interface_scale",
        &["interface_scale = 79", "interface_scale = 201", "interface_scale = 1.5", r#"interface_scale = "100""#],
    );
    assert_eq!(parse("interface_scale = 80").0.interface_scale, 80);
}

#[test]
fn sound() {
    check(
        "[sound]\nvolume = 35",
        |s| s.sound.volume = 35,
        "sound.volume",
        &["[sound]\nvolume = 101", "[sound]\nvolume = -1", "[sound]\nvolume = \"loud\""],
    );
    check("[sound]\nmuted = true", |s| s.sound.is_muted = true, "sound.muted", &["[sound]\nmuted = 1"]);
    assert_eq!(parse("[sound]\nvolume = 0").0.sound.volume, 0);
    assert_eq!(parse("[sound]\nloud = 1").1, ["sound.loud"]);
}

#[test]
fn practice_enabled() {
    check(
        "practice_enabled = false",
        |s| s.practice_enabled = false,
        "practice_enabled",
        &["practice_enabled = 1", r#"practice_enabled = "no""#],
    );
}

#[test]
fn chosen_gateway() {
    check(
        r#"gateway = "apiin""#,
        |s| (s.chosen_gateway, s.is_welcomed) = (Some(GatewayId::Apiin), true),
        "gateway",
        &[r#"gateway = "elsewhere""#, "gateway = 1"],
    );
}

#[test]
fn whoever_chose_a_gateway_with_an_older_version_was_welcomed() {
    check("welcomed = true", |s| s.is_welcomed = true, "welcomed", &["welcomed = 1", r#"welcomed = "yes""#]);
    let of = |text: &str| parse(text).0.is_welcomed;
    assert!(of(r#"gateway = "practice""#));
    assert!(!of("gateway = \"practice\"\nwelcomed = false"));
    assert!(!of(r#"theme = "dark""#));
}

#[test]
fn window() {
    check(
        "window.size = [1280, 800]",
        |s| s.window_size = Some((1280, 800)),
        "window.size",
        &[
            "window.size = [1280]",
            "window.size = [1280, 10]",
            r#"window.size = "1280x800""#,
            "window.size = [99999, 800]",
        ],
    );
    check(
        "[window]\nform_width = 400",
        |s| s.form_width = 400,
        "window.form_width",
        &["window.form_width = 401", "window.form_width = 271", "window.form_width = false"],
    );
    check(
        "[window]\ndetails_width = 280",
        |s| s.details_width = 280,
        "window.details_width",
        &["window.details_width = 481", "window.details_width = 279", "window.details_width = []"],
    );
    assert_eq!(parse("window = 3"), (Settings::default(), vec!["window".to_owned()]));
}

#[test]
fn gateways() {
    check(
        "[gateways.apiin]\nbase_url = \"https://example.org/v1\"",
        |s| s.apiin.base_url = Some("https://example.org/v1".to_owned()),
        "gateways.apiin.base_url",
        &[
            "[gateways.apiin]\nbase_url = \"example.org\"",
            "[gateways.apiin]\nbase_url = \"file:///etc\"",
            "[gateways.apiin]\nbase_url = \"https://user:word@example.org\"",
            "[gateways.apiin]\nbase_url = 1",
        ],
    );
    check(
        "[gateways.aigateway]\nat_once = 8",
        |s| s.aigateway.at_once = 8,
        "gateways.aigateway.at_once",
        &[
            "[gateways.aigateway]\nat_once = 0",
            "[gateways.aigateway]\nat_once = 9",
            "[gateways.aigateway]\nat_once = \"2\"",
        ],
    );
    check(
        "gateways.aigateway.send_undocumented = true",
        |s| s.aigateway.send_undocumented = true,
        "gateways.aigateway.send_undocumented",
        &["gateways.aigateway.send_undocumented = \"true\"", "gateways.aigateway.send_undocumented = 1"],
    );
    assert_eq!(parse("gateways.apiin = 1").1, ["gateways.apiin"]);
    assert_eq!(parse("gateways = []").1, ["gateways"]);
}

#[test]
fn credit_value() {
    let value = CreditValue::new(Money(1_234_567_890_000), Credits(10_000));
    check(
        "gateways.apiin.credit_value = { paid = \"1234567.89\", credits = 10000 }",
        |s| s.apiin.credit_value = value,
        "gateways.apiin.credit_value",
        &["gateways.apiin.credit_value = 0.002"],
    );
    for (bad, path) in [
        ("{ paid = \"0\", credits = 10 }", "paid"),
        ("{ paid = 20, credits = 10 }", "paid"),
        ("{ paid = \"20\", credits = 0 }", "credits"),
        ("{ paid = \"20\", credits = \"10\" }", "credits"),
    ] {
        let text = format!("gateways.apiin.credit_value = {bad}");
        assert_eq!(parse(&text), (Settings::default(), vec![format!("gateways.apiin.credit_value.{path}")]), "{text}");
    }
}

#[test]
fn a_bad_value_costs_only_itself() {
    let (settings, warnings) =
        parse("theme = \"dark\"\ninterface_scale = 1000\nshiny = 1\n[gateways.other]\nkey = 1\n");
    assert_eq!(settings, changed(|s| s.theme = Theme::Dark));
    assert_eq!(warnings, ["interface_scale", "gateways.other", "shiny"]);
}

#[test]
fn a_missing_file_is_no_warning_and_an_unreadable_one_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("settings.toml");
    assert_eq!(load(&file), (Settings::default(), vec![]));
    for broken in [&b"theme = \n"[..], b"\xff\xfe", b"[[["] {
        std::fs::write(&file, broken).expect("a writable folder");
        let (settings, warnings) = load(&file);
        assert_eq!(settings, Settings::default());
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].to_string().starts_with("settings.toml cannot be read"), "{}", warnings[0]);
        save(&settings, &file).expect("a writable folder");
        let kept = std::fs::read(dir.path().join("settings.toml.unreadable")).expect("the old file is kept");
        assert_eq!(kept, broken);
    }
}

#[test]
fn writing_keeps_comments_order_and_unknown_keys() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("settings.toml");
    let text = "\
# Mine.
shiny = 1 # not yours
interface_scale = 120 # tired eyes

# Gateways follow.
[gateways.apiin] # credits
at_once = 3
credit_value = { paid = \"20\", credits = 10000 }

[window]
form_width = 300
# nothing below
";
    std::fs::write(&file, text).expect("a writable folder");
    let (mut settings, _) = load(&file);
    save(&settings, &file).expect("a writable folder");
    let same = std::fs::read_to_string(&file).expect("written");
    assert_eq!(load(&file).0, settings);
    for part in [
        "# Mine.\nshiny = 1 # not yours\ninterface_scale = 120 # tired eyes\n",
        "# Gateways follow.\n[gateways.apiin] # credits\nat_once = 3\n",
        "# nothing below",
    ] {
        assert!(same.contains(part), "{part:?} is missing in\n{same}");
    }

    settings.interface_scale = 100;
    settings.theme = Theme::Dark;
    settings.apiin.at_once = 2;
    save(&settings, &file).expect("a writable folder");
    let new = std::fs::read_to_string(&file).expect("written");
    assert_eq!(load(&file).0, settings);
    for part in
        ["# Mine.\nshiny = 1 # not yours\ninterface_scale = 100 # tired eyes\n", "theme = \"dark\"", "at_once = 2\n"]
    {
        assert!(new.contains(part), "{part:?} is missing in\n{new}");
    }
}

#[test]
fn defaults_are_not_written_down() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("deep/settings.toml");
    save(&changed(|s| s.theme = Theme::Light), &file).expect("the folder is made");
    assert_eq!(std::fs::read_to_string(&file).expect("written"), "theme = \"light\"\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().expect("written").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn the_look_of_the_gallery() {
    let gallery = |line: &str| format!("[gallery]\n{line}");
    check(
        &gallery(r#"sort = "longest""#),
        |s| s.look.sort_by = SortBy::Longest,
        "gallery.sort",
        &[&gallery(r#"sort = "best""#), &gallery("sort = 1")],
    );
    check(
        &gallery(r#"view = "wall""#),
        |s| s.look.view = View::Wall,
        "gallery.view",
        &[&gallery(r#"view = "list""#), &gallery("view = true")],
    );
    check(
        &gallery(r#"card_size = "large""#),
        |s| s.look.card_size = CardSize::Large,
        "gallery.card_size",
        &[&gallery(r#"card_size = "huge""#), &gallery("card_size = 184")],
    );
    check(
        &gallery(r#"project = "Spring film""#),
        |s| s.look.project = ProjectChoice::Only(Project::new("Spring film").expect("a name")),
        "gallery.project",
        &[&gallery(r#"project = "a/b""#), &gallery("project = 1")],
    );
    check(&gallery(r#"project = """#), |s| s.look.project = ProjectChoice::None, "gallery.project", &[]);
    assert_eq!(parse(&gallery("columns = 3")).1, ["gallery.columns"]);
}

#[test]
fn keys() {
    let quick = |s: &mut Settings| {
        s.hands.keys.insert("quick_look".to_owned(), "Ctrl+Shift+K".to_owned());
        s.hands.keys.insert("compare".to_owned(), String::new());
    };
    check(
        "[keys]\nquick_look = \"Ctrl+Shift+K\"\ncompare = \"\"",
        quick,
        "keys.compare",
        &["[keys]\ncompare = 3", "[keys]\ncompare = [\"C\"]"],
    );
    assert_eq!(parse("keys = 3").1, ["keys"]);
}

#[test]
fn a_key_that_was_reset_leaves_the_file_and_what_stands_beside_it_stays() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("settings.toml");
    std::fs::write(&file, "[keys]\n# left hand\ncompare = \"V\"\nodd = 3\n").expect("written");
    let (mut settings, _) = load(&file);
    settings.hands.keys.clear();
    save(&settings, &file).expect("a writable folder");
    assert_eq!(std::fs::read_to_string(&file).expect("read"), "[keys]\nodd = 3\n");
}

#[test]
fn help_for_eyes_and_messages() {
    let bad = |name: &str| [format!("{name} = \"maybe\""), format!("{name} = 1")];
    for (name, good) in [("reduced_motion", "on"), ("high_contrast", "off")] {
        let bad = bad(name);
        let set = |s: &mut Settings| match name {
            "reduced_motion" => s.hands.reduced_motion = Aid::On,
            _ => s.hands.high_contrast = Aid::Off,
        };
        check(&format!("{name} = \"{good}\""), set, name, &[&bad[0], &bad[1]]);
    }
    for tells in [true, false] {
        let bad = bad("notifications");
        check(
            &format!("notifications = {tells}"),
            |s| s.hands.tells = Some(tells),
            "notifications",
            &[&bad[0], &bad[1]],
        );
    }
}
