//! What the palette of commands offers and finds: commands, prompts of the history, places to go. Pure; the screen draws it
//! and hands what is chosen to the same actions as buttons and keys.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use strum::IntoEnumIterator as _;

use crate::app::action::Action;
use crate::app::action::command::{Scope, UiCommand};
use crate::app::action::form::{EntryPart, Form};
use crate::app::action::hand_off::HandOffAct;
use crate::app::state::gallery::Filter;
use crate::app::state::viewer::Viewer;
use crate::app::state::{AppState, SettingsPage};
use crate::app::view::compared::{chosen_or_neighbors, chosen_with, clips_of};
use crate::app::view::cost::price_again;
use crate::app::view::four_more::four_more;
use crate::app::view::hand_off::can_hand_board;
use crate::app::view::viewer::continue_frame;
use crate::app::view::{form, words};
use crate::domain::numbers;
use crate::domain::prompt_history::PromptEntry;
use crate::domain::settings::Theme;
use crate::domain::{Job, JobId, JobState, Sha256Hex};

/// How many prompts are offered for a search, and how many without one.
const PROMPTS: usize = 5;
const PROMPTS_AT_FIRST: usize = 3;
/// How much stands at the top for the selected card without a search, so that prompts and places are in view too.
const CARD_AT_FIRST: usize = 4;

/// The headings of the palette, in their usual order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Group {
    /// The selected card.
    Card,
    /// Prompts of the history.
    Prompts,
    /// The form.
    Form,
    /// Orders that wait.
    Queue,
    /// Quick look and compare.
    Viewer,
    /// The storyboard.
    Board,
    /// Other places of the window.
    GoTo,
    /// How the window looks.
    View,
    /// More about the selected card, while nothing is searched for.
    CardMore,
}

impl Group {
    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Card => "Selected take",
            Self::Prompts => "Prompts",
            Self::Form => "Form",
            Self::Queue => "Queue",
            Self::Viewer => "Quick look and compare",
            Self::Board => "Storyboard",
            Self::GoTo => "Go to",
            Self::View => "View",
            Self::CardMore => "More for the selected take",
        }
    }

    fn of(command: UiCommand) -> Self {
        use UiCommand::{
            FoldDetails, FoldForm, FoldPanes, FullScreen, Generate, GenerateNext, Larger, NormalSize, PauseOrder,
            PauseQueue, QueueEarlier, QueueLater, QueueList, QueueOnly, Quit, Redo, RunNext, Smaller, Undo,
        };
        match command {
            Generate | GenerateNext | QueueOnly | QueueList | Undo | Redo => Self::Form,
            PauseQueue | QueueEarlier | QueueLater | RunNext | PauseOrder => Self::Queue,
            Larger | Smaller | NormalSize | FoldForm | FoldPanes | FoldDetails | FullScreen | Quit => Self::View,
            _ => match command.shortcut().scope {
                Scope::Gallery | Scope::Clips => Self::Card,
                Scope::Viewer => Self::Viewer,
                Scope::Board => Self::Board,
                Scope::Anywhere | Scope::OutsideText => Self::GoTo,
            },
        }
    }
}

/// What an entry is, for its icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A command.
    Command(UiCommand),
    /// A prompt of the history.
    Prompt,
    /// A prompt that is kept on top of the history.
    PinnedPrompt,
    /// A page of the settings.
    Page(SettingsPage),
    /// Cards of one kind.
    Cards(Filter),
    /// The same recipe once more.
    Again,
    /// Four more takes.
    FourMore,
    /// A folder for an editor.
    HandOff,
    /// Dark or light.
    Theme,
    /// Who makes the clip.
    Gateway,
}

/// What choosing an entry does.
#[derive(Clone, Debug)]
pub enum Run {
    /// The command, as its key does.
    Command(UiCommand),
    /// The action, as a button does.
    Act(Box<Action>),
}

