//! What a download may take: of time, of the disk, and of memory.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rushes::engine::download::{DownloadLimits, FreeSpace, RateLimits};
use rushes::engine::machine::FetchFailure;
use rushes::gateway::Http;

use super::host::{Framing, Host, Step, answer, honest};
use super::{Download, films, runs};
use crate::support::film::small_film;

const MIB: u64 = 1 << 20;

/// Rates for tests: what is a minute for users takes less than a second.
fn quick() -> RateLimits {
    RateLimits { silence: Duration::from_millis(300), window: Duration::from_millis(600), window_bytes: 60_000 }
}

#[tokio::test]
async fn a_stalled_download_ends_and_goes_on_later() {
    let http = Http::new().expect("HTTP");
    let film = &films()[0].bytes;
    let silence = || vec![Step::Hold];
    let trickle = || vec![Step::Repeat(vec![0], Duration::from_millis(20))];
    let count = runs(4);
    let (mut resumed, mut longest) = (0, Duration::ZERO);
    for run in 0..count {
        for (what, stall) in [("silence", silence as fn() -> Vec<Step>), ("a trickle", trickle)] {
            let place = 8 + (run * 7919) % (film.len() / 2);
            let bytes = film.clone();
            let host = Host::start(move |asked| match asked.number {
                0 => {
                    let head = format!("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {}\r\n\r\n", bytes.len());
                    let mut steps = vec![Step::Send([head.as_bytes(), &bytes[..place]].concat())];
                    steps.extend(stall());
                    steps
                }
                _ => honest(asked, &bytes, "\"v1\"", Framing::Stated),
            })
            .await;
            let mut download = Download::new(&http);
            download.limits.rate = quick();
            let link = host.link("/x.mp4");
            let began = Instant::now();
            let failure = download.fetch(&link).await.expect_err(what);
            longest = longest.max(began.elapsed());
            assert_eq!(failure, FetchFailure::Trouble { retry_after: None }, "{what}");
            let kept = download.job.part.as_ref().map_or(0, |part| part.verified_bytes);
            assert!(kept >= place as u64, "{what}: what has arrived is kept, but {kept} of {place}");
            if what == "silence" {
                let clip = download.fetch(&link).await.expect("the rest");
                assert_eq!(download.faults(&clip, &[film]), None, "{what}");
                resumed += usize::from(host.asked()[1].from == Some(place as u64));
            } else {
                resumed += 1;
            }
        }
    }
    println!("bar R-24: stalled downloads resumed {resumed} in {} runs, longest {} ms", 2 * count, longest.as_millis());
    assert_eq!(resumed, 2 * count);
}

#[tokio::test]
async fn a_slow_but_steady_download_is_left_alone() {
    let http = Http::new().expect("HTTP");
    let film = &films()[0].bytes;
    let bytes = film.clone();
    let host = Host::start(move |_| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bytes.len());
        let mut steps = vec![Step::Send(head.into_bytes())];
        // Two windows long, and well above the least rate.
        for piece in bytes.chunks(bytes.len().div_ceil(12)) {
            steps.push(Step::Send(piece.to_vec()));
            steps.push(Step::Pause(Duration::from_millis(100)));
        }
        steps
    })
    .await;
    let mut download = Download::new(&http);
    download.limits.rate = RateLimits { window_bytes: film.len() as u64 / 12, ..quick() };
    let clip = download.fetch(&host.link("/x.mp4")).await.expect("a film");
    assert_eq!(download.faults(&clip, &[film]), None);
}

/// Limits with so many bytes free that the number can be changed on the way, and this reserve.
fn disk_with(free: u64, reserve: u64) -> (DownloadLimits, Arc<AtomicU64>) {
    let room = Arc::new(AtomicU64::new(free));
    let told = Arc::clone(&room);
    let free_space = FreeSpace::told_by(move |_| Some(told.load(Ordering::SeqCst)));
    (DownloadLimits { reserve_bytes: reserve, free_space, ..DownloadLimits::default() }, room)
}

#[tokio::test]
async fn a_disk_without_room_is_noticed_before_the_first_byte_and_waited_for() {
    let http = Http::new().expect("HTTP");
    let film = &films()[0].bytes;
    for framing in [Framing::Stated, Framing::Marked] {
        let bytes = film.clone();
        let host = Host::start(move |asked| honest(asked, &bytes, "\"v1\"", framing)).await;
        let mut download = Download::new(&http);
        let room;
        (download.limits, room) = disk_with(256 * MIB, 256 * MIB);
        let failure = download.fetch(&host.link("/x.mp4")).await.expect_err("no room");
        assert!(
            matches!(&failure, FetchFailure::Disk(reason) if reason.starts_with("the disk is full (")),
            "{failure:?}"
        );
        let left = std::fs::read_dir(download.clips()).expect("a folder").count();
        assert_eq!(left, 0, "nothing is left of it");
        room.store(300 * MIB, Ordering::SeqCst);
        let clip = download.fetch(&host.link("/x.mp4")).await.expect("there is room now");
        assert_eq!(download.faults(&clip, &[film]), None);
    }
}

