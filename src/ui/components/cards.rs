//! The card sheets: gallery cards in every state, with the words of `app::card`, and under every kind
//! of pointer and focus.

use egui::{Align2, Pos2, Rect, Ui, Vec2, pos2};

use crate::ui::icons::Icon;
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tone};
use crate::ui::widgets::{CardBody, CardFooter, CardView, CardWell, FooterRight, Poster, StripTexture};

/// Size of the sheet of card states, in points.
pub const CARDS_SIZE: Vec2 = Vec2::new(1440.0, 1212.0);
/// Size of the sheet that shows cards at rest, hovered, focused and selected, in points.
pub const INTERACTIONS_SIZE: Vec2 = Vec2::new(2360.0, 1620.0);

/// Size of the picture on a card of gallery size M, in points.
const CARD: Vec2 = Vec2::new(242.0, 136.0);
const ICON: f32 = 16.0;

/// A card and the caption under which the sheet shows it.
type Named = (&'static str, CardView<'static>);

fn footer(right: &'static str) -> Option<CardFooter<'static>> {
    Some(CardFooter { left: "8 s · 720p", right: FooterRight::Text(right) })
}

fn stars(stars: u8) -> Option<CardFooter<'static>> {
    Some(CardFooter { left: "8 s · 720p", right: FooterRight::Stars(stars) })
}

/// Builds a card that has a message in place of a picture.
fn message(
    name: &'static str,
    (state, icon, tone): (&'static str, Icon, Tone),
    take: &'static str,
    text: &'static str,
) -> CardView<'static> {
    CardView {
        state,
        icon: Some(icon),
        tone,
        take,
        footer: footer("180 cr"),
        ..CardView::new(name, CardBody::Message { text, second: "" })
    }
}

fn number(
    name: &'static str,
    (state, icon): (&'static str, Icon),
    take: &'static str,
    (number, caption): (&'static str, &'static str),
) -> CardView<'static> {
    CardView {
        state,
        icon: Some(icon),
        tone: Tone::Work,
        take,
        actions: &["Stop watching"],
        at_rest: 0,
        footer: footer("180 cr"),
        ..CardView::new(name, CardBody::Number { number, caption })
    }
}

fn picture(name: &'static str, take: &'static str, poster: Option<Poster>) -> CardView<'static> {
    let body = CardBody::Picture { poster, strip: None, duration_secs: 8.0, rejected: false, starred: false };
    CardView { take, footer: stars(0), ..CardView::new(name, body) }
}