/// One line of the palette.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The heading below which it stands.
    pub group: Group,
    /// What it is.
    pub mark: Mark,
    /// What it is called.
    pub text: String,
    /// More about it: a count, a price, what it does. May be empty.
    pub hint: String,
    /// Words that it is found by and that are not shown. May be empty.
    pub unseen: String,
    /// Its keys; empty when it has none.
    pub keys: String,
    /// Why it cannot be chosen now; `None` when it can.
    pub off_because: Option<String>,
    /// What it does.
    pub run: Run,
}

impl Entry {
    /// The accessible name: text, hint, reason and keys.
    pub fn name(&self) -> String {
        let parts = [Some(&self.text), Some(&self.hint), self.off_because.as_ref(), Some(&self.keys)];
        let parts: Vec<&str> =
            parts.into_iter().flatten().map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }
}

/// An entry that matches a search, with the bytes of its text that do.
#[derive(Clone, Debug)]
pub struct Found {
    /// The entry.
    pub entry: Entry,
    /// The parts of its text that match, in order and apart from each other.
    pub matched: Vec<Range<usize>>,
}

/// A prompt of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// By what the history knows it.
    pub key: Sha256Hex,
    /// The prompt on one line.
    pub text: String,
    /// `Ordered 3 times, today 14:02`.
    pub hint: String,
    /// The negative prompt, which the history is searched for too.
    pub negative: String,
    /// Whether it stays on top.
    pub is_pinned: bool,
}

/// The prompts of the history that `search` finds, pinned ones first, then the one that was used last: as many as are offered.
/// `None` while the history is not read. Looks at every entry of the history, so it is asked for once for each search.
pub fn prompts(state: &AppState, search: &str) -> Option<Vec<Prompt>> {
    let most = if search.trim().is_empty() { PROMPTS_AT_FIRST } else { PROMPTS };
    // Entries that differ by their negative prompts alone put the same prompt into the form.
    let mut known = HashSet::new();
    let found = state.form.history.entries()?.search(search).into_iter();
    let found = found.filter(|(_, entry)| known.insert(entry.draft.prompt.trim())).take(most);
    Some(found.map(|(key, entry)| prompt(state, key, entry)).collect())
}

fn prompt(state: &AppState, key: Sha256Hex, entry: &PromptEntry) -> Prompt {
    let when = words::moment(entry.used_at, state.now, &state.time_zone);
    let uses = words::ordered(entry.uses);
    Prompt {
        key,
        text: words::one_line(&entry.draft.prompt),
        hint: if when.is_empty() { uses } else { format!("{uses}, {when}") },
        negative: words::one_line(&entry.draft.negative_prompt),
        is_pinned: entry.is_pinned,
    }
}

/// Everything that the palette can offer now. `card` is the card that commands are about.
pub fn entries(state: &AppState, card: Option<JobId>, prompts: &[Prompt]) -> Vec<Entry> {
    use UiCommand::{Close, Commands};
    let card = card.and_then(|card| state.jobs.get(&card));
    let commands = UiCommand::iter().filter(|command| !matches!(command, Close | Commands));
    let mut entries: Vec<Entry> = commands.map(|command| of_command(state, command, card)).collect();
    if let Some(job) = card {
        entries.extend(paid(state, job));
    }
    entries.push(hand_off(state, card));
    entries.extend(prompts.iter().map(|prompt| Entry {
        group: Group::Prompts,
        mark: if prompt.is_pinned { Mark::PinnedPrompt } else { Mark::Prompt },
        text: prompt.text.clone(),
        hint: prompt.hint.clone(),
        unseen: prompt.negative.clone(),
        keys: String::new(),
        off_because: None,
        run: act(Action::Form(Form::UseEntry(prompt.key, EntryPart::Prompt))),
    }));
    entries.extend(places(state));
    entries
}

fn act(action: Action) -> Run {
    Run::Act(Box::new(action))
}

