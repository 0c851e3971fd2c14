//! The nine ways in which common downloaders end with a wrong file, each at several places of films of all kinds, and
//! the ways in which a whole film was refused.

use std::sync::Arc;

use rushes::domain::random::Random;
use rushes::engine::machine::FetchFailure;
use rushes::gateway::Http;

use super::host::{Asked, Framing, Host, Step, answer, honest};
use super::{Download, Film, films, runs};
use crate::support::film::small_film;
use crate::support::sha256;

const TAG: &str = "\"v1\"";
const TAGGED: &str = "Content-Type: video/mp4\r\nETag: \"v1\"\r\n";

/// What a host does wrong, at a place in the film.
#[derive(Clone, Copy, Debug)]
enum Case {
    CutOnce,
    CutAlways,
    Changed,
    ChangedAndMixed,
    RangeIgnored,
    WrongStart,
    ShortPiece,
    ShortPieceOfUnknown,
    ChunksCut,
    ClosedEarly,
    Page,
}

const CASES: [Case; 11] = [
    Case::CutOnce,
    Case::CutAlways,
    Case::Changed,
    Case::ChangedAndMixed,
    Case::RangeIgnored,
    Case::WrongStart,
    Case::ShortPiece,
    Case::ShortPieceOfUnknown,
    Case::ChunksCut,
    Case::ClosedEarly,
    Case::Page,
];

/// Requests that the host answers badly.
const BAD: usize = 3;

fn bad(case: Case, asked: &Asked, film: &[u8], place: usize) -> Vec<Step> {
    let whole = |cut| answer(200, TAGGED, film, Framing::Stated, cut);
    let piece = |from: usize, to: usize, total: &str, cut| {
        let headers = format!("{TAGGED}Content-Range: bytes {from}-{}/{total}\r\n", to - 1);
        answer(206, &headers, &film[from..to], Framing::Stated, cut)
    };
    let length = film.len().to_string();
    let from = asked.from.map(|from| from as usize);
    match (case, from) {
        (Case::CutOnce, None) if asked.number == 0 => whole(Some(place)),
        (Case::CutOnce, _) => honest(asked, film, TAG, Framing::Stated),
        // The whole rest is promised, and nothing behind the place ever comes.
        (Case::CutAlways, Some(from)) => piece(from, film.len(), &length, Some(place.saturating_sub(from))),
        (Case::CutAlways, None) => whole(Some(place)),
        (Case::RangeIgnored, _) => whole(Some(place)),
        (Case::WrongStart, Some(from)) => piece(from / 2, film.len(), &length, None),
        (Case::ShortPiece, Some(from)) => piece(from, (from + 700).min(film.len()), &length, None),
        (Case::ShortPieceOfUnknown, Some(from)) => piece(from, (from + place).min(film.len()), "*", None),
        (Case::ShortPieceOfUnknown, None) => answer(200, TAGGED, film, Framing::Marked, Some(place)),
        (Case::WrongStart | Case::ShortPiece | Case::Changed | Case::ChangedAndMixed, _) => whole(Some(place)),
        (Case::ChunksCut, _) => answer(200, TAGGED, film, Framing::Marked, Some(place)),
        // Each time at another place: twice at the same one is where the film ends, for all that anybody can know.
        (Case::ClosedEarly, _) => {
            let cut = place.saturating_sub(asked.number).max(1);
            answer(200, TAGGED, film, Framing::Closed, Some(cut))
        }
        (Case::Page, _) => answer(200, TAGGED, b"<!doctype html><title>Sign in</title>", Framing::Stated, None),
    }
}

/// Places in a film: borders of its boxes, its first and last bytes, and any in between, by turns.
fn places(film: &Film, seed: u64, count: usize) -> Vec<usize> {
    let length = film.bytes.len();
    let mut random = Random(seed);
    let ends = [1, 7, 8, 40, length / 2, length - 2, length - 1];
    let borders: Vec<usize> = film.borders.iter().copied().filter(|border| *border < length).collect();
    let of = |list: &[usize], draw: u64| list[draw as usize % list.len()];
    (0..count)
        .map(|turn| match turn % 3 {
            0 => of(&borders, random.draw()),
            1 => of(&ends, random.draw()),
            _ => 1 + random.draw() as usize % (length - 1),
        })
        .collect()
}

