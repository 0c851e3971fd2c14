//! Checks what runs at the forge: every workflow parses, pins its actions by commit, and asks for no right that it does not need;
//! what is released is what `./dev package` makes.

use std::collections::BTreeMap;
use std::fs;

use yaml_rust2::{Yaml, YamlLoader};

use super::{Source, assert_clean, files_below, root};

/// The only right to write that a workflow may ask for, by file, job and right.
const RIGHTS: [(&str, &str, &str); 3] = [
    ("release.yml", "draft", "contents"),
    ("release.yml", "draft", "id-token"),
    ("release.yml", "draft", "attestations"),
];

fn workflows() -> Vec<Source> {
    let paths = files_below(".github/workflows").into_iter();
    let read = |path: String| Source::new(&path, &fs::read_to_string(root().join(&path)).expect("a workflow is text"));
    paths.map(read).collect()
}

/// The one document of a workflow.
fn parse(workflow: &Source) -> Result<Yaml, String> {
    let documents = YamlLoader::load_from_str(&workflow.text).map_err(|err| format!("{}: {err}", workflow.path))?;
    match <[Yaml; 1]>::try_from(documents) {
        Ok([document]) => Ok(document),
        Err(documents) => Err(format!("{}: {} documents", workflow.path, documents.len())),
    }
}

/// The pairs of a mapping whose keys are words; nothing of anything else.
fn pairs(yaml: &Yaml) -> Vec<(&str, &Yaml)> {
    let pairs = yaml.as_hash().into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.as_str()?, value))).collect()
}

/// The steps of all jobs.
fn steps(document: &Yaml) -> Vec<&Yaml> {
    pairs(&document["jobs"]).into_iter().flat_map(|(_, job)| job["steps"].as_vec().into_iter().flatten()).collect()
}

/// Actions that are not pinned, or that a reader cannot tell the release of.
fn pin_offenses(workflow: &Source, document: &Yaml) -> Vec<String> {
    let mut offenses = Vec::new();
    for used in steps(document).into_iter().filter_map(|step| step["uses"].as_str()) {
        let hash = used.rsplit_once('@').map_or("", |(_, hash)| hash);
        let is_hash = hash.len() == 40 && hash.chars().all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase());
        let says_release = workflow.text.lines().any(|line| line.contains(&format!("{used} # v")));
        if !is_hash || !says_release {
            offenses.push(format!("{}: {used} is not pinned as in owner/name@commit # v1.2.3", workflow.path));
        }
    }
    offenses
}

/// Rights that a workflow or a job has without need, and workflows that take what the forge gives by default.
fn right_offenses(workflow: &Source, document: &Yaml) -> Vec<String> {
    let file = workflow.path.rsplit('/').next().unwrap_or_default();
    let mut offenses = Vec::new();
    if document["permissions"].as_hash().is_none() {
        offenses.push(format!("{}: says not which rights it needs", workflow.path));
    }
    let jobs = pairs(&document["jobs"]).into_iter().map(|(job, yaml)| (job, &yaml["permissions"]));
    for (job, rights) in jobs.chain([("", &document["permissions"])]) {
        if rights.as_str().is_some() {
            offenses.push(format!("{}: {job} asks for many rights in one word", workflow.path));
        }
        for (right, degree) in pairs(rights) {
            if degree.as_str() != Some("read") && !RIGHTS.contains(&(file, job, right)) {
                offenses.push(format!("{}: {job} may not ask for {right}: {degree:?}", workflow.path));
            }
        }
    }
    offenses
}

/// Text of others in a script, where it would be run: branch names and titles are theirs.
fn script_offenses(workflow: &Source, document: &Yaml) -> Vec<String> {
    let scripts = steps(document).into_iter().filter_map(|step| step["run"].as_str());
    let harmless = ["${{ matrix."];
    scripts
        .flat_map(|script| script.match_indices("${{").map(|(at, _)| &script[at..]))
        .filter(|rest| !harmless.iter().any(|begin| rest.starts_with(begin)))
        .map(|rest| format!("{}: goes into a script as text: {}", workflow.path, rest.lines().next().unwrap_or(rest)))
        .collect()
}