fn of_command(state: &AppState, command: UiCommand, card: Option<&Job>) -> Entry {
    let (text, hint) = words_of(state, command, card);
    Entry {
        group: Group::of(command),
        mark: Mark::Command(command),
        text,
        hint,
        unseen: String::new(),
        keys: state.keys.text(command),
        off_because: off_because(state, command, card),
        run: Run::Command(command),
    }
}

fn words_of(state: &AppState, command: UiCommand, card: Option<&Job>) -> (String, String) {
    let plain = || (command.text().to_owned(), String::new());
    match (command, card) {
        (UiCommand::Generate, _) => {
            let view = form::view(state);
            (view.verb, view.price)
        }
        (UiCommand::GenerateNext, _) => (command.text().to_owned(), form::view(state).price),
        (UiCommand::QueueOnly, _) => (command.text().to_owned(), format!("{} once started", form::view(state).price)),
        (UiCommand::Compare, Some(job)) if state.viewer.is_none() => {
            let clips = chosen_or_neighbors(state, job.id).len();
            let text =
                if state.chosen().len() > 1 { "Compare the chosen clips" } else { "Compare takes of this group" };
            (text.to_owned(), numbers::counted(clips, "take", "takes"))
        }
        (UiCommand::Continue, Some(job)) => {
            let is_touched = state.playback.is_touched;
            let text = match continue_frame(state, job.id).filter(|_| is_touched) {
                Some(frame) => format!("Continue from frame {frame}"),
                None => "Continue from the last frame".to_owned(),
            };
            (text, "makes it the start picture".to_owned())
        }
        (UiCommand::MakeAgain, Some(job)) => {
            (command.text().to_owned(), format!("{} when generated", price_again(job, &state.settings.prices)))
        }
        (UiCommand::PauseQueue, _) => {
            let text = if state.is_queue_paused { "Resume the queue" } else { "Pause the queue" };
            (text.to_owned(), numbers::counted(state.jobs.sums().waiting, "order waits", "orders wait"))
        }
        _ => plain(),
    }
}

/// Why a command does nothing now.
fn off_because(state: &AppState, command: UiCommand, card: Option<&Job>) -> Option<String> {
    use UiCommand::{
        AddToStoryboard, Compare, Continue, CopyFile, CopyPrompt, FoldDetails, FoldForm, FoldPanes, FullScreen,
        Generate, GenerateNext, MakeAgain, QueueEarlier, QueueLater, QueueOnly, Redo, Remove, Search, SelectAll, Undo,
        UsePrompt, UseRest, UseSeed, UseSettings,
    };
    let said = |reason: &str| Some(reason.to_owned());
    let is_board = matches!(state.viewer, Some(Viewer::Storyboard(_)));
    let is_viewer = matches!(state.viewer, Some(Viewer::QuickLook | Viewer::Compare(_)));
    let is_over = state.viewer.is_some();
    match command {
        Generate | GenerateNext | QueueOnly | Search | FoldForm | FoldPanes | FoldDetails if is_over => {
            said("close what lies over the gallery first")
        }
        Generate | GenerateNext | QueueOnly => form::ready_order(state).err().map(|reason| reason.to_string()),
        Undo => state.undo.is_empty().then(|| "nothing to undo".to_owned()),
        Redo => state.redo.is_empty().then(|| "nothing to redo".to_owned()),
        FullScreen => (state.viewer != Some(Viewer::QuickLook)).then(|| "in quick look only".to_owned()),
        SelectAll => (is_over || state.gallery.shown() == 0).then(|| "no cards to choose".to_owned()),
        QueueEarlier | QueueLater | UiCommand::RunNext | UiCommand::PauseOrder => {
            card.is_none_or(|job| job.state != JobState::Queued).then(|| "choose an order that waits".to_owned())
        }
        _ => match command.shortcut().scope {
            Scope::Viewer if !is_viewer => said("in quick look and compare only"),
            Scope::Board if !is_board => said("on the storyboard only"),
            Scope::Gallery | Scope::Clips => {
                let Some(job) = card else { return said("choose a card first") };
                let needs_no_clip = matches!(
                    command,
                    UseSettings | UsePrompt | UseRest | UseSeed | MakeAgain | CopyPrompt | Remove | AddToStoryboard
                );
                match command {
                    UseSeed if job.request.seed().is_none() => said("it has none"),
                    Compare if !is_over && chosen_or_neighbors(state, job.id).len() < 2 => said("needs two clips"),
                    UiCommand::OpenSelected if !is_over => None,
                    Continue | CopyFile if !state.is_clip(job) => said("there is no clip yet"),
                    _ if needs_no_clip || state.is_clip(job) => None,
                    _ => said("there is no clip yet"),
                }
            }
            _ => None,
        },
    }
}

