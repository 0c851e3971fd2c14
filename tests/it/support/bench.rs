//! The bench of whatever talks to a gateway: a practice gateway, a library folder, and the real program as a child process.

use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use rushes::practice::{Config, GoodKeys, Practice};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::film::tiny_film;

/// A command that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(90);

/// The only good key at the practice gateway's aigateway protocol: 48 characters that stand nowhere else.
pub const AIGATEWAY_KEY: &str = "sk-aig-canaryQ7vT2mZx9LbR4wKs8HdN3pYc6JfG5uEa1V";

/// The same for apiin.
pub const APIIN_KEY: &str = "aio_canaryW5hB8nXq2TzM7rLk4PvD9sJg3CyF6eUa1KxR0m";

/// The same for PixVerse.
pub const PIXVERSE_KEY: &str = "px-canaryH4tK9wVz2RmQ6yLbX8dPfN3sGjC7uEa5B1cT0nW";

/// A practice gateway in this process, a library folder, and the means to run the program against both.
pub struct Bench {
    pub practice: Practice,
    pub dir: TempDir,
    /// Further variables for the program.
    pub variables: Vec<(&'static str, String)>,
    // Last, so that the gateway stops before the runtime that it lives on.
    pub runtime: Runtime,
}

impl Bench {
    /// A gateway that is quick, serves [`tiny_film`] and takes only the canary keys.
    pub fn new() -> Self {
        Self::with(Config::quick(tiny_film()))
    }

    /// A gateway of this kind that takes only the canary keys.
    pub fn with(config: Config) -> Self {
        let keys = GoodKeys::Exactly {
            aigateway: AIGATEWAY_KEY.to_owned(),
            apiin: APIIN_KEY.to_owned(),
            pixverse: PIXVERSE_KEY.to_owned(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime for the gateway");
        let practice = runtime.block_on(Practice::start(Config { keys, ..config })).expect("a port for the gateway");
        Self { practice, dir: TempDir::new().expect("a temporary folder"), variables: Vec::new(), runtime }
    }

    /// The library's folder.
    pub fn library(&self) -> PathBuf {
        self.dir.path().join("library")
    }

    /// The program with these arguments: the bench's library, addresses and keys, and nothing else of this environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rushes"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path())
            .env("RUSHES_LIBRARY", self.library())
            .env("RUSHES_AIGATEWAY_URL", self.practice.aigateway_url().as_str())
            .env("RUSHES_APIIN_URL", self.practice.apiin_url().as_str())
            .env("RUSHES_PIXVERSE_URL", self.practice.pixverse_url().as_str())
            .env("AIGATEWAY_API_KEY", AIGATEWAY_KEY)
            .env("APIIN_API_KEY", APIIN_KEY)
            .env("PIXVERSE_API_KEY", PIXVERSE_KEY)
            .envs(self.variables.iter().cloned())
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments))
    }

    /// `rushes jobs --json`.
    pub fn jobs(&self) -> Vec<Value> {
        let ran = self.run(&["jobs", "--json"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        match serde_json::from_str(&ran.stdout) {
            Ok(Value::Array(jobs)) => jobs,
            other => panic!("jobs --json prints one array, not {other:?}"),
        }
    }

    /// The only job.
    pub fn job(&self) -> Value {
        let mut jobs = self.jobs();
        assert_eq!(jobs.len(), 1, "{jobs:?}");
        jobs.remove(0)
    }
}

/// What became of a run of the program.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Runs `command` to its end.
    pub fn of(mut command: Command) -> Self {
        let child = command.spawn().expect("the program starts");
        let id = child.id();
        let output = wait_for(child, PATIENCE).unwrap_or_else(|| panic!("{command:?} (process {id}) hangs"));
        Self::from_output(output)
    }

    /// Runs a child to its end.
    pub fn of_child(child: Child) -> Self {
        let id = child.id();
        Self::from_output(wait_for(child, PATIENCE).unwrap_or_else(|| panic!("process {id} hangs")))
    }

    fn from_output(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Standard output as JSON lines.
    pub fn lines(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|err| panic!("{err} in {line}"));
        self.stdout.lines().map(parse).collect()
    }

    /// The last JSON line, which has to be `finished`.
    pub fn finished(&self) -> Value {
        let last = self.lines().pop().unwrap_or_else(|| panic!("no line: {self:?}"));
        assert_eq!(last["event"], "finished", "{self:?}");
        last
    }
}

/// Runs `command` to its end; kills it and returns `None` when that takes longer than `patience`.
pub fn output_within(mut command: Command, patience: Duration) -> Option<Ran> {
    let child = command.spawn().expect("the program starts");
    wait_for(child, patience).map(Ran::from_output)
}

/// Waits for the end of a child while its pipes are read; kills it and returns `None` when that takes too long.
fn wait_for(mut child: Child, patience: Duration) -> Option<Output> {
    fn read(pipe: Option<impl std::io::Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
        let work = move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                pipe.read_to_end(&mut bytes).expect("a pipe can be read");
            }
            bytes
        };
        std::thread::Builder::new().name("pipe".to_owned()).spawn(work).expect("a thread")
    }
    let (stdout, stderr) = (read(child.stdout.take()), read(child.stderr.take()));
    let status = wait_status(&mut child, patience);
    if status.is_none() {
        child.kill().expect("a child can be killed");
        child.wait().expect("a killed child ends");
    }
    let stdout = stdout.join().expect("the reader ends with its pipe");
    let stderr = stderr.join().expect("the reader ends with its pipe");
    match status {
        Some(status) => Some(Output { status, stdout, stderr }),
        None => {
            eprintln!("{}\n{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
            None
        }
    }
}

/// The status of a child that ends within `patience`.
pub fn wait_status(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait().expect("a child of ours") {
            return Some(status);
        }
        if Instant::now() >= deadline {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
