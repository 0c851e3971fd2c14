//! What can be typed after `rushes`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use strum::IntoEnumIterator;

use crate::domain::caps::field::CapField;
use crate::domain::hosting::PREFIX_AT_FIRST;
use crate::domain::ledger::Period;
use crate::domain::setting::SeedMode;
use crate::domain::{
    Amount, AspectRatio, ClipDuration, Draft, GatewayId, ModelId, PictureWay, RemoteId, Resolution, Thinking,
};

/// A native studio for generating video with PixVerse V5.6. Without a command it opens the window.
#[derive(Debug, Parser)]
#[command(name = "rushes", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
pub struct Arguments {
    /// Keep everything (clips, database, settings) under this folder
    #[arg(long, global = true, value_name = "DIR")]
    pub library: Option<PathBuf>,
    /// Print JSON lines in place of sentences
    #[arg(long, global = true)]
    pub json: bool,
    /// Open a window that shows every control in every state, and touch no library
    #[arg(long, hide = true)]
    pub components: bool,
    /// What to do without a window.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done, 2 bad request or usage, 3 key refused or missing, 4 no credits or over --max-cost,
5 generation failed, 6 unconfirmed, 7 not at its end (goes on, waits, or is not watched), 8 local trouble";

/// What can be done on the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make clips: prints their progress and where the files are
    ///
    /// Can be interrupted or killed at any moment; `rushes watch` goes on without sending an order twice. With several
    /// clips the exit code is that of the clip that needs you most, in the order 6, 8, 3, 4, 2, 5, 7.
    Generate(Generate),
    /// Make the clips of a list: one prompt for each line, or a table
    ///
    /// A line that begins with # is a comment. In a table the first line names the columns, one of which is prompt: also
    /// negative_prompt, resolution, duration, aspect_ratio, audio, thinking, seed, takes, model, image, end_image and
    /// gateway. What a row leaves empty is as the options say. {red|blue} in a cell gives one job each, {name} stands for
    /// what the row has in any other column, and \{ is a brace. Relative pictures are looked for beside the list.
    ///
    /// Nothing is sent when any line has a problem (exit code 2), when all together may cost more than --max-cost or pass a
    /// cap, or, without --max-cost, more than the amount above which the settings ask once more (exit code 4). All jobs are
    /// one run. Can be interrupted or killed at any moment; `rushes watch` goes on without sending an order twice.
    Batch(Batch),
    /// Say what a clip would cost, without sending anything
    Estimate(Estimate),
    /// List all jobs, oldest first
    Jobs,
    /// Say what was spent: sums, and every paid order with its price, its charge and how it ended
    ///
    /// Every order of a paid gateway counts, also those of cards that were taken off. Practice clips never do. Credits are
    /// worth what the settings say was paid for them, else a range. With --json one array, with --csv a table with a header;
    /// a cell of text that a spreadsheet would take for a formula begins with an apostrophe.
    Ledger(Ledger),
    /// Make a folder of clips that an editor opens: copies, OpenTimelineIO, FCPXML and a table
    ///
    /// The clips stand in the order in which they are named. All have to be ready, or nothing is written. With --storyboard
    /// it is the shots of a storyboard in place of clips that are named: each with its best take, and gaps for those that are
    /// still to be made. An existing folder is never changed: the new one takes the next free name. With --join there is one
    /// film of all clips that agree besides, joined without encoding anew. Exit code 8 when the file of a clip is missing; a
    /// gap stands for it then.
    Hand(Hand),
    /// Show the caps on spending with what is left of them, or set one
    ///
    /// An order that would pass a cap is not sent: it waits in the queue until there is room. The window heeds what is set
    /// here from its next start on, so nothing is set while it is open.
    Cap(Cap),
    /// Go on with every unfinished job until none is left
    ///
    /// Sends what is queued. Orders that are held, because they waited for more than a day or the library was copied, are
    /// named and not sent; `rushes resume` lets them go.
    Watch(Watch),
    /// Decide about an unconfirmed job, or look at another one again
    Resolve(Resolve),
    /// Take an order out of the queue, or ask its gateway to cancel the job
    ///
    /// Waits for the answer, and says whether it was charged. Exit code 2 when the job cannot be cancelled.
    Cancel(Cancel),
    /// Send nothing more, until `rushes resume`; jobs at the gateways go on
    Pause,
    /// Let the queue go on, and with it all orders that are held
    ///
    /// Sends nothing itself: `rushes watch` or the window does.
    Resume,
    /// Bring back the clips of a folder from the recipes in them
    ///
    /// For a library whose database is gone, and for clips of another computer. Renamed files are found as well. Jobs
    /// that the library has are left alone; only a file that it missed is named anew. Exit code 8 when a file is
    /// damaged or was changed since its download.
    Rebuild(Rebuild),
    /// Keep, test or forget a gateway's key
    Key {
        /// What to do with it.
        #[command(subcommand)]
        action: KeyAction,
    },
    /// Set up, test or forget the bucket through which pictures reach the gateways
    Bucket {
        /// What to do with it.
        #[command(subcommand)]
        action: BucketAction,
    },
    /// Say what works on this computer, what does not, and what to do
    Doctor,
    /// Let an agent order clips: a server of the Model Context Protocol on standard input and output
    ///
    /// Practice clips are free. What costs money is refused unless both --allow-spend and --cap are given, and beyond that
    /// cap or one of the settings' own. Ends with its standard input. The library is open meanwhile, so that the window and
    /// other commands wait.
    Mcp(Mcp),
    /// Run the pretend gateway alone, until interrupted
    Practice(Practice),
}

