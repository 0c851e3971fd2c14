//! The pictures of a command: files of this computer or web addresses, for the first frame and for the last.

use std::ffi::OsStr;
use std::path::Path;

use url::Url;

use super::arguments::Settings;
use crate::domain::list::PictureFiles;
use crate::domain::request::Field;
use crate::domain::{Draft, InputPicture, Problem, path_text};

/// The pictures of a command that are files of this computer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Files<'a> {
    start: Option<&'a Path>,
    end: Option<&'a Path>,
}

impl<'a> Files<'a> {
    /// All of them as a list names them, with their whole paths.
    pub(super) fn named(self) -> PictureFiles {
        let name = |file: &Path| {
            let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
            path_text::to_text(&whole).into_owned()
        };
        PictureFiles { start: self.start.map(name), end: self.end.map(name) }
    }

    /// All of them, each with the field that it belongs to.
    pub(super) fn all(self) -> impl Iterator<Item = (Field, &'a Path)> {
        let named = [(Field::Picture, self.start), (Field::EndPicture, self.end)];
        named.into_iter().filter_map(|(field, file)| Some((field, file?)))
    }
}

/// Puts web addresses into the draft; returns the paths where pictures are files.
pub(super) fn take_pictures<'a>(draft: &mut Draft, settings: &'a Settings) -> Files<'a> {
    Files {
        start: take_picture(&mut draft.picture, settings.image.as_deref()),
        end: take_picture(&mut draft.end_picture, settings.end_image.as_deref()),
    }
}

fn take_picture<'a>(taken: &mut Option<InputPicture>, image: Option<&'a OsStr>) -> Option<&'a Path> {
    let image = image?;
    // A name that is no UTF-8 is no address.
    let Some(address) = image.to_str() else { return Some(Path::new(image)) };
    // `C:\shot.png` parses as a URL of scheme `c`, hence the list.
    let is_address = Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "ftp" | "data"));
    if is_address {
        *taken = Some(InputPicture::WebAddress(address.to_owned()));
        return None;
    }
    Some(Path::new(image))
}

/// The draft as it will be once the files are read, for rules that only ask whether there is a picture. What stands in for
/// a file is never sent or stored.
pub(super) fn draft_with(draft: &Draft, files: &Files<'_>) -> Draft {
    files.named().stand_in(draft)
}

/// A problem with one of the pictures.
pub(super) fn picture_problem(field: Field, message: String) -> Problem {
    Problem { field, message: message.trim_end_matches('.').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::GatewayId;

    #[test]
    fn files_and_addresses_go_where_they_belong() {
        let web = |text: &str| Some(InputPicture::WebAddress(text.to_owned()));
        for (start, end, files, draft) in [
            (Some("a.jpg"), Some("b.png"), vec![(Field::Picture, "a.jpg"), (Field::EndPicture, "b.png")], [None, None]),
            (
                Some("https://a.example/1.jpg"),
                Some("b.png"),
                vec![(Field::EndPicture, "b.png")],
                [web("https://a.example/1.jpg"), None],
            ),
            (
                Some("a.jpg"),
                Some("http://a.example/2.jpg"),
                vec![(Field::Picture, "a.jpg")],
                [None, web("http://a.example/2.jpg")],
            ),
            (Some("C:\\shot.png"), None, vec![(Field::Picture, "C:\\shot.png")], [None, None]),
            (None, None, vec![], [None, None]),
        ] {
            let mut typed = Draft::default();
            let found = Files {
                start: take_picture(&mut typed.picture, start.map(OsStr::new)),
                end: take_picture(&mut typed.end_picture, end.map(OsStr::new)),
            };
            let found: Vec<_> = found.all().map(|(field, path)| (field, path.to_str().expect("text"))).collect();
            assert_eq!(found, files);
            assert_eq!([typed.picture, typed.end_picture], draft);
        }
    }

    #[test]
    fn a_file_counts_as_a_picture_before_it_is_read() {
        let typed = Draft { prompt: "a boat".to_owned(), gateway: GatewayId::Pixverse, ..Draft::default() };
        let end = Files { start: None, end: Some(Path::new("end.png")) };
        let problems = draft_with(&typed, &end).to_request().expect_err("an end without a start");
        assert_eq!(problems[0].field, Field::EndPicture);
        let both = Files { start: Some(Path::new("start.png")), ..end };
        let draft = draft_with(&typed, &both);
        assert!(draft.to_request().is_ok() && draft.end_picture.is_some());
    }
}
