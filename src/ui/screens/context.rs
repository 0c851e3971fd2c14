//! The context that every screen gets: the application state, the screens' own memory, the textures, and a list
//! to push actions onto.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use egui::{Pos2, Rect, TextureHandle, TextureId, Vec2};

use super::gallery_layout::LaidOut;
use crate::app::action::command::UiCommand;
use crate::app::action::keymap::Chord;
use crate::app::state::crop::Handle;
use crate::app::view::bucket::BucketForm;
use crate::app::view::ledger::{Basis, Page};
use crate::app::view::palette::Prompt;
use crate::app::{Action, AppState};
use crate::domain::caps::field::CapField;
use crate::domain::picture_edit::CropRect;
use crate::domain::preset::PresetField;
use crate::domain::request::Slot;
use crate::domain::request::StoredPicture;
use crate::domain::shot_words::OwnWords;
use crate::domain::storyboard::ShotKey;
use crate::domain::{GatewayId, Job, JobId};
use crate::ui::widgets::StripTexture;

/// Textures by what they show. To ask for a picture that is not loaded yet starts to load it for a later frame.
pub trait Pictures {
    /// Poster of a clip and its size in pixels. `None` until it is loaded.
    fn poster(&mut self, job: &Job) -> Option<(TextureId, Vec2)>;
    /// Filmstrip of a clip. Call it only while the user looks at the clip, because a missing filmstrip gets made.
    fn strip(&mut self, _job: &Job) -> Option<StripTexture> {
        None
    }
    /// A start picture and its size in pixels. `None` until it is loaded.
    fn start_picture(&mut self, picture: &StoredPicture) -> Option<(TextureId, Vec2)>;
    /// Decoded frame of an open film at the playhead. In a comparison every film returns the frame of the same number.
    fn film(&mut self, _job: &Job) -> Option<FilmPicture> {
        None
    }
    /// Says how large the film of a clip is shown in this frame, in points, so that its next frames come in that size.
    fn film_shown(&mut self, _job: &Job, _size: Vec2) {}
    /// Picture of a sample on the welcome page and its size in pixels.
    fn sample(&mut self, _index: usize) -> Option<(TextureId, Vec2)> {
        None
    }
}

/// One decoded frame of a film, uploaded as a texture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilmPicture {
    /// Texture that holds the frame.
    pub texture: TextureId,
    /// Size of the texture in pixels. It may be smaller than the film.
    pub size: Vec2,
    /// Number of the frame, counted from 0. It differs from that of the playhead while the wanted
    /// frame is being decoded.
    pub frame: u32,
}

/// An implementation of [`Pictures`] that never has a picture.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPictures;

impl Pictures for NoPictures {
    fn poster(&mut self, _job: &Job) -> Option<(TextureId, Vec2)> {
        None
    }

    fn start_picture(&mut self, _picture: &StoredPicture) -> Option<(TextureId, Vec2)> {
        None
    }
}