/// Settings of a clip, the same for `generate`, `batch` and `estimate`.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Who makes the clip [default: the one chosen in the window; practice when it has no key]
    #[arg(long, value_name = "NAME", value_parser = parse_gateway)]
    pub gateway: Option<GatewayId>,
    /// First frame: a file, or a web address that begins with https://
    #[arg(long, value_name = "FILE|URL")]
    pub image: Option<OsString>,
    /// Last frame, where the gateway takes one: a file, or a web address that begins with https://
    #[arg(long, value_name = "FILE|URL")]
    pub end_image: Option<OsString>,
    /// The model that makes the clip
    #[arg(long, value_name = "NAME", default_value_t)]
    pub model: ModelId,
    /// Shorter side of the picture
    #[arg(long, default_value = "720p", value_parser = words::<Resolution>())]
    pub resolution: Resolution,
    /// Length in seconds
    #[arg(long, default_value = "5", value_parser = seconds())]
    pub duration: ClipDuration,
    /// Width to height
    #[arg(long, default_value = "16:9", value_parser = words::<AspectRatio>())]
    pub aspect_ratio: AspectRatio,
    /// With sound
    #[arg(long)]
    pub audio: bool,
    /// Whether the model thinks the prompt over
    #[arg(long, default_value = "auto", value_parser = words::<Thinking>())]
    pub thinking: Thinking,
    /// Seed, 0 to 2147483647; further clips of --count count up from it [default: random]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub seed: Option<String>,
    /// What the clip should not show
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub negative_prompt: String,
    /// Number of clips, 1 to 12
    #[arg(long, value_name = "N", default_value = "1")]
    pub count: u8,
}

/// The arguments of `rushes generate`.
#[derive(Args, Debug)]
pub struct Generate {
    /// What the shot shows
    pub prompt: String,
    /// Settings of the clip.
    #[command(flatten)]
    pub settings: Settings,
    /// Send nothing when all clips together may cost more: dollars (2.50) or credits (90cr)
    #[arg(long, value_name = "AMOUNT", value_parser = parse_limit)]
    pub max_cost: Option<Amount>,
    /// Send all clips although they pass a cap on spending; AMOUNT has to be their exact price: dollars (2.50) or credits
    /// (90cr)
    #[arg(long, value_name = "AMOUNT", value_parser = parse_limit)]
    pub over_cap: Option<Amount>,
    /// How a picture of this computer reaches the gateway [default: as the settings say; in-order at first]
    ///
    /// PixVerse has an upload of its own, which it always uses.
    #[arg(long, value_name = "WAY", value_parser = parse_picture_way)]
    pub picture_way: Option<PictureWay>,
    /// Come back as soon as the gateway has accepted the order
    #[arg(long)]
    pub no_wait: bool,
}