fn judged(card: CardView<'static>, rejected: bool, starred: bool) -> CardView<'static> {
    match card.body {
        CardBody::Picture { poster, strip, duration_secs, .. } => {
            CardView { body: CardBody::Picture { poster, strip, duration_secs, rejected, starred }, ..card }
        }
        _ => card,
    }
}

/// Lists all card states in the order of the sheet.
fn states(poster: Option<Poster>) -> Vec<Named> {
    let held = |word| (word, Icon::Pause, Tone::Ask);
    let draft = ("Draft", Icon::PencilLine, Tone::Neutral);
    let unclear = ("Unconfirmed", Icon::CircleQuestionMark, Tone::Ask);
    let deleted = ("Deleted at gateway", Icon::Trash2, Tone::Neutral);
    let missing = ("File missing", Icon::FileQuestionMark, Tone::Ask);
    vec![
        (
            "Draft",
            CardView {
                well: CardWell::Dashed,
                actions: &["Edit", "Generate · 180 cr"],
                footer: footer("from history"),
                ..message("draft", draft, "", "“Fog rolls through a pine forest, one shaft of light”")
            },
        ),
        (
            "Waiting",
            CardView {
                actions: &["Edit", "Remove"],
                ..message("waiting", ("#2 waiting", Icon::Clock, Tone::Neutral), "2", "180 cr. Nothing sent yet.")
            },
        ),
        (
            "Held: paused",
            CardView {
                actions: &["Resume", "Edit"],
                more: true,
                ..message("held", held("Held: paused"), "3", "The queue is paused. Nothing is sent.")
            },
        ),
        (
            "Sending",
            message(
                "sending",
                ("Sending…", Icon::Send, Tone::Work),
                "1",
                "Saved on this computer first. Now on its way to apiin.",
            ),
        ),
        (
            "Unconfirmed",
            CardView {
                actions: &["Check again", "Submit again…"],
                more: true,
                footer: footer("charged: not known"),
                ..message("unconfirmed", unclear, "1", "apiin did not answer. It may be making this clip.")
            },
        ),
        ("Queued there", number("queued", ("At apiin", Icon::Cloud), "2", ("14 s", "accepted, in line at apiin"))),
        (
            "Rendering",
            CardView {
                progress: Some(0.55),
                ..number("rendering", ("Rendering", Icon::Loader), "4", ("24 s", "about 20 s left"))
            },
        ),
        (
            "Rendering, late",
            CardView {
                progress: Some(0.95),
                ..number("late", ("Rendering", Icon::Loader), "4", ("1 min 40 s", "longer than usual, still watching"))
            },
        ),
        (
            "Throttled",
            message(
                "throttled",
                ("Waiting 12 s", Icon::Timer, Tone::Neutral),
                "3",
                "Too many requests; apiin asked to wait.",
            ),
        ),
        (
            "Downloading",
            CardView {
                state: "62 %",
                icon: Some(Icon::Download),
                tone: Tone::Work,
                progress: Some(0.62),
                actions: &["Pause"],
                at_rest: 0,
                action_icon: Some(Icon::Pause),
                footer: footer("11 of 18 MB"),
                ..picture("downloading", "5", poster)
            },
        ),
        ("Ready", picture("ready", "1", poster)),
        ("Ready, best", CardView { footer: stars(5), ..judged(picture("best", "2", poster), false, true) }),
        (
            "Ready, rejected",
            CardView { footer: footer("180 cr"), ..judged(picture("rejected", "3", poster), true, false) },
        ),
        (
            "Failed",
            CardView {
                actions: &["Try again · $0.64", "Edit"],
                more: true,
                footer: footer("$0.00"),
                body: CardBody::Message { text: "PixVerse could not make this clip.", second: "Not charged" },
                ..message("failed", ("Failed", Icon::CircleX, Tone::Fail), "2", "")
            },
        ),
        (
            "Moderated",
            CardView {
                actions: &["Edit prompt", "Copy"],
                more: true,
                footer: footer("not known"),
                body: CardBody::Message { text: "PixVerse refused the prompt.", second: "Charged: not known" },
                ..message("moderated", ("Not allowed", Icon::ShieldAlert, Tone::Fail), "1", "")
            },
        ),
        (
            "Cancelled",
            CardView {
                actions: &["Make again · $0.64"],
                footer: footer("$0.00"),
                body: CardBody::Message { text: "Confirmed by aigateway.", second: "Not charged" },
                ..message("cancelled", ("Cancelled", Icon::Ban, Tone::Neutral), "4", "")
            },
        ),
        (
            "Not watched",
            CardView {
                actions: &["Watch again"],
                footer: footer("charged: not known"),
                ..message(
                    "not watched",
                    ("Not watched", Icon::EyeOff, Tone::Ask),
                    "2",
                    "Still being made and billed at apiin.",
                )
            },
        ),
        (
            "Expiring",
            CardView {
                state: "Link 3 h",
                icon: Some(Icon::Hourglass),
                tone: Tone::Ask,
                actions: &["Download now"],
                action_icon: Some(Icon::Download),
                footer: footer("file 6 days"),
                ..picture("expiring", "1", poster)
            },
        ),
        (
            "Gone",
            CardView {
                actions: &["Make again · $0.40"],
                footer: footer("charged $0.40"),
                ..message("gone", deleted, "1", "aigateway deleted it on 4 June. It was never downloaded.")
            },
        ),
        (
            "File missing",
            CardView {
                actions: &["Find…", "Download again"],
                more: true,
                ..message("missing", missing, "3", "Last seen in “Spring film / selects”.")
            },
        ),
        (
            "Held: offline",
            CardView {
                actions: &["Details", "Edit"],
                more: true,
                ..message(
                    "offline",
                    held("Held: offline"),
                    "2",
                    "apiin cannot be reached. It goes out when the network is back.",
                )
            },
        ),
        (
            "Held: no key",
            CardView {
                actions: &["Add key", "Edit"],
                more: true,
                ..message("no key", held("Held: no key"), "1", "apiin has no key on this computer.")
            },
        ),
        (
            "Rendering, gateway in trouble",
            CardView {
                progress: Some(0.8),
                ..number("trouble", ("Rendering", Icon::Loader), "3", ("52 s", "still watching, last answer 2 min ago"))
            },
        ),
        (
            "Download paused",
            CardView {
                state: "Paused, 40 %",
                icon: Some(Icon::Pause),
                progress: Some(0.4),
                actions: &["Resume"],
                at_rest: 0,
                action_icon: Some(Icon::Download),
                footer: footer("7 of 18 MB"),
                ..picture("paused", "1", poster)
            },
        ),
        (
            "Ready, from practice",
            CardView { state: "Practice", icon: Some(Icon::Clapperboard), ..picture("practice", "1", poster) },
        ),
    ]
}

/// Paints a texture with a strip of two frames once and returns it as the poster and the filmstrip of a clip.
fn painted(ui: &Ui) -> (Poster, StripTexture) {
    const WIDTH: usize = 96;
    const HEIGHT: usize = 54;
    let id = egui::Id::unique("painted strip of the cards page");
    let known = ui.data(|data| data.get_temp::<egui::TextureHandle>(id));
    let texture = known.unwrap_or_else(|| {
        let c = &tokens::tokens(ui).color;
        let pixels = (0..HEIGHT)
            .flat_map(|y| (0..2 * WIDTH).map(move |x| (x, y)))
            .map(|(x, y)| {
                let (frame, x) = (x / WIDTH, x % WIDTH);
                #[expect(clippy::cast_precision_loss, reason = "a small picture")]
                let (u, v) = (x as f32 / WIDTH as f32, y as f32 / HEIGHT as f32);
                let sun = if frame == 0 { 0.3 } else { 0.6 };
                let glow = (1.0 - ((u - sun).powi(2) + (v - 0.4).powi(2)).sqrt() * 1.6).clamp(0.0, 1.0);
                tokens::mix(tokens::mix(c.work_bg, c.work_fg, 0.35 * (1.0 - v)), c.ask_fg, glow * 0.7)
            })
            .collect();
        let picture = egui::ColorImage::new([2 * WIDTH, HEIGHT], pixels);
        let texture = ui.ctx().load_texture("cards page", picture, egui::TextureOptions::LINEAR);
        ui.data_mut(|data| data.insert_temp(id, texture.clone()));
        texture
    });
    let first = Rect::from_min_max(pos2(0.0, 0.0), pos2(0.5, 1.0));
    let strip = StripTexture { id: texture.id(), frames: 2, ratio: CARD.x / CARD.y };
    (Poster { id: texture.id(), uv: first }, strip)
}

fn ground(ui: &Ui) -> Rect {
    let whole = ui.max_rect();
    ui.painter().rect_filled(whole, paint::radius(0.0), tokens::tokens(ui).color.bg_gallery);
    whole
}

fn caption(ui: &Ui, at: Pos2, text: &str) {
    let color = tokens::tokens(ui).color.text_low;
    text_style::paint(ui.painter(), at, Align2::LEFT_TOP, Text::Label, color, text);
}

/// Shows gallery cards in all their states.
pub fn cards_page(ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    let whole = ground(ui);
    let (poster, strip) = painted(ui);
    let origin = whole.min + Vec2::new(24.0, 20.0);
    let title = text_style::paint(ui.painter(), origin, Align2::LEFT_TOP, Text::Title, c.text_hi, "Card states");
    let words = "Word, icon and color together. Blue works, amber needs you, red failed, everything else is neutral.";
    let at = pos2(title.right() + 12.0, title.center().y + 1.0);
    text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Small, c.text_low, words);

    let place = |index: usize, top: f32| {
        #[expect(clippy::cast_precision_loss, reason = "some dozens of cards")]
        let (column, row) = ((index % 5) as f32, (index / 5) as f32);
        origin + Vec2::new(278.0 * column, top + 188.0 * row)
    };
    let show = |ui: &mut Ui, corner: Pos2, (name, card): &Named| {
        caption(ui, corner, name);
        card.show_at(ui, Rect::from_min_size(corner + Vec2::new(0.0, 20.0), CARD));
    };
    for (index, card) in states(Some(poster)).iter().enumerate() {
        show(ui, place(index, 32.0), card);
    }
    paint::divider(ui.painter(), whole.shrink2(Vec2::new(24.0, 0.0)).x_range(), origin.y + 976.0, c.stroke_soft);
    let moving = CardBody::Picture {
        poster: Some(poster),
        strip: Some(strip),
        duration_secs: 8.0,
        rejected: false,
        starred: false,
    };
    let looks = [
        (
            "Hover: the pointer moves the film",
            CardView { body: moving, look: Look::Hover, ..picture("hover", "1", None) },
        ),
        (
            "Focused (keyboard)",
            CardView { look: Look::Focus, footer: stars(3), ..picture("focused", "2", Some(poster)) },
        ),
        ("Selected", CardView { selected: true, footer: stars(4), ..picture("selected", "1", Some(poster)) }),
        (
            "Selected and focused",
            CardView { selected: true, look: Look::Focus, footer: stars(5), ..picture("both", "2", Some(poster)) },
        ),
        (
            "Pressed / dragging to reorder",
            CardView {
                dimmed: true,
                ..message(
                    "dragged",
                    ("#1 waiting", Icon::Clock, Tone::Neutral),
                    "6",
                    "Drag to change the order, or Alt ↑ ↓",
                )
            },
        ),
    ];
    for (index, card) in looks.iter().enumerate() {
        show(ui, place(index, 988.0), card);
    }
}

