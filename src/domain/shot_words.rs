//! Shot words: what people of film say about camera, lens, size, light and mood. They are written into the prompt as plain
//! words, and offered while something is typed, together with the user's own earlier words.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::search::fold;

/// Most groups of shot words that are shown.
const MOST_GROUPS: usize = 12;
/// Most words of one group.
const MOST_WORDS: usize = 60;
/// Longest of them, in Unicode scalar values.
const LONGEST: usize = 80;
/// Fewest letters of a word for which something is offered.
const FEWEST_LETTERS: usize = 2;
/// Most words that are offered at once.
const MOST_OFFERED: usize = 6;
/// Most phrases and words of the user that are held in memory.
const MOST_OWN: usize = 3_000;

/// The shot words of this release.
static OWN_FILE: LazyLock<ShotWords> = LazyLock::new(|| {
    read(include_str!("../../assets/shot_words.json")).expect("a test reads the file of this release")
});

/// One group of shot words, such as those about light.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WordGroup {
    /// What the group is called.
    pub name: String,
    /// The words, in the order in which they are shown.
    pub words: Vec<String>,
}

/// All shot words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShotWords {
    /// The groups, in the order in which they are shown.
    pub groups: Vec<WordGroup>,
}

/// The words of this release.
impl Default for ShotWords {
    fn default() -> Self {
        OWN_FILE.clone()
    }
}

impl ShotWords {
    /// The words of this release together with those of the user: words of a group that is there are added to it, others
    /// become groups of their own.
    #[must_use]
    pub fn with(mut self, own: Self) -> Self {
        for group in own.groups {
            match self.groups.iter_mut().find(|known| fold(&known.name) == fold(&group.name)) {
                Some(known) => {
                    let new = group.words.into_iter().filter(|word| !known.words.contains(word)).collect::<Vec<_>>();
                    known.words.extend(new);
                }
                None => self.groups.push(group),
            }
        }
        self.groups.truncate(MOST_GROUPS);
        self
    }

    /// All words of all groups.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().flat_map(|group| group.words.iter().map(String::as_str))
    }
}

/// Reads a file of shot words. Fields that are not known are ignored, and so are words that are empty or too long.
///
/// # Errors
/// A clause, without a full stop, that says why this is no file of shot words.
pub fn read(text: &str) -> Result<ShotWords, String> {
    let value: Value = serde_json::from_str(text).map_err(|err| format!("it is no JSON ({err})"))?;
    if value.get("rushes_shot_words").and_then(Value::as_u64).is_none_or(|version| version > 1) {
        return Err("it does not say \"rushes_shot_words\": 1".to_owned());
    }
    let groups = value.get("groups").cloned().unwrap_or_default();
    let groups: Vec<WordGroup> =
        serde_json::from_value(groups).map_err(|err| format!("its groups cannot be read ({err})"))?;
    let clean = |text: &str| -> Option<String> {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty() && line.chars().count() <= LONGEST && !line.chars().any(char::is_control)).then_some(line)
    };
    let group = |group: WordGroup| {
        let mut words: Vec<String> = group.words.iter().filter_map(|word| clean(word)).collect();
        words.truncate(MOST_WORDS);
        Some(WordGroup { name: clean(&group.name)?, words }).filter(|group| !group.words.is_empty())
    };
    Ok(ShotWords { groups: groups.into_iter().filter_map(group).take(MOST_GROUPS).collect() })
}

