//! The measures of the token file: type scale, distances, radii, strokes, sizes, breakpoints and durations.

use serde::Deserialize;

/// A text style: font size, line height and weight.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct TypeStyle {
    /// Font size in points.
    pub size: f32,
    /// Line height in points.
    pub line: f32,
    /// Font weight: 400 (regular), 500 (medium) or 600 (semibold).
    pub weight: u16,
}

/// The text styles of the window.
#[derive(Clone, Debug, Deserialize)]
pub struct TypeScale {
    /// 11/16 regular: card footers, lines of help and the status line.
    pub caption: TypeStyle,
    /// 11/16 medium: badges and key caps.
    pub label: TypeStyle,
    /// 12/16 regular: second lines.
    pub small: TypeStyle,
    /// 13/20 regular: running text.
    pub body: TypeStyle,
    /// 13/20 medium: emphasized running text.
    pub strong: TypeStyle,
    /// 13/20 medium: labels of buttons.
    pub button: TypeStyle,
    /// 15/20 semibold: titles of dialogs and sections.
    pub title: TypeStyle,
    /// 20/28 semibold: headings of pages.
    pub heading: TypeStyle,
    /// 24/28 medium: the number of a waiting job, and sums.
    pub number: TypeStyle,
}

/// Corner radii in points.
#[derive(Clone, Debug, Deserialize)]
pub struct Radii {
    /// Radius of chips, badges and key caps.
    pub chip: f32,
    /// Radius of buttons and fields.
    pub control: f32,
    /// Radius of the pictures on cards.
    pub card: f32,
    /// Radius of tiles and picture wells.
    pub tile: f32,
    /// Radius of menus and popovers.
    pub popover: f32,
    /// Radius of dialogs and large surfaces.
    pub dialog: f32,
}

/// Stroke widths in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Strokes {
    /// Width of frames and dividers.
    pub hair: f32,
    /// Width of the ring around a selected card.
    pub selected: f32,
    /// Width of the focus ring.
    pub focus: f32,
    /// Space between a control and its focus ring.
    pub focus_gap: f32,
    /// Height of a thin progress bar.
    pub progress: f32,
}

/// Distances in points. The number in a name, times 4, is the distance.
#[derive(Clone, Debug, Deserialize)]
pub struct Spaces {
    /// A distance of 4 points.
    #[serde(rename = "1")]
    pub x1: f32,
    /// A distance of 8 points.
    #[serde(rename = "2")]
    pub x2: f32,
    /// A distance of 12 points.
    #[serde(rename = "3")]
    pub x3: f32,
    /// A distance of 16 points.
    #[serde(rename = "4")]
    pub x4: f32,
    /// A distance of 20 points.
    #[serde(rename = "5")]
    pub x5: f32,
    /// A distance of 24 points.
    #[serde(rename = "6")]
    pub x6: f32,
    /// A distance of 32 points.
    #[serde(rename = "8")]
    pub x8: f32,
    /// A distance of 48 points.
    #[serde(rename = "12")]
    pub x12: f32,
}

/// Width of a pane that the user can resize, in points.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct PaneWidth {
    /// Width at the first start of the program.
    pub default: f32,
    /// Minimum width to which the user can drag it.
    pub min: f32,
    /// Maximum width to which the user can drag it.
    pub max: f32,
}

/// Heights of controls in points.
#[derive(Clone, Debug, Deserialize)]
pub struct ControlHeights {
    /// Height of small buttons and chips.
    pub small: f32,
    /// Height of buttons, fields and menu rows.
    pub normal: f32,
    /// Height of lit buttons in dialogs.
    pub large: f32,
    /// Height of the Generate button.
    pub primary: f32,
}

/// Edge lengths of icons in points.
#[derive(Clone, Debug, Deserialize)]
pub struct IconSizes {
    /// Edge of icons in badges.
    pub small: f32,
    /// Edge of icons in buttons and menus.
    pub normal: f32,
    /// Edge of icons in empty places.
    pub large: f32,
}

/// Sizes of gallery cards in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardSizes {
    /// Gap between the cards of a group.
    pub gap: f32,
    /// Gap between the groups on one shelf.
    pub block_gap: f32,
    /// Gap between one shelf and the next.
    pub shelf_gap: f32,
    /// Height of the footer below the picture.
    pub footer: f32,
    /// Height of the header above a group.
    pub group_header: f32,
    /// Height of the tinted strip of a card with a message.
    pub state_strip: f32,
    /// Height of a chip on a picture.
    pub chip: f32,
    /// Distance between a chip and the corner of the picture.
    pub chip_inset: f32,
    /// Height of a 16:9 card for each card size.
    pub row_height16x9: RowHeights,
    /// Maximum height of a row of cards.
    pub row_height_max: f32,
    /// Minimum height of a row of cards.
    pub row_height_min: f32,
    /// Minimum width of a group.
    pub block_min_width: f32,
}

