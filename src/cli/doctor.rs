//! `rushes doctor`: what works on this computer, what does not, and what to do.

use serde_json::json;

use super::exit::Exit;
use super::output::Output;
use super::running::say_patience;
use super::stop::Stop;
use crate::domain::GatewayId;
use crate::domain::hosting::BucketCheck;
use crate::domain::numbers::counted;
use crate::domain::outcome::{KeyCheck, NetworkCause};
use crate::domain::path_text::shown;
use crate::domain::random::Random;
use crate::domain::screen_room;
use crate::session::{Check, Home, KeySource, SessionError, entropy, wall_clock};

/// What to do on a computer without certificates.
const INSTALL_CERTIFICATES: &str =
    "Install the package ca-certificates, or point SSL_CERT_FILE to a file with certificates.";

/// Prints one line for each thing that Rushes uses. The exit code speaks of the folders and the database alone: a
/// computer without a display or without a key can still be in order.
pub(super) async fn doctor(home: &Home, output: &Output) -> Result<Exit, Stop> {
    let findings = examine(home).await?;
    for finding in &findings {
        let Finding { name, works, words, advice, .. } = finding;
        let mark = if *works { "works" } else { "no" };
        let advice_line = advice.as_ref().map(|advice| format!("\n         {advice}")).unwrap_or_default();
        output.result(
            &json!({"event": "finding", "name": name, "works": works, "message": words, "advice": advice}),
            &format!("{mark:<5}  {name}: {words}{advice_line}"),
        );
    }
    let is_stuck = findings.iter().any(|finding| finding.is_needed && !finding.works);
    Ok(if is_stuck { Exit::LocalTrouble } else { Exit::Done })
}

/// One thing that Rushes uses on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    /// Its name, in one or two words.
    name: String,
    /// Whether it works on this computer.
    works: bool,
    /// Whether Rushes cannot work at all without it.
    is_needed: bool,
    /// What was seen when it was tried.
    words: String,
    /// What the user can do, if anything is wrong.
    advice: Option<String>,
}

/// Looks at everything that Rushes uses on this computer.
async fn examine(home: &Home) -> Result<Vec<Finding>, Stop> {
    let mut findings: Vec<Finding> = home.examine().await?.into_iter().map(Finding::from).collect();
    findings.push(database_finding(home).await);
    findings.push(Finding {
        name: "screen memory".to_owned(),
        works: true,
        is_needed: false,
        words: screen_room::words(),
        advice: None,
    });
    for gateway in GatewayId::PAID {
        findings.push(gateway_finding(home, gateway).await);
    }
    findings.extend(bucket_finding(home).await);
    Ok(findings)
}

async fn database_finding(home: &Home) -> Finding {
    let (works, words, advice) = match home.jobs().await.map_err(Stop::from) {
        Ok(jobs) => {
            (true, format!("{} in {}", counted(jobs.len(), "job", "jobs"), shown(&home.paths.database())), None)
        }
        Err(stop) => (false, stop.message, Some("Opening Rushes tries to repair it.".to_owned())),
    };
    Finding { name: "database".to_owned(), works, is_needed: true, words, advice }
}

/// Checks the bucket for pictures, if one is set up, by a small object that is written, read and deleted.
async fn bucket_finding(home: &Home) -> Option<Finding> {
    let place = home.settings.pictures.bucket.as_ref()?;
    let bad = |words: String, advice: &str| {
        let advice = Some(advice.to_owned());
        Some(Finding { name: "bucket".to_owned(), works: false, is_needed: false, words, advice })
    };
    let connection = match home.bucket(say_patience).await {
        Ok(Some((connection, _))) => connection,
        Ok(None) => {
            return bad("no keys are known, so it was not asked".to_owned(), "Set them with `rushes bucket set`.");
        }
        Err(err) => return bad(format!("{err}"), "Set them again with `rushes bucket set`."),
    };
    let name = Random(entropy()).job_id(wall_clock()).to_string();
    match home.check_bucket(connection, &name).await {
        Ok(BucketCheck::Works) => Some(Finding {
            name: "bucket".to_owned(),
            works: true,
            is_needed: false,
            words: format!("writes, reads and deletes in {}", place.words()),
            advice: None,
        }),
        Ok(check) => bad(check.sentence(), "Pictures that are to go through it wait until that is mended."),
        Err(err) => bad(format!("{err}"), "Try again."),
    }
}

/// Checks one gateway. It is asked only when its key is known, with a call that costs nothing.
async fn gateway_finding(home: &Home, gateway: GatewayId) -> Finding {
    let name = gateway.name().to_owned();
    let bad = |words: String, advice| Finding { name: name.clone(), works: false, is_needed: false, words, advice };
    let known = match home.find_key(gateway, say_patience).await {
        Ok(Some(known)) => known,
        Ok(None) => {
            let stop = Stop::from(SessionError::NoKey { gateway, cause: None });
            return bad("no key is known, so it was not asked".to_owned(), Some(stop.message));
        }
        Err(err) => {
            return bad("its key cannot be read, so it was not asked".to_owned(), Some(Stop::from(err).message));
        }
    };
    let place = place_of(gateway, known.source);
    match home.check_key(gateway, say_patience).await.map_err(Stop::from) {
        Ok(KeyCheck::Works { .. }) => {
            Finding { works: true, words: format!("reachable, takes the key {place}"), ..bad(String::new(), None) }
        }
        Ok(KeyCheck::CannotTell) => Finding {
            works: true,
            words: format!("a key is known, {place}; no free call can try it"),
            ..bad(String::new(), None)
        },
        Ok(KeyCheck::Refused) => {
            let way = match known.source {
                KeySource::Environment => format!("in {}", gateway.key_variable().unwrap_or_default()),
                KeySource::Keyring | KeySource::Session => format!("with `rushes key set {}`", gateway.name()),
            };
            bad(format!("refuses the key {place}"), Some(format!("Set the right one {way}.")))
        }
        Ok(KeyCheck::Throttled { .. }) => {
            bad("reachable, asks to wait".to_owned(), Some("Try again later.".to_owned()))
        }
        Ok(KeyCheck::Trouble(NetworkCause::Proxy(trouble))) => bad(
            trouble.words(),
            Some("Set the right proxy, or none. Nothing goes past a proxy that is set.".to_owned()),
        ),
        Ok(KeyCheck::Trouble(NetworkCause::NoCertificates)) => {
            bad("this computer has no certificates".to_owned(), Some(INSTALL_CERTIFICATES.to_owned()))
        }
        Ok(KeyCheck::Trouble(_)) => {
            bad("gives no usable answer".to_owned(), Some("Look at the network or try later.".to_owned()))
        }
        Err(stop) => bad(stop.message, None),
    }
}

/// Where the key lies that counts. A set variable goes before the password store, which is then not asked.
fn place_of(gateway: GatewayId, source: KeySource) -> String {
    match source {
        KeySource::Environment => {
            let variable = gateway.key_variable().unwrap_or_default();
            format!("of {variable}, which goes before the password store")
        }
        KeySource::Keyring => "in the password store".to_owned(),
        KeySource::Session => "that was typed".to_owned(),
    }
}

impl From<Check> for Finding {
    fn from(check: Check) -> Self {
        Self {
            name: check.name.to_owned(),
            works: check.ok,
            // Rushes cannot work without its folders. Everything else has a substitute or can be done without.
            is_needed: check.name.ends_with("folder"),
            words: check.detail,
            advice: check.advice,
        }
    }
}