/// Shows gallery cards at rest, under the pointer, focused and selected.
pub fn interactions_page(ui: &mut Ui) {
    let whole = ground(ui);
    let (poster, strip) = painted(ui);
    let c = &tokens::tokens(ui).color;
    let all = states(Some(poster));
    let left = [
        "Draft",
        "Waiting",
        "Held: no key",
        "Sending",
        "Unconfirmed",
        "Queued there",
        "Rendering",
        "Throttled",
        "Downloading",
    ];
    let right = ["Ready", "Failed", "Moderated", "Cancelled", "Not watched", "Expiring", "Gone", "File missing"];
    for (column, names) in [left.as_slice(), right.as_slice()].into_iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "two columns")]
        let origin = whole.min + Vec2::new(24.0 + 1156.0 * column as f32, 20.0);
        for (index, look) in ["Rest", "Hover", "Focused", "Selected"].into_iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "four looks")]
            caption(ui, origin + Vec2::new(106.0 + 256.0 * index as f32, 0.0), look);
        }
        for (row, name) in names.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "nine rows")]
            let y = 22.0 + 174.0 * row as f32;
            let at = origin + Vec2::new(0.0, y + 4.0 + ICON / 2.0);
            text_style::paint(ui.painter(), at, Align2::LEFT_TOP, Text::Small, c.text_mid, name);
            let Some((_, card)) = all.iter().find(|(of, _)| of == name) else { continue };
            for (index, look) in [Look::Rest, Look::Hover, Look::Focus, Look::Rest].into_iter().enumerate() {
                let mut card = CardView { look, selected: index == 3, ..card.clone() };
                if *name == "Ready"
                    && let CardBody::Picture { strip: of_card, .. } = &mut card.body
                {
                    *of_card = Some(strip);
                    card.footer = stars(3);
                }
                #[expect(clippy::cast_precision_loss, reason = "four looks")]
                let corner = origin + Vec2::new(106.0 + 256.0 * index as f32, y + 4.0);
                card.show_at(ui, Rect::from_min_size(corner, CARD));
            }
        }
    }
}