/// What the screens remember from frame to frame. None of it is stored; it is lost when the window closes.
#[derive(Default)]
pub struct UiState {
    /// Whether the prompt field takes the focus in the next frame.
    pub focus_prompt: bool,
    /// Whether the search field takes the focus in the next frame.
    pub focus_search: bool,
    /// Whether an input method composed text in this frame. Enter then belongs to the input method.
    pub is_composing: bool,
    /// The amount as typed, of an order that needs more than a press.
    pub typed_amount: String,
    /// Memory of the form's history, presets and words.
    pub form: FormUi,
    /// Whether it still composes at the end of this frame.
    pub composes: bool,
    /// Memory of the palette of commands.
    pub palette: PaletteUi,
    /// The command that is being given another key in the sheet of shortcuts.
    pub key_edit: Option<KeyEdit>,
    /// Whether the field of the negative prompt is unfolded.
    pub shows_negative_prompt: bool,
    /// The wells whose field for a web address is unfolded.
    pub shows_picture_address: HashSet<Slot>,
    /// Paths of pictures as typed, on systems without a file dialog.
    pub picture_paths: HashMap<Slot, String>,
    /// Memory of drops and pastes.
    pub drop: DropUi,
    /// Memory of the crop dialog.
    pub crop: CropUi,
    /// Height of the form without the prompt field, in points, as measured in the last frame.
    pub form_rest_height: f32,
    /// Whether the form is open over the gallery, in a window too narrow for three panes.
    pub shows_form: bool,
    /// Whether the details are open over the gallery, in a window too narrow for them beside it.
    pub shows_details: bool,
    /// Width of the form pane in points. It is 0 until the pane was drawn once.
    pub form_width: f32,
    /// Width of the details pane in points. It is 0 until the pane was drawn once.
    pub details_width: f32,
    /// The card that has the keyboard focus.
    pub focused_card: Option<JobId>,
    /// The card that gets the keyboard focus as soon as it is drawn.
    pub wants_focus: Option<JobId>,
    /// What had the keyboard focus before a dialog took it.
    pub dialog_focus: DialogFocus,
    /// The waiting order that is being dragged in the gallery.
    pub queue_drag: Option<QueueDrag>,
    /// Layout of the gallery, cached until its input changes.
    pub layout: Option<LaidOut>,
    /// Where the view is in a gallery of which a part is in memory.
    pub page: PageUi,
    /// Whether the settings of a gateway are unfolded, since the dialog of settings was opened.
    pub open_gateways: HashMap<GatewayId, bool>,
    /// Gateway keys as typed, by gateway. Each is cleared as soon as it was handed on.
    pub keys: HashMap<GatewayId, String>,
    /// Whether the stored key of a gateway is being replaced.
    pub replacing_key: HashMap<GatewayId, bool>,
    /// Gateway addresses as typed, by gateway.
    pub addresses: HashMap<GatewayId, String>,
    /// What the user paid for credits, as typed: dollars and number of credits.
    pub credit_price: Option<(String, String)>,
    /// Place of the bucket as typed; `None` until the page of pictures was drawn.
    pub bucket_form: Option<BucketForm>,
    /// Access key ID and secret of the bucket as typed.
    pub bucket_keys: (String, String),
    /// Whether the stored keys of the bucket are being replaced.
    pub replaces_bucket_keys: bool,
    /// Whether the user agrees that pictures get a public address at PixVerse.
    pub consents_to_platform: bool,
    /// Folder of clips as typed, on systems without a folder dialog.
    pub folder_path: String,
    /// The gateway whose key the welcome page asks for.
    pub welcome_gateway: Option<GatewayId>,
    /// Job ids as pasted by the user, by the unconfirmed job that is to adopt them.
    pub adopt: HashMap<JobId, String>,
    /// The unconfirmed job whose *Submit again anyway* was pressed once and waits for a second press.
    pub asked_again: Option<JobId>,
    /// Position from 0.0 to 1.0 that the user gave the playhead of a clip before its film was open.
    pub playhead: Option<(JobId, f32)>,
    /// The clip whose long prompt is unfolded in the details.
    pub unfolded_prompt: Option<JobId>,
    /// Whether the file and the ids are unfolded in the details.
    pub shows_ids: bool,
    /// Name of a new project as typed.
    pub project_name: String,
    /// Name of the project that was requested in the last frame and is not confirmed yet.
    pub asked_project: Option<String>,
    /// Whether the raw exchange with the gateway is unfolded.
    pub shows_exchange: bool,
    /// Whether the settings dialog was open in the last frame. Its fields are filled when it opens.
    pub had_settings: bool,
    /// Memory of the storyboard.
    pub board: BoardUi,
    /// Memory of the ledger.
    pub ledger: LedgerUi,
    /// Memory of quick look and compare.
    pub viewer: ViewerUi,
    /// Whether the user folded the form although there is room for it.
    pub folds_form: bool,
    /// Whether the user folded the details although there is room for them.
    pub folds_details: bool,
    /// Search text in the sheet of shortcuts.
    pub shortcut_search: String,
}

/// Where the view is in a gallery of which a part is in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageUi {
    /// How far what is in memory is scrolled, in points.
    pub offset: f32,
    /// Number of the last jump that the view followed.
    pub jump: u64,
    /// Where the scroll bar was moved to: the place with this number, with the part of it that lies above the view.
    pub goal: Option<f64>,
    /// The place around which the library was asked last.
    pub asked: Option<usize>,
    /// How far the pointer holds the handle of the scroll bar below its upper edge, in points.
    pub grip: f32,
}

/// The control that gets the keyboard back when a dialog closes.
#[derive(Clone, Copy, Debug, Default)]
pub struct DialogFocus {
    /// The control that had the focus when the dialog opened.
    pub before: Option<egui::Id>,
    /// Whether a dialog was open in the last frame.
    pub was_open: bool,
    /// Whether the last dialog has just closed, and the focus is still to be given back.
    pub is_owed: bool,
}

/// What the form remembers of its history, presets and words.
#[derive(Clone, Debug, Default)]
pub struct FormUi {
    /// Where the cursor of the prompt goes in the next frame, in characters.
    pub prompt_cursor: Option<usize>,
    /// Whether a field of text of the form had the keyboard in the last frame, so that Undo is about the form.
    pub types_in_form: bool,
    /// Words of earlier prompts, with the newest job that they were read from.
    pub own_words: (Option<JobId>, OwnWords),
    /// Search text in the history.
    pub history_search: String,
    /// The place of the chosen entry among those that were found.
    pub history_at: usize,
    /// Name of a new preset as typed.
    pub preset_name: String,
    /// Fields of a new preset; `None` until the dialog was drawn.
    pub preset_fields: Option<Vec<PresetField>>,
}