/// The arguments of `rushes batch`.
#[derive(Args, Debug)]
pub struct Batch {
    /// The list: text or CSV in UTF-8; - reads standard input
    pub file: PathBuf,
    /// Show every job with its price, the sum, the caps and what is the same, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Settings of what a row does not say.
    #[command(flatten)]
    pub settings: Settings,
    /// Send nothing when all clips together may cost more: dollars (2.50) or credits (90cr)
    #[arg(long, value_name = "AMOUNT", value_parser = parse_limit)]
    pub max_cost: Option<Amount>,
    /// How a picture of this computer reaches the gateway [default: as the settings say; in-order at first]
    ///
    /// PixVerse has an upload of its own, which it always uses.
    #[arg(long, value_name = "WAY", value_parser = parse_picture_way)]
    pub picture_way: Option<PictureWay>,
    /// Come back as soon as the gateways have accepted all orders
    #[arg(long)]
    pub no_wait: bool,
}

/// The arguments of `rushes estimate`.
#[derive(Args, Debug)]
pub struct Estimate {
    /// What the shot shows; changes no price
    pub prompt: Option<String>,
    /// Settings of the clip.
    #[command(flatten)]
    pub settings: Settings,
}

/// The arguments of `rushes ledger`.
#[derive(Args, Debug)]
pub struct Ledger {
    /// Print the orders as CSV
    #[arg(long)]
    pub csv: bool,
    /// Only orders of this month, such as 2026-06
    #[arg(long, value_name = "MONTH", value_parser = parse_month)]
    pub month: Option<Period>,
    /// Only orders at this gateway
    #[arg(long, value_name = "NAME", value_parser = parse_paid_gateway)]
    pub gateway: Option<GatewayId>,
}

/// The arguments of `rushes hand`.
#[derive(Args, Debug)]
pub struct Hand {
    /// Ids of jobs, or their last eight digits, in the order of the film
    #[arg(value_name = "JOB", required_unless_present = "storyboard")]
    pub jobs: Vec<String>,
    /// The storyboard of this project in place of clips; without a name the one of the whole library
    #[arg(long, value_name = "PROJECT", num_args = 0..=1, default_missing_value = "", conflicts_with = "jobs")]
    pub storyboard: Option<String>,
    /// The folder in which the new one is made
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// What the new folder is called [default: the project, else the day, or “Storyboard”]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Join all clips that agree into one film as well
    #[arg(long)]
    pub join: bool,
}

/// The arguments of `rushes cap`.
#[derive(Args, Debug)]
pub struct Cap {
    /// Which one: of a day, of a month, of one run, or the price above which Generate asks once more
    #[arg(value_parser = words::<CapField>())]
    pub which: Option<CapField>,
    /// The most that may be spent: dollars (5.00) or credits (900cr); off or on leaves the amount as it is
    #[arg(value_name = "AMOUNT|off|on", value_parser = parse_cap)]
    pub to: Option<CapTo>,
}

/// What a cap is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapTo {
    /// This much, and it holds.
    Limit(Amount),
    /// It holds, or not, with the amount that it has.
    Switch(bool),
}

/// The arguments of `rushes watch`.
#[derive(Args, Debug)]
pub struct Watch {
    /// Ids of jobs, or their last eight digits: go on with these only, also where they are not watched any more
    #[arg(value_name = "JOB")]
    pub jobs: Vec<String>,
}

