//! `settings.toml`: read with care, written without disturbing the user's own comments.
//!
//! A value that cannot be used gives a [`Warning`] and its default; the rest of the file still counts. A missing file is
//! no warning. Writing touches only what Rushes knows: comments, order and unknown keys stay.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;

use strum::IntoEnumIterator as _;
use toml_edit::{DocumentMut, Item, Table, Value, value};

use super::LibraryError;
use super::folders::{make_user_dir, write_atomically};
use crate::domain::browsing::{CardSize, KeptLook, ProjectChoice, SortBy, View};
use crate::domain::hosting::{BucketField, PREFIX_AT_FIRST};
use crate::domain::settings::{
    AT_ONCE, DETAILS_WIDTH, FORM_WIDTH, GatewaySettings, INTERFACE_SCALE, PictureSettings, Settings, WINDOW_SIDE,
};
use crate::domain::{BucketPlace, CreditValue, Credits, GatewayId, Money, PictureWay, Project, path_text};

mod caps;
mod hands;
mod prices;
mod sound;

use caps::{read_caps, write_caps};

pub use caps::{caps_without_settings, keep_caps};

/// A value in the file that cannot be used. Its text is one sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where it stands, as in `gateways.apiin.at_once`; empty when the whole file cannot be read.
    pub path: String,
    /// What belongs there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return write!(f, "settings.toml cannot be read, so the defaults are used: {}", self.found);
        }
        write!(f, "settings.toml: {} should be {}, not {}", self.path, self.expected, self.found)
    }
}

/// Credits that can be bought at once.
const CREDITS: RangeInclusive<i64> = 1..=1_000_000_000_000;

/// Reads the file. Never fails: what cannot be used gives a warning and its default.
pub fn load(path: &Path) -> (Settings, Vec<Warning>) {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => (Settings::default(), Vec::new()),
        Err(err) => (Settings::default(), vec![unreadable(&err)]),
    }
}

/// Reads the text of a file.
pub fn parse(text: &str) -> (Settings, Vec<Warning>) {
    let document = match text.parse::<DocumentMut>() {
        Ok(document) => document,
        Err(err) => return (Settings::default(), vec![unreadable(&err.to_string().trim_end().replace('\n', " "))]),
    };
    let mut warnings = Vec::new();
    let settings = read(&mut Section::top(document.as_table(), &mut warnings));
    (settings, warnings)
}

fn read(top: &mut Section<'_, '_>) -> Settings {
    let default = Settings::default();
    let chosen_gateway = top.text("gateway", &words_of::<GatewayId>(), |text| text.parse().ok());
    let mut settings = Settings {
        clip_folder: top.text("clip_folder", "an absolute path", |text| {
            let folder = path_text::from_text(text);
            folder.is_absolute().then_some(folder)
        }),
        theme: top.text("theme", "\"system\", \"dark\" or \"light\"", |text| text.parse().ok()).unwrap_or_default(),
        interface_scale: top.number("interface_scale", "percent", &INTERFACE_SCALE).unwrap_or(default.interface_scale),
        practice_enabled: top.switch("practice_enabled").unwrap_or(default.practice_enabled),
        chosen_gateway,
        // A file of an older version does not name it; whoever had chosen a gateway had closed the first page.
        is_welcomed: top.switch("welcomed").unwrap_or(chosen_gateway.is_some()),
        ..default
    };
    if let Some(mut window) = top.section("window") {
        settings.window_size = window.pair("size", "points", "[1280, 800]", &WINDOW_SIDE);
        settings.form_width = window.number("form_width", "points", &FORM_WIDTH).unwrap_or(settings.form_width);
        settings.details_width =
            window.number("details_width", "points", &DETAILS_WIDTH).unwrap_or(settings.details_width);
        window.warn_of_unknown(&["size", "form_width", "details_width"]);
    }
    if let Some(mut gallery) = top.section("gallery") {
        settings.look = read_look(&mut gallery);
    }
    settings.hands = hands::read(top);
    if let Some(mut section) = top.section("sound") {
        settings.sound = sound::read(&mut section);
    }
    if let Some(mut pictures) = top.section("pictures") {
        settings.pictures = read_pictures(&mut pictures);
    }
    if let Some(mut section) = top.section("caps") {
        settings.caps = read_caps(&mut section);
    } else if top.table.contains_key("caps") {
        settings.caps = caps::all_on();
    }
    if let Some(mut prices) = top.section("prices") {
        settings.prices = prices::read(&mut prices);
    }
    if let Some(mut gateways) = top.section("gateways") {
        for gateway in GatewayId::iter() {
            if let Some(mut section) = gateways.section(gateway.name()) {
                *settings.of_mut(gateway) = read_gateway(&mut section);
            }
        }
        gateways.warn_of_unknown(&GatewayId::iter().map(GatewayId::name).collect::<Vec<_>>());
    }
    top.warn_of_unknown(&[
        "clip_folder",
        "theme",
        "interface_scale",
        "practice_enabled",
        "welcomed",
        "gateway",
        "window",
        "gallery",
        "pictures",
        "caps",
        "prices",
        "gateways",
        "notifications",
        "reduced_motion",
        "high_contrast",
        "keys",
        "sound",
    ]);
    settings
}

