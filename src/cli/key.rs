//! `rushes key`: keep, test and forget a gateway's key.

use std::io::{BufRead as _, IsTerminal as _, Read as _};

use secrecy::SecretSlice;
use serde_json::json;

use super::arguments::KeyAction;
use super::exit::Exit;
use super::output::Output;
use super::running::say_patience;
use super::stop::Stop;
use crate::domain::outcome::{KeyCheck, NetworkCause};
use crate::domain::{Amount, GatewayId};
use crate::session::Home;

/// Longest input that is read for a key, in bytes.
const MAX_KEY_BYTES: u64 = 4096;

/// Carries out what is to be done with a key. A key is read from standard input only, because other users of the
/// computer can see the arguments of a program.
pub(super) async fn key(home: &Home, output: &Output, action: KeyAction) -> Result<Exit, Stop> {
    match action {
        KeyAction::Set { gateway } => {
            need_key(gateway)?;
            home.set_key(gateway, read_key()?).await.map_err(|err| Stop::of_key(gateway, &err))?;
            let variable = variable_that_is_set(gateway);
            let rest = variable.map(|name| format!(" It is not used while {name} is set.")).unwrap_or_default();
            output.result(
                &json!({"event": "key_set", "gateway": gateway, "overridden_by": variable}),
                &format!("The key for {gateway} is in the password store.{rest}"),
            );
            Ok(Exit::Done)
        }
        KeyAction::Forget { gateway } => {
            need_key(gateway)?;
            home.forget_key(gateway).await.map_err(|err| {
                Stop::new(Exit::LocalTrouble, format!("{err}. The key may still be there; try again."))
            })?;
            let rest =
                variable_that_is_set(gateway).map(|name| format!(" {name} still holds one.")).unwrap_or_default();
            output.result(
                &json!({"event": "key_forgotten", "gateway": gateway}),
                &format!("No key for {gateway} is in the password store.{rest}"),
            );
            Ok(Exit::Done)
        }
        KeyAction::Test { gateway } => {
            let check = home.check_key(gateway, say_patience).await?;
            let (word, balance, sentence, exit) = verdict(gateway, &check);
            let balance = balance.map(|amount| amount.to_string());
            output.result(
                &json!({"event": "key_tested", "gateway": gateway, "result": word, "balance": balance, "message": sentence}),
                &sentence,
            );
            Ok(exit)
        }
    }
}

fn need_key(gateway: GatewayId) -> Result<(), Stop> {
    if gateway.key_variable().is_none() {
        return Err(Stop::new(Exit::BadRequest, format!("The {gateway} gateway needs no key.")));
    }
    Ok(())
}

/// The variable of a gateway's key, if it is set to anything.
fn variable_that_is_set(gateway: GatewayId) -> Option<&'static str> {
    gateway.key_variable().filter(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The bytes on standard input: one line from a terminal, everything from a file or a pipe.
pub(super) fn read_key() -> Result<SecretSlice<u8>, Stop> {
    let stdin = std::io::stdin();
    let mut bytes = Vec::new();
    let read = if stdin.is_terminal() {
        stdin.lock().take(MAX_KEY_BYTES).read_until(b'\n', &mut bytes)
    } else {
        stdin.lock().take(MAX_KEY_BYTES).read_to_end(&mut bytes)
    };
    read.map_err(|err| Stop::new(Exit::BadRequest, format!("No key could be read from standard input: {err}.")))?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Stop::new(Exit::BadRequest, "No key came on standard input. Write it to a pipe or type it."));
    }
    Ok(SecretSlice::from(bytes))
}

/// What the check of a key means: the word for scripts, the balance, the sentence for people, and the exit code.
fn verdict(gateway: GatewayId, check: &KeyCheck) -> (&'static str, Option<Amount>, String, Exit) {
    match check {
        KeyCheck::Works { balance: Some(balance) } => {
            ("works", Some(*balance), format!("{gateway} takes the key. Balance: {balance}."), Exit::Done)
        }
        KeyCheck::Works { balance: None } if !gateway.is_paid() => {
            ("works", None, "The practice gateway needs no key.".to_owned(), Exit::Done)
        }
        KeyCheck::Works { balance: None } => ("works", None, format!("{gateway} takes the key."), Exit::Done),
        KeyCheck::Refused => ("refused", None, format!("{gateway} refused the key. Set the right one."), Exit::Key),
        KeyCheck::CannotTell => (
            "cannot_tell",
            None,
            format!("{gateway} offers no free call that tries a key. The first clip will tell."),
            Exit::Done,
        ),
        KeyCheck::Throttled { retry_after } => (
            "no_answer",
            None,
            match retry_after {
                Some(wait) => format!(
                    "{gateway} asks to wait {} s. Nothing is known about the key; try again then.",
                    wait.as_secs().max(1)
                ),
                None => format!("{gateway} asks to wait. Nothing is known about the key; try again later."),
            },
            Exit::LocalTrouble,
        ),
        KeyCheck::Trouble(NetworkCause::Proxy(trouble)) => (
            "no_answer",
            None,
            format!("{gateway} was not asked: {}. Nothing was sent; set the right proxy or none.", trouble.words()),
            Exit::LocalTrouble,
        ),
        KeyCheck::Trouble(NetworkCause::NoCertificates) => (
            "no_answer",
            None,
            format!(
                "{gateway} was not asked: this computer has no certificates. Nothing was sent; install the package ca-certificates."
            ),
            Exit::LocalTrouble,
        ),
        KeyCheck::Trouble(_) => (
            "no_answer",
            None,
            format!("{gateway} gave no usable answer. Nothing is known about the key; try again."),
            Exit::LocalTrouble,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Money;

    #[test]
    fn every_answer_has_its_word_and_code() {
        let gateway = GatewayId::Aigateway;
        let balance = Some(Amount::Money(Money(12_300_000)));
        for (check, word, exit) in [
            (KeyCheck::Works { balance }, "works", Exit::Done),
            (KeyCheck::Works { balance: None }, "works", Exit::Done),
            (KeyCheck::Refused, "refused", Exit::Key),
            (KeyCheck::CannotTell, "cannot_tell", Exit::Done),
            (KeyCheck::Trouble(NetworkCause::TimedOut), "no_answer", Exit::LocalTrouble),
            (KeyCheck::Trouble(NetworkCause::NoCertificates), "no_answer", Exit::LocalTrouble),
            (KeyCheck::Throttled { retry_after: None }, "no_answer", Exit::LocalTrouble),
        ] {
            let (found, _, sentence, code) = verdict(gateway, &check);
            assert_eq!((found, code), (word, exit), "{sentence}");
        }
        assert!(verdict(gateway, &KeyCheck::Works { balance }).2.contains("$12.30"));
    }

    #[test]
    fn practice_has_no_key_to_keep() {
        assert_eq!(need_key(GatewayId::Practice).map_err(|stop| stop.exit), Err(Exit::BadRequest));
        assert_eq!(need_key(GatewayId::Apiin), Ok(()));
    }
}
