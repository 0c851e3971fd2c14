//! The icons of the window: Lucide drawings (ISC license, `assets/icons/LICENSE`), rasterized from SVG in any color and
//! at exact pixel sizes.

use egui::{Color32, Pos2, Rect, TextureOptions, Vec2, load::SizeHint, load::TexturePoll};

use super::tokens;

macro_rules! icons {
    ($($variant:ident => $file:literal),* $(,)?) => {
        /// An icon drawing in `assets/icons`. Each variant is named after its file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each variant is named like its file, which says what it shows")]
        pub enum Icon { $($variant),* }

        impl Icon {
            /// All icons, in the order of their declaration.
            pub const ALL: &'static [Icon] = &[$(Icon::$variant),*];

            /// Name of the SVG file without its extension.
            #[must_use]
            pub fn file_stem(self) -> &'static str {
                match self { $(Icon::$variant => $file),* }
            }

            fn source(self) -> (&'static str, &'static [u8]) {
                match self {
                    $(Icon::$variant => (
                        concat!("bytes://icon/", $file, ".svg"),
                        include_bytes!(concat!("../../assets/icons/", $file, ".svg")),
                    )),*
                }
            }
        }
    };
}

icons! {
    Activity => "activity",
    ArrowLeft => "arrow-left",
    ArrowRightLeft => "arrow-right-left",
    ArrowRightToLine => "arrow-right-to-line",
    Ban => "ban",
    Bell => "bell",
    Bookmark => "bookmark",
    Check => "check",
    ChevronDown => "chevron-down",
    ChevronLeft => "chevron-left",
    ChevronRight => "chevron-right",
    ChevronUp => "chevron-up",
    CircleAlert => "circle-alert",
    CircleCheck => "circle-check",
    CircleDashed => "circle-dashed",
    CircleQuestionMark => "circle-question-mark",
    CircleX => "circle-x",
    Clapperboard => "clapperboard",
    ClipboardPaste => "clipboard-paste",
    Clock => "clock",
    Cloud => "cloud",
    Coins => "coins",
    Columns2 => "columns-2",
    Copy => "copy",
    CornerUpLeft => "corner-up-left",
    Crop => "crop",
    Dices => "dices",
    Download => "download",
    Ellipsis => "ellipsis",
    ExternalLink => "external-link",
    Eye => "eye",
    EyeOff => "eye-off",
    FileClock => "file-clock",
    FileQuestionMark => "file-question-mark",
    FlipHorizontal2 => "flip-horizontal-2",
    Folder => "folder",
    FolderOpen => "folder-open",
    FolderOutput => "folder-output",
    HardDrive => "hard-drive",
    History => "history",
    Hourglass => "hourglass",
    Image => "image",
    ImageOff => "image-off",
    ImagePlus => "image-plus",
    Info => "info",
    KeyRound => "key-round",
    Keyboard => "keyboard",
    Link => "link",
    ListFilter => "list-filter",
    ListOrdered => "list-ordered",
    Loader => "loader",
    Lock => "lock",
    MapPinOff => "map-pin-off",
    Maximize => "maximize",
    Maximize2 => "maximize-2",
    Minus => "minus",
    MousePointer2 => "mouse-pointer-2",
    PanelLeftOpen => "panel-left-open",
    PanelRightOpen => "panel-right-open",
    Pause => "pause",
    PencilLine => "pencil-line",
    Pin => "pin",
    Play => "play",
    Plus => "plus",
    ReceiptText => "receipt-text",
    Repeat => "repeat",
    Repeat2 => "repeat-2",
    RotateCcw => "rotate-ccw",
    Search => "search",
    Send => "send",
    Settings => "settings",
    ShieldAlert => "shield-alert",
    SlidersHorizontal => "sliders-horizontal",
    Star => "star",
    StarFilled => "star-filled",
    StepBack => "step-back",
    StepForward => "step-forward",
    SunMoon => "sun-moon",
    TextCursorInput => "text-cursor-input",
    Timer => "timer",
    Trash2 => "trash-2",
    Undo2 => "undo-2",
    Volume2 => "volume-2",
    VolumeOff => "volume-off",
    VolumeX => "volume-x",
    Wallet => "wallet",
    Wifi => "wifi",
    WifiOff => "wifi-off",
    X => "x",
}