/// Writes the file. What the user wrote besides stays as it is; a file that is no TOML is kept as
/// `settings.toml.unreadable` and begun anew. Blocks.
///
/// # Errors
/// When the file cannot be read or written.
pub fn save(settings: &Settings, path: &Path) -> Result<(), LibraryError> {
    let failed =
        |err: std::io::Error| LibraryError::io(format!("The settings {} cannot be saved", path.display()), &err);
    let old = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(err) => return Err(failed(err)),
    };
    let document = std::str::from_utf8(&old).ok().and_then(|text| text.parse::<DocumentMut>().ok());
    if let Some(parent) = path.parent() {
        make_user_dir(parent)?;
    }
    if document.is_none() {
        write_atomically(&super::folders::with_suffix(path, ".unreadable"), &old).map_err(failed)?;
    }
    let mut document = document.unwrap_or_default();
    write(settings, document.as_table_mut());
    let text = document.to_string();
    if text.as_bytes() == old { Ok(()) } else { write_atomically(path, text.as_bytes()).map_err(failed) }
}

fn write(settings: &Settings, top: &mut Table) {
    let default = Settings::default();
    let folder = settings.clip_folder.as_ref().map(|folder| path_text::to_text(folder).into_owned());
    put(top, "clip_folder", folder, None);
    put(top, "theme", Some(settings.theme.to_string()), Some(default.theme.to_string()));
    put(top, "interface_scale", Some(int(settings.interface_scale)), Some(int(default.interface_scale)));
    put(top, "practice_enabled", Some(settings.practice_enabled), Some(default.practice_enabled));
    put(top, "welcomed", Some(settings.is_welcomed), Some(settings.chosen_gateway.is_some()));
    put(top, "gateway", settings.chosen_gateway.map(GatewayId::name), None);

    let window = table(top, "window");
    let size = settings.window_size.map(|(width, height)| toml_edit::Array::from_iter([int(width), int(height)]));
    put(window, "size", size, None);
    put(window, "form_width", Some(int(settings.form_width)), Some(int(default.form_width)));
    put(window, "details_width", Some(int(settings.details_width)), Some(int(default.details_width)));

    write_look(&settings.look, table(top, "gallery"));
    write_pictures(&settings.pictures, table(top, "pictures"));
    write_caps(&settings.caps, table(top, "caps"));
    prices::write(&settings.prices, table(top, "prices"));
    hands::write(&settings.hands, top);
    sound::write(settings.sound, table(top, "sound"));

    let gateways = table(top, "gateways");
    for gateway in GatewayId::iter() {
        write_gateway(settings.of(gateway), table(gateways, gateway.name()));
    }
    gateways.retain(|_, item| !is_empty_table(item));
    top.retain(|_, item| !is_empty_table(item));
}

