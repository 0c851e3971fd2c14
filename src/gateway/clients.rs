//! Builds the HTTP clients, three for each side (the internet, and this computer):
//!
//! * **submit** opens a fresh HTTP/1.1 connection for every order and closes it after. No kept connection can die under
//!   an order, no HTTP/2 stream can be refused and silently sent again, and a failed connect is proof that nothing left.
//! * **api** for small questions, with kept connections.
//! * **media** for clips. It never holds a key; its addresses are checked after the lookup.
//!
//! None follows redirects by itself, repeats a request, keeps cookies, or unpacks compressed bodies.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use reqwest::ClientBuilder;
use url::Url;

use super::link::{CheckedResolver, Reach, is_loopback};
use super::proxy::Proxies;
use super::tls::{Trust, Versions};
use super::upload::Patience;
use crate::domain::outcome::{NetworkCause, ProxyPlace};

/// The HTTP library could not start. The text is the library's own.
#[derive(Debug, thiserror::Error)]
#[error("the network library could not start: {0}")]
pub struct HttpError(pub String);

/// What is chosen about the network. The usual choices are [`NetworkOptions::default`]; tests on loopback need others.
#[derive(Clone, Debug)]
pub struct NetworkOptions {
    /// Certificates in PEM that count beside those of this computer. Only tests have any.
    pub extra_roots: Vec<Vec<u8>>,
    /// One proxy for everything in place of those of this computer. Only tests have one.
    pub proxy: Option<String>,
    /// Longest time for the lookup of the name, the connection and the TLS handshake.
    pub connect: Duration,
    /// Longest time in which not a byte of a request is taken.
    pub silence: Duration,
    /// Longest time that the answer to an order may take, counted from the moment when the order has left: long, because
    /// some gateways make the clip meanwhile, and because giving up leaves the fate of the order unclear.
    pub order_answer: Duration,
    /// Longest time that any other answer of an API may take.
    pub answer: Duration,
    /// Longest silence of a media host in the middle of a clip.
    pub media_silence: Duration,
}

impl Default for NetworkOptions {
    fn default() -> Self {
        Self {
            extra_roots: Vec::new(),
            proxy: None,
            connect: Duration::from_secs(15),
            silence: Duration::from_secs(60),
            order_answer: Duration::from_secs(600),
            answer: Duration::from_secs(45),
            media_silence: Duration::from_secs(30),
        }
    }
}

impl NetworkOptions {
    /// How long an order may take.
    pub fn for_orders(&self) -> Patience {
        Patience { silence: self.silence, answer: self.order_answer }
    }

    /// How long a question may take.
    pub fn for_questions(&self) -> Patience {
        Patience { silence: self.silence, answer: self.answer }
    }
}

/// The HTTP clients for gateways on the internet, or for those on this computer.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Submits jobs, each over a connection of its own.
    pub submit: reqwest::Client,
    /// Asks everything else of an API: jobs, balances, cancels.
    pub api: reqwest::Client,
    /// Fetches clips from media hosts.
    pub media: reqwest::Client,
}

/// The HTTP clients for gateways on the internet and on this computer: orders (a fresh connection each), questions (no
/// redirects, no retries), and media (no key, few redirects). Cheap to clone.
#[derive(Clone, Debug)]
pub struct Http {
    pub(super) far: Clients,
    pub(super) near: Clients,
    pub(super) options: Arc<NetworkOptions>,
    proxies: Arc<Proxies>,
    has_certificates: bool,
}

impl Http {
    /// Builds the clients. On a computer without certificates everything starts, and only secure connections are refused.
    ///
    /// # Errors
    ///
    /// [`HttpError`] holds the words of the HTTP library, when it cannot start at all.
    pub fn new() -> Result<Self, HttpError> {
        Self::with(NetworkOptions::default())
    }