/// A body without an end: what it fills the disk with is bounded by the reserve.
#[tokio::test]
async fn a_body_without_end_leaves_the_reserve_free() {
    let http = Http::new().expect("HTTP");
    for (validator, is_kept) in [("ETag: \"v1\"\r\n", true), ("", false)] {
        let host = Host::start(move |_| {
            let head = format!("HTTP/1.1 200 OK\r\n{validator}\r\n");
            let junk = [b"\x7f\xff\xff\xfffree".as_slice(), &[7; 64 << 10]].concat();
            vec![
                Step::Send([head.as_bytes(), small_film()].concat()),
                Step::Send(junk),
                Step::Repeat(vec![7; 64 << 10], Duration::ZERO),
            ]
        })
        .await;
        let mut download = Download::new(&http);
        // A model of a disk with 40 MiB beside the reserve: what the part file takes is gone from it.
        let part = download.clips().join(".boat.mp4.part");
        let file = part.clone();
        download.limits = DownloadLimits {
            reserve_bytes: 256 * MIB,
            free_space: FreeSpace::told_by(move |_| {
                Some((296 * MIB).saturating_sub(file.metadata().map_or(0, |meta| meta.len())))
            }),
            ..DownloadLimits::default()
        };
        let failure = download.fetch(&host.link("/x.mp4")).await.expect_err("no room");
        assert!(
            matches!(&failure, FetchFailure::Disk(reason) if reason.starts_with("the disk is full (")),
            "{failure:?}"
        );
        let length = part.metadata().map_or(0, |meta| meta.len());
        assert!(length <= 40 * MIB, "{length}");
        assert_eq!(length > 0, is_kept, "bytes that no later try can go on from are dropped");
        assert!(host.sent() < 60 * MIB);
    }
}

#[tokio::test]
async fn nothing_is_larger_than_the_cap_whatever_the_host_says() {
    const CAP: u64 = 2 * MIB;
    let http = Http::new().expect("HTTP");
    let length = small_film().len() as u64;
    let (mut tried, mut wrong) = (0, 0);
    for run in 0..runs(5) as u64 {
        for headers in [
            // Stated: too much, honestly.
            format!("Content-Length: {}\r\n", CAP + 1 + run),
            format!("Content-Length: {}\r\n", u64::MAX / 2),
            // Not stated, or stated less than what comes.
            String::new(),
            "Transfer-Encoding: chunked\r\n".to_owned(),
            format!("Content-Length: {}\r\n", length + 100_000 + run),
        ] {
            let is_chunked = headers.starts_with("Transfer");
            let host = Host::start(move |_| {
                let head = format!("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n{headers}\r\n");
                let junk = vec![7; 60_000];
                let junk = if is_chunked { [b"ea60\r\n", &junk[..], b"\r\n"].concat() } else { junk };
                let film = if is_chunked {
                    [format!("{length:x}\r\n").as_bytes(), small_film(), b"\r\n"].concat()
                } else {
                    small_film().to_vec()
                };
                vec![Step::Send([head.into_bytes(), film].concat()), Step::Repeat(junk, Duration::ZERO)]
            })
            .await;
            let mut download = Download::new(&http);
            download.max_bytes = CAP;
            let result = download.fetch(&host.link("/x.mp4")).await;
            tried += 1;
            // A body that is longer than it says ends for the program where it says, and then it is a film with stray bytes.
            let is_right = match &result {
                Ok(clip) => clip.size_bytes <= CAP && !is_chunked,
                Err(FetchFailure::BadFile(reason)) => {
                    reason.contains("larger than any clip can be") && download.named().is_empty()
                }
                Err(_) => false,
            };
            wrong += usize::from(!is_right || host.sent() > CAP + 16 * MIB);
        }
    }
    println!("bar R-26: bodies that were too large and taken {wrong} in {tried} runs");
    assert_eq!(wrong, 0);
}

/// Set for the process that measures its own memory: the length of the body in MiB.
const MEMORY: &str = "RUSHES_TEST_DOWNLOAD_MIB";

/// Peak of the memory of this process in KiB, as Linux counts it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(target_os = "linux")]
async fn measure(mib: u64) {
    let http = Http::new().expect("HTTP");
    let fetch = async |mib: u64| {
        let film = small_film();
        let host = Host::start(move |_| {
            let rest = mib * MIB - film.len() as u64;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", mib * MIB);
            let size = u32::try_from(rest).expect("below 4 GiB").to_be_bytes();
            let padding = rest as usize - 8;
            let start = [head.as_bytes(), film, &size, b"free", &vec![7; padding % MIB as usize]].concat();
            vec![Step::Send(start), Step::Times(vec![7; MIB as usize], padding / MIB as usize)]
        })
        .await;
        let mut download = Download::new(&http);
        let clip = download.fetch(&host.link("/x.mp4")).await.expect("a film");
        assert_eq!(clip.size_bytes, mib * MIB);
    };
    // The first one brings in whatever is needed once.
    fetch(2).await;
    let before = peak_kib().expect("Linux");
    fetch(mib).await;
    println!("peak {}", peak_kib().expect("Linux") - before);
}

/// Runs this test alone in a process of its own, which measures itself.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn memory_does_not_grow_with_the_clip() {
    const NAME: &str = "downloads::limits::memory_does_not_grow_with_the_clip";
    if let Some(mib) = std::env::var(MEMORY).ok().and_then(|text| text.parse().ok()) {
        measure(mib).await;
        return;
    }
    let sizes = [10, 100 * runs(1) as u64];
    for mib in sizes {
        let run = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", NAME, "--nocapture"])
            .env(MEMORY, mib.min(3000).to_string())
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
        let grown = said.split("peak ").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        let grown = grown.unwrap_or_else(|| panic!("no number in {said}"));
        println!("bar R-25: memory grew by {grown} KiB in a download of {mib} MiB");
        assert!(grown <= 8 << 10, "{grown} KiB for {mib} MiB");
    }
}

#[tokio::test]
async fn an_empty_body_is_no_film() {
    let http = Http::new().expect("HTTP");
    let host = Host::start(|_| answer(200, "", b"", Framing::Closed, None)).await;
    let mut download = Download::new(&http);
    let failure = download.fetch(&host.link("/x.mp4")).await.expect_err("nothing came");
    assert_eq!(failure, FetchFailure::BadFile("it is empty".to_owned()));
}
