//! Numbers in answers: what a job cost, and what is left in the wallet. Each may be written as a number or as a text.

use serde_json::Value;

use super::at;
use crate::domain::{Amount, Credits, GatewayId, Money};

/// A whole number, also written as text or with `.0`.
pub(super) fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            (float.fract() == 0.0 && float.abs() < 1e15).then_some(float as i64)
        }),
        Value::String(text) => {
            let text = text.trim();
            let whole = text
                .split_once('.')
                .filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0'))
                .map_or(text, |(whole, _)| whole);
            whole.parse().ok()
        }
        _ => None,
    }
}

/// What the gateway says that the job cost. apiin: `consumed_credits` (docs/gateways.md, section 2.3); aigateway:
/// `cost_cents` in the body (docs/gateways.md, section 1.9); PixVerse: `credits` (section 3.6). Practice clips are free whatever the protocol says.
pub fn charge(gateway: GatewayId, value: &Value) -> Option<Amount> {
    let find = |paths: &[&str]| paths.iter().find_map(|path| at(value, path).cloned());
    match gateway {
        GatewayId::Practice => None,
        GatewayId::Apiin => {
            let found =
                find(&["data.consumed_credits", "consumed_credits", "data.credits_consumed", "credits_consumed"])?;
            whole_number(&found).filter(|number| *number >= 0).map(|number| Amount::Credits(Credits(number)))
        }
        GatewayId::Pixverse => {
            let found = find(&["Resp.credits", "resp.credits"])?;
            whole_number(&found).filter(|number| *number >= 0).map(|number| Amount::Credits(Credits(number)))
        }
        GatewayId::Aigateway => {
            let found = find(&["usage.cost_cents", "cost_cents", "data.usage.cost_cents", "result.usage.cost_cents"])?;
            cents(&plain_number(&found)?).map(Amount::Money)
        }
    }
}

/// A number as its plain decimal text.
fn plain_number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// Cents as a decimal text with up to some places (`"0.4389"`, docs/gateways.md, section 1.8), rounded up to a
/// micro-dollar so that a charge is never shown too small. `None` for negative numbers and everything that is no plain
/// decimal.
pub fn cents(text: &str) -> Option<Money> {
    scaled(text, 4)
}

/// Reads a plain decimal and multiplies it by ten to the power of `places`, rounding up.
fn scaled(text: &str, places: usize) -> Option<Money> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let kept = fraction.get(..fraction.len().min(places))?;
    let has_rest = fraction.get(places..).is_some_and(|rest| rest.bytes().any(|byte| byte != b'0'));
    let micros: i64 = format!("{whole}{kept:0<places$}").parse().ok()?;
    micros.checked_add(i64::from(has_rest)).map(Money)
}

/// The balance in an answer to `GET /balance`, whose body no page documents (docs/gateways.md, section 1.8):
/// `balance_cents`, `balance_usd`, `balance` (taken as dollars) or `credits`, at the top or in `data`.
pub fn balance(value: &Value) -> Option<Amount> {
    let find = |name: &str| {
        [name.to_owned(), format!("data.{name}"), format!("balance.{name}")]
            .iter()
            .find_map(|path| plain_number(at(value, path)?))
    };
    let dollars = |text: String| scaled(&text, 6).map(Amount::Money);
    find("balance_cents")
        .or_else(|| find("cents"))
        .and_then(|text| cents(&text))
        .map(Amount::Money)
        .or_else(|| find("balance_usd").or_else(|| find("usd")).and_then(dollars))
        .or_else(|| find("balance").and_then(dollars))
        .or_else(|| {
            find("credits")
                .and_then(|text| whole_number(&Value::String(text)))
                .map(|count| Amount::Credits(Credits(count)))
        })
}
