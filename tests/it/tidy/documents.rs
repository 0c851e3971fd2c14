//! The pages of the repository stay true: comments cite sections that exist, and all in one form; tests that a page names
//! exist; links lead somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{Source, assert_clean, files_below, root, sources_below};

/// The numbers of the sections of each page below `docs/`, by the page's path from the package's root.
type Sections = BTreeMap<String, BTreeSet<String>>;

/// The numbers of a page's headings: `1` of `## 1. Money`, `1.8` of `### 1.8 Money`.
fn sections_of(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(|line| line.strip_prefix('#')?.trim_start_matches('#').split_whitespace().next())
        .map(|number| number.trim_end_matches('.'))
        .filter(|number| is_number(number))
        .map(str::to_owned)
        .collect()
}

/// Whether this is the number of a section, as `2` or `2.1`.
fn is_number(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The comments of a source, each with the number of its first line. The lines of one comment are joined by blanks, so
/// that a citation may run over a line's end.
fn comments(source: &str) -> Vec<(usize, String)> {
    let mut comments: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (index, line) in source.lines().enumerate() {
        let (text, is_alone) = match line.trim_start().strip_prefix("//") {
            Some(text) => (Some(text), true),
            None => (line.split_once(" // ").map(|(_, text)| text), false),
        };
        if let Some(text) = text {
            let text = text.trim_start_matches(['/', '!']).trim();
            match comments.last_mut() {
                Some((_, last)) if goes_on && is_alone => {
                    last.push(' ');
                    last.push_str(text);
                }
                _ => comments.push((index + 1, text.to_owned())),
            }
        }
        goes_on = text.is_some() && is_alone;
    }
    comments
}

/// Every Markdown file that a text names, as it is written there, with the text behind the name.
fn named_pages(text: &str) -> Vec<(&str, &str)> {
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '-' | '.');
    text.match_indices(".md")
        .map(|(index, ending)| (index + ending.len(), &text[..index + ending.len()]))
        .filter(|(end, _)| !text[*end..].starts_with(char::is_alphanumeric))
        .map(|(end, before)| {
            let begin = before
                .rfind(|c| !is_path(c))
                .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
            (&text[begin..end], &text[end..])
        })
        .collect()
}

/// The numbers in `, section 1.8` or `, sections 1, 2.3 and 4`. `None` when `text` begins otherwise.
fn cited_sections(text: &str) -> Option<Vec<String>> {
    let text = text.strip_prefix('`').unwrap_or(text);
    let (mut rest, takes_more) = match text.strip_prefix(", sections ") {
        Some(rest) => (rest, true),
        None => (text.strip_prefix(", section ")?, false),
    };
    let mut numbers = Vec::new();
    loop {
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number = rest[..length].trim_end_matches('.');
        if !is_number(number) {
            break;
        }
        numbers.push(number.to_owned());
        rest = &rest[length..];
        match rest.strip_prefix(", ").or_else(|| rest.strip_prefix(" and ")) {
            Some(further) if takes_more => rest = further,
            _ => break,
        }
    }
    (!numbers.is_empty()).then_some(numbers)
}

/// Cited sections that do not exist, in a text from `place`.
fn section_offenses(place: &str, page: &str, numbers: &[String], sections: &Sections) -> Vec<String> {
    let Some(known) = sections.get(page) else { return vec![format!("{place}: there is no {page}")] };
    numbers
        .iter()
        .filter(|number| !known.contains(*number))
        .map(|number| format!("{place}: {page} has no section {number}"))
        .collect()
}

/// Citations in comments that lead nowhere or have another form than `docs/page.md, section 1.8`.
fn citation_offenses(source: &Source, sections: &Sections) -> Vec<String> {
    let mut offenses = Vec::new();
    for (line, comment) in comments(&source.text) {
        let place = format!("{}:{line}", source.path);
        for (page, behind) in named_pages(&comment) {
            match cited_sections(behind) {
                Some(numbers) => offenses.extend(section_offenses(&place, page, &numbers, sections)),
                None => offenses.push(format!("{place}: {page} is not cited as in \"docs/page.md, section 1.8\"")),
            }
        }
    }
    offenses
}

