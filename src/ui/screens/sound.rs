//! The control of the sound, which quick look and compare share: mute, volume, and what to do where nothing is heard.

use egui::{Align2, Sense, Ui, Vec2};

use crate::app::AppState;
use crate::app::action::command::UiCommand;
use crate::app::action::viewing::Viewing;
use crate::app::view::heard::{SoundSign, is_muted, sign};
use crate::domain::JobId;
use crate::ui::icons::{self, Icon};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{IconButton, Slider, tooltip};

/// Width of the slider in points.
const SLIDER: f32 = 72.0;
/// Volume by which the arrow keys and the mouse move the slider.
const STEP: f32 = 5.0;

/// Width in points of what the row has left of the words: the button that repeats, the speed, and the gaps around them.
const LEFT_OF_IT: f32 = 28.0 + 4.0 + 68.0 + 4.0 + 12.0;

/// The control, and what it is about.
pub(super) struct SoundControl {
    sign: SoundSign,
    volume: u8,
    is_muted: bool,
    mute_key: String,
    /// Name of the clip that is heard, where there are several.
    whose: Option<String>,
}

impl SoundControl {
    pub(super) fn of(state: &AppState, job: JobId) -> Self {
        Self {
            sign: sign(state, job),
            volume: state.settings.sound.volume,
            is_muted: is_muted(state),
            mute_key: state.keys.text(UiCommand::Mute),
            whose: None,
        }
    }

    /// Says whose sound is heard, such as `take 2`.
    pub(super) fn of_several(mut self, name: &str) -> Self {
        self.whose = Some(name.to_owned());
        self
    }

    /// The sign of the one that is heard, for the chip on its picture.
    pub(super) fn chip(&self) -> Option<Icon> {
        match self.sign {
            SoundSign::NoSound => None,
            SoundSign::On | SoundSign::OtherSpeed => Some(Icon::Volume2),
            SoundSign::Muted | SoundSign::NoDevice(_) | SoundSign::Unreadable(_) => Some(Icon::VolumeX),
        }
    }

    /// Draws it from the right to the left in what is left of a row. Returns what the user chose.
    pub(super) fn show(&self, ui: &mut Ui) -> Option<Viewing> {
        let c = &tokens::tokens(ui).color;
        if self.sign == SoundSign::NoSound {
            // Nothing to control is no control.
            self.words_ui(ui, c.text_low);
            return None;
        }
        let mut did = None;
        ui.add_space(8.0);
        let mut value = f32::from(if self.is_muted { 0 } else { self.volume });
        let shown = Slider::new("Volume, in percent", 0.0..=100.0).step(STEP).width(SLIDER).show(ui, &mut value);
        if shown.changed() {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
            let volume = value.round() as u8;
            did = Some(Viewing::SetVolume(volume));
        }
        ui.add_space(8.0);
        let (icon, name) = self.icon_and_name();
        let mut button = IconButton::new(icon, name).key(&self.mute_key);
        if self.is_silent() {
            // Where there is no room for words the color tells that something is wrong.
            button = button.color(c.ask_fg);
        }
        if button.show(ui).clicked() {
            did = Some(Viewing::Mute(!self.is_muted));
        }
        let color = if self.is_silent() { c.ask_fg } else { c.text_low };
        self.words_ui(ui, color);
        did
    }

    /// Draws the button alone, for the narrow row of the details. A clip without sound has none; what is wrong is in the
    /// tooltip. Returns what the user chose.
    pub(super) fn show_button(&self, ui: &mut Ui) -> Option<Viewing> {
        if self.sign == SoundSign::NoSound {
            return None;
        }
        let (icon, name) = self.icon_and_name();
        let name = self.told().map_or_else(|| name.to_owned(), |told| format!("{name}. {told}"));
        let mut button = IconButton::new(icon, &name).small();
        if self.is_silent() {
            button = button.color(tokens::tokens(ui).color.ask_fg);
        }
        button.show(ui).clicked().then_some(Viewing::Mute(!self.is_muted))
    }

    fn icon_and_name(&self) -> (Icon, &'static str) {
        let name = if self.is_muted { "Sound on" } else { "Mute" };
        let icon = if self.is_muted || self.is_silent() { Icon::VolumeX } else { Icon::Volume2 };
        (icon, name)
    }

    /// What is wrong and what to do, in whole sentences.
    fn told(&self) -> Option<String> {
        let (short, advice) = (self.sign.words()?, self.sign.advice()?);
        Some(format!("{short}. {advice}"))
    }

    /// Whether it has advice to give, for which there should be room.
    pub(super) fn has_advice(&self) -> bool {
        self.sign.brief_advice().is_some()
    }

    fn is_silent(&self) -> bool {
        matches!(self.sign, SoundSign::NoDevice(_) | SoundSign::Unreadable(_))
    }

    /// The words left of the control, as many as there is room for. What to do is in the tooltip too.
    fn words_ui(&self, ui: &mut Ui, color: egui::Color32) {
        let heard = self.whose.as_ref().filter(|_| self.sign == SoundSign::On).map(|name| format!("{name} is heard"));
        let Some(short) = self.sign.words().map(str::to_owned).or(heard) else { return };
        let advice = self.sign.advice();
        let long = self.told();
        let spoken = long.clone().unwrap_or_else(|| short.clone());
        let brief = self.sign.brief_advice().map(|advice| format!("{short}: {advice}"));
        let briefest = brief.as_ref().and_then(|brief| brief.split_once(", then")).map(|(first, _)| first.to_owned());
        let room = ui.available_width() - 12.0 - LEFT_OF_IT;
        let width = |words: &str| text_style::line(ui.ctx(), words, Text::Caption, color).size().x;
        let candidates = [long, brief, briefest, Some(short)].into_iter().flatten().map(|words| (width(&words), words));
        let candidates: Vec<(f32, String)> = candidates.collect();
        let Some((width, words)) = candidates.into_iter().find(|(width, _)| *width <= room) else { return };
        ui.add_space(4.0);
        let (place, response) = ui.allocate_exact_size(Vec2::new(width, 20.0), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        let at = place.left_center();
        text_style::paint_ellipsis(ui.painter(), at, Align2::LEFT_CENTER, Text::Caption, color, &words, place.width());
        if self.sign == SoundSign::NoSound {
            let (place, _) = ui.allocate_exact_size(Vec2::new(20.0, 20.0), Sense::hover());
            icons::paint(ui.painter(), Icon::VolumeOff, place.center(), 16.0, color);
        }
        // The next control to the left is a button that may be filled.
        ui.add_space(8.0);
        if let Some(advice) = advice {
            tooltip(response, &advice);
        }
    }
}
