//! Names of clip files: ours, readable, safe on every system, never from the network.

use super::id::JobId;
use super::request::GenerationRequest;

/// Longest part that is taken from the prompt, in bytes.
const MAX_WORDS_BYTES: usize = 48;

/// The file name of a clip, made of the local date, words of the prompt, the settings and the short id: `2026-06-04
/// a-paper-boat-drifts 720p 8s 16x9 8f3ac1e2.mp4`.
///
/// ASCII letters and digits of the prompt are kept; prompts in other scripts give a name without words. The short id
/// makes the name unique; whoever writes the file still refuses to overwrite.
pub fn clip_file_name(local_date: &str, request: &GenerationRequest, id: JobId) -> String {
    let words = slug(request.prompt());
    let date: String = local_date.chars().filter(|c| c.is_ascii_digit() || *c == '-').take(10).collect();
    let settings = format!(
        "{} {}s {}",
        request.resolution(),
        request.duration().secs(),
        request.aspect_ratio().name().replace(':', "x")
    );
    let id = id.short();
    if words.is_empty() { format!("{date} {settings} {id}.mp4") } else { format!("{date} {words} {settings} {id}.mp4") }
}

/// The prompt as lower-case words joined by dashes, cut at a word's end.
fn slug(prompt: &str) -> String {
    let lower = prompt.to_lowercase();
    let mut slug = String::new();
    for word in lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = &word[..word.len().min(MAX_WORDS_BYTES)];
        if slug.len() + 1 + word.len() > MAX_WORDS_BYTES {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::request::Draft;

    fn name(prompt: &str) -> String {
        let request = Draft { prompt: prompt.to_owned(), ..Draft::default() }.to_request().expect("a prompt");
        clip_file_name("2026-06-04", &request, JobId(Uuid::from_u128(0x018f_8f3a_c1e2)))
    }

    #[test]
    fn names_can_be_read() {
        assert_eq!(
            name("A paper boat drifts down a rain-wet street at night, neon"),
            "2026-06-04 a-paper-boat-drifts-down-a-rain-wet-street-at 720p 5s 16x9 8f3ac1e2.mp4"
        );
        assert_eq!(name("日本の海"), "2026-06-04 720p 5s 16x9 8f3ac1e2.mp4");
        assert_eq!(name("../../etc/passwd"), "2026-06-04 etc-passwd 720p 5s 16x9 8f3ac1e2.mp4");
    }

    /// Words that have led programs out of their folders, or into their devices.
    const HARM: &[&str] = &[
        "../",
        "..\\",
        "/etc/passwd",
        "C:\\",
        "\\\\server\\share",
        "\0",
        "CON",
        "con.mp4",
        "nul",
        "AUX.",
        "COM1",
        "lpt9",
        "PRN ",
        "CONIN$",
        "clock$",
        "%2e%2e%2f",
        "....//",
        "~",
        "$HOME",
        "`id`",
        "$(id)",
        ";rm",
        "|",
        "&",
        ">",
        "<",
        "\"",
        "'",
        "*",
        "?",
        ":",
        "\u{202e}",
        "\u{200b}",
        "\u{feff}",
        "\r\n",
        "\t",
        "\u{1b}[31m",
        ". ",
        " .",
        "...",
        "-rf",
        "--",
        "a\u{301}",
        "ﬁ",
        "İ",
        "ß",
        "\u{ff0e}\u{ff0e}\u{ff0f}",
        "\u{2215}",
        "🎬",
        "日本",
        "\u{7f}",
        "\u{85}",
        "::$DATA",
    ];

    #[test]
    fn names_of_hostile_prompts_stay_in_their_folder() {
        let mut random = crate::domain::random::Random(7);
        let mut longest = 0;
        for _ in 0..100_000 {
            let pieces = 1 + random.draw() % 12;
            let mut prompt = String::new();
            for _ in 0..pieces {
                match random.draw() % 4 {
                    0 => prompt.extend(char::from_u32(random.draw_u32() % 0x11_0000)),
                    1 => prompt.push_str(&"a".repeat((random.draw() % 300) as usize)),
                    _ => prompt.push_str(HARM[random.draw() as usize % HARM.len()]),
                }
            }
            let draft = Draft { prompt, ..Draft::default() };
            let Ok(request) = draft.to_request() else { continue };
            let id = JobId(Uuid::from_u128(u128::from(random.draw()) << 64 | u128::from(random.draw())));
            let name = clip_file_name("2026-06-04", &request, id);
            longest = longest.max(name.len());

            let path = std::path::Path::new(&name);
            assert_eq!(path.components().count(), 1, "{name:?}");
            assert!(matches!(path.components().next(), Some(std::path::Component::Normal(_))), "{name:?}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.')), "{name:?}");
            assert!(name.len() <= 255 && name.ends_with(&format!(" {}.mp4", id.short())), "{name:?}");
            assert!(!name.starts_with(['.', '-', ' ', '~']), "{name:?}");
            assert_eq!(name.matches('.').count(), 1, "{name:?}");
            let stem = name.split(['.', ' ']).next().unwrap_or_default().to_ascii_lowercase();
            let devices = ["con", "prn", "aux", "nul", "com", "lpt", "clock"];
            let is_device = devices.iter().any(|device| stem.starts_with(device) && stem.len() <= device.len() + 2);
            assert!(!is_device, "{name:?}");
        }
        println!("bar S-23: 0 of 100000 names leave their folder; the longest has {longest} bytes");
    }

    proptest! {
        #[test]
        fn names_are_safe_everywhere(prompt in "\\PC{1,300}") {
            prop_assume!(!prompt.trim().is_empty());
            let name = name(&prompt);
            prop_assert!(name.len() <= 120 && name.is_ascii());
            prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.')));
            prop_assert!(name.starts_with("2026-06-04 ") && name.ends_with(" 8f3ac1e2.mp4"));
            prop_assert_eq!(name.matches('.').count(), 1);
        }
    }
}
