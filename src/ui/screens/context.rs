//! What every screen is given.

use std::collections::HashMap;

use egui::{TextureId, Vec2};

use super::gallery_layout::LaidOut;
use crate::app::{Action, AppState};
use crate::domain::request::StoredPicture;
use crate::domain::{GatewayId, Job, JobId};
use crate::ui::widgets::StripTexture;

/// Pictures that lie on the graphics card. Asking for one that is not there brings it in for a later frame.
pub trait Pictures {
    /// A clip's poster and its size in pixels.
    fn poster(&mut self, job: &Job) -> Option<(TextureId, Vec2)>;
    /// The frames of a clip; to be asked for only while the clip is looked at.
    fn strip(&mut self, _job: &Job) -> Option<StripTexture> {
        None
    }
    /// A start picture and its size in pixels.
    fn start_picture(&mut self, picture: &StoredPicture) -> Option<(TextureId, Vec2)>;
    /// The frame of an open film that the playhead shows. All films of a comparison give the same frame number at any time.
    fn film(&mut self, _job: &Job) -> Option<FilmPicture> {
        None
    }
    /// The picture of a sample on the first page and its size in pixels.
    fn sample(&mut self, _index: usize) -> Option<(TextureId, Vec2)> {
        None
    }
}

/// One frame of a film that lies on the graphics card.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilmPicture {
    /// The picture.
    pub texture: TextureId,
    /// Its size in pixels; may be less than the film's.
    pub size: Vec2,
    /// Number of the frame, from 0. May differ from the playhead's while that frame is being decoded.
    pub frame: u32,
}

/// No pictures at all.
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

/// What the screens remember by themselves: nothing that matters when the window closes.
#[derive(Default)]
pub struct UiState {
    /// The prompt wants the cursor.
    pub focus_prompt: bool,
    /// The search wants the cursor.
    pub focus_search: bool,
    /// An input method composes, so Enter belongs to it.
    pub is_composing: bool,
    /// The negative prompt is unfolded.
    pub shows_negative_prompt: bool,
    /// The address of the start picture is unfolded.
    pub shows_picture_address: bool,
    /// The path that is typed where no file dialog exists.
    pub picture_path: String,
    /// Height of what the form shows besides the prompt, as it was drawn last.
    pub form_rest_height: f32,
    /// In a narrow window: the form lies over the gallery.
    pub shows_form: bool,
    /// In a narrower window: the details lie over the gallery.
    pub shows_details: bool,
    /// Width of the form pane; 0 until it was drawn.
    pub form_width: f32,
    /// Width of the details pane; 0 until it was drawn.
    pub details_width: f32,
    /// The card that has the keyboard.
    pub focused_card: Option<JobId>,
    /// The card that gets the keyboard as soon as it is drawn.
    pub wants_focus: Option<JobId>,
    /// Where the cards lie, computed once per change.
    pub layout: Option<LaidOut>,
    /// A key that is being typed, by gateway. Cleared as soon as it is handed on.
    pub keys: HashMap<GatewayId, String>,
    /// Gateways whose stored key is being replaced.
    pub replacing_key: HashMap<GatewayId, bool>,
    /// An address that is being typed, by gateway.
    pub addresses: HashMap<GatewayId, String>,
    /// What was paid for credits, as typed: dollars and credits.
    pub credit_price: Option<(String, String)>,
    /// The folder that is typed where no dialog exists.
    pub folder_path: String,
    /// The gateway that the first page takes a key for.
    pub welcome_gateway: Option<GatewayId>,
    /// A job id that is being pasted, by unconfirmed job.
    pub adopt: HashMap<JobId, String>,
    /// The unconfirmed job whose *Submit again anyway* was pressed once.
    pub asked_again: Option<JobId>,
    /// Where the user put the playhead of the selected clip, `0.0..=1.0`, until its film is open.
    pub playhead: Option<(JobId, f32)>,
    /// The clip whose long prompt is unfolded in the details.
    pub unfolded_prompt: Option<JobId>,
    /// File and ids are unfolded in the details.
    pub shows_ids: bool,
    /// The name of a new project, as typed.
    pub project_name: String,
    /// The name of a new project that was asked for a moment ago.
    pub asked_project: Option<String>,
    /// The raw exchange is unfolded.
    pub shows_exchange: bool,
    /// The settings dialog was open in the last frame, so that its fields are filled once.
    pub had_settings: bool,
    /// Quick look and compare.
    pub viewer: ViewerUi,
    /// The form is folded into its bar, although there is room for it.
    pub folds_form: bool,
    /// The details are folded away, although there is room for them.
    pub folds_details: bool,
    /// What is searched for in the sheet of shortcuts.
    pub shortcut_search: String,
}

/// What quick look and compare remember while they are open.
#[derive(Clone, Debug, Default)]
pub struct ViewerUi {
    /// One of them was open in the last frame.
    pub was_open: bool,
    /// The picture had the keyboard in the last frame, and no control, so that arrow keys and Enter are about the clip.
    pub has_stage: bool,
    /// The clip of a comparison whose picture gets the keyboard as soon as keys are about it.
    pub wants_stage: Option<JobId>,
    /// Tab was used, so that the place of the keyboard shows on the picture as well.
    pub was_tabbed: bool,
    /// Quick look takes the whole screen.
    pub is_full_screen: bool,
    /// The number of a frame that is being typed.
    pub frame_text: Option<String>,
    /// The clip that was shown before the swap key went down, and when that was, in seconds of the interface.
    pub swapped: Option<(JobId, f64)>,
}

/// One frame of a screen: what it reads, and where it puts what the user does.
pub struct Frame<'a> {
    /// What the window knows.
    pub state: &'a AppState,
    /// What the screens remember.
    pub ui_state: &'a mut UiState,
    /// Pictures.
    pub pictures: &'a mut dyn Pictures,
    /// What the user did.
    pub actions: &'a mut Vec<Action>,
}

impl Frame<'_> {
    /// The user did this.
    pub fn act(&mut self, action: Action) {
        self.actions.push(action);
    }
}
