//! Orders whose pictures go through the bucket, by the real program against a real S3 server and the practice gateway, which
//! fetches each picture by its address.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::bench::Bench;
use crate::support::s3::{BUCKET, KEY_ID, REGION, S3, SECRET};

/// A bench whose pictures go through the bucket of a new server.
pub fn bench() -> (Bench, S3) {
    with_secret(SECRET)
}

fn with_secret(secret: &str) -> (Bench, S3) {
    let mut bench = Bench::new();
    let s3 = S3::start(bench.runtime.handle());
    use_bucket(&mut bench, &s3, secret);
    (bench, s3)
}

/// Writes the settings for this server, and puts the keys into the environment.
pub fn use_bucket(bench: &mut Bench, s3: &S3, secret: &str) {
    let settings = format!(
        "[pictures]\nway = \"bucket\"\n[pictures.bucket]\nendpoint = \"{}\"\nregion = \"{REGION}\"\nbucket = \"{BUCKET}\"\n",
        s3.endpoint()
    );
    let folder = bench.library();
    std::fs::create_dir_all(&folder).expect("a folder");
    let home = rushes::session::Home::paths_of(Some(&folder)).expect("paths");
    std::fs::create_dir_all(home.settings.parent().expect("a folder")).expect("a folder");
    std::fs::write(&home.settings, settings).expect("a file");
    bench.variables =
        vec![("RUSHES_BUCKET_ACCESS_KEY_ID", KEY_ID.to_owned()), ("RUSHES_BUCKET_SECRET", secret.to_owned())];
}

/// A small picture in a file.
pub fn photo(bench: &Bench) -> PathBuf {
    let file = bench.dir.path().join("photo.png");
    image::RgbImage::from_pixel(48, 32, image::Rgb([9, 90, 200])).save(&file).expect("a file");
    file
}

fn order(bench: &Bench, more: &[&str]) -> crate::support::bench::Ran {
    let file = photo(bench);
    let file = file.to_string_lossy().into_owned();
    let line = ["generate", "a boat", "--gateway", "aigateway", "--image", file.as_str(), "--json"];
    bench.run(&[&line[..], more].concat())
}

fn sent_address(bench: &Bench) -> String {
    let seen = bench.practice.submits().pop().expect("an order");
    let body: Value = seen.json.expect("JSON");
    body["image_url"].as_str().expect("an address").to_owned()
}

#[test]
fn a_picture_goes_through_the_bucket_and_is_deleted_with_the_end_of_its_job() {
    let (bench, s3) = bench();
    let ran = order(&bench, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let address = sent_address(&bench);
    assert!(address.starts_with(&format!("{}/{BUCKET}/rushes/", s3.endpoint())), "{address}");
    assert!(address.contains("X-Amz-Signature="), "{address}");
    assert!(s3.objects().is_empty(), "{:?}", s3.objects());
    // Written, read back, read by the gateway, deleted.
    assert_eq!(s3.seen("-start."), ["PutObject", "GetObject", "GetObject", "DeleteObject"]);
    // Nothing that opens anything is kept or told.
    let told = format!("{} {} {:?}", ran.stdout, ran.stderr, bench.jobs());
    for secret in ["X-Amz", SECRET, KEY_ID] {
        assert!(!told.contains(secret), "{secret} in {told}");
        for (path, bytes) in crate::support::files_below(&bench.library()) {
            let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_there, "{secret} in {}", path.display());
        }
    }
}

#[test]
fn a_command_can_choose_another_way() {
    let (bench, s3) = bench();
    let ran = order(&bench, &["--picture-way", "in-order"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(sent_address(&bench).starts_with("data:image/"));
    assert!(s3.seen("").is_empty());
}

#[test]
fn a_wrong_secret_holds_all_orders_and_buys_nothing() {
    let (bench, s3) = with_secret("another");
    let ran = order(&bench, &["--count", "3"]);
    assert_eq!(ran.code, 8, "{ran:?}");
    assert!(bench.practice.submits().is_empty());
    assert!(s3.objects().is_empty());
    let told = format!("{} {}", ran.stdout, ran.stderr);
    assert!(told.contains("The secret does not belong to this access key ID"), "{told}");
    assert!(told.contains("Not charged"), "{told}");
}

#[test]
fn a_picture_that_cannot_be_deleted_is_told_once_and_deleted_at_a_later_start() {
    let (bench, s3) = bench();
    s3.deny(&["DeleteObject"]);
    let ran = order(&bench, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(s3.objects().len(), 1);
    let again = bench.run(&["watch", "--json"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(s3.objects().len(), 1);
    s3.deny(&[]);
    let last = bench.run(&["watch", "--json"]);
    assert_eq!(last.code, 0, "{last:?}");
    assert!(s3.objects().is_empty(), "{last:?}");
}

#[test]
fn the_bucket_is_set_tested_and_forgotten_from_the_command_line() {
    let (bench, s3) = bench();
    let works = bench.run(&["bucket", "test", "--json"]);
    assert_eq!(
        (works.code, works.lines().last().map(|line| line["works"].clone())),
        (0, Some(true.into())),
        "{works:?}"
    );
    s3.deny(&["GetObject"]);
    let fails = bench.run(&["bucket", "test", "--json"]);
    assert_eq!(fails.code, 8, "{fails:?}");
    let line = fails.lines().pop().expect("a line");
    assert_eq!(line["failed"], "read", "{line}");
    s3.deny(&[]);
    let forgotten = bench.run(&["bucket", "forget"]);
    // There is no password store here, which the command says; the settings name no bucket any more all the same.
    assert!(forgotten.code == 0 || forgotten.code == 8, "{forgotten:?}");
    let none = bench.run(&["bucket", "test"]);
    assert_eq!(none.code, 3, "{none:?}");
    let doctor = bench.run(&["doctor"]);
    assert!(!doctor.stdout.contains("bucket:"), "{doctor:?}");
}
