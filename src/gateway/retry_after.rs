//! The `Retry-After` header and its neighbors: how long a gateway asks to wait.
//!
//! Everything here is pure; the time comes in as an argument. Whatever cannot be understood is as if it were not there,
//! because a wrong guess would either hammer the gateway or freeze a job.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::SignedDuration;

/// Longest wait that is believed. A larger one is cut to this, so that a mistake of a server never stops a job for good.
pub const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Reads all `Retry-After` headers of an answer: whole or broken seconds, or an HTTP date in one of its three forms
/// (RFC 9110, 5.6.7). A date in the past means "now". Of several headers the longest wait counts: waiting too long
/// costs a moment, asking too early costs a refusal.
///
/// `None` when no header can be understood: empty, negative, not a number, not ASCII, not a date.
pub fn parse<'a>(values: impl IntoIterator<Item = &'a [u8]>, now: SystemTime) -> Option<Duration> {
    values.into_iter().filter_map(|value| parse_one(value, now)).max()
}

fn parse_one(value: &[u8], now: SystemTime) -> Option<Duration> {
    let text = std::str::from_utf8(value).ok().filter(|text| text.is_ascii())?.trim();
    parse_seconds(text).or_else(|| parse_date(text, now))
}

/// Digits with at most one point. Written out instead of `f64::from_str`, which takes `inf`, `nan`, `1e3` and a sign.
fn parse_seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    // A number too long for the type is absurdly large, and is cut like any other.
    let secs: u64 = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(u64::MAX) };
    let millis: u64 = format!("{:0<3}", fraction.get(..fraction.len().min(3)).unwrap_or_default()).parse().unwrap_or(0);
    Some(Duration::from_secs(secs).saturating_add(Duration::from_millis(millis)).min(LONGEST_WAIT))
}

/// Reads a number of milliseconds, as in `openai-poll-after-ms`. `None` for anything but digits.
pub fn parse_millis(text: &str) -> Option<Duration> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Duration::from_millis(text.parse().unwrap_or(u64::MAX)).min(LONGEST_WAIT))
}

fn parse_date(text: &str, now: SystemTime) -> Option<Duration> {
    let moment = httpdate::parse_http_date(text).ok()?;
    Some(moment.duration_since(now).unwrap_or(Duration::ZERO).min(LONGEST_WAIT))
}

/// Reads `x-ratelimit-reset-requests` (docs/gateways.md, section 1.7). Its form is not documented; seconds, a length
/// like `1m30s` or `250ms`, and a moment in Unix seconds are all in use elsewhere.
pub fn parse_reset(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<u64>()
        && moment > 1_000_000_000
    {
        let now_secs = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        return Some(Duration::from_secs(moment.saturating_sub(now_secs)).min(LONGEST_WAIT));
    }
    parse_seconds(text).or_else(|| parse_length(text))
}

