//! The proxy that this computer is told to use: which one, and what is wrong with it.
//!
//! One rule for orders, questions and clips: a proxy that is set is used, and nothing goes past it. One that cannot be used
//! stops everything that it would have to carry. The proxy itself may stand in a private network. Which address a name leads
//! to is looked up by the proxy then; what [`super::link`] says of the address as it is written holds all the same.

use std::ffi::{OsStr, OsString};

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::domain::outcome::{ProxyFault, ProxyPlace, ProxyTrouble};

/// What the environment and the system say about proxies for secure connections. Plain ones stay on this computer, where no
/// proxy is used.
#[derive(Debug)]
pub struct Proxies {
    /// Reads the same variables and settings in the same way as the HTTP library does.
    matcher: Matcher,
    /// Matches what is not excepted, whatever the proxy is.
    not_excepted: Matcher,
    /// The environment variable that counts, with what is wrong with it.
    variable: Option<(ProxyPlace, Option<ProxyFault>)>,
}

impl Proxies {
    /// The proxies of this computer.
    pub fn of_system() -> Self {
        Self::of(Matcher::from_system(), |name| std::env::var_os(name))
    }

    /// One proxy for everything, in place of those of this computer.
    pub fn only(address: &str) -> Self {
        let value = OsString::from(address);
        Self::of(Matcher::builder().all(address.to_owned()).build(), |name| {
            (name == "ALL_PROXY").then(|| value.clone())
        })
    }

    fn of(matcher: Matcher, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let first_of = |names: [&str; 2]| names.into_iter().find_map(&variable).filter(|value| !value.is_empty());
        let set = [
            (ProxyPlace::HttpsProxy, ["HTTPS_PROXY", "https_proxy"]),
            (ProxyPlace::AllProxy, ["ALL_PROXY", "all_proxy"]),
        ];
        let variable = set.into_iter().find_map(|(place, names)| Some((place, fault_of(&first_of(names)?))));
        let excepted = first_of(["NO_PROXY", "no_proxy"]).unwrap_or_default().to_string_lossy().into_owned();
        let not_excepted = Matcher::builder().all("http://proxy.invalid".to_owned()).no(excepted).build();
        Self { matcher, not_excepted, variable }
    }

    /// What keeps `url` from being asked for: a proxy that is set for it and cannot be used.
    pub fn trouble(&self, url: &Url) -> Option<ProxyTrouble> {
        let (place, fault) = self.variable?;
        let uri = url.as_str().parse().ok()?;
        self.not_excepted.intercept(&uri)?;
        Some(ProxyTrouble { place, fault: fault? })
    }

    /// Where the proxy is set that carries requests for `url`; `None` where none does.
    pub fn place_for(&self, url: &Url) -> Option<ProxyPlace> {
        self.matcher.intercept(&url.as_str().parse().ok()?)?;
        Some(self.variable.map_or(ProxyPlace::System, |(place, _)| place))
    }

    /// The names of the proxies themselves, which may lead into private networks.
    pub fn names(&self) -> Vec<String> {
        ["https://a.invalid/", "http://a.invalid/"]
            .iter()
            .filter_map(|probe| self.matcher.intercept(&probe.parse().ok()?)?.uri().host().map(str::to_owned))
            .collect()
    }
}

/// What is wrong with the proxy that a variable names, as far as the value itself tells.
fn fault_of(value: &OsStr) -> Option<ProxyFault> {
    let Some(text) = value.to_str() else { return Some(ProxyFault::Broken) };
    if let Some((scheme, _)) = text.split_once("://")
        && !scheme.eq_ignore_ascii_case("http")
        && !scheme.eq_ignore_ascii_case("https")
    {
        return Some(ProxyFault::Kind);
    }
    let probe = "https://a.invalid/".parse().ok()?;
    let is_read = Matcher::builder().all(text.to_owned()).build().intercept(&probe).is_some();
    (!is_read).then_some(ProxyFault::Broken)
}

