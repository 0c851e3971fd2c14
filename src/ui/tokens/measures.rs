//! The measures of the token file: type scale, distances, radii, strokes, sizes, breakpoints and durations.

use serde::Deserialize;

/// One text style: size, line height in points, and weight.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct TypeStyle {
    /// Font size in points.
    pub size: f32,
    /// Line height in points.
    pub line: f32,
    /// 400, 500 or 600.
    pub weight: u16,
}

/// The type scale.
#[derive(Clone, Debug, Deserialize)]
pub struct TypeScale {
    /// 11/16 regular: card footers, helper lines, the status line.
    pub caption: TypeStyle,
    /// 11/16 medium: badges and keys.
    pub label: TypeStyle,
    /// 12/16 regular: second lines.
    pub small: TypeStyle,
    /// 13/20 regular.
    pub body: TypeStyle,
    /// 13/20 medium.
    pub strong: TypeStyle,
    /// 13/20 medium on buttons.
    pub button: TypeStyle,
    /// 15/20 semibold.
    pub title: TypeStyle,
    /// 20/28 semibold.
    pub heading: TypeStyle,
    /// 24/28 medium: waiting numbers and sums.
    pub number: TypeStyle,
}

/// Corner radii in points.
#[derive(Clone, Debug, Deserialize)]
pub struct Radii {
    /// Chips, badges, keys.
    pub chip: f32,
    /// Buttons, fields.
    pub control: f32,
    /// Pictures.
    pub card: f32,
    /// Tiles, wells.
    pub tile: f32,
    /// Menus and popovers.
    pub popover: f32,
    /// Dialogs.
    pub dialog: f32,
}

/// Stroke widths in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Strokes {
    /// Frames and dividers.
    pub hair: f32,
    /// The ring of a selected card.
    pub selected: f32,
    /// The focus ring.
    pub focus: f32,
    /// Space between a control and its focus ring.
    pub focus_gap: f32,
    /// A thin progress bar.
    pub progress: f32,
}

/// Distances in points. The names are multiples of 4.
#[derive(Clone, Debug, Deserialize)]
pub struct Spaces {
    /// 4.
    #[serde(rename = "1")]
    pub x1: f32,
    /// 8.
    #[serde(rename = "2")]
    pub x2: f32,
    /// 12.
    #[serde(rename = "3")]
    pub x3: f32,
    /// 16.
    #[serde(rename = "4")]
    pub x4: f32,
    /// 20.
    #[serde(rename = "5")]
    pub x5: f32,
    /// 24.
    #[serde(rename = "6")]
    pub x6: f32,
    /// 32.
    #[serde(rename = "8")]
    pub x8: f32,
    /// 48.
    #[serde(rename = "12")]
    pub x12: f32,
}

/// A width that the user can drag, in points.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct PaneWidth {
    /// At first start.
    pub default: f32,
    /// The least.
    pub min: f32,
    /// The most.
    pub max: f32,
}

/// Heights of controls in points.
#[derive(Clone, Debug, Deserialize)]
pub struct ControlHeights {
    /// Small buttons, chips.
    pub small: f32,
    /// Buttons, fields, menu rows.
    pub normal: f32,
    /// Lit buttons in dialogs.
    pub large: f32,
    /// Generate.
    pub primary: f32,
}

/// Edge lengths of icons in points.
#[derive(Clone, Debug, Deserialize)]
pub struct IconSizes {
    /// In badges.
    pub small: f32,
    /// In buttons and menus.
    pub normal: f32,
    /// In empty places.
    pub large: f32,
}

/// Measures of gallery cards in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardSizes {
    /// Between cards of a group.
    pub gap: f32,
    /// Between groups on one shelf.
    pub block_gap: f32,
    /// Between shelves.
    pub shelf_gap: f32,
    /// The footer below the picture.
    pub footer: f32,
    /// The header above a group.
    pub group_header: f32,
    /// The tinted strip of a message card.
    pub state_strip: f32,
    /// A chip on a picture.
    pub chip: f32,
    /// From the chip to the corner.
    pub chip_inset: f32,
    /// The height of a 16:9 card for each gallery size.
    pub row_height16x9: RowHeights,
    /// The most a row may be high.
    pub row_height_max: f32,
    /// The least a row may be high.
    pub row_height_min: f32,
    /// The least width of a group.
    pub block_min_width: f32,
}

