//! The rule of the search: which jobs are found by what was typed. The search index has to find exactly the same.
//!
//! A search is a list of words with white space between them. A job is found when every word stands somewhere in its
//! text ([`text_of`]), also in the middle of a longer word. Upper and lower case do not differ ([`fold`]); accents do,
//! and no character is a wildcard.

use super::job::Job;

/// Takes the difference between upper and lower case out of a text: each character becomes its lower case by Unicode,
/// whatever stands beside it, and the final Greek sigma becomes the usual one. So a part of a text, folded, is a part
/// of the folded text. The character U+0000, at which databases end a text, becomes U+FFFD.
pub fn fold(text: &str) -> String {
    // Most prompts are plain English, and a search folds those of all cards in memory for every letter that is typed.
    if text.is_ascii() && !text.contains('\0') {
        return text.to_ascii_lowercase();
    }
    let plain = |c| match c {
        'ς' => 'σ',
        '\0' => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().flat_map(char::to_lowercase).map(plain).collect()
}

/// The text that a job is searched in, folded: prompt, negative prompt, project and gateway, each on lines of its own.
pub fn text_of(job: &Job) -> String {
    let project = job.project.as_ref().map_or("", |project| project.as_str());
    let parts = [job.request.prompt(), job.request.negative_prompt(), project, job.gateway.name()];
    fold(&parts.join("\n"))
}

/// The words of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchWords(Vec<String>);

impl SearchWords {
    /// The words of what was typed.
    pub fn new(typed: &str) -> Self {
        // Folded one by one: a word never reaches over white space, which folding leaves as it is.
        Self(typed.split_whitespace().map(fold).collect())
    }

    /// Whether there are no words, so that every job is found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The folded words; none is empty.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether all words stand in a text of [`text_of`].
    pub fn are_in(&self, folded_text: &str) -> bool {
        self.0.iter().all(|word| folded_text.contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_letters_are_folded_like_all_others() {
        let plain: String = (1..=127_u8).map(char::from).collect();
        let among_others = fold(&format!("{plain}É"));
        assert_eq!(format!("{}é", fold(&plain)), among_others);
        assert_eq!(fold("A\0B"), "a\u{FFFD}b");
    }

    #[test]
    fn every_word_is_found_in_any_case_and_place() {
        for (typed, text, found) in [
            ("", "a paper boat", true),
            ("BOAT pap", "a paper boat", true),
            ("oa", "a paper boat", true),
            ("boat dragon", "a paper boat", false),
            ("ΟΔΟΣ", "στην οδος", true),
            ("οδοσ", "Στην ΟΔΟΣ", true),
            ("straße", "STRASSE", false),
            ("İ", "i\u{307}stanbul", true),
            ("夜", "雨の夜、舟", true),
            ("cafe", "café", false),
            ("100%", "100% wool", true),
            ("a_b", "axb", false),
            ("\u{3000}", "anything", true),
        ] {
            assert_eq!(SearchWords::new(typed).are_in(&fold(text)), found, "{typed:?} in {text:?}");
        }
    }
}