/// What orders something at once, each with its price, as the menus of a card have it.
fn paid(state: &AppState, job: &Job) -> Vec<Entry> {
    let mut entries = Vec::new();
    if state.is_clip(job) {
        entries.push(Entry {
            group: Group::Card,
            mark: Mark::Again,
            text: "Make again".to_owned(),
            hint: price_again(job, &state.settings.prices),
            unseen: String::new(),
            keys: String::new(),
            off_because: None,
            run: act(Action::Retry(job.id)),
        });
    }
    if let Some(more) = four_more(state, job.id).filter(|_| !job.state.is_unfinished()) {
        entries.push(Entry {
            group: Group::Card,
            mark: Mark::FourMore,
            text: "4 more like this".to_owned(),
            hint: more.price(),
            unseen: String::new(),
            keys: String::new(),
            off_because: more.off_because,
            run: act(Action::FourMore(job.id)),
        });
    }
    entries
}

/// What makes a folder for an editor: of the storyboard while it is shown, else of the chosen clips.
fn hand_off(state: &AppState, card: Option<&Job>) -> Entry {
    let is_board = matches!(state.viewer, Some(Viewer::Storyboard(_)));
    let clips = match (is_board, card) {
        (false, Some(job)) => clips_of(state, &chosen_with(state, job.id)),
        _ => Vec::new(),
    };
    let (group, hint, off_because, action) = if is_board {
        let off_because = (!can_hand_board(state)).then_some("no clip is ready");
        let shots = state.board().shots().len();
        (Group::Board, numbers::counted(shots, "shot", "shots"), off_because, HandOffAct::Board)
    } else {
        let off_because =
            clips.is_empty().then_some(if card.is_none() { "choose a clip first" } else { "there is no clip yet" });
        (Group::Card, numbers::counted(clips.len(), "clip", "clips"), off_because, HandOffAct::Clips(clips))
    };
    Entry {
        group,
        mark: Mark::HandOff,
        text: "Hand to editor…".to_owned(),
        hint: if off_because.is_some() { String::new() } else { hint },
        unseen: String::new(),
        keys: String::new(),
        off_because: off_because.map(str::to_owned),
        run: act(Action::HandOff(action)),
    }
}