/// Writes `words` into `prompt` where the cursor is, as one more item of a list with commas: a word is never split, nothing is
/// taken away, and no comma stands twice. `cursor` counts Unicode scalar values, as the returned one does, which stands
/// behind the words.
pub fn insert(prompt: &str, cursor: usize, words: &str) -> (String, usize) {
    let all: Vec<char> = prompt.chars().collect();
    let mut at = cursor.min(all.len());
    while at > 0 && at < all.len() && is_of_word(all[at - 1]) && is_of_word(all[at]) {
        at += 1;
    }
    let is_blank = |c: &&char| **c == ' ' || **c == '\t';
    let before_end = at - all[..at].iter().rev().take_while(is_blank).count();
    let after_start = at + all[at..].iter().take_while(is_blank).count();
    let before = match before_end.checked_sub(1).map(|last| all[last]) {
        None | Some('\n' | '(' | '[' | '“' | '"') => "",
        Some(',' | '.' | ';' | ':' | '!' | '?' | '–' | '—') => " ",
        Some(_) => ", ",
    };
    let after = match all.get(after_start) {
        None | Some('\n' | ',' | '.' | ';' | ':' | '!' | '?' | ')' | ']' | '”') => "",
        Some(_) => ", ",
    };
    let mut text: String = all[..before_end].iter().collect();
    text.push_str(before);
    text.push_str(words);
    let cursor = text.chars().count();
    text.push_str(after);
    text.extend(&all[after_start..]);
    (text, cursor)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '\'' || c == '’'
}

/// Whether a character stands between the words that are completed.
pub fn is_between_words(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | '(' | ')' | '[' | ']' | '"' | '“' | '”')
}

/// What can stand in the place of the `word` that is being typed at the end of `before`: shot words first, then the user's
/// own, at most six. A phrase of several words goes on also in its middle.
pub fn completions(before: &str, word: &str, shot: &ShotWords, own: &OwnWords) -> Vec<String> {
    if word.chars().count() < FEWEST_LETTERS || !word.chars().any(char::is_alphanumeric) {
        return Vec::new();
    }
    let (before, word) = (fold(before), fold(word));
    let mut found: Vec<String> = Vec::new();
    for phrase in shot.words().chain(own.top.iter().map(String::as_str)) {
        if let Some(rest) = rest_of(phrase, &before, &word)
            && !found.iter().any(|known| fold(known) == fold(rest))
        {
            found.push(rest.to_owned());
            if found.len() == MOST_OFFERED {
                break;
            }
        }
    }
    found
}

/// The part of a phrase that takes the place of `word`: the whole phrase where it begins with it, or what begins with it
/// where the words before it were typed already. `before` ends with `word`; both are folded.
fn rest_of<'a>(phrase: &'a str, before: &str, word: &str) -> Option<&'a str> {
    let starts = std::iter::once(0).chain(phrase.match_indices(' ').map(|(at, _)| at + 1));
    for start in starts {
        let (head, rest) = phrase.split_at(start);
        let folded = fold(rest);
        if folded.len() > word.len() && folded.starts_with(word) && before.ends_with(&(fold(head) + word)) {
            return Some(rest);
        }
    }
    None
}

/// Words and phrases of the user's earlier prompts, with how often they were written.
#[derive(Clone, Debug, Default)]
pub struct OwnWords {
    counts: HashMap<String, u32>,
    top: Vec<String>,
}

