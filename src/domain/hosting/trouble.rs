//! What can be wrong with a bucket, and the sentences that say so.

use crate::domain::outcome::NetworkCause;
use crate::domain::text::GatewayText;

/// The three things that are done with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum BucketStep {
    /// The picture is sent.
    Write,
    /// The picture is read by its signed address, as a gateway does it.
    Read,
    /// The picture is deleted.
    Delete,
}

impl BucketStep {
    /// The step as a gerund: `writing`.
    fn words(self) -> &'static str {
        match self {
            Self::Write => "writing",
            Self::Read => "reading by a signed address",
            Self::Delete => "deleting",
        }
    }

    /// The right that the step needs, as S3 calls it.
    fn right(self) -> &'static str {
        match self {
            Self::Write => "s3:PutObject",
            Self::Read => "s3:GetObject",
            Self::Delete => "s3:DeleteObject",
        }
    }
}

/// Why a bucket did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketTrouble {
    /// There are no keys for it.
    NoKeys,
    /// It does not know the access key ID.
    UnknownKey,
    /// The secret does not belong to the access key ID.
    WrongSecret,
    /// It lies in another region.
    WrongRegion {
        /// The right one, where the server named it.
        expected: Option<GatewayText>,
    },
    /// The clock of this computer is ahead of the server's by so many seconds; behind where the number is negative.
    ClockOff {
        /// Seconds by which this computer's clock is ahead.
        ahead_secs: i64,
    },
    /// There is no bucket of this name.
    NoBucket,
    /// The keys may not do this.
    NotAllowed,
    /// It takes no object as large as this.
    TooLarge,
    /// The object is not there.
    NotThere,
    /// What was read is not what was written.
    Different,
    /// The server asks to go elsewhere.
    Elsewhere,
    /// A gateway cannot read from this address, for the reason in this clause.
    OutOfReach(&'static str),
    /// The place is no place that can be used, as this sentence says.
    Place(String),
    /// It was asked for too much at once, or is in trouble; it works again by itself.
    Busy(u16),
    /// The network failed.
    Network(NetworkCause),
    /// Anything else: the HTTP status and the server's own word for it, where there is one.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's word, such as `InvalidRequest`.
        code: Option<GatewayText>,
    },
    /// The work was broken off because it is no longer wanted.
    Stopped,
}

impl BucketTrouble {
    /// Whether it goes away by itself, so that another try makes sense. Everything else needs the user.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Network(_) | Self::Stopped)
            || matches!(self, Self::Refused { status, .. } if *status >= 500)
    }

    /// What is wrong, as one or two sentences for the user.
    pub fn sentence(&self, step: BucketStep) -> String {
        match self {
            Self::NoKeys => "There are no keys for this bucket.".to_owned(),
            Self::UnknownKey => "The server does not know this access key ID.".to_owned(),
            Self::WrongSecret => "The secret does not belong to this access key ID.".to_owned(),
            Self::WrongRegion { expected: Some(region) } => format!("The bucket lies in another region: {region}."),
            Self::WrongRegion { expected: None } => "The bucket lies in another region.".to_owned(),
            Self::ClockOff { ahead_secs } => {
                let way = if *ahead_secs > 0 { "ahead" } else { "behind" };
                let off = duration_words(ahead_secs.unsigned_abs());
                format!("The clock of this computer is {off} {way}, so the server refuses it. Set the clock.")
            }
            Self::NoBucket => "There is no bucket of this name on this server.".to_owned(),
            Self::NotAllowed => {
                format!("These keys may not do it: {} needs the right {}.", step.words(), step.right())
            }
            Self::TooLarge => "The bucket takes no object as large as this picture.".to_owned(),
            Self::NotThere => "The object is not there.".to_owned(),
            Self::Different => {
                "What was read is not what was written; something answers in place of the server.".to_owned()
            }
            Self::Elsewhere => {
                "The server sends elsewhere: check its address, the region and the path style.".to_owned()
            }
            Self::OutOfReach(why) => format!("No gateway on the internet can read from this address: {why}."),
            Self::Place(sentence) => sentence.clone(),
            Self::Busy(status) => format!("The server is busy (HTTP {status})."),
            Self::Network(cause) => network_sentence(*cause),
            Self::Refused { status, code: Some(code) } => format!("The server refused: {code} (HTTP {status})."),
            Self::Refused { status, code: None } => format!("The server refused (HTTP {status})."),
            Self::Stopped => "It was broken off.".to_owned(),
        }
    }
}

fn network_sentence(cause: NetworkCause) -> String {
    match cause {
        NetworkCause::CannotConnect => "The server cannot be reached. Check its address and your network.".to_owned(),
        NetworkCause::Tls => {
            "The secure connection was refused: the certificate does not fit the server's name or is not trusted here."
                .to_owned()
        }
        NetworkCause::Broken => "The connection broke.".to_owned(),
        NetworkCause::TimedOut => "The server did not answer in time.".to_owned(),
        NetworkCause::Unreadable => "What answered is no S3 server; check its address.".to_owned(),
        NetworkCause::ServerTrouble(status) => format!("The server is in trouble (HTTP {status})."),
        NetworkCause::Redirected(_) => {
            "The server sends elsewhere: check its address, the region and the path style.".to_owned()
        }
        NetworkCause::Proxy(trouble) => {
            let words = trouble.words();
            format!("{}{}.", words[..1].to_uppercase(), &words[1..])
        }
        NetworkCause::NoCertificates => "This computer has no certificates for secure connections.".to_owned(),
    }
}

/// A time in the largest unit that it has two of: `25 min`.
fn duration_words(secs: u64) -> String {
    match secs {
        0..120 => format!("{secs} s"),
        120..7200 => format!("{} min", secs / 60),
        7200..172_800 => format!("{} h", secs / 3600),
        _ => format!("{} days", secs / 86_400),
    }
}

/// What came of the test of a bucket, which writes a small object, reads it by a signed address, and deletes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketCheck {
    /// All three work.
    Works,
    /// One of them fails; those before it work.
    Fails {
        /// The first that fails.
        step: BucketStep,
        /// Why.
        trouble: BucketTrouble,
        /// The object that was written and could not be deleted; `None` when nothing is left behind.
        left: Option<String>,
    },
}

impl BucketCheck {
    /// The result as one to three sentences for the user.
    pub fn sentence(&self) -> String {
        match self {
            Self::Works => "Writing, reading by a signed address and deleting work.".to_owned(),
            Self::Fails { step, trouble, left } => {
                let begin = match step {
                    BucketStep::Write => "Writing fails.",
                    BucketStep::Read => "Writing works; reading by a signed address fails.",
                    BucketStep::Delete => "Writing and reading work; deleting fails.",
                };
                let end = left.as_ref().map(|key| format!(" The test object {key} is left there.")).unwrap_or_default();
                format!("{begin} {}{end}", trouble.sentence(*step))
            }
        }
    }
}