/// Places to go that are no commands of their own.
fn places(state: &AppState) -> Vec<Entry> {
    let place = |group, mark, text: &str, hint: String, action| Entry {
        group,
        mark,
        text: text.to_owned(),
        hint,
        unseen: String::new(),
        keys: String::new(),
        off_because: None,
        run: act(action),
    };
    let mut entries: Vec<Entry> = Filter::iter()
        .map(|filter| {
            let text = match filter {
                Filter::All => "All clips",
                Filter::Working => "Clips at work",
                Filter::NeedsYou => "Clips that need you",
                Filter::Ready => "Ready clips",
                Filter::Failed => "Failed clips",
            };
            let count = state.gallery.count(filter).to_string();
            place(Group::GoTo, Mark::Cards(filter), text, count, Action::SetFilter(filter))
        })
        .collect();
    let form = form::view(state);
    entries.extend(form.tiles.iter().chain(&form.practice).filter(|tile| tile.has_model).map(|tile| {
        let text = format!("Make it at {}", tile.gateway.title());
        let now = if tile.is_chosen { ", now" } else { "" };
        let hint = format!("{}{now}", tile.price);
        place(Group::Form, Mark::Gateway, &text, hint, Action::SetGateway(tile.gateway))
    }));
    let pages = SettingsPage::iter().filter_map(|page| {
        let text = match page {
            // `UiCommand::Settings` opens this one.
            SettingsPage::Gateways => return None,
            SettingsPage::Pictures => "Settings: pictures",
            SettingsPage::Clips => "Settings: clips and files",
            SettingsPage::Look => "Settings: look and size",
            SettingsPage::Shortcuts => "Settings: shortcuts",
            SettingsPage::About => "Settings: about",
        };
        Some(place(Group::GoTo, Mark::Page(page), text, String::new(), Action::OpenSettings(page)))
    });
    entries.extend(pages);
    for (theme, text) in
        [(Theme::Dark, "Dark theme"), (Theme::Light, "Light theme"), (Theme::System, "Theme as the system")]
    {
        let hint = if state.settings.theme == theme { "now" } else { "" };
        entries.push(place(Group::View, Mark::Theme, text, hint.to_owned(), Action::SetTheme(theme)));
    }
    entries
}

/// The entries that match `search`, under their headings: the group with the best match first, in each the best first, what
/// cannot be chosen last; prompts as the history orders them. Without a search all that can be chosen, in the usual order.
pub fn find(entries: Vec<Entry>, search: &str) -> Vec<Found> {
    let words: Vec<Vec<char>> = search.split_whitespace().map(|word| letters(word).map(|(_, c)| c).collect()).collect();
    let mut found: Vec<(i32, Found)> = entries
        .into_iter()
        .filter(|entry| !words.is_empty() || entry.off_because.is_none())
        .filter_map(|entry| {
            let (score, matched) = matches(&entry, &words)?;
            Some((score, Found { entry, matched }))
        })
        .collect();
    let mut best: BTreeMap<Group, i32> = BTreeMap::new();
    for (score, each) in found.iter().filter(|(_, each)| each.entry.off_because.is_none()) {
        let score_of = best.entry(each.entry.group).or_insert(*score);
        *score_of = (*score_of).max(*score);
    }
    // Stable, so that equals keep the order in which they were offered.
    found.sort_by_key(|(score, each)| {
        let group = each.entry.group;
        let of_group = best.get(&group).copied().unwrap_or(i32::MIN + 1);
        let of_entry = if group == Group::Prompts { 0 } else { -score };
        (-of_group, group, each.entry.off_because.is_some(), of_entry)
    });
    if words.is_empty() {
        put_first(&mut found);
    }
    let most = if words.is_empty() { PROMPTS_AT_FIRST } else { PROMPTS };
    let mut prompts = 0;
    let mut kept: Vec<Found> = found.into_iter().map(|(_, each)| each).collect();
    kept.retain(|each| {
        prompts += usize::from(each.entry.group == Group::Prompts);
        each.entry.group != Group::Prompts || prompts <= most
    });
    kept
}

/// Without a search: what goes on from the selected card stands at the top, the rest of what is about it at the bottom.
fn put_first(found: &mut [(i32, Found)]) {
    let of_card = found.partition_point(|(_, each)| each.entry.group == Group::Card);
    found[..of_card].sort_by_key(|(_, each)| match each.entry.mark {
        Mark::Command(UiCommand::Compare) => 0,
        Mark::Command(UiCommand::Continue) => 1,
        Mark::FourMore => 2,
        Mark::Again => 3,
        Mark::Command(UiCommand::UseSettings) => 4,
        _ => 5,
    });
    for (_, each) in found[..of_card].iter_mut().skip(CARD_AT_FIRST) {
        each.entry.group = Group::CardMore;
    }
    found.sort_by_key(|(_, each)| each.entry.group);
}