fn read_look(section: &mut Section<'_, '_>) -> KeptLook {
    let look = KeptLook {
        sort_by: section.text("sort", &words_of::<SortBy>(), |text| text.parse().ok()).unwrap_or_default(),
        view: section.text("view", &words_of::<View>(), |text| text.parse().ok()).unwrap_or_default(),
        card_size: section.text("card_size", &words_of::<CardSize>(), |text| text.parse().ok()).unwrap_or_default(),
        project: section
            .text("project", "the name of a project, or \"\" for clips that belong to none", |text| {
                if text.is_empty() {
                    return Some(ProjectChoice::None);
                }
                Project::new(text).ok().map(ProjectChoice::Only)
            })
            .unwrap_or_default(),
    };
    section.warn_of_unknown(&["sort", "view", "card_size", "project"]);
    look
}

fn write_look(look: &KeptLook, gallery: &mut Table) {
    let default = KeptLook::default();
    let word = |word: &'static str| Some(word);
    put(gallery, "sort", word(look.sort_by.into()), word(default.sort_by.into()));
    put(gallery, "view", word(look.view.into()), word(default.view.into()));
    put(gallery, "card_size", word(look.card_size.into()), word(default.card_size.into()));
    let project = match &look.project {
        ProjectChoice::All => None,
        ProjectChoice::None => Some(String::new()),
        ProjectChoice::Only(project) => Some(project.to_string()),
    };
    put(gallery, "project", project, None);
}

fn read_pictures(section: &mut Section<'_, '_>) -> PictureSettings {
    let way = section.text("way", &words_of::<PictureWay>(), |text| text.parse().ok()).unwrap_or_default();
    let bucket = section.section("bucket").and_then(|mut bucket| read_bucket(&mut bucket));
    section.warn_of_unknown(&["way", "bucket"]);
    PictureSettings { way, bucket }
}

fn read_bucket(section: &mut Section<'_, '_>) -> Option<BucketPlace> {
    let mut text = |field: BucketField| {
        section.text(field.into(), "a text", |text| Some(text.to_owned())).unwrap_or_else(|| match field {
            BucketField::Prefix => PREFIX_AT_FIRST.to_owned(),
            BucketField::Endpoint | BucketField::Region | BucketField::Bucket => String::new(),
        })
    };
    let [endpoint, region, bucket, prefix] =
        [BucketField::Endpoint, BucketField::Region, BucketField::Bucket, BucketField::Prefix].map(&mut text);
    let path_style = section.switch("path_style").unwrap_or(true);
    section.warn_of_unknown(&["endpoint", "region", "bucket", "prefix", "path_style"]);
    match BucketPlace::new(&endpoint, &region, &bucket, &prefix, path_style) {
        Ok(place) => Some(place),
        Err(fault) => {
            let found = match fault.field {
                BucketField::Endpoint => endpoint,
                BucketField::Region => region,
                BucketField::Bucket => bucket,
                BucketField::Prefix => prefix,
            };
            let path = section.path_of(fault.field.into());
            let expected = format!("a good one ({})", fault.sentence.trim_end_matches('.'));
            let found = format!("{:?}", found.chars().take(60).collect::<String>());
            section.warnings.push(Warning { path, expected, found });
            None
        }
    }
}

fn write_pictures(settings: &PictureSettings, pictures: &mut Table) {
    put(pictures, "way", Some(settings.way.name()), Some(PictureWay::default().name()));
    let Some(place) = &settings.bucket else {
        pictures.remove("bucket");
        return;
    };
    let bucket = table(pictures, "bucket");
    put(bucket, "endpoint", Some(place.endpoint.as_str().trim_end_matches('/').to_owned()), None);
    put(bucket, "region", Some(place.region.clone()), None);
    put(bucket, "bucket", Some(place.bucket.clone()), None);
    put(bucket, "prefix", Some(place.prefix.clone()), Some(PREFIX_AT_FIRST.to_owned()));
    put(bucket, "path_style", Some(place.path_style), Some(true));
}