    /// Builds the clients with other choices than the usual ones.
    ///
    /// # Errors
    ///
    /// As for [`Http::new`], and when a certificate among the choices cannot be read.
    pub fn with(options: NetworkOptions) -> Result<Self, HttpError> {
        let proxies = match &options.proxy {
            Some(address) => Proxies::only(address),
            None => Proxies::of_system(),
        };
        let trust = Trust::read(&options.extra_roots).map_err(HttpError)?;
        let (far, near) = both_sides(&options, &proxies, &trust)?;
        let has_certificates = trust.has_certificates;
        Ok(Self { far, near, options: Arc::new(options), proxies: Arc::new(proxies), has_certificates })
    }

    /// The clients for the side on which `base_url` is.
    pub(super) fn side_of(&self, base_url: &Url) -> &Clients {
        if is_loopback(base_url) { &self.near } else { &self.far }
    }

    /// What keeps `url` from being asked for, before anything is sent. `near` says that no proxy is used.
    pub(super) fn obstacle(&self, url: &Url, near: bool) -> Option<NetworkCause> {
        if url.scheme() == "https" && !self.has_certificates {
            return Some(NetworkCause::NoCertificates);
        }
        if near { None } else { self.proxies.trouble(url).map(NetworkCause::Proxy) }
    }

    /// Where the proxy is set that carries requests for `url`, if one does.
    pub(super) fn proxy_for(&self, url: &Url, near: bool) -> Option<ProxyPlace> {
        if near { None } else { self.proxies.place_for(url) }
    }
}

/// Whether this computer has certificates, by which a gateway can prove that it is the right one: `None` if so, else a
/// clause for the user.
pub fn certificate_trouble() -> Option<String> {
    match Trust::read(&[]) {
        Ok(trust) if trust.has_certificates => None,
        Ok(_) => Some("there are none, so no gateway on the internet can be asked".to_owned()),
        Err(cause) => Some(format!("the network library could not start: {cause}")),
    }
}

/// The clients for the internet and for this computer.
fn both_sides(options: &NetworkOptions, proxies: &Proxies, trust: &Trust) -> Result<(Clients, Clients), HttpError> {
    let far = |builder: ClientBuilder| match &options.proxy {
        // A proxy that cannot be read stops every request before it comes here: see `Http::obstacle`.
        Some(address) => reqwest::Proxy::all(address).into_iter().fold(builder.no_proxy(), ClientBuilder::proxy),
        None => builder,
    };
    let far_media = CheckedResolver { reach: Reach::Public, exempt: proxies.names() };
    // For gateways on this computer: no proxy, and plain names lead nowhere else.
    let near = |builder: ClientBuilder| {
        builder.no_proxy().dns_resolver(CheckedResolver { reach: Reach::Loopback, exempt: Vec::new() })
    };
    let near_media = CheckedResolver { reach: Reach::PublicOrLoopback, exempt: Vec::new() };
    Ok((side(options, trust, far, far_media)?, side(options, trust, near, near_media)?))
}

fn side(
    options: &NetworkOptions,
    trust: &Trust,
    side: impl Fn(ClientBuilder) -> ClientBuilder,
    media: CheckedResolver,
) -> Result<Clients, HttpError> {
    let common = |versions| {
        let builder = reqwest::Client::builder()
            .user_agent(concat!("rushes/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(options.connect)
            .tls_backend_preconfigured(trust.config(versions));
        side(builder)
    };
    let start = |builder: ClientBuilder| builder.build().map_err(|cause| HttpError(chain(&cause)));
    Ok(Clients {
        submit: start(common(Versions::Http1).http1_only().pool_max_idle_per_host(0))?,
        api: start(common(Versions::Any))?,
        media: start(common(Versions::Any).read_timeout(options.media_silence).dns_resolver(media))?,
    })
}

/// An error of the HTTP library with its causes.
pub fn chain(cause: &reqwest::Error) -> String {
    let mut text = cause.to_string();
    let mut source = cause.source();
    while let Some(error) = source {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = error.source();
    }
    text
}
