//! Downloads with random faults, each history made from one seed, which is named when something breaks; and what a stop
//! at any place costs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rushes::domain::random::Random;
use rushes::engine::download::Report;
use rushes::engine::machine::FetchFailure;
use rushes::gateway::Http;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::host::{Asked, Framing, Host, Step, answer, honest};
use super::{Download, films, runs};
use crate::support::film::small_film;

/// Requests after which the host becomes honest.
const FAULTY: usize = 8;

/// A film, the film that is served under another validator after some requests, and the faults. All follow from the seed.
struct History {
    seed: u64,
    film: Vec<u8>,
    borders: Vec<usize>,
    /// From which request on another film is served.
    changes_at: usize,
    other: Vec<u8>,
}

impl History {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let film = &films()[random.draw() as usize % films().len()];
        let mut other = film.bytes.clone();
        let data = other.windows(4).position(|window| window == b"mdat").expect("film data");
        other[data + 8..data + 40].iter_mut().for_each(|byte| *byte ^= 0x55);
        let changes_at = if random.draw().is_multiple_of(3) { random.draw() as usize % FAULTY } else { usize::MAX };
        Self { seed, film: film.bytes.clone(), borders: film.borders.clone(), changes_at, other }
    }

    fn answer(&self, asked: &Asked) -> Vec<Step> {
        let mut random = Random(self.seed ^ ((asked.number as u64 + 1) << 40));
        let is_changed = asked.number >= self.changes_at;
        let (film, tag) = if is_changed { (&self.other, "\"v2\"") } else { (&self.film, "\"v1\"") };
        let framing = if random.draw().is_multiple_of(2) { Framing::Stated } else { Framing::Marked };
        if asked.number >= FAULTY {
            return honest(asked, film, tag, framing);
        }
        let length = film.len();
        // Any place, and often a border of two boxes, where a cut is hardest to see. Each request has its own: films that
        // end twice at the same place end there. Stray bytes cannot be missed where they begin.
        let mut place = 1 + random.draw() as usize % (length - 1);
        if random.draw().is_multiple_of(3) {
            place =
                self.borders[(asked.number + random.draw() as usize % 2 * FAULTY) % self.borders.len()].min(length - 1);
        }
        if place == small_film().len() {
            place -= 1;
        }
        let tagged = match random.draw() % 6 {
            0 => String::new(),
            1 => format!("ETag: W/{tag}\r\n"),
            2 => format!("ETag: {tag}\r\nContent-Encoding: aws-chunked\r\nContent-Type: text/plain\r\n"),
            _ => format!("ETag: {tag}\r\nContent-Type: video/mp4\r\n"),
        };
        let from = asked.from.map(|from| from as usize).filter(|from| *from < length);
        let fits = asked.if_range.as_deref() == Some(tag);
        let cut = Some(place);
        match (random.draw() % 14, from) {
            (0, _) => Vec::new(),
            (1, _) => answer(503, "Retry-After: 1\r\n", b"busy", Framing::Stated, None),
            (2, _) => answer(403, "", b"<Error><Code>AccessDenied</Code></Error>", Framing::Stated, None),
            (3, _) => answer(416, &format!("Content-Range: bytes */{length}\r\n"), b"", Framing::Stated, None),
            (4, _) => answer(200, &tagged, b"<html><title>Sign in</title></html>", Framing::Stated, None),
            (5, _) => answer(200, &tagged, b"{\"error\":\"not found\"}", Framing::Stated, None),
            (6, Some(from)) => {
                // A start that was not asked for.
                let start = random.draw() as usize % length;
                let start = if start == from { start / 2 } else { start };
                let headers = format!("{tagged}Content-Range: bytes {start}-{}/{length}\r\n", length - 1);
                answer(206, &headers, &film[start..], framing, None)
            }
            (7 | 8, Some(from)) if fits => {
                // A piece, of a file whose length may not be told.
                let end = (from + place).min(length);
                let total = if random.draw().is_multiple_of(2) { "*".to_owned() } else { length.to_string() };
                let headers = format!("ETag: {tag}\r\nContent-Range: bytes {from}-{}/{total}\r\n", end - 1);
                answer(206, &headers, &film[from..end], framing, None)
            }
            (9, Some(from)) if fits => {
                let headers = format!("ETag: {tag}\r\nContent-Range: bytes {from}-{}/{length}\r\n", length - 1);
                answer(206, &headers, &film[from..], framing, Some(place % (length - from)))
            }
            (10, _) => answer(200, &tagged, film, Framing::Closed, cut),
            (11, _) => answer(200, &tagged, film, Framing::Closed, None),
            (12, _) => honest(asked, film, tag, framing),
            _ => answer(200, &tagged, film, framing, cut),
        }
    }
}