fn read_gateway(section: &mut Section<'_, '_>) -> GatewaySettings {
    let default = GatewaySettings::default();
    let settings = GatewaySettings {
        base_url: section.text("base_url", "a web address, as in \"https://example.org/v1\"", |text| {
            let url = url::Url::parse(text).ok()?;
            let is_plain = url.username().is_empty() && url.password().is_none();
            (matches!(url.scheme(), "http" | "https") && url.has_host() && is_plain).then(|| text.to_owned())
        }),
        at_once: section.number("at_once", "", &AT_ONCE).unwrap_or(default.at_once),
        send_undocumented: section.switch("send_undocumented").unwrap_or(default.send_undocumented),
        credit_value: section.section("credit_value").and_then(|mut bought| {
            let paid = bought.text("paid", "an amount of dollars, as in \"20.00\"", |text| {
                Money::parse(text).filter(|paid| paid.0 > 0)
            });
            let credits = bought.number("credits", "credits", &CREDITS);
            bought.warn_of_unknown(&["paid", "credits"]);
            CreditValue::new(paid?, Credits(credits?))
        }),
    };
    section.warn_of_unknown(&["base_url", "at_once", "send_undocumented", "credit_value"]);
    settings
}

fn write_gateway(settings: &GatewaySettings, table_of_gateway: &mut Table) {
    let default = GatewaySettings::default();
    put(table_of_gateway, "base_url", settings.base_url.clone(), None);
    put(table_of_gateway, "at_once", Some(int(settings.at_once)), Some(int(default.at_once)));
    put(table_of_gateway, "send_undocumented", Some(settings.send_undocumented), Some(default.send_undocumented));
    match settings.credit_value {
        None => {
            table_of_gateway.remove("credit_value");
        }
        Some(bought) => {
            let bought_table = table(table_of_gateway, "credit_value");
            put(bought_table, "paid", Some(plain_dollars(bought.paid)), None);
            put(bought_table, "credits", Some(bought.credits.0), None);
        }
    }
}

/// One table of the file while it is read.
struct Section<'a, 'w> {
    table: &'a dyn toml_edit::TableLike,
    path: String,
    warnings: &'w mut Vec<Warning>,
}

impl<'a, 'w> Section<'a, 'w> {
    fn top(table: &'a Table, warnings: &'w mut Vec<Warning>) -> Self {
        Self { table, path: String::new(), warnings }
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn warn(&mut self, key: &str, expected: &str, item: &Item) {
        let shown: String = item.to_string().trim().chars().take(60).collect();
        let found = format!("{shown} ({})", item.type_name());
        self.warnings.push(Warning { path: self.path_of(key), expected: expected.to_owned(), found });
    }

    /// Reads one value, warning when it stands there and is not what it should be.
    fn read<T>(&mut self, key: &str, expected: &str, take: impl FnOnce(&Item) -> Option<T>) -> Option<T> {
        let item = self.table.get(key)?;
        let taken = take(item);
        if taken.is_none() {
            self.warn(key, expected, item);
        }
        taken
    }

    fn text<T>(&mut self, key: &str, expected: &str, take: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.read(key, expected, |item| item.as_str().and_then(take))
    }

    fn switch(&mut self, key: &str) -> Option<bool> {
        self.read(key, "true or false", Item::as_bool)
    }

    fn number<T: Whole>(&mut self, key: &str, unit: &str, limits: &RangeInclusive<T>) -> Option<T> {
        let expected = format!("a whole number {}", range_text(unit, limits));
        self.read(key, &expected, |item| within(item.as_integer()?, limits))
    }

    fn pair(&mut self, key: &str, unit: &str, example: &str, limits: &RangeInclusive<u16>) -> Option<(u16, u16)> {
        let expected = format!("two whole numbers {}, as in {example}", range_text(unit, limits));
        self.read(key, &expected, |item| {
            let numbers = item.as_array()?.iter().map(|number| within(number.as_integer()?, limits));
            match numbers.collect::<Option<Vec<u16>>>()?.as_slice() {
                [first, second] => Some((*first, *second)),
                _ => None,
            }
        })
    }

    fn section(&mut self, key: &str) -> Option<Section<'a, '_>> {
        let item = self.table.get(key)?;
        let path = self.path_of(key);
        match item.as_table_like() {
            Some(table) => Some(Section { table, path, warnings: self.warnings }),
            None => {
                self.warn(key, "a table", item);
                None
            }
        }
    }

    fn names(&self) -> Vec<String> {
        self.table.iter().map(|(name, _)| name.to_owned()).collect()
    }

    fn warn_of_unknown(&mut self, known: &[&str]) {
        let table = self.table;
        for (key, item) in table.iter().filter(|(key, _)| !known.contains(key)) {
            self.warn(key, "left out: Rushes knows no such setting", item);
        }
    }
}

/// A whole number that the file may hold.
trait Whole: TryFrom<i64> + PartialOrd + fmt::Display {}

impl<T: TryFrom<i64> + PartialOrd + fmt::Display> Whole for T {}

/// `of points from 272 to 400`; without a unit `from 1 to 8`.
fn range_text<T: Whole>(unit: &str, limits: &RangeInclusive<T>) -> String {
    let of = if unit.is_empty() { String::new() } else { format!("of {unit} ") };
    format!("{of}from {} to {}", limits.start(), limits.end())
}

fn within<T: Whole>(number: i64, limits: &RangeInclusive<T>) -> Option<T> {
    T::try_from(number).ok().filter(|number| limits.contains(number))
}

fn unreadable(cause: &impl fmt::Display) -> Warning {
    Warning { path: String::new(), expected: "TOML".to_owned(), found: cause.to_string() }
}

/// All words of an option: `"newest" or "oldest"`.
fn words_of<T: strum::IntoEnumIterator + Into<&'static str>>() -> String {
    T::iter().map(|option| format!("\"{}\"", option.into())).collect::<Vec<_>>().join(" or ")
}