/// Sections that a page cites and that do not exist. A page may also name another one without a section.
fn page_offenses(page: &Source, sections: &Sections) -> Vec<String> {
    let text = page.text.split_whitespace().collect::<Vec<_>>().join(" ");
    named_pages(&text)
        .into_iter()
        .filter(|(named, _)| named.starts_with("docs/"))
        .filter_map(|(named, behind)| Some((named, cited_sections(behind)?)))
        .flat_map(|(named, numbers)| section_offenses(&page.path, named, &numbers, sections))
        .collect()
}

/// The names in backticks of the paragraphs that begin with "Shown by".
fn tests_named_by(page: &str) -> Vec<String> {
    let paragraphs = page.split("\n\n").filter(|paragraph| paragraph.trim_start().starts_with("Shown by "));
    paragraphs.flat_map(|paragraph| paragraph.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// Tests that a page names and no source has.
fn named_test_offenses(page: &Source, sources: &[Source]) -> Vec<String> {
    tests_named_by(&page.text)
        .into_iter()
        .filter(|name| !sources.iter().any(|source| source.text.contains(&format!("fn {name}("))))
        .map(|name| format!("{}: there is no test {name}", page.path))
        .collect()
}

/// Relative links of a Markdown text, without their anchors.
fn relative_links(markdown: &str) -> Vec<String> {
    let mut links = Vec::new();
    for (index, _) in markdown.match_indices("](") {
        let link: String = markdown[index + 2..].chars().take_while(|c| !matches!(c, ')' | ' ' | '\n')).collect();
        links.push(link);
    }
    for attribute in ["src=\"", "srcset=\"", "href=\""] {
        for (index, _) in markdown.match_indices(attribute) {
            links.push(markdown[index + attribute.len()..].chars().take_while(|c| *c != '"').collect());
        }
    }
    links
        .into_iter()
        .map(|link| link.split('#').next().unwrap_or_default().to_owned())
        .filter(|link| !link.is_empty() && !link.contains("://") && !link.starts_with("mailto:"))
        .collect()
}

/// Links of a page that lead to no file. They are read from the page's own folder, as every reader of Markdown does.
fn link_offenses(page: &Source) -> Vec<String> {
    let folder = root().join(&page.path).parent().map(Path::to_owned).unwrap_or_default();
    relative_links(&page.text)
        .into_iter()
        .filter(|link| !folder.join(link).exists())
        .map(|link| format!("{}: {link} leads nowhere", page.path))
        .collect()
}

/// Every Markdown file of the package.
fn pages() -> Vec<Source> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(root()).expect("the package's folder").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        match entry.path().is_dir() {
            true if ["target", ".git"].contains(&name.as_str()) => {}
            true => paths.extend(files_below(&name)),
            false => paths.push(name),
        }
    }
    paths.retain(|path| path.ends_with(".md"));
    paths.sort();
    let read = |path: &String| fs::read_to_string(root().join(path)).expect("a page is text");
    paths.iter().map(|path| Source::new(path, &read(path))).collect()
}

/// The sections of the pages that may be cited.
fn sections(pages: &[Source]) -> Sections {
    let cited = pages.iter().filter(|page| page.path.starts_with("docs/"));
    cited.map(|page| (page.path.clone(), sections_of(&page.text))).collect()
}

/// Every source that is compiled.
fn sources() -> Vec<Source> {
    sources_below("src").into_iter().chain(sources_below("tests")).collect()
}

#[test]
fn every_cited_section_exists() {
    let (pages, sources) = (pages(), sources());
    let sections = sections(&pages);
    assert!(sections.len() >= 2 && sections.values().all(|numbers| numbers.len() > 10), "{sections:?}");
    // The file with the bad inputs below has to name what it refuses.
    let others = sources.iter().filter(|source| !source.path.ends_with("/tidy/documents.rs"));
    let citations = others.flat_map(|source| citation_offenses(source, &sections));
    assert_clean(&citations.chain(pages.iter().flat_map(|page| page_offenses(page, &sections))).collect::<Vec<_>>());
}

