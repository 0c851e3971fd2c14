//! `rushes bucket`: set up, test and forget the bucket through which pictures reach the gateways.

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::arguments::BucketAction;
use super::exit::Exit;
use super::key::read_key;
use super::output::Output;
use super::running::say_patience;
use super::stop::Stop;
use crate::domain::hosting::{BucketCheck, BucketStep, BucketTrouble};
use crate::domain::random::Random;
use crate::domain::{BucketKeys, BucketPlace, PictureWay};
use crate::session::{BUCKET_VARIABLES, Home, KeyError, entropy, wall_clock};

/// Carries out what is to be done with the bucket. The secret is read from standard input only, because other users of the
/// computer can see the arguments of a program.
pub(super) async fn bucket(home: &Home, output: &Output, action: &BucketAction) -> Result<Exit, Stop> {
    match action {
        BucketAction::Set { endpoint, region, bucket, prefix, virtual_host, access_key_id } => {
            let place = BucketPlace::new(endpoint, region, bucket, prefix, !virtual_host)
                .map_err(|fault| Stop::new(Exit::BadRequest, fault.sentence))?;
            let typed = read_key()?;
            let text = std::str::from_utf8(typed.expose_secret()).unwrap_or_default();
            let keys = BucketKeys::new(access_key_id, text).ok_or_else(|| {
                Stop::new(Exit::BadRequest, "This is no access key ID with its secret. Nothing was kept.")
            })?;
            set(home, output, place, keys).await
        }
        BucketAction::Test => {
            let Some((connection, _)) = home.bucket(say_patience).await? else {
                return Err(Stop::new(Exit::Key, "No bucket with keys is set up. `rushes bucket set` does it."));
            };
            let check = home.check_bucket(connection, &fresh_name()).await?;
            let sentence = check.sentence();
            output.result(&result("bucket_tested", &check, &sentence), &sentence);
            Ok(exit_of(&check))
        }
        BucketAction::Forget => {
            let mut settings = home.settings.clone();
            settings.pictures.bucket = None;
            if settings.pictures.way == PictureWay::Bucket {
                settings.pictures.way = PictureWay::default();
            }
            home.save_settings(&settings)?;
            home.forget_bucket_keys().await.map_err(|err| {
                Stop::new(Exit::LocalTrouble, format!("{err}. The keys may still be there; try again."))
            })?;
            let sentence = "No bucket is used any more, and its keys are not in the password store.";
            output.result(&json!({"event": "bucket_forgotten"}), sentence);
            Ok(Exit::Done)
        }
    }
}

/// Keeps the keys and the place, once the test was passed.
async fn set(home: &Home, output: &Output, place: BucketPlace, keys: BucketKeys) -> Result<Exit, Stop> {
    let connection = crate::session::BucketConnection { place: place.clone(), keys: keys.clone() };
    let check = home.check_bucket(connection, &fresh_name()).await?;
    if check != BucketCheck::Works {
        let sentence = format!("{} Nothing was kept.", check.sentence());
        output.result(&result("bucket_refused", &check, &sentence), &sentence);
        return Ok(exit_of(&check));
    }
    home.set_bucket_keys(&keys).await.map_err(|err| {
        let [id, secret] = BUCKET_VARIABLES;
        let exit = if matches!(err, KeyError::NotAKey(_)) { Exit::BadRequest } else { Exit::LocalTrouble };
        Stop::new(exit, format!("{err}. Set {id} and {secret} in the environment instead."))
    })?;
    let mut settings = home.settings.clone();
    settings.pictures.bucket = Some(place.clone());
    settings.pictures.way = PictureWay::Bucket;
    home.save_settings(&settings)?;
    let overridden = BUCKET_VARIABLES.iter().any(|name| std::env::var_os(name).is_some_and(|text| !text.is_empty()));
    let rest =
        if overridden { format!(" They are not used while {} is set.", BUCKET_VARIABLES[0]) } else { String::new() };
    let words = place.words();
    output.result(
        &json!({"event": "bucket_set", "bucket": words, "overridden": overridden}),
        &format!("Pictures go through {words} from now on. Its keys are in the password store.{rest}"),
    );
    Ok(Exit::Done)
}

/// A name that no other test object has.
fn fresh_name() -> String {
    Random(entropy()).job_id(wall_clock()).to_string()
}

fn result(event: &str, check: &BucketCheck, sentence: &str) -> serde_json::Value {
    let failed = match check {
        BucketCheck::Works => None,
        BucketCheck::Fails { step, .. } => Some(match step {
            BucketStep::Write => "write",
            BucketStep::Read => "read",
            BucketStep::Delete => "delete",
        }),
    };
    json!({"event": event, "works": failed.is_none(), "failed": failed, "message": sentence})
}

fn exit_of(check: &BucketCheck) -> Exit {
    match check {
        BucketCheck::Works => Exit::Done,
        BucketCheck::Fails { trouble: BucketTrouble::UnknownKey | BucketTrouble::WrongSecret, .. } => Exit::Key,
        BucketCheck::Fails { .. } => Exit::LocalTrouble,
    }
}