fn int(number: impl Into<i64>) -> i64 {
    number.into()
}

/// `20.00` without a sign or commas, as [`Money::parse`] takes it.
fn plain_dollars(money: Money) -> String {
    money.to_string().replace(['$', ','], "")
}

/// Sets a value, keeping the comments around an existing one. What equals its default is not added to a file that does
/// not name it; `None` removes it.
fn put<T: Into<Value>>(table: &mut Table, key: &str, new: Option<T>, default: Option<T>) {
    let Some(new) = new.map(Into::into) else {
        table.remove(key);
        return;
    };
    let is_default = default.is_some_and(|default| same(&default.into(), &new));
    match table.get_mut(key).map(|item| (item.as_value().cloned(), item)) {
        None if is_default => {}
        None => {
            table.insert(key, value(new));
        }
        Some((Some(old), _)) if same(&old, &new) => {}
        Some((old, item)) => {
            let mut new = new;
            if let Some(old) = old {
                *new.decor_mut() = old.decor().clone();
            }
            *item = Item::Value(new);
        }
    }
}

/// Whether two values mean the same, however they are written.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => left.value() == right.value(),
        (Value::Integer(left), Value::Integer(right)) => left.value() == right.value(),
        (Value::Boolean(left), Value::Boolean(right)) => left.value() == right.value(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        _ => false,
    }
}

/// The table under `key`, made where there is none. Something else that stands there gives way, and an inline table is
/// turned into a plain one.
fn table<'t>(parent: &'t mut Table, key: &str) -> &'t mut Table {
    let old = parent.remove_entry(key);
    let (old_key, new) = match old {
        Some((old_key, Item::Table(table))) => (Some(old_key), table),
        Some((old_key, Item::Value(Value::InlineTable(inline)))) => (Some(old_key), inline.into_table()),
        _ => (None, Table::new()),
    };
    match old_key {
        Some(old_key) => parent.insert_formatted(&old_key, Item::Table(new)),
        None => parent.insert(key, Item::Table(new)),
    };
    parent.get_mut(key).and_then(Item::as_table_mut).expect("it was inserted as a table in the line above")
}

/// Tables that only this program would miss are left out of the file; one with a comment above it is the user's.
fn is_empty_table(item: &Item) -> bool {
    item.as_table().is_some_and(|table| {
        let comment = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
        table.is_empty() && comment.trim().is_empty()
    })
}

#[cfg(test)]
mod tests;
