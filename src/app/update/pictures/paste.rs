//! What pasted text is: a web address, files, perhaps a recipe, or words.

use std::path::PathBuf;

/// Longest text that is looked at as an address or as files, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// What a pasted text may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pasted {
    /// White space only.
    Nothing,
    /// One address of the web, which a gateway can fetch.
    Address(String),
    /// Names of files; whether they are there is not known.
    Files(Vec<PathBuf>),
    /// JSON, which may be a recipe.
    MayBeRecipe,
    /// Anything else.
    Words,
}

pub(super) fn what(text: &str) -> Pasted {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Pasted::Nothing;
    }
    if trimmed.starts_with('{') && trimmed.ends_with('}') {
        return Pasted::MayBeRecipe;
    }
    if trimmed.len() > MOST_BYTES {
        return Pasted::Words;
    }
    let is_address = trimmed.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    if is_address && trimmed.len() > 8 && !trimmed.contains(char::is_whitespace) {
        return Pasted::Address(trimmed.to_owned());
    }
    // File managers put the word before the list.
    let mut lines: Vec<&str> = trimmed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > 1 && matches!(lines[0], "copy" | "cut") {
        lines.remove(0);
    }
    let files: Option<Vec<PathBuf>> = lines.into_iter().map(file).collect();
    match files {
        Some(files) if !files.is_empty() => Pasted::Files(files),
        _ => Pasted::Words,
    }
}

/// A line that names a file: a whole path, in quotes or not, or a `file:` address.
fn file(line: &str) -> Option<PathBuf> {
    let scheme = line.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("file://"));
    if scheme.is_some() {
        return url::Url::parse(line).ok()?.to_file_path().ok();
    }
    let quoted = ['"', '\''].into_iter().find_map(|quote| line.strip_prefix(quote)?.strip_suffix(quote));
    let path = PathBuf::from(quoted.unwrap_or(line));
    path.is_absolute().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_known_by_its_shape() {
        let files = |files: &[&str]| Pasted::Files(files.iter().map(PathBuf::from).collect());
        let address = |text: &str| Pasted::Address(text.to_owned());
        for (text, what) in [
            ("  \n ", Pasted::Nothing),
            ("https://example.com/boat.jpg\n", address("https://example.com/boat.jpg")),
            ("HTTPS://example.com/a?b=c", address("HTTPS://example.com/a?b=c")),
            // A gateway could not fetch these, and words about an address are words.
            ("http://example.com/boat.jpg", Pasted::Words),
            ("https://", Pasted::Words),
            ("https://example.com is where the boat is", Pasted::Words),
            ("/home/ada/boat.jpg", files(&["/home/ada/boat.jpg"])),
            ("'/home/ada/a boat.jpg'", files(&["/home/ada/a boat.jpg"])),
            ("file:///home/ada/a%20boat.jpg\r\nfile:///tmp/b.png\r\n", files(&["/home/ada/a boat.jpg", "/tmp/b.png"])),
            ("copy\nfile:///tmp/b.png", files(&["/tmp/b.png"])),
            ("file:///home/ada/b%C3%A9.png", files(&["/home/ada/bé.png"])),
            ("/imagine a boat\non the sea", Pasted::Words),
            ("copy", Pasted::Words),
            ("{\"prompt\":\"a boat\"}", Pasted::MayBeRecipe),
            ("A boat, low angle", Pasted::Words),
        ] {
            if cfg!(windows) && matches!(what, Pasted::Files(_)) {
                continue;
            }
            assert_eq!(super::what(text), what, "{text:?}");
        }
    }
}