/// The letters of a text in lower case, each with the place of its first byte.
fn letters(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    text.char_indices().map(|(at, c)| (at, c.to_lowercase().next().unwrap_or(c)))
}

/// How well an entry matches, and where. `None` where a word is found nowhere.
fn matches(entry: &Entry, words: &[Vec<char>]) -> Option<(i32, Vec<Range<usize>>)> {
    if words.is_empty() {
        return Some((0, Vec::new()));
    }
    let text: Vec<(usize, char)> = letters(&entry.text).collect();
    let mut marks = vec![false; text.len()];
    let mut score = 0;
    for word in words {
        if let Some((points, places)) = find_word(&text, word, entry.group != Group::Prompts) {
            score += points;
            places.into_iter().for_each(|place| marks[place] = true);
        } else if is_beside(entry, word) {
            score += 10;
        } else {
            return None;
        }
    }
    // Of equal matches the shorter text says more.
    let length = i32::try_from(text.len()).unwrap_or(i32::MAX).min(99);
    let count = i32::try_from(words.len()).unwrap_or(i32::MAX).max(1);
    Some((score.saturating_mul(100) / count - length, ranges(&entry.text, &text, &marks)))
}

/// Whether a word is in what stands beside the text: the hint, the keys, the name of the command, what is not shown.
fn is_beside(entry: &Entry, word: &[char]) -> bool {
    let name = match entry.mark {
        Mark::Command(command) => command.text(),
        _ => "",
    };
    [entry.hint.as_str(), &entry.keys, name, &entry.unseen].into_iter().any(|beside| {
        let beside: Vec<(usize, char)> = letters(beside).collect();
        find_word(&beside, word, false).is_some()
    })
}

/// Where a word is in a text: at its beginning, at that of a word, within one, or spread over it letter by letter.
fn find_word(text: &[(usize, char)], word: &[char], may_spread: bool) -> Option<(i32, Vec<usize>)> {
    let begins_word = |at: usize| at == 0 || !text[at - 1].1.is_alphanumeric();
    let is_at = |at: usize| text.len() >= at + word.len() && word.iter().zip(&text[at..]).all(|(c, (_, of))| c == of);
    let whole = |points: i32, at: usize| Some((points, (at..at + word.len()).collect()));
    if is_at(0) {
        return whole(100, 0);
    }
    let mut places = (0..text.len()).filter(|at| is_at(*at)).peekable();
    let first = places.peek().copied();
    if let Some(at) = places.find(|at| begins_word(*at)) {
        return whole(80, at);
    }
    if let Some(at) = first {
        return whole(50, at);
    }
    if !may_spread || word.len() < 2 {
        return None;
    }
    // Letter by letter, each going on from the one before or beginning a word, so that "qlk" does not find everything.
    let mut at = 0;
    let mut hits: Vec<usize> = Vec::new();
    for letter in word {
        let follows = |place: &usize| hits.last().is_some_and(|last| last + 1 == *place) || begins_word(*place);
        let hit = (at..text.len()).filter(|place| text[*place].1 == *letter).find(follows)?;
        hits.push(hit);
        at = hit + 1;
    }
    Some((20, hits))
}

fn ranges(text: &str, letters: &[(usize, char)], marks: &[bool]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (index, (at, _)) in letters.iter().enumerate().filter(|(index, _)| marks[*index]) {
        let end = letters.get(index + 1).map_or(text.len(), |(next, _)| *next);
        match ranges.last_mut() {
            Some(last) if last.end == *at => last.end = end,
            _ => ranges.push(*at..end),
        }
    }
    ranges
}

#[cfg(test)]
mod tests;