/// Paints an icon with its center at `center`. `size` is the edge length in points. The SVG is rasterized for the exact
/// number of pixels, so the icon stays crisp at every interface scale.
pub fn paint(painter: &egui::Painter, icon: Icon, center: Pos2, size: f32, color: Color32) {
    let ctx = painter.ctx();
    let scale = painter.pixels_per_point();
    let pixels = (size * scale).round().max(1.0);
    let edge = pixels / scale;
    let corner = center - Vec2::splat(edge / 2.0);
    let corner = Pos2::new((corner.x * scale).round() / scale, (corner.y * scale).round() / scale);
    let rect = Rect::from_min_size(corner, Vec2::splat(edge));
    if !painter.clip_rect().intersects(rect) {
        return;
    }
    let (uri, bytes) = icon.source();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an icon has 1 to some hundred pixels")]
    let hint = SizeHint::Size { width: pixels as u32, height: pixels as u32, maintain_aspect_ratio: true };
    let mut poll = ctx.try_load_texture(uri, TextureOptions::LINEAR, hint);
    if poll.is_err() {
        // The bytes of an icon are registered on its first use; later uses find them in the texture loader.
        ctx.include_bytes(uri, bytes);
        poll = ctx.try_load_texture(uri, TextureOptions::LINEAR, hint);
    }
    if let Ok(TexturePoll::Ready { texture }) = poll {
        let uv = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
        painter.image(texture.id, rect, uv, color);
    }
}

/// Lays out an icon as a decoration with an edge length of `size` points. It has no accessible name.
pub fn show(ui: &mut egui::Ui, icon: Icon, size: f32, color: Color32) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), egui::Sense::hover());
    paint(ui.painter(), icon, rect.center(), size, color);
    response
}

/// Paints the logo of the program, a film frame with a play sign, with its upper left corner at `min`. `size` is the
/// edge length in points.
pub fn paint_logo(painter: &egui::Painter, min: Pos2, size: f32, color: Color32) {
    let unit = size / 18.0;
    let at = |x: f32, y: f32| min + Vec2::new(x, y) * unit;
    let frame = Rect::from_min_max(at(1.0, 2.5), at(17.0, 15.5));
    painter.rect(frame, 2.5 * unit, tokens::NONE, egui::Stroke::new(1.5 * unit, color), egui::StrokeKind::Middle);
    let play = vec![at(7.2, 6.0), at(12.0, 9.0), at(7.2, 12.0)];
    painter.add(egui::Shape::convex_polygon(play, color, egui::Stroke::NONE));
    for (x, y) in [(3.5, 5.0), (3.5, 13.0), (13.5, 5.0), (13.5, 13.0)] {
        painter.line_segment([at(x - 0.2, y), at(x + 1.2, y)], egui::Stroke::new(1.4 * unit, color));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_has_a_variant_and_every_variant_a_file() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/icons");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("the folder of icons is part of the source")
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".svg").map(str::to_owned))
            .collect();
        let variants: BTreeSet<String> = Icon::ALL.iter().map(|icon| icon.file_stem().to_owned()).collect();
        assert_eq!(files, variants);
    }

    #[test]
    fn every_icon_can_be_drawn() {
        let ctx = egui::Context::default();
        egui_extras::install_image_loaders(&ctx);
        for icon in Icon::ALL {
            let (uri, bytes) = icon.source();
            ctx.include_bytes(uri, bytes);
            let hint = SizeHint::Size { width: 24, height: 24, maintain_aspect_ratio: true };
            let poll = ctx.try_load_image(uri, hint).expect("the drawing is a valid picture");
            let egui::load::ImagePoll::Ready { image } = poll else { panic!("{uri} is read at once") };
            assert_eq!(image.size, [24, 24], "{uri}");
            assert!(image.pixels.iter().any(|pixel| pixel.a() > 200), "{uri} shows something");
        }
    }
}
