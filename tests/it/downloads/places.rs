//! Folders and names that cannot be written: the job stays ready to be fetched, says so, and goes on when it is mended.

use std::fs;

use rushes::engine::machine::FetchFailure;
use rushes::gateway::Http;

use super::host::{Framing, Host, Step, honest};
use super::{Download, films};

async fn host() -> Host {
    let film = films()[0].bytes.clone();
    Host::start(move |asked| honest(asked, &film, "\"v1\"", Framing::Stated)).await
}

/// The failure has to be one of the disk, with these words.
fn is_disk(failure: &FetchFailure, words: &str) {
    assert!(matches!(failure, FetchFailure::Disk(reason) if reason.contains(words)), "{words}: {failure:?}");
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_told_and_used_when_it_can() {
    let http = Http::new().expect("HTTP");
    let mut tried = 0;

    // A file stands in the place of the folder.
    let host = host().await;
    let link = host.link("/x.mp4");
    let mut download = Download::new(&http);
    fs::write(download.clips(), b"a file").expect("room");
    is_disk(&download.fetch(&link).await.expect_err("no folder"), "");
    fs::remove_file(download.clips()).expect("ours");
    let clip = download.fetch(&link).await.expect("it is mended");
    assert_eq!(download.faults(&clip, &[&films()[0].bytes]), None);
    tried += 1;

    // The name is longer than disks take it.
    let mut download = Download::new(&http);
    download.file_name = format!("{}.mp4", "n".repeat(300));
    is_disk(&download.fetch(&link).await.expect_err("too long"), "the disk does not take its name");
    download.file_name = super::NAME.to_owned();
    let clip = download.fetch(&link).await.expect("it is mended");
    assert_eq!(download.faults(&clip, &[&films()[0].bytes]), None);
    tried += 1;

    // A folder in which nothing may be made.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mut download = Download::new(&http);
        fs::create_dir(download.clips()).expect("room");
        fs::set_permissions(download.clips(), fs::Permissions::from_mode(0o555)).expect("ours");
        // A superuser may write everywhere.
        if fs::write(download.clips().join("probe"), b"").is_err() {
            is_disk(&download.fetch(&link).await.expect_err("read-only"), "the clip folder may not be written");
            tried += 1;
        }
        fs::set_permissions(download.clips(), fs::Permissions::from_mode(0o755)).expect("ours");
        drop(fs::remove_file(download.clips().join("probe")));
        let clip = download.fetch(&link).await.expect("it is mended");
        assert_eq!(download.faults(&clip, &[&films()[0].bytes]), None);
    }
    println!("bar R-23: places that were not waited for 0 in {tried} runs");
}

/// The folder is removed in the middle of a download: nothing wrong is named, and the next try begins anew.
#[tokio::test]
async fn a_folder_that_is_removed_on_the_way_is_made_again() {
    let http = Http::new().expect("HTTP");
    let film = films()[0].bytes.clone();
    let mut download = Download::new(&http);
    let clips = download.clips();
    let bytes = film.clone();
    let host = Host::start(move |asked| {
        if asked.number > 0 {
            // The film was begun, so that there is a folder.
            fs::remove_dir_all(&clips).ok();
        }
        match asked.number {
            0 => vec![Step::Send(
                [
                    format!("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {}\r\n\r\n", bytes.len()).as_bytes(),
                    &bytes[..500],
                ]
                .concat(),
            )],
            1 => honest(asked, &bytes, "\"v1\"", Framing::Stated),
            _ => Vec::new(),
        }
    })
    .await;
    let link = host.link("/x.mp4");
    let first = download.fetch(&link).await.expect_err("cut");
    assert!(matches!(first, FetchFailure::Trouble { .. }), "{first:?}");
    is_disk(&download.fetch(&link).await.expect_err("the folder is gone"), "");
    assert_eq!(download.named(), Vec::<String>::new());

    let host = self::host().await;
    let clip = download.fetch(&host.link("/x.mp4")).await.expect("from the beginning");
    assert_eq!(download.faults(&clip, &[&film]), None);
    assert_eq!(host.asked()[0].from, None, "nothing is left to go on from");
}

/// A name that is taken by a stranger, or planted as a link out of the folder, is never written.
#[cfg(unix)]
#[tokio::test]
async fn names_that_are_taken_stay_as_they_are() {
    let http = Http::new().expect("HTTP");
    let host = host().await;
    let mut download = Download::new(&http);
    fs::create_dir(download.clips()).expect("room");
    let outside = download.folder.path().join("outside");
    fs::write(&outside, b"mine").expect("room");
    std::os::unix::fs::symlink(&outside, download.clips().join(".boat.mp4.part")).expect("a link");
    std::os::unix::fs::symlink(&outside, download.clips().join("boat.mp4")).expect("a link");
    let clip = download.fetch(&host.link("/x.mp4")).await.expect("a film");
    assert_eq!(clip.path.to_str(), Some("boat (2).mp4"));
    assert_eq!(fs::read(&outside).expect("the file"), b"mine");
}