impl OwnWords {
    /// Counts the words of these prompts, each prompt once.
    pub fn of<'a>(prompts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut own = Self::default();
        for prompt in prompts {
            own.count(prompt);
        }
        own.sort();
        own
    }

    fn count(&mut self, prompt: &str) {
        for part in prompt.split([',', '.', ';', ':', '\n']) {
            let part = part.trim();
            let words = part.split_whitespace().count();
            if (2..=6).contains(&words) && part.chars().count() <= 48 {
                *self.counts.entry(part.to_owned()).or_default() += 1;
            }
            for word in part.split(is_between_words).filter(|word| word.chars().count() >= 5) {
                *self.counts.entry(word.to_owned()).or_default() += 1;
            }
        }
    }

    fn sort(&mut self) {
        let mut all: Vec<(&String, &u32)> = self.counts.iter().collect();
        all.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        self.top = all.into_iter().take(MOST_OWN).map(|(word, _)| word.clone()).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_this_release_can_be_read() {
        let words = ShotWords::default();
        let names: Vec<_> = words.groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["Camera", "Lens", "Size", "Light", "Mood"]);
        for group in &words.groups {
            assert!((12..=16).contains(&group.words.len()), "{}", group.name);
        }
        let mut all: Vec<_> = words.words().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "no word stands twice");
    }

    #[test]
    fn words_of_the_user_are_added_and_a_bad_file_is_refused() {
        let text = r#"{"rushes_shot_words":1,"note":1,"groups":[{"name":"light","words":["gobo  shadows","backlit",""]},
            {"name":"Grain","words":["16 mm grain"]},{"name":"Empty","words":[]}]}"#;
        let all = ShotWords::default().with(read(text).expect("good"));
        assert_eq!(all.groups.len(), 6);
        assert_eq!(all.groups[3].words.last().map(String::as_str), Some("gobo shadows"));
        assert_eq!(all.groups[5], WordGroup { name: "Grain".to_owned(), words: vec!["16 mm grain".to_owned()] });
        for bad in ["", "[]", "{}", "{\"rushes_shot_words\":2}", "{\"rushes_shot_words\":1,\"groups\":[{\"name\":1}]}"]
        {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn words_go_in_at_the_cursor_with_the_right_commas() {
        // `|` is the cursor.
        for (before, words, after) in [
            ("|", "35 mm", "35 mm|"),
            ("a boat|", "35 mm", "a boat, 35 mm|"),
            ("a boat |", "35 mm", "a boat, 35 mm|"),
            ("a boat,|", "35 mm", "a boat, 35 mm|"),
            ("a boat, |", "35 mm", "a boat, 35 mm|"),
            ("a boat.|", "35 mm", "a boat. 35 mm|"),
            ("a boat|, night", "35 mm", "a boat, 35 mm|, night"),
            ("a boat, |night", "35 mm", "a boat, 35 mm|, night"),
            ("a boat | night", "35 mm", "a boat, 35 mm|, night"),
            ("|a boat", "35 mm", "35 mm|, a boat"),
            ("a bo|at, night", "35 mm", "a boat, 35 mm|, night"),
            ("push|-in", "35 mm", "push-in, 35 mm|"),
            ("a boat\n|", "35 mm", "a boat\n35 mm|"),
            ("a boat|\nnight", "35 mm", "a boat, 35 mm|\nnight"),
            ("a boat (|)", "35 mm", "a boat (35 mm|)"),
            ("雨の夜、舟|", "35 mm", "雨の夜、舟, 35 mm|"),
        ] {
            let cursor = before.chars().position(|c| c == '|').expect("a cursor");
            let (text, at) = insert(&before.replace('|', ""), cursor, words);
            let shown: String = text.chars().take(at).chain(['|']).chain(text.chars().skip(at)).collect();
            assert_eq!(shown, after, "{before:?}");
        }
        assert_eq!(insert("a", 99, "b"), ("a, b".to_owned(), 4), "a cursor beyond the end is at the end");
    }

    #[test]
    fn typing_offers_shot_words_and_own_words() {
        let shot = ShotWords::default();
        let own = OwnWords::of(["a paper boat, slow rain, dragonfly wings", "dragonfly over water, slow rain"]);
        let offered = |before: &str| {
            let start =
                before.char_indices().rev().find(|(_, c)| is_between_words(*c)).map_or(0, |(at, c)| at + c.len_utf8());
            completions(before, &before[start..], &shot, &own)
        };
        assert_eq!(offered("a boat, gol"), ["golden hour"]);
        assert_eq!(offered("SLO"), ["slow push-in", "slow pull-back", "slow motion", "slow rain"]);
        assert_eq!(offered("slow pu"), ["push-in", "pull-back"], "a phrase goes on in its middle");
        assert_eq!(offered("fast pu"), Vec::<String>::new());
        assert_eq!(offered("drag")[0], "dragonfly", "what was written more often comes first");
        assert!(offered("golden hour").is_empty(), "what is there is not offered");
        assert!(offered("g").is_empty() && offered("").is_empty() && offered("--").is_empty());
        assert!(offered("s").is_empty() && offered("sh").len() <= MOST_OFFERED);
    }
}