/// What is wrong with the proxy that this computer is told to use, as a clause for the user; `None` where there is none, or
/// where its address is fine as far as it can be told without the network.
pub fn proxy_trouble() -> Option<String> {
    let probe = Url::parse("https://gateway.invalid/").ok()?;
    Proxies::of_system().trouble(&probe).map(ProxyTrouble::words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Proxies {
        let get = |names: [&str; 2]| {
            let found = names.iter().find_map(|name| variables.iter().find(|(found, _)| found == name));
            found.map(|(_, value)| (*value).to_owned()).unwrap_or_default()
        };
        let matcher = Matcher::builder()
            .all(get(["ALL_PROXY", "all_proxy"]))
            .https(get(["HTTPS_PROXY", "https_proxy"]))
            .http(get(["HTTP_PROXY", "http_proxy"]))
            .no(get(["NO_PROXY", "no_proxy"]))
            .build();
        Proxies::of(matcher, |name| {
            variables.iter().find(|(found, _)| *found == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_named_and_never_passed_by() {
        use ProxyFault::{Broken, Kind};
        use ProxyPlace::{AllProxy, HttpsProxy};
        let url = Url::parse("https://api.example.com/v1").expect("a URL");
        for (variables, trouble, place) in [
            (&[][..], None, None),
            (&[("ALL_PROXY", "")], None, None),
            (&[("ALL_PROXY", "http://proxy.corp:3128")], None, Some(AllProxy)),
            (&[("all_proxy", "127.0.0.1:7897")], None, Some(AllProxy)),
            (&[("https_proxy", "https://proxy.corp")], None, Some(HttpsProxy)),
            (&[("ALL_PROXY", "socks://127.0.0.1:7897/")], Some((AllProxy, Kind)), None),
            (&[("ALL_PROXY", "SOCKS5H://127.0.0.1:7897")], Some((AllProxy, Kind)), None),
            (&[("ALL_PROXY", "socks5://127.0.0.1:7897")], Some((AllProxy, Kind)), Some(AllProxy)),
            (&[("all_proxy", "http://[::1")], Some((AllProxy, Broken)), None),
            (&[("ALL_PROXY", "http://")], Some((AllProxy, Broken)), None),
            (&[("ALL_PROXY", "what is this")], Some((AllProxy, Broken)), None),
            // The variable for secure connections counts more, in both directions.
            (&[("HTTPS_PROXY", "http://p:1"), ("ALL_PROXY", "socks://x")], None, Some(HttpsProxy)),
            (&[("HTTPS_PROXY", "socks://x"), ("ALL_PROXY", "http://p:1")], Some((HttpsProxy, Kind)), Some(HttpsProxy)),
            // Plain connections do not leave this computer, so their proxy is of no concern.
            (&[("HTTP_PROXY", "socks://x")], None, None),
            (&[("ALL_PROXY", "socks://x"), ("NO_PROXY", "example.com")], None, None),
            (&[("ALL_PROXY", "socks://x"), ("NO_PROXY", "example.org")], Some((AllProxy, Kind)), None),
        ] {
            let proxies = proxies(variables);
            let expected = trouble.map(|(place, fault)| ProxyTrouble { place, fault });
            assert_eq!(proxies.trouble(&url), expected, "{variables:?}");
            assert_eq!(proxies.place_for(&url), place, "{variables:?}");
        }
    }

    #[test]
    fn the_names_of_proxies_are_known() {
        let found = proxies(&[("HTTPS_PROXY", "http://me:pw@proxy.corp:3128"), ("http_proxy", "other.corp:8080")]);
        assert_eq!(found.names(), ["proxy.corp", "other.corp"]);
        assert_eq!(Proxies::only("http://localhost:1").names(), ["localhost", "localhost"]);
        assert!(!format!("{found:?}").contains("pw"));
    }

    #[test]
    fn the_words_name_the_variable() {
        let trouble = ProxyTrouble { place: ProxyPlace::AllProxy, fault: ProxyFault::Kind };
        assert!(trouble.words().contains("ALL_PROXY"), "{}", trouble.words());
    }
}