/// The arguments of `rushes cancel`.
#[derive(Args, Debug)]
pub struct Cancel {
    /// Id of the job, or its last eight digits
    pub job: String,
}

/// The arguments of `rushes resolve`.
#[derive(Args, Debug)]
pub struct Resolve {
    /// Id of the job, or its last eight digits
    pub job: String,
    /// What is decided about the job
    #[command(subcommand)]
    pub decision: Decision,
}

/// What to do with a job.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Decision {
    /// Look whether the gateway can tell what became of it; sends no order. Works for jobs that are not at their end, too
    Check,
    /// Watch the job of this id, found on the gateway's dashboard
    Adopt {
        /// The gateway's id of the job
        #[arg(value_parser = parse_remote_id)]
        remote_id: RemoteId,
    },
    /// Order the clip again; it may be charged twice
    Resend {
        /// Send it although it passes a cap on spending; AMOUNT has to be its exact price: dollars (0.64) or credits (90cr)
        #[arg(long, value_name = "AMOUNT", value_parser = parse_limit)]
        over_cap: Option<Amount>,
    },
    /// Put it aside
    Discard,
}

/// The arguments of `rushes rebuild`.
#[derive(Args, Debug)]
pub struct Rebuild {
    /// Folder to look through, with all folders in it
    pub folder: PathBuf,
}

/// The arguments of `rushes key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum KeyAction {
    /// Read a key from standard input and keep it in the system's password store
    Set {
        /// Whose key it is
        #[arg(value_parser = parse_gateway)]
        gateway: GatewayId,
    },
    /// Try the key without spending anything
    Test {
        /// Whose key it is
        #[arg(value_parser = parse_gateway)]
        gateway: GatewayId,
    },
    /// Delete the key from the password store
    Forget {
        /// Whose key it is
        #[arg(value_parser = parse_gateway)]
        gateway: GatewayId,
    },
}

/// The arguments of `rushes bucket`.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum BucketAction {
    /// Read the secret from standard input, test the bucket, and use it for pictures from now on
    ///
    /// Pictures stay private there: the gateway gets an address that opens for 7 days, and the picture is deleted when its
    /// job has ended. Any server that speaks S3 will do: AWS, R2, B2, MinIO, Garage.
    Set {
        /// The server, such as s3.eu-central-1.amazonaws.com, without the bucket's name
        #[arg(long, value_name = "URL")]
        endpoint: String,
        /// The region for signatures; auto or us-east-1 where the server has none
        #[arg(long, default_value = "auto")]
        region: String,
        /// The name of the bucket
        #[arg(long, value_name = "NAME")]
        bucket: String,
        /// What the names of all objects begin with
        #[arg(long, default_value = PREFIX_AT_FIRST)]
        prefix: String,
        /// Put the bucket in front of the server's name, as AWS wants it, and not into the path
        #[arg(long)]
        virtual_host: bool,
        /// The access key ID that belongs to the secret
        #[arg(long, value_name = "ID")]
        access_key_id: String,
    },
    /// Write a small object, read it by a signed address, delete it, and say what fails
    Test,
    /// Delete the keys from the password store and use no bucket any more
    Forget,
}

/// The arguments of `rushes mcp`.
#[derive(Args, Debug)]
pub struct Mcp {
    /// Let the agent spend money, up to --cap
    #[arg(long)]
    pub allow_spend: bool,
    /// The most that may be spent while the server runs: dollars (2.50) or credits (90cr)
    #[arg(long, value_name = "AMOUNT", value_parser = parse_limit)]
    pub cap: Option<Amount>,
    /// Who makes clips of orders that name nobody [default: the one chosen in the window; practice when it has no key]
    #[arg(long, value_name = "NAME", value_parser = parse_gateway)]
    pub gateway: Option<GatewayId>,
}