#[test]
fn every_test_that_a_page_names_exists() {
    let (pages, sources) = (pages(), sources());
    assert!(pages.iter().map(|page| tests_named_by(&page.text).len()).sum::<usize>() > 50, "few tests are named");
    assert_clean(&pages.iter().flat_map(|page| named_test_offenses(page, &sources)).collect::<Vec<_>>());
}

#[test]
fn every_link_of_the_pages_leads_somewhere() {
    let pages = pages();
    for expected in ["README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", "docs/gateways.md"] {
        assert!(pages.iter().any(|page| page.path == expected), "{expected} is not among the pages");
    }
    assert_clean(&pages.iter().flat_map(link_offenses).collect::<Vec<_>>());
}

// The checkers themselves, on small bad inputs.

#[test]
fn bad_citations_are_found() {
    let page = "# Page\n\n## 1. One\n\n### 1.1 Deeper\n\n## 2. Two\n\n#### Without a number\n";
    assert_eq!(sections_of(page), ["1", "1.1", "2"].map(str::to_owned).into());
    let sections = Sections::from([("docs/page.md".to_owned(), sections_of(page))]);
    for (comment, expected) in [
        ("// Nothing is cited.", 0),
        ("/// Money (docs/page.md, section 1.1).", 0),
        ("//! `docs/page.md`, section 2: what it is.", 0),
        ("// docs/page.md, sections 1, 1.1 and 2.", 0),
        ("// A long one (docs/page.md,\n// section 1.1).", 0),
        ("fn f() {} // docs/page.md, section 1", 0),
        ("// docs/page.md, section 1.2.", 1),
        ("// docs/page.md, sections 1, 3 and 4.", 2),
        ("// A long one (docs/page.md,\n// section 7).", 1),
        ("fn f() {} // docs/page.md, section 7", 1),
        ("// docs/other.md, section 1.", 1),
        ("// page.md, section 1.", 1),
        ("// (`page.md` 1.1)", 1),
        ("// docs/page.md 1.1", 1),
        ("// docs/page.md#deeper", 1),
        ("// see docs/page.md, section one", 1),
        ("// docs/page.md, section 1.1, and page.md too", 1),
        ("const A: &str = \"page.md\";", 0),
    ] {
        let offenses = citation_offenses(&Source::new("src/a.rs", comment), &sections);
        assert_eq!(offenses.len(), expected, "{comment}: {offenses:?}");
    }
    let offenses = citation_offenses(&Source::new("src/a.rs", "//! A.\n\n// docs/page.md, section 9\n"), &sections);
    assert_eq!(offenses, ["src/a.rs:3: docs/page.md has no section 9"]);
    let page = |text| page_offenses(&Source::new("README.md", text), &sections).len();
    assert_eq!(page("[page](docs/page.md) and docs/page.md,\nsection 1.1"), 0);
    assert_eq!(page("`docs/page.md`, section 9"), 1);
}

#[test]
fn tests_that_do_not_exist_are_found() {
    let page = Source::new("docs/a.md", "Money `is_money`.\n\nShown by `one`,\n`two` and `three`.\n\n`four`\n");
    assert_eq!(tests_named_by(&page.text), ["one", "two", "three"]);
    let sources = [Source::new("src/a.rs", "fn one() {}"), Source::new("tests/it/a.rs", "async fn three() {}")];
    assert_eq!(named_test_offenses(&page, &sources), ["docs/a.md: there is no test two"]);
}

#[test]
fn links_that_lead_nowhere_are_found() {
    let count = |path, text| link_offenses(&Source::new(path, text)).len();
    assert_eq!(count("README.md", "[a](src/lib.rs) [b](src/lib.rs#x) [c](https://example.com)"), 0);
    assert_eq!(count("README.md", "[a](../lib.rs) <img src=\"assets/none.png\">"), 2);
    assert_eq!(count("docs/a.md", "[a](../src/lib.rs)"), 0);
    assert_eq!(count("docs/a.md", "[a](src/lib.rs)"), 1);
}

#[test]
fn links_of_a_readme_are_read() {
    let text = "[a](docs/a.md#x) ![b](b.png) <img src=\"c.png\" alt=\"\"> [d](https://example.com) [e](#here)";
    assert_eq!(relative_links(text), ["docs/a.md", "b.png", "c.png"]);
}
