//! Decides which addresses may be talked to: base URLs of gateways, links to clips, and the network addresses behind names.
//!
//! A link comes from the network and must never make this computer talk to itself or to its neighbors, so it is checked
//! before it is fetched, again after each redirect, and once more when its name has been looked up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Checks a base URL: `https` anywhere, `http` on loopback only; no user name, no query. Returns it without a slash at
/// its end.
///
/// # Errors
///
/// One sentence for the user that says what is wrong with the address.
pub fn check_base_url(text: &str) -> Result<Url, String> {
    let text = text.trim();
    if text.contains(['\\', '\t', '\n', '\r']) {
        return Err("This is no web address; it should begin with https://".to_owned());
    }
    let mut url =
        Url::parse(text).map_err(|cause| format!("This is no web address ({cause}); it should begin with https://"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err("The address has to begin with https://".to_owned());
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("This address names no server".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave name and password out of the address; the key is kept elsewhere".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("Leave out everything from ? or # on".to_owned());
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err("Plain http is for this computer only; use https://".to_owned());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Whether `url` names this computer: `localhost`, `127.0.0.0/8` or `[::1]`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Checks a link to a clip. `near` says whether the gateway itself is on this computer; only then may links lead there,
/// and only then may they be plain `http`.
///
/// # Errors
///
/// Why it is refused, as a clause without the link.
pub fn check_link(url: &Url, near: bool) -> Result<(), &'static str> {
    if !matches!(url.scheme(), "https" | "http") {
        return Err("it is no web address");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name");
    }
    let Some(host) = url.host() else {
        return Err("it names no server");
    };
    if is_loopback(url) {
        return if near { Ok(()) } else { Err("it leads to this computer") };
    }
    if url.scheme() != "https" {
        return Err("it is not encrypted");
    }
    let is_public = match host {
        Host::Domain(name) => is_public_name(name),
        Host::Ipv4(ip) => is_public(IpAddr::V4(ip)) && !is_benchmark(ip),
        Host::Ipv6(ip) => is_public(IpAddr::V6(ip)) && !wrapped_v4(ip).is_some_and(is_benchmark),
    };
    if is_public { Ok(()) } else { Err("it leads into a private network") }
}

/// Names that only exist inside of a computer or a local network.
fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_local = ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "localdomain", "home.arpa"]
        .iter()
        .any(|end| name == *end || name.ends_with(&format!(".{end}")));
    name.contains('.') && !is_local
}

/// Whether `ip` is an address of the public internet: not loopback, private, shared, link-local, documentation, multicast
/// or reserved, also when wrapped into IPv6.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(a == 0
        || a >= 224
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99))
}

/// 198.18.0.0/15, kept for measurements. Refused in links, but not behind names: tunnels on users' machines answer every
/// lookup with such an address and pass the connection on.
fn is_benchmark(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    a == 198 && (b == 18 || b == 19)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(ip) = wrapped_v4(ip) {
        return is_public_v4(ip);
    }
    let s = ip.segments();
    // Only 2000::/3 is given out for the public internet; 2001::/23 holds protocols such as Teredo, 2001:db8::/32 and
    // 3fff::/20 documentation.
    (0x2000..0x4000).contains(&s[0])
        && !(s[0] == 0x2001 && s[1] < 0x200)
        && !(s[0] == 0x2001 && s[1] == 0xdb8)
        && !(s[0] == 0x3fff && s[1] < 0x1000)
}

/// The IPv4 address that an IPv6 address stands for: mapped, behind NAT64 (in the last 32 bits), or by 6to4 (in the 32 after
/// the prefix).
fn wrapped_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = ip.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match s {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(of(high, low)),
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

/// Which addresses a name may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// This computer only: for gateways on loopback, whose key goes over plain `http`.
    Loopback,
    /// The public internet only: for links of gateways.
    Public,
    /// Either: for links of gateways on loopback.
    PublicOrLoopback,
}

impl Reach {
    fn allows(self, ip: IpAddr) -> bool {
        match self {
            Self::Loopback => ip.is_loopback(),
            Self::Public => is_public(ip),
            Self::PublicOrLoopback => ip.is_loopback() || is_public(ip),
        }
    }
}

/// Looks names up with the system's resolver and keeps only the addresses that may be reached. So the address that is
/// connected to is the one that was checked, whatever a second lookup would say.
#[derive(Debug)]
pub struct CheckedResolver {
    /// The addresses that may be connected to.
    pub reach: Reach,
    /// Names of proxy servers, which stand inside of private networks by nature.
    pub exempt: Vec<String>,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach;
        let name = name.as_str().to_owned();
        let is_exempt = self.exempt.iter().any(|exempt| exempt.eq_ignore_ascii_case(&name));
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> =
                found.into_iter().filter(|address| is_exempt || reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err("the name leads to no address that may be reached".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