/// The arguments of `rushes practice`.
#[derive(Args, Debug)]
pub struct Practice {
    /// Port to listen on; 0 takes any free one
    #[arg(long, default_value = "0")]
    pub port: u16,
    /// JSON file that says what goes wrong and when
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
}

impl Settings {
    /// The settings as a draft at `gateway`. The picture is left out: only a web address can be put in without reading
    /// a file.
    pub fn draft(&self, prompt: &str, gateway: GatewayId) -> Draft {
        Draft {
            prompt: prompt.to_owned(),
            negative_prompt: self.negative_prompt.clone(),
            picture: None,
            end_picture: None,
            model: self.model.clone(),
            resolution: self.resolution,
            duration: self.duration,
            aspect_ratio: self.aspect_ratio,
            audio: self.audio,
            thinking: self.thinking,
            // Several clips of one seed would be the same clip, paid several times.
            seed_mode: if self.seed.is_some() { SeedMode::CountUp } else { SeedMode::Random },
            seed_text: self.seed.clone().unwrap_or_default(),
            takes: self.count,
            gateway,
            parent: None,
            in_place_of: None,
        }
    }
}

/// Accepts the words of an enum, and lists them when another one is typed.
fn words<T>() -> impl TypedValueParser<Value = T>
where
    T: IntoEnumIterator + Into<&'static str> + FromStr + Clone + Send + Sync + 'static,
    T::Err: std::fmt::Debug,
{
    PossibleValuesParser::new(T::iter().map(Into::<&'static str>::into))
        .map(|word| word.parse().expect("only words of the enum pass"))
}

fn seconds() -> impl TypedValueParser<Value = ClipDuration> {
    PossibleValuesParser::new(["5", "8", "10"]).map(|word| match word.as_str() {
        "8" => ClipDuration::S8,
        "10" => ClipDuration::S10,
        _ => ClipDuration::S5,
    })
}

fn parse_gateway(word: &str) -> Result<GatewayId, String> {
    word.parse()
        .map_err(|_unknown: strum::ParseError| "the gateways are apiin, aigateway, pixverse and practice".to_owned())
}

fn parse_picture_way(word: &str) -> Result<PictureWay, String> {
    let way = word.replace('-', "_").parse();
    way.map_err(|_unknown: strum::ParseError| "the ways are in-order, bucket and platform".to_owned())
}

fn parse_limit(text: &str) -> Result<Amount, String> {
    Amount::parse_limit(text).ok_or_else(|| "write dollars as 2.50 or credits as 90cr".to_owned())
}

fn parse_month(text: &str) -> Result<Period, String> {
    Period::parse_month(text).ok_or_else(|| "write the month as 2026-06".to_owned())
}

fn parse_paid_gateway(word: &str) -> Result<GatewayId, String> {
    let gateway = parse_gateway(word)?;
    if gateway.is_paid() { Ok(gateway) } else { Err("practice clips cost nothing and are never counted".to_owned()) }
}

fn parse_cap(text: &str) -> Result<CapTo, String> {
    match text {
        "off" => Ok(CapTo::Switch(false)),
        "on" => Ok(CapTo::Switch(true)),
        _ => parse_limit(text).map(CapTo::Limit).map_err(|reason| format!("{reason}, or off")),
    }
}

fn parse_remote_id(text: &str) -> Result<RemoteId, String> {
    RemoteId::try_from(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(std::iter::once("rushes").chain(line.iter().copied()))
    }

    fn generate(line: &[&str]) -> Generate {
        let line: Vec<_> = ["generate", "a boat"].iter().chain(line).copied().collect();
        match parse(&line).expect("a good line").command {
            Some(Command::Generate(generate)) => generate,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definition_holds_together() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn settings_become_a_draft() {
        let plain = generate(&[]).settings.draft("a boat", GatewayId::Practice);
        assert_eq!(plain, Draft { prompt: "a boat".to_owned(), ..Draft::default() });
        let line = "--resolution 1080p --duration 8 --aspect-ratio 9:16 --audio --thinking disabled --seed 7 \
                    --negative-prompt rain --count 3";
        let full = generate(&line.split_whitespace().collect::<Vec<_>>()).settings.draft("a boat", GatewayId::Apiin);
        assert_eq!(
            full,
            Draft {
                prompt: "a boat".to_owned(),
                negative_prompt: "rain".to_owned(),
                picture: None,
                end_picture: None,
                model: ModelId::default(),
                resolution: Resolution::P1080,
                duration: ClipDuration::S8,
                aspect_ratio: AspectRatio::R9x16,
                audio: true,
                thinking: Thinking::Disabled,
                seed_mode: SeedMode::CountUp,
                seed_text: "7".to_owned(),
                takes: 3,
                gateway: GatewayId::Apiin,
                parent: None,
                in_place_of: None,
            }
        );
    }

    #[test]
    fn wrong_usage_names_what_would_be_right() {
        for (line, hint) in [
            (&["generate"][..], "PROMPT"),
            (&["generate", "x", "--model", "PixVerse V6"], "a model is named with"),
            (&["generate", "x", "--gateway", "sora"], "apiin, aigateway, pixverse and practice"),
            (&["generate", "x", "--duration", "7"], "5, 8, 10"),
            (&["generate", "x", "--resolution", "4k"], "360p, 540p, 720p, 1080p"),
            (&["generate", "x", "--max-cost", "much"], "90cr"),
            (&["generate", "x", "--colour"], "--colour"),
            (&["resolve", "x", "adopt", "../y"], "no job id"),
            (&["rebuild"], "FOLDER"),
            (&["batch"], "FILE"),
            (&["cancel"], "JOB"),
            (&["hand", "--to", "d"], "JOB"),
            (&["hand", "x", "--to", "d", "--storyboard"], "cannot be used with"),
            (&["frobnicate"], "frobnicate"),
        ] {
            let err = parse(line).expect_err("wrong usage");
            assert!(err.to_string().contains(hint), "{line:?}: {err}");
            assert_eq!(err.exit_code(), 2, "{line:?}");
        }
    }

    #[test]
    fn the_component_sheet_is_for_those_who_know_of_it() {
        use clap::CommandFactory as _;
        assert!(parse(&["--components", "--library", "d"]).expect("a good line").components);
        assert!(!Arguments::command().render_long_help().to_string().contains("--components"));
    }

    #[test]
    fn global_options_stand_anywhere() {
        for line in [&["--json", "--library", "d", "jobs"][..], &["jobs", "--library", "d", "--json"]] {
            let arguments = parse(line).expect("a good line");
            assert!(arguments.json && arguments.library == Some(PathBuf::from("d")));
        }
    }

    #[test]
    fn jobs_are_named_or_not() {
        let watched = |line: &[&str]| match parse(line).expect("a good line").command {
            Some(Command::Watch(watch)) => watch.jobs,
            other => panic!("{other:?}"),
        };
        assert!(watched(&["watch"]).is_empty());
        assert_eq!(watched(&["watch", "a", "b"]), ["a", "b"]);
        assert!(
            matches!(parse(&["cancel", "a"]).expect("a good line").command, Some(Command::Cancel(cancel)) if cancel.job == "a")
        );
        assert!(matches!(parse(&["pause"]).expect("a good line").command, Some(Command::Pause)));
        assert!(matches!(parse(&["resume"]).expect("a good line").command, Some(Command::Resume)));
    }

    #[test]
    fn decisions_are_read() {
        let decision = |line: &[&str]| match parse(line).expect("a good line").command {
            Some(Command::Resolve(resolve)) => resolve.decision,
            other => panic!("{other:?}"),
        };
        assert_eq!(decision(&["resolve", "x", "resend"]), Decision::Resend { over_cap: None });
        let remote_id = RemoteId::new("job_1").expect("plain");
        assert_eq!(decision(&["resolve", "x", "adopt", "job_1"]), Decision::Adopt { remote_id });
    }
}