/// Plays one history. `Err` says what went wrong.
async fn play(seed: u64, http: Http) -> Result<(), String> {
    let history = Arc::new(History::new(seed));
    let host = {
        let history = Arc::clone(&history);
        Host::start(move |asked| history.answer(asked)).await
    };
    let mut download = Download::new(&http);
    let mut random = Random(!seed);
    let link = host.link("/x.mp4?sig=1");
    for _ in 0..40 {
        let stop = CancellationToken::new();
        let result = match random.draw() % 8 {
            // The user stops it, at any moment.
            0 => {
                let ends = stop.clone();
                let after = Duration::from_micros(random.draw() % 20_000);
                tokio::spawn(async move {
                    tokio::time::sleep(after).await;
                    ends.cancel();
                });
                download.fetch_until(&link, &stop).await
            }
            // The program is killed: only what was recorded is known afterwards.
            1 => {
                let (running, mut heard) = download.begin(&link, &stop);
                let after = Duration::from_micros(random.draw() % 20_000);
                let dies = running.abort_handle();
                tokio::spawn(async move {
                    tokio::time::sleep(after).await;
                    dies.abort();
                });
                while let Some((_, report)) = heard.recv().await {
                    download.hear(report);
                }
                running.await.unwrap_or(Err(FetchFailure::Stopped))
            }
            _ => download.fetch_until(&link, &stop).await,
        };
        match result {
            Ok(clip) => {
                let films: [&[u8]; 2] = [&history.film, &history.other];
                download.take_doubles_away(&clip, &films);
                let fault = download.faults(&clip, &films);
                return fault.map_or(Ok(()), |fault| Err(format!("seed {seed}: {fault}; asked {:?}", host.asked())));
            }
            Err(FetchFailure::Changed | FetchFailure::BadFile(_)) => download.job.part = None,
            Err(_) => {}
        }
        if !host.was_asked_well() {
            return Err(format!("seed {seed}: a range without If-Range"));
        }
    }
    Err(format!("seed {seed}: the clip never arrived; asked {:?}", host.asked()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_faults_never_lead_to_a_wrong_file() {
    let http = Http::new().expect("HTTP");
    let count = runs(300);
    let mut playing: JoinSet<Result<(), String>> = JoinSet::new();
    let mut wrong = Vec::new();
    for seed in 0..count as u64 {
        if playing.len() >= 8 {
            wrong.extend(playing.join_next().await.and_then(|played| played.expect("no panic").err()));
        }
        playing.spawn(play(seed, http.clone()));
    }
    while let Some(played) = playing.join_next().await {
        wrong.extend(played.expect("no panic").err());
    }
    println!("bar R-20: wrong files {} in {count} runs (random faults)", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A film of this many bytes: the small one with a part behind it that players skip.
fn large_film(length: usize) -> Vec<u8> {
    let mut film = small_film().to_vec();
    let rest = length - film.len();
    film.extend_from_slice(&u32::try_from(rest).expect("small").to_be_bytes());
    film.extend_from_slice(b"free");
    film.extend((film.len()..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8));
    film
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_costs_no_more_than_the_bytes_since_the_last_flush() {
    const LENGTH: usize = 24 << 20;
    let film = Arc::new(large_film(LENGTH));
    let http = Http::new().expect("HTTP");
    let count = runs(12);
    let mut again = Vec::new();
    for seed in 0..count as u64 {
        let place = 1 + Random(seed).draw() as usize % (LENGTH - 1);
        let bytes = Arc::clone(&film);
        let host = Host::start(move |asked| match asked.number {
            0 => {
                let head = format!("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {LENGTH}\r\n\r\n");
                vec![Step::Send([head.as_bytes(), &bytes[..place]].concat()), Step::Hold]
            }
            _ => honest(asked, &bytes, "\"v1\"", Framing::Stated),
        })
        .await;
        let mut download = Download::new(&http);
        let link = host.link("/x.mp4");
        let (running, mut heard) = download.begin(&link, &CancellationToken::new());
        // All that was sent has arrived: what is not in the part file yet is less than what is collected for one write.
        let file = download.clips().join(".boat.mp4.part");
        let least = place.saturating_sub(512 << 10) as u64;
        while tokio::fs::metadata(&file).await.map_or(0, |meta| meta.len()) < least || host.asked().is_empty() {
            while let Ok((_, report)) = heard.try_recv() {
                download.hear(report);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        running.abort();
        drop(running.await);
        while let Ok((_, report)) = heard.try_recv() {
            download.hear(report);
        }
        let clip = download.fetch(&link).await.expect("the rest");
        assert_eq!(download.faults(&clip, &[&film]), None, "killed at {place}");
        let from = host.asked().get(1).and_then(|asked| asked.from).unwrap_or(0);
        again.push(place as u64 - from.min(place as u64));
    }
    let most = again.iter().max().copied().unwrap_or(0);
    println!("bar R-21: bytes fetched again at most {most} in {count} runs");
    assert!(most <= 4 << 20, "{again:?}");
}

#[tokio::test]
async fn a_link_that_expires_in_the_middle_costs_no_byte() {
    let http = Http::new().expect("HTTP");
    let film = &films()[0];
    let count = runs(60);
    let mut restarts = 0;
    for seed in 0..count as u64 {
        let place = 8 + Random(seed).draw() as usize % (film.bytes.len() - 8);
        let bytes = film.bytes.clone();
        let host = Host::start(move |asked| match (asked.path.as_str(), asked.number) {
            ("/x.mp4?sig=old", 0) => {
                let tagged = "ETag: \"v1\"\r\n";
                answer(200, tagged, &bytes, Framing::Stated, Some(place))
            }
            ("/x.mp4?sig=new", _) => honest(asked, &bytes, "\"v1\"", Framing::Stated),
            _ => answer(403, "", b"expired", Framing::Stated, None),
        })
        .await;
        let mut download = Download::new(&http);
        let old = host.link("/x.mp4?sig=old");
        let first = download.fetch(&old).await.expect_err("cut");
        assert!(matches!(first, FetchFailure::Trouble { .. }), "{first:?}");
        assert_eq!(download.fetch(&old).await, Err(FetchFailure::LinkExpired), "a fresh link is asked for");
        let clip = download.fetch(&host.link("/x.mp4?sig=new")).await.expect("the rest");
        assert_eq!(download.faults(&clip, &[&film.bytes]), None, "expired at {place}");
        restarts += usize::from(host.asked()[2].from != Some(place as u64));
    }
    println!("bar R-22: restarts {restarts} in {count} runs");
    assert_eq!(restarts, 0);
}

/// Reports of progress name what has arrived, never more.
#[tokio::test]
async fn progress_never_runs_ahead() {
    let http = Http::new().expect("HTTP");
    let film = &films()[0];
    let bytes = film.bytes.clone();
    let host = Host::start(move |asked| honest(asked, &bytes, "\"v1\"", Framing::Marked)).await;
    let download = Download::new(&http);
    let (running, mut heard) = download.begin(&host.link("/x.mp4"), &CancellationToken::new());
    let mut seen = BTreeMap::new();
    while let Some((_, report)) = heard.recv().await {
        match report {
            Report::Progress(bytes, total) => seen.insert(bytes, total),
            Report::Checkpoint(part) => seen.insert(part.verified_bytes, part.total_bytes),
        };
    }
    running.await.expect("no panic").expect("a film");
    let length = film.bytes.len() as u64;
    assert!(seen.keys().all(|bytes| *bytes <= length), "{seen:?}");
    assert_eq!(seen.last_key_value(), Some((&length, &Some(length))), "{seen:?}");
}