/// A length with units, such as `1h2m3.5s` or `250ms`. `None` for a negative one.
fn parse_length(text: &str) -> Option<Duration> {
    let length: SignedDuration = text.parse().ok()?;
    Some(Duration::try_from(length).ok()?.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sun, 06 Nov 1994 08:49:00 GMT: 37 s before the moment that RFC 9110 uses as its example.
    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(784_111_740)
    }

    #[test]
    fn milliseconds_are_read_like_seconds() {
        for (text, expected) in [
            ("0", Some(0)),
            ("750", Some(750)),
            (" 5000 ", Some(5_000)),
            ("3600001", Some(3_600_000)),
            ("99999999999999999999999", Some(3_600_000)),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("1e3", None),
            ("soon", None),
        ] {
            assert_eq!(parse_millis(text).map(|wait| wait.as_millis()), expected, "{text:?}");
        }
    }

    fn millis(header: &[u8]) -> Option<u128> {
        parse([header], now()).map(|wait| wait.as_millis())
    }

    #[test]
    fn one_header() {
        let cases: &[(&str, Option<u128>)] = &[
            // Whole seconds.
            ("0", Some(0)),
            ("1", Some(1_000)),
            ("7", Some(7_000)),
            ("007", Some(7_000)),
            ("60", Some(60_000)),
            (" 5 ", Some(5_000)),
            ("\t5", Some(5_000)),
            ("3599", Some(3_599_000)),
            ("3600", Some(3_600_000)),
            // Absurd: cut to an hour.
            ("3601", Some(3_600_000)),
            ("86400", Some(3_600_000)),
            ("1000000000000000000", Some(3_600_000)),
            ("99999999999999999999999999999999", Some(3_600_000)),
            ("18446744073709551615", Some(3_600_000)),
            ("18446744073709551616", Some(3_600_000)),
            ("99999999999999999999.5", Some(3_600_000)),
            // Broken seconds.
            ("0.5", Some(500)),
            ("1.5", Some(1_500)),
            ("1.25", Some(1_250)),
            ("1.2345678901234567890", Some(1_234)),
            (".5", Some(500)),
            ("2.", Some(2_000)),
            ("3599.9999", Some(3_599_999)),
            ("3600.5", Some(3_600_000)),
            // The three forms of a date.
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37_000)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(37_000)),
            ("Sun Nov  6 08:49:37 1994", Some(37_000)),
            ("  Sun, 06 Nov 1994 08:49:37 GMT  ", Some(37_000)),
            ("Sun, 06 Nov 1994 08:50:00 GMT", Some(60_000)),
            ("Sunday, 06-Nov-94 08:50:00 GMT", Some(60_000)),
            ("Sun Nov  6 08:50:00 1994", Some(60_000)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            // In the past: now.
            ("Sun, 06 Nov 1994 08:48:59 GMT", Some(0)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sunday, 06-Nov-94 08:00:00 GMT", Some(0)),
            ("Sun Nov  6 07:49:37 1994", Some(0)),
            // Far ahead: an hour.
            ("Mon, 07 Nov 1994 08:49:37 GMT", Some(3_600_000)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(3_600_000)),
            // Not understood.
            ("", None),
            (" ", None),
            ("-1", None),
            ("-0", None),
            ("+5", None),
            ("-99999999999999999999", None),
            ("1e3", None),
            ("0x10", None),
            ("inf", None),
            ("NaN", None),
            ("1,5", None),
            ("1.2.3", None),
            (".", None),
            ("5s", None),
            ("5 seconds", None),
            ("soon", None),
            ("5, 10", None),
            ("Sun, 06 Nov 1994 08:49:37", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None),
            ("Sun, 32 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 25:49:37 GMT", None),
            ("1994-11-06T08:49:37Z", None),
            ("Sun, 06 Nov 1994", None),
            ("5\0", None),
        ];
        assert!(cases.len() >= 60, "{}", cases.len());
        for (header, expected) in cases {
            assert_eq!(millis(header.as_bytes()), *expected, "{header:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_ascii() {
        for header in
            [&b"\xff"[..], b"5\xff", "５".as_bytes(), "٥".as_bytes(), b"\xf0\x28\x8c\x28", "5\u{a0}".as_bytes()]
        {
            assert_eq!(millis(header), None, "{header:?}");
        }
    }

    #[test]
    fn of_several_headers_the_longest_wait_counts() {
        for (headers, expected) in [
            (vec![], None),
            (vec!["1", "7"], Some(7)),
            (vec!["7", "1"], Some(7)),
            (vec!["nonsense", "2"], Some(2)),
            (vec!["2", "Sun, 06 Nov 1994 08:49:37 GMT"], Some(37)),
            (vec!["-1", "soon"], None),
        ] {
            let wait = parse(headers.iter().map(|header| header.as_bytes()), now());
            assert_eq!(wait, expected.map(Duration::from_secs), "{headers:?}");
        }
    }

    #[test]
    fn the_reset_header_in_its_likely_forms() {
        for (text, expected) in [
            ("12", Some(12_000)),
            ("0.5", Some(500)),
            ("250ms", Some(250)),
            ("6s", Some(6_000)),
            ("1m30s", Some(90_000)),
            ("1h2m", Some(3_600_000)),
            ("784111777", Some(3_600_000)),
            ("", None),
            ("m", None),
            ("5x", None),
            ("-5s", None),
        ] {
            assert_eq!(parse_reset(text, now()).map(|wait| wait.as_millis()), expected, "{text:?}");
        }
        let later = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        assert_eq!(parse_reset("1800000030", later), Some(Duration::from_secs(30)));
        assert_eq!(parse_reset("1700000000", later), Some(Duration::ZERO));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_wait_too_long(header: Vec<u8>, text in "\\PC{0,40}", digits in "[0-9.smh]{0,30}") {
            for wait in [
                parse([header.as_slice()], now()),
                parse([text.as_bytes(), digits.as_bytes()], now()),
                parse_reset(&text, now()),
                parse_reset(&digits, now()),
            ].into_iter().flatten() {
                prop_assert!(wait <= LONGEST_WAIT);
            }
        }

        #[test]
        fn every_whole_second_up_to_an_hour_is_taken_as_it_is(secs in 0u64..=3600) {
            prop_assert_eq!(parse([secs.to_string().as_bytes()], now()), Some(Duration::from_secs(secs)));
        }
    }
}
