//! `rushes rebuild`: makes the jobs of a library again from a folder of clips.

use serde_json::{Value, json};

use super::arguments::Rebuild;
use super::exit::Exit;
use super::output::{Output, put_file};
use super::stop::Stop;
use crate::domain::numbers::counted;
use crate::domain::path_text;
use crate::session::Home;
use crate::session::{FoundClip, Meaning, Rebuilt};

/// Brings back every clip of the folder that carries its recipe. Sends nothing and costs nothing.
pub(super) async fn rebuild(home: &Home, output: &Output, arguments: &Rebuild) -> Result<Exit, Stop> {
    let folder = &arguments.folder;
    if !folder.is_dir() {
        let message = format!("{} is no folder. Name the one that holds your clips.", path_text::shown(folder));
        return Err(Stop::new(Exit::BadRequest, message));
    }
    let rebuilt = home.rebuild(folder, |warning| output.note(warning)).await?;
    for (clip, meaning) in rebuilt.sightings.clips.iter().zip(&rebuilt.meanings) {
        output.result(&clip_object(clip, meaning), &clip_line(clip, meaning));
    }
    for skipped in &rebuilt.sightings.skipped {
        let mut object = json!({"event": "skipped", "file": null, "reason": skipped.reason});
        put_file(&mut object, Some(&skipped.path));
        output.result(&object, &format!("{:<12}{}: {}", "Skipped", path_text::shown(&skipped.path), skipped.reason));
    }
    let (object, sentence) = last_word(&rebuilt);
    output.result(&object, &sentence);
    let is_sound = rebuilt.sightings.clips.iter().all(|clip| clip.is_as_served)
        && rebuilt.sightings.skipped.iter().all(|skipped| !skipped.is_trouble);
    Ok(if is_sound { Exit::Done } else { Exit::LocalTrouble })
}

fn clip_object(clip: &FoundClip, meaning: &Meaning) -> Value {
    let project = match meaning {
        Meaning::New(job) | Meaning::FoundAgain(job) => &job.project,
        Meaning::Known | Meaning::Copy => &clip.recipe.project,
    };
    let mut object = json!({
        "event": match meaning {
            Meaning::New(_) => "added",
            Meaning::FoundAgain(_) => "found_again",
            Meaning::Known => "known",
            Meaning::Copy => "copy",
        },
        "job": clip.recipe.job,
        "gateway": clip.recipe.gateway,
        "prompt": clip.recipe.request.prompt(),
        "project": project,
        "file": null,
        "sha256": clip.recipe.film.sha256,
        "is_as_served": clip.is_as_served,
    });
    put_file(&mut object, Some(&clip.path));
    object
}

fn clip_line(clip: &FoundClip, meaning: &Meaning) -> String {
    let word = match meaning {
        Meaning::New(_) => "Added",
        Meaning::FoundAgain(_) => "Found again",
        Meaning::Known => "Known",
        Meaning::Copy => "Copy",
    };
    let doubt = if clip.is_as_served { "" } else { ": changed since its download, it is not what the gateway served" };
    format!("{word:<12}{}{doubt}", path_text::shown(&clip.path))
}

fn last_word(rebuilt: &Rebuilt) -> (Value, String) {
    let count = |is_so: fn(&Meaning) -> bool| rebuilt.meanings.iter().filter(|meaning| is_so(meaning)).count();
    let added = count(|meaning| matches!(meaning, Meaning::New(_)));
    let found_again = count(|meaning| matches!(meaning, Meaning::FoundAgain(_)));
    let known = count(|meaning| matches!(meaning, Meaning::Known));
    let copies = count(|meaning| matches!(meaning, Meaning::Copy));
    let changed = rebuilt.sightings.clips.iter().filter(|clip| !clip.is_as_served).count();
    let skipped = rebuilt.sightings.skipped.len();
    let mut message =
        format!("{} added, {found_again} found again, {known} known already", counted(added, "clip", "clips"));
    for (number, words) in [(copies, "further copies left out"), (skipped, "skipped")] {
        if number > 0 {
            message.push_str(&format!(", {number} {words}"));
        }
    }
    message.push_str(". Not charged: nothing was sent.");
    if changed > 0 {
        message.push_str(&format!(" {} changed since the download.", counted(changed, "file", "files")));
    }
    let object = json!({
        "event": "finished", "added": added, "found_again": found_again, "known": known, "copies": copies,
        "changed": changed, "skipped": skipped, "message": message,
    });
    (object, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Recipe;
    use crate::domain::recipe::samples::ready;
    use crate::session::{Sightings, Skipped};

    fn clip(is_as_served: bool) -> FoundClip {
        let recipe = Recipe::of(&ready()).expect("a clip");
        FoundClip { path: "/c/Spring/boat.mp4".into(), place: "Spring/boat.mp4".into(), recipe, is_as_served }
    }

    #[test]
    fn the_lines_are_pinned_because_scripts_read_them() {
        assert_eq!(
            clip_object(&clip(true), &Meaning::New(Box::new(ready()))),
            json!({
                "event": "added",
                "job": "01900000-0000-7000-8000-00000badcafe",
                "gateway": "aigateway",
                "prompt": "a paper boat",
                "project": null,
                "file": "/c/Spring/boat.mp4",
                "sha256": "0a".repeat(32),
                "is_as_served": true,
            })
        );
        let skipped = Skipped { path: "/c/y.mp4".into(), reason: "it carries no recipe".to_owned(), is_trouble: false };
        let sightings = Sightings { clips: vec![clip(true), clip(false)], skipped: vec![skipped] };
        let rebuilt = Rebuilt { sightings, meanings: vec![Meaning::Known, Meaning::Copy] };
        let (object, sentence) = last_word(&rebuilt);
        assert_eq!(
            sentence,
            "0 clips added, 0 found again, 1 known already, 1 further copies left out, 1 skipped. Not charged: nothing was \
             sent. 1 file changed since the download."
        );
        assert_eq!(
            object,
            json!({
                "event": "finished", "added": 0, "found_again": 0, "known": 1, "copies": 1, "changed": 1, "skipped": 1,
                "message": sentence,
            })
        );
    }

    #[test]
    fn a_changed_file_is_said_to_be_one() {
        assert_eq!(clip_line(&clip(true), &Meaning::Known), "Known       /c/Spring/boat.mp4");
        assert!(clip_line(&clip(false), &Meaning::Known).contains("not what the gateway served"));
    }
}