#[tokio::test]
async fn a_hostile_host_never_gets_a_wrong_file_named() {
    let http = Http::new().expect("HTTP");
    let (mut tried, mut wrong, mut lost) = (0, Vec::new(), Vec::new());
    for film in films() {
        // The same length and other bytes, which is the hardest change to see.
        let mut other = film.bytes.clone();
        let data = other.windows(4).position(|window| window == b"mdat").expect("film data");
        other[data + 8..data + 40].iter_mut().for_each(|byte| *byte ^= 0x55);
        let other = Arc::new(other);
        for case in CASES {
            let mut tests = places(film, case as u64, runs(5));
            if matches!(case, Case::ClosedEarly) {
                // A connection that closes behind the last byte of the film itself cannot be told from the end of a file
                // without stray bytes: nothing of the film is missing.
                tests.retain(|place| (0..BAD).all(|back| place.saturating_sub(back) != small_film().len()));
            }
            for place in tests {
                let (bytes, changed) = (Arc::new(film.bytes.clone()), Arc::clone(&other));
                let host = Host::start(move |asked| match case {
                    Case::Changed if asked.number > 0 => honest(asked, &changed, "\"v2\"", Framing::Stated),
                    Case::ChangedAndMixed if asked.number > 0 => {
                        // It looks at no If-Range.
                        let asked = Asked { if_range: Some("\"v2\"".to_owned()), ..asked.clone() };
                        honest(&asked, &changed, "\"v2\"", Framing::Stated)
                    }
                    _ if asked.number < BAD => bad(case, asked, &bytes, place),
                    _ => honest(asked, &bytes, TAG, Framing::Stated),
                })
                .await;
                let mut download = Download::new(&http);
                let link = host.link("/x.mp4?sig=1");
                let (clip, failures) = download.fetch_all(&link, 12).await;
                tried += 1;
                let what = format!("{}, {case:?} at {place}", film.name);
                match clip {
                    Some(clip) => {
                        let films: [&[u8]; 2] = [&film.bytes, &other];
                        let meant = if matches!(case, Case::Changed | Case::ChangedAndMixed) {
                            &films[..]
                        } else {
                            &films[..1]
                        };
                        wrong.extend(download.faults(&clip, meant).map(|fault| format!("{what}: {fault}")));
                    }
                    None => lost.push(format!("{what}: {failures:?}, {:?}", host.asked())),
                }
                assert!(host.was_asked_well(), "{what}: a range without If-Range: {:?}", host.asked());
            }
        }
    }
    println!("bar R-20: wrong files {} in {tried} runs (hostile cases)", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(lost.is_empty(), "{lost:#?}");
}

#[tokio::test]
async fn nothing_is_named_before_the_last_byte() {
    let http = Http::new().expect("HTTP");
    let film = &films()[0];
    for place in places(film, 1, 9) {
        let bytes = film.bytes.clone();
        let host = Host::start(move |asked| bad(Case::CutAlways, asked, &bytes, place)).await;
        let mut download = Download::new(&http);
        let (clip, failures) = download.fetch_all(&host.link("/x.mp4"), 4).await;
        assert_eq!((clip, download.named()), (None, Vec::new()), "cut at {place}");
        let is_trouble = |failure: &FetchFailure| matches!(failure, FetchFailure::Trouble { .. });
        assert!(failures.iter().all(is_trouble), "cut at {place}: {failures:?}");
    }
}

#[tokio::test]
async fn a_whole_film_under_lying_headers_is_taken_at_once() {
    let http = Http::new().expect("HTTP");
    let film = &films()[0];
    for headers in [
        "Content-Encoding: aws-chunked\r\nContent-Type: binary/octet-stream\r\n",
        "Content-Encoding: utf-8\r\n",
        "Content-Encoding: none\r\n",
        "Content-Encoding: identity, identity\r\n",
        "Content-Type: text/plain\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
        "Content-Type: application/json\r\n",
        "Content-Type:\r\n",
        "",
    ] {
        for framing in [Framing::Stated, Framing::Marked] {
            let bytes = film.bytes.clone();
            let host = Host::start(move |_| answer(200, headers, &bytes, framing, None)).await;
            let mut download = Download::new(&http);
            let clip =
                download.fetch(&host.link("/x.mp4")).await.unwrap_or_else(|error| panic!("{headers}: {error:?}"));
            assert_eq!(download.faults(&clip, &[&film.bytes]), None, "{headers}");
        }
    }
}

#[tokio::test]
async fn what_is_no_film_is_refused_whatever_the_headers_say() {
    let http = Http::new().expect("HTTP");
    for (body, headers, says) in [
        (&b"<!doctype html><title>Sign in</title>"[..], "Content-Type: video/mp4\r\n", "a web page"),
        (b"{\"code\":404,\"message\":\"no such file\"}", "Content-Type: video/mp4\r\n", "a JSON text"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x2b\xc9\x2c", "Content-Encoding: gzip\r\n", "compressed data"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x2b\xc9\x2c", "Content-Encoding: none\r\n", "compressed data"),
        (b"\x1b\x0f\0\xf8\x8d\xa4\x52\x15\x20\x11", "Content-Encoding: br\r\n", "compressed data"),
        (b"\x28\xb5\x2f\xfd\x04\x58\x01\0\0\0", "", "compressed data"),
        (b"", "Content-Type: video/mp4\r\n", "it is empty"),
    ] {
        let host = Host::start(move |_| answer(200, headers, body, Framing::Stated, None)).await;
        let mut download = Download::new(&http);
        let failure = download.fetch(&host.link("/x.mp4")).await.expect_err(says);
        assert!(matches!(&failure, FetchFailure::BadFile(reason) if reason.contains(says)), "{says}: {failure:?}");
        assert_eq!(download.named(), Vec::<String>::new());
    }
}

/// Stray bytes behind a film, and how the film comes.
#[tokio::test]
async fn a_whole_film_with_stray_bytes_is_kept_and_fetched_once() {
    let http = Http::new().expect("HTTP");
    for film in films().iter().filter(|film| film.name.ends_with("behind it")) {
        for framing in [Framing::Stated, Framing::Marked] {
            let bytes = film.bytes.clone();
            let host = Host::start(move |asked| honest(asked, &bytes, TAG, framing)).await;
            let mut download = Download::new(&http);
            let clip =
                download.fetch(&host.link("/x.mp4")).await.unwrap_or_else(|error| panic!("{}: {error:?}", film.name));
            assert_eq!(download.faults(&clip, &[&film.bytes]), None, "{}", film.name);
            assert_eq!(clip.sha256.to_string(), sha256(&film.bytes), "{}", film.name);
            let note = clip.recipe_note.expect("a remark");
            assert!(note.contains("bytes follow the film that are no part of it"), "{note}");
            assert_eq!(host.asked().len(), 1, "{}", film.name);
        }
    }
}

/// A host that states no length, knows no ranges and closes the connection: its films arrive all the same.
#[tokio::test]
async fn an_end_that_nobody_vouches_for_is_compared_with_a_second_one() {
    let http = Http::new().expect("HTTP");
    for film in films() {
        for headers in ["", TAGGED] {
            let bytes = film.bytes.clone();
            let host = Host::start(move |_| answer(200, headers, &bytes, Framing::Closed, None)).await;
            let mut download = Download::new(&http);
            let (clip, failures) = download.fetch_all(&host.link("/x.mp4"), 4).await;
            let clip = clip.unwrap_or_else(|| panic!("{}: {failures:?}", film.name));
            assert_eq!(download.faults(&clip, &[&film.bytes]), None, "{}", film.name);
            assert_eq!(failures.len(), usize::from(!film.is_sure()), "{}, {headers}: {failures:?}", film.name);
        }
    }
}

/// The same from a host that knows ranges: it says that nothing follows, and nothing is fetched twice.
#[tokio::test]
async fn a_host_with_ranges_is_asked_whether_more_follows() {
    let http = Http::new().expect("HTTP");
    for film in films() {
        let bytes = film.bytes.clone();
        let host = Host::start(move |asked| match asked.from {
            Some(_) => honest(asked, &bytes, TAG, Framing::Stated),
            None => answer(200, TAGGED, &bytes, Framing::Closed, None),
        })
        .await;
        let mut download = Download::new(&http);
        let (clip, failures) = download.fetch_all(&host.link("/x.mp4"), 4).await;
        let clip = clip.unwrap_or_else(|| panic!("{}: {failures:?}", film.name));
        assert_eq!(download.faults(&clip, &[&film.bytes]), None, "{}", film.name);
        assert!(host.sent() < film.bytes.len() as u64 + 2000, "{}: it was fetched twice", film.name);
    }
}

impl Film {
    /// Whether the structure of the film tells where it ends.
    fn is_sure(&self) -> bool {
        self.name != "fragments without an index" && !self.name.ends_with("behind it")
    }
}