/// Row heights for the three gallery sizes.
#[derive(Clone, Debug, Deserialize)]
pub struct RowHeights {
    /// Small.
    #[serde(rename = "S")]
    pub small: f32,
    /// Medium.
    #[serde(rename = "M")]
    pub medium: f32,
    /// Large.
    #[serde(rename = "L")]
    pub large: f32,
}

/// Slider measures in points.
#[derive(Clone, Debug, Deserialize)]
pub struct SliderSizes {
    /// Track height.
    pub track: f32,
    /// Knob diameter.
    pub knob: f32,
}

/// Filmstrip heights in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilmstripSizes {
    /// On a card.
    pub card: f32,
    /// In the details pane.
    pub details: f32,
    /// In quick look.
    pub quick_look: f32,
}

/// A fixed width in points.
#[derive(Clone, Debug, Deserialize)]
pub struct WidthOnly {
    /// The width.
    pub width: f32,
}

/// The tooltip's measure.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TooltipSizes {
    /// The most a tooltip may be wide.
    pub max_width: f32,
}

/// Dialog sizes in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DialogSizes {
    /// Settings.
    pub settings: [f32; 2],
    /// Crop.
    pub crop: [f32; 2],
    /// Command palette.
    pub palette: [f32; 2],
    /// Shortcut sheet.
    pub shortcuts: [f32; 2],
    /// The details pane as a sheet over the gallery.
    pub details_sheet_width: f32,
    /// The most quick look may take.
    pub quick_look_max: [f32; 2],
}

/// Window sizes in points.
#[derive(Clone, Debug, Deserialize)]
pub struct WindowSizes {
    /// At first start.
    pub default: [f32; 2],
    /// The least.
    pub minimum: [f32; 2],
}

/// Every measure of the window in points at 100 % interface size.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sizes {
    /// The window.
    pub window: WindowSizes,
    /// Header height.
    pub header: f32,
    /// Toolbar height.
    pub toolbar: f32,
    /// Status line height.
    pub status_line: f32,
    /// Form pane.
    pub pane_form: PaneWidth,
    /// Details pane.
    pub pane_details: PaneWidth,
    /// The width that can be dragged between two panes.
    pub pane_drag_handle: f32,
    /// The least width of the gallery.
    pub gallery_min: f32,
    /// Width of labels in the form.
    pub form_label: f32,
    /// The same in a narrow form.
    pub form_label_narrow: f32,
    /// Control heights.
    pub control: ControlHeights,
    /// The least edge of anything that can be clicked.
    pub touch_min: f32,
    /// Icon edges.
    pub icon: IconSizes,
    /// Cards.
    pub card: CardSizes,
    /// Switch width and height.
    pub switch: [f32; 2],
    /// Slider.
    pub slider: SliderSizes,
    /// Checkbox and radio edge.
    pub checkbox: f32,
    /// Filmstrips.
    pub filmstrip: FilmstripSizes,
    /// Toasts.
    pub toast: WidthOnly,
    /// Tooltips.
    pub tooltip: TooltipSizes,
    /// Dialogs.
    pub dialog: DialogSizes,
}

/// Window widths at which the layout changes, in points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Breakpoints {
    /// Below this the details pane is a sheet over the gallery.
    pub details_become_sheet: f32,
    /// Below this the form folds into a bar.
    pub form_folds: f32,
}

/// Durations in milliseconds.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Motion {
    /// Hover colors.
    pub hover: f32,
    /// Press colors.
    pub press: f32,
    /// Fades.
    pub fade: f32,
    /// Panes and dialogs.
    pub pane: f32,
    /// A toast coming in.
    pub toast_in: f32,
    /// How long a toast stays.
    pub toast_stay: f32,
    /// How long a toast with Undo stays.
    pub undo_stay: f32,
}