/// What the palette remembers while it is open.
#[derive(Default)]
pub struct PaletteUi {
    /// What is searched for.
    pub search: String,
    /// The place of the chosen entry among those that are found.
    pub chosen: usize,
    /// The prompts of the history that were found, with the search that found them.
    pub prompts: Option<(String, Vec<Prompt>)>,
    /// Whether it was drawn since it opened.
    pub is_open: bool,
    /// The card that had the keyboard before.
    pub card: Option<JobId>,
    /// Whether the list follows the choice.
    pub follows: bool,
}

/// A command that is being given another key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEdit {
    /// The command.
    pub command: UiCommand,
    /// Why the key that was pressed cannot be taken.
    pub problem: Option<&'static str>,
    /// The key that was pressed, and who has it already.
    pub conflict: Option<(Chord, UiCommand)>,
}

/// A waiting order that is being dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueDrag {
    /// The order that is dragged.
    pub job: JobId,
    /// The waiting order that the pointer is over, if it is over one of the same gateway.
    pub onto: Option<JobId>,
}

/// What the storyboard remembers while it is open.
#[derive(Clone, Debug, Default)]
pub struct BoardUi {
    /// The place before which dragged shots would land now; `Some(None)` while the pointer is over no place.
    pub drag: Option<Option<usize>>,
    /// The shot that gets the keyboard focus as soon as it is drawn.
    pub wants_focus: Option<ShotKey>,
    /// Whether the prompt of the chosen planned shot gets the keyboard focus.
    pub focus_prompt: bool,
    /// The shot that was scrolled to last, so that the board scrolls only when the choice moves.
    pub seen: Option<ShotKey>,
}

/// What the ledger remembers while it is open.
#[derive(Clone, Debug, Default)]
pub struct LedgerUi {
    /// The page, with what it rests on.
    pub page: Option<(Basis, Arc<Page>)>,
    /// Caps as they are being typed.
    pub typed: HashMap<CapField, String>,
    /// Whether the caps are open over the page, in a window too narrow for them beside it.
    pub shows_caps: bool,
    /// The cap whose field gets the keyboard focus as soon as it is drawn.
    pub wants_cap: Option<CapField>,
    /// The bar that Tab comes to, counted from 0, and whether it gets the keyboard focus now.
    pub bar: (usize, bool),
    /// The row that gets the keyboard focus as soon as it is drawn, and is scrolled to.
    pub wants_row: Option<JobId>,
}

/// What is remembered while files hover over the window, and of keys that paste.
#[derive(Clone, Debug, Default)]
pub struct DropUi {
    /// Where the targets were drawn: start picture, restore settings, and the well in the form.
    pub targets: Option<[Rect; 2]>,
    /// Where the well in the form was drawn.
    pub well: Option<Rect>,
    /// Files that were let go of, and the time of that in seconds of egui's clock. Windows are told the place of a drop only
    /// with the next move of the pointer.
    pub let_go: Option<(Vec<PathBuf>, f64)>,
    /// Whether the paste key went down as a plain key.
    pub was_v_pressed: bool,
    /// Whether something was pasted since the paste key went down.
    pub was_pasted: bool,
}

/// What the crop dialog remembers while it is open.
#[derive(Default)]
pub struct CropUi {
    /// The whole picture as a texture, with the address of its pixels, by which it is known again.
    pub texture: Option<(usize, TextureHandle)>,
    /// What is being dragged: a handle, or the whole frame; with the frame and the pointer as they were at the beginning.
    pub drag: Option<(Option<Handle>, CropRect, Pos2)>,
    /// Whether the frame had the keyboard focus once.
    pub was_focused: bool,
}

/// What quick look and compare remember while they are open.
#[derive(Clone, Debug, Default)]
pub struct ViewerUi {
    /// Whether quick look or compare was open in the last frame.
    pub was_open: bool,
    /// Whether the picture, and not a control, had the keyboard focus in the last frame. Arrow keys and Enter then
    /// act on the clip.
    pub has_stage: bool,
    /// The clip of a comparison whose picture takes the keyboard focus in the next frame.
    pub wants_stage: Option<JobId>,
    /// Whether Tab was used. If so, the focus ring shows on the picture as well.
    pub was_tabbed: bool,
    /// Whether quick look fills the whole screen.
    pub is_full_screen: bool,
    /// Frame number as typed; `None` while the field is closed.
    pub frame_text: Option<String>,
    /// The clip that was shown before the swap key went down, and the time of that, in seconds of egui's clock.
    pub swapped: Option<(JobId, f64)>,
}

/// One frame of a screen: what it reads, and where it puts what the user did.
pub struct Frame<'a> {
    /// State of the application, read only.
    pub state: &'a AppState,
    /// What the screens remember from frame to frame.
    pub ui_state: &'a mut UiState,
    /// Textures of clips and start pictures.
    pub pictures: &'a mut dyn Pictures,
    /// Actions of the user in this frame, in order.
    pub actions: &'a mut Vec<Action>,
}

impl Frame<'_> {
    /// Adds an action to those of this frame.
    pub fn act(&mut self, action: Action) {
        self.actions.push(action);
    }
}