#[test]
fn workflows_pin_their_actions_and_ask_for_little() {
    let workflows = workflows();
    assert!(workflows.len() >= 2, "few workflows");
    let mut pins: BTreeMap<String, String> = BTreeMap::new();
    for workflow in &workflows {
        let document = parse(workflow).expect("a workflow parses");
        assert!(!steps(&document).is_empty(), "{} has no steps", workflow.path);
        assert_clean(&pin_offenses(workflow, &document));
        assert_clean(&right_offenses(workflow, &document));
        assert_clean(&script_offenses(workflow, &document));
        for used in steps(&document).into_iter().filter_map(|step| step["uses"].as_str()) {
            let (action, hash) = used.split_once('@').expect("pinned");
            let known = pins.entry(action.to_owned()).or_insert_with(|| hash.to_owned());
            assert_eq!(known, hash, "{action} is pinned to two commits");
        }
    }
}

#[test]
fn what_is_released_is_what_the_package_command_makes() {
    let workflows = workflows();
    let release = workflows.iter().find(|workflow| workflow.path.ends_with("/release.yml")).expect("release.yml");
    let document = parse(release).expect("it parses");
    let commands: Vec<&str> = steps(&document).into_iter().filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(commands.iter().filter(|command| command.contains("./dev package")).count(), 2, "{commands:?}");
    assert!(!commands.iter().any(|command| command.contains("cargo build")), "a second way to build: {commands:?}");
    let systems = document["jobs"]["packages"]["strategy"]["matrix"]["include"].as_vec().expect("systems");
    assert!(
        systems.iter().all(|system| system["options"].as_str().is_some_and(|options| options.contains("--strict")))
    );
    assert_eq!(
        systems.iter().filter_map(|system| system["name"].as_str()).collect::<Vec<_>>(),
        ["Linux", "macOS", "Windows"]
    );
    assert_eq!(document["on"]["push"]["tags"][0].as_str(), Some("v*"));
}

#[test]
fn workflows_call_commands_that_exist_with_the_rust_of_the_package() {
    let dev = fs::read_to_string(root().join("dev")).expect("dev");
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    for workflow in workflows() {
        let document = parse(&workflow).expect("it parses");
        for script in steps(&document).into_iter().filter_map(|step| step["run"].as_str()) {
            for (at, _) in script.match_indices("./dev ") {
                let command = script[at + 6..].split_whitespace().next().unwrap_or_default();
                assert!(dev.contains(&format!("\n    {command}) ")), "{}: ./dev {command}", workflow.path);
            }
        }
        let rust = document["env"]["RUST"].as_str().expect("a version of Rust");
        let wanted = rust.trim_end_matches(".0");
        assert!(manifest.contains(&format!("rust-version = \"{wanted}\"")), "{}: Rust {rust}", workflow.path);
    }
}

// The checkers themselves, on small bad inputs.

#[test]
fn bad_workflows_are_found() {
    let count = |text: &str| {
        let workflow = Source::new(".github/workflows/release.yml", text);
        match parse(&workflow) {
            Ok(document) => [
                pin_offenses(&workflow, &document),
                right_offenses(&workflow, &document),
                script_offenses(&workflow, &document),
            ]
            .concat()
            .len(),
            Err(_) => 100,
        }
    };
    let hash = "0123456789abcdef0123456789abcdef01234567";
    let with = |permissions: &str, step: &str| {
        format!("permissions: {permissions}\njobs:\n  draft:\n    runs-on: x\n    steps:\n      - {step}\n")
    };
    assert_eq!(count(&with("{}", &format!("uses: a/b@{hash} # v1.2.3"))), 0);
    assert_eq!(count(&with("{}", &format!("uses: a/b@{hash}"))), 1);
    assert_eq!(count(&with("{}", "uses: a/b@v1 # v1")), 1);
    assert_eq!(count(&with("{}", "uses: a/b@main")), 1);
    assert_eq!(count(&with("{contents: read}", "run: ./dev test")), 0);
    assert_eq!(count(&with("{contents: write}", "run: ./dev test")), 1);
    assert_eq!(count(&with("write-all", "run: ./dev test")), 2);
    assert_eq!(count(&with("{}", "run: echo ${{ github.head_ref }}")), 1);
    assert_eq!(count(&with("{}", "run: ./dev package ${{ matrix.options }}")), 0);
    assert_eq!(count("jobs: {}\n"), 1);
    assert_eq!(count("jobs: [\n"), 100);
}
