//! Templates in the cells of a list: `{red|blue}` stands for one job each, `{hero}` for what the row has in that column.
//!
//! Alternatives may be empty and may hold others. `\{`, `\|`, `\}` and `\\` stand for the signs themselves; a `|` outside
//! of braces needs no stroke.

/// Longest cell that is read as a template, in bytes. Far longer than any prompt may be.
pub(super) const MAX_BYTES: usize = 16 * 1024;

/// How deep alternatives may stand in each other.
const MAX_DEPTH: usize = 16;

/// A text with places for which something else is put.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Stands as it is.
    Text(String),
    /// One of these.
    Choice(Vec<Template>),
}

impl Template {
    /// Reads a cell. `value` knows what the row has in a column of this name, `None` where there is no such column; what it
    /// gives is put in as it is, whatever signs it holds.
    ///
    /// # Errors
    ///
    /// A clause for the user that says what is wrong with the braces.
    pub(super) fn read(text: &str, value: &impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        if text.len() > MAX_BYTES {
            return Err(format!("a cell may have {MAX_BYTES} bytes at most; this one has {}", text.len()));
        }
        let mut reader = Reader { rest: text.chars().peekable(), value };
        let (template, end) = reader.template(0)?;
        match end {
            End::Text => Ok(template),
            End::Bar | End::Brace => Err("a } has no { before it; write \\} for a brace in the text".to_owned()),
        }
    }

    /// A text that stands as it is written.
    pub(super) fn plain(text: &str) -> Self {
        Self { parts: vec![Part::Text(text.to_owned())] }
    }

    /// How many texts it stands for, saturating.
    pub(super) fn count(&self) -> usize {
        let count = |part: &Part| match part {
            Part::Text(_) => 1,
            Part::Choice(choice) => choice.iter().map(Self::count).fold(0, usize::saturating_add),
        };
        self.parts.iter().map(count).fold(1, usize::saturating_mul)
    }

    /// The text with this number, from 0 below [`Template::count`]. The last alternatives change first, as the digits of a
    /// number do.
    pub(super) fn text(&self, number: usize) -> String {
        let mut text = String::new();
        self.write(number, &mut text);
        text
    }

    fn write(&self, mut number: usize, text: &mut String) {
        let mut later: usize = self.count();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Choice(choice) => {
                    let own = choice.iter().map(Self::count).fold(0, usize::saturating_add).max(1);
                    later /= own;
                    let mut chosen = number / later.max(1);
                    number %= later.max(1);
                    for alternative in choice {
                        let count = alternative.count();
                        if chosen < count {
                            alternative.write(chosen, text);
                            break;
                        }
                        chosen -= count;
                    }
                }
            }
        }
    }
}

/// What ended a part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Text,
    Bar,
    Brace,
}

struct Reader<'a, V> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    value: &'a V,
}

impl<V: Fn(&str) -> Option<String>> Reader<'_, V> {
    /// Reads up to the end of the text, or, within braces, up to the next `|` or `}` that belongs to them.
    fn template(&mut self, depth: usize) -> Result<(Template, End), String> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let end = loop {
            match self.rest.next() {
                None => break End::Text,
                Some('\\') => match self.rest.next_if(|next| matches!(next, '{' | '|' | '}' | '\\')) {
                    Some(sign) => text.push(sign),
                    None => text.push('\\'),
                },
                Some('{') => {
                    if depth == MAX_DEPTH {
                        return Err(format!("braces stand in each other more than {MAX_DEPTH} deep"));
                    }
                    if !text.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut text)));
                    }
                    parts.push(self.braces(depth + 1)?);
                }
                Some('}') => break End::Brace,
                Some('|') if depth > 0 => break End::Bar,
                Some(sign) => text.push(sign),
            }
        };
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok((Template { parts }, end))
    }

    /// Reads what follows a `{` up to its `}`.
    fn braces(&mut self, depth: usize) -> Result<Part, String> {
        let mut choice = Vec::new();
        loop {
            let (alternative, end) = self.template(depth)?;
            choice.push(alternative);
            match end {
                End::Bar => {}
                End::Brace => break,
                End::Text => return Err("a { has no } behind it; write \\{ for a brace in the text".to_owned()),
            }
        }
        // Braces without a choice hold the name of a column.
        let [only] = choice.as_slice() else { return Ok(Part::Choice(choice)) };
        let name = match only.parts.as_slice() {
            [] => "",
            [Part::Text(name)] => name.trim(),
            _ => return Err("braces hold alternatives, as in {red|blue}, or the name of a column".to_owned()),
        };
        match (self.value)(name) {
            Some(value) => Ok(Part::Text(value)),
            None => Err(format!(
                "{{{name}}} names no column of this list; alternatives look like {{red|blue}}, and \\{{ is a brace in the text"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let value = |name: &str| match name {
            "hero" => Some("a {heron|x} \\".to_owned()),
            _ => None,
        };
        let template = Template::read(text, &value)?;
        Ok((0..template.count()).map(|number| template.text(number)).collect())
    }

    #[test]
    fn alternatives_give_every_combination_in_the_order_in_which_they_are_written() {
        for (text, expected) in [
            ("", vec![""]),
            ("a boat", vec!["a boat"]),
            ("a {red|blue} boat", vec!["a red boat", "a blue boat"]),
            ("{a|b}{1|2|3}", vec!["a1", "a2", "a3", "b1", "b2", "b3"]),
            ("{a|b {c|d}|e}!", vec!["a!", "b c!", "b d!", "e!"]),
            ("{{a|b}|{c|d}}{1|2}", vec!["a1", "a2", "b1", "b2", "c1", "c2", "d1", "d2"]),
            ("a {|red }boat", vec!["a boat", "a red boat"]),
            ("one | two", vec!["one | two"]),
            (r"\{a\|b\} C:\x \\", vec![r"{a|b} C:\x \"]),
            (r"{a\|b|c}", vec!["a|b", "c"]),
            ("{ hero } flies", vec![r"a {heron|x} \ flies"]),
            ("{{hero}|a {hero}}", vec![r"a {heron|x} \", r"a a {heron|x} \"]),
            ("{é|日本|🎬}", vec!["é", "日本", "🎬"]),
        ] {
            assert_eq!(read(text).expect(text), expected, "{text}");
        }
    }

    #[test]
    fn braces_that_mean_nothing_are_named() {
        for (text, words) in [
            ("a {red", "no } behind"),
            ("a {red|blue", "no } behind"),
            ("a red}", "no { before"),
            ("a {red|blue}} boat", "no { before"),
            ("a {car}", "{car} names no column"),
            ("a {}", "{} names no column"),
            ("a {{a|b}}", "name of a column"),
        ] {
            let err = read(text).expect_err(text);
            assert!(err.contains(words), "{text}: {err}");
        }
        let deep = format!("{}a|b{}", "{x|".repeat(100_000), "}".repeat(100_000));
        assert!(read(&deep).is_err());
        assert!(read(&"{x|".repeat(20)).expect_err("too deep").contains("deep"));
    }

    #[test]
    fn a_great_number_of_alternatives_is_counted_without_being_made() {
        let many = Template::read(&"{a|b}".repeat(3_000), &|_| None).expect("a template");
        assert_eq!(many.count(), usize::MAX);
        assert_eq!(Template::read(&"{a|b}".repeat(20), &|_| None).expect("a template").count(), 1 << 20);
    }
}