/// Row heights for the three card sizes, in points.
#[derive(Clone, Debug, Deserialize)]
pub struct RowHeights {
    /// Row height for small cards.
    #[serde(rename = "S")]
    pub small: f32,
    /// Row height for medium cards.
    #[serde(rename = "M")]
    pub medium: f32,
    /// Row height for large cards.
    #[serde(rename = "L")]
    pub large: f32,
}

/// Sizes of a slider in points.
#[derive(Clone, Debug, Deserialize)]
pub struct SliderSizes {
    /// Height of the track.
    pub track: f32,
    /// Diameter of the knob.
    pub knob: f32,
}

/// Heights of filmstrips in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilmstripSizes {
    /// Height on a card.
    pub card: f32,
    /// Height in the details pane.
    pub details: f32,
    /// Height in quick look.
    pub quick_look: f32,
}

/// A widget with a fixed width.
#[derive(Clone, Debug, Deserialize)]
pub struct WidthOnly {
    /// Fixed width in points, whatever the contents.
    pub width: f32,
}

/// Sizes of tooltips in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TooltipSizes {
    /// Maximum width of a tooltip, in points.
    pub max_width: f32,
}

/// Sizes of dialogs in points, as width and height.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DialogSizes {
    /// Size of the settings dialog.
    pub settings: [f32; 2],
    /// Size of the crop dialog.
    pub crop: [f32; 2],
    /// Size of the command palette.
    pub palette: [f32; 2],
    /// Size of the sheet of shortcuts.
    pub shortcuts: [f32; 2],
    /// Width of the details pane while it lies over the gallery.
    pub details_sheet_width: f32,
    /// Maximum size of quick look.
    pub quick_look_max: [f32; 2],
}

/// Sizes of the window in points, as width and height.
#[derive(Clone, Debug, Deserialize)]
pub struct WindowSizes {
    /// Size at the first start of the program.
    pub default: [f32; 2],
    /// Minimum size to which the user can shrink the window.
    pub minimum: [f32; 2],
}

/// Sizes of all parts of the window, in points at an interface scale of 100 %.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sizes {
    /// Sizes of the window itself.
    pub window: WindowSizes,
    /// Height of the header.
    pub header: f32,
    /// Height of the toolbar.
    pub toolbar: f32,
    /// Height of the status line.
    pub status_line: f32,
    /// Width of the form pane.
    pub pane_form: PaneWidth,
    /// Width of the details pane.
    pub pane_details: PaneWidth,
    /// Width of the handle between two panes.
    pub pane_drag_handle: f32,
    /// Minimum width of the gallery.
    pub gallery_min: f32,
    /// Width of the labels in the form.
    pub form_label: f32,
    /// Width of the labels in a narrow form.
    pub form_label_narrow: f32,
    /// Heights of buttons, fields and chips.
    pub control: ControlHeights,
    /// Minimum edge of everything that can be clicked.
    pub touch_min: f32,
    /// Edge lengths of icons.
    pub icon: IconSizes,
    /// Sizes of gallery cards.
    pub card: CardSizes,
    /// Width and height of a switch.
    pub switch: [f32; 2],
    /// Sizes of a slider.
    pub slider: SliderSizes,
    /// Edge of a checkbox and diameter of a radio button.
    pub checkbox: f32,
    /// Heights of filmstrips by the place where they are shown.
    pub filmstrip: FilmstripSizes,
    /// Width of a toast.
    pub toast: WidthOnly,
    /// Maximum width of tooltips.
    pub tooltip: TooltipSizes,
    /// Widths and heights of dialogs.
    pub dialog: DialogSizes,
}

/// Window widths at which the layout changes, in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Breakpoints {
    /// Window width below which the details pane lies over the gallery.
    pub details_become_sheet: f32,
    /// Window width below which the form folds into one row.
    pub form_folds: f32,
}

/// Durations of animations and toasts, in milliseconds.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Motion {
    /// Duration of the change to the hover color.
    pub hover: f32,
    /// Duration of the change to the pressed color.
    pub press: f32,
    /// Duration of fading in and out.
    pub fade: f32,
    /// Duration of the motion of panes and dialogs.
    pub pane: f32,
    /// Duration of the entry of a toast.
    pub toast_in: f32,
    /// Time for which a toast stays.
    pub toast_stay: f32,
    /// Time for which a toast with Undo stays.
    pub undo_stay: f32,
}
