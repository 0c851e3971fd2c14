//! The settings of the program with their limits, as one value. `library::settings` reads and writes it as
//! `settings.toml`.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::browsing::KeptLook;
use super::caps::{Caps, SpendingRules};
use super::gateway::GatewayId;
use super::hosting::{BucketPlace, PictureWay};
use super::money::CreditValue;
use super::price_book::PriceBook;

/// The least and the largest size of the interface, in percent of the size that it was drawn for.
pub const INTERFACE_SCALE: RangeInclusive<u16> = 80..=200;

/// The interface sizes that the window offers, in percent.
pub const INTERFACE_SCALES: [u16; 8] = [80, 90, 100, 115, 130, 150, 175, 200];

/// The least and the largest number of orders that may be on their way to one gateway at the same time.
pub const AT_ONCE: RangeInclusive<u8> = 1..=8;

/// The number of orders that may be on their way to one gateway until the user chooses another one.
pub const AT_ONCE_AT_FIRST: u8 = 2;

/// The least and the largest width of the form, in points.
pub const FORM_WIDTH: RangeInclusive<u16> = 272..=400;

/// The least and the largest width of the details, in points.
pub const DETAILS_WIDTH: RangeInclusive<u16> = 280..=480;

/// The least and the largest width and height of the inside of the window, in points.
pub const WINDOW_SIDE: RangeInclusive<u16> = 400..=16_384;

/// Loudness of the sound of clips in percent, as on the control.
pub const VOLUME: RangeInclusive<u8> = 0..=100;

/// Which colors the window takes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "lowercase")]
pub enum Theme {
    /// The window is dark or light as the desktop is.
    #[default]
    System,
    /// The window is always dark.
    Dark,
    /// The window is always light.
    Light,
}

/// The settings of one gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewaySettings {
    /// Address of the API in place of the gateway's own. Only its form is checked here: `http` or `https`, no name or
    /// password in it. The gateway client decides whether it may be used.
    pub base_url: Option<String>,
    /// Orders that may be on their way at the same time, within [`AT_ONCE`].
    pub at_once: u8,
    /// Whether settings that the gateway does not document are sent too. Only orders to aigateway depend on it.
    pub send_undocumented: bool,
    /// What the user paid for credits, if the user has said so. Only prices of apiin depend on it.
    pub credit_value: Option<CreditValue>,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self { base_url: None, at_once: AT_ONCE_AT_FIRST, send_undocumented: false, credit_value: None }
    }
}

/// How pictures of this computer reach the gateways that have no upload of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureSettings {
    /// The way that orders take from now on. What was ordered keeps its own.
    pub way: PictureWay,
    /// The user's bucket, once it is set up. Its keys are in the password store. Kept when another way is chosen.
    pub bucket: Option<BucketPlace>,
}

/// Whether the window helps the eye in some way.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "lowercase")]
pub enum Aid {
    /// As the desktop wishes it.
    #[default]
    System,
    /// Always.
    On,
    /// Never.
    Off,
}

impl Aid {
    /// Whether it helps, on a desktop with this wish.
    pub fn is_on(self, wish: bool) -> bool {
        match self {
            Self::System => wish,
            Self::On => true,
            Self::Off => false,
        }
    }
}

/// What the window does for hands and eyes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandsSettings {
    /// Keys that the user chose: the name of a command, and its key as text; empty for none. The window knows both.
    pub keys: BTreeMap<String, String>,
    /// Whether the desktop tells when clips are ready; `None` until the user was asked.
    pub tells: Option<bool>,
    /// Whether nothing moves that need not.
    pub reduced_motion: Aid,
    /// Whether text and strokes stand out more.
    pub high_contrast: Aid,
}

/// How the sound of clips is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoundSettings {
    /// How loud it is, within [`VOLUME`].
    pub volume: u8,
    /// Whether nothing is heard whatever the volume.
    pub is_muted: bool,
}

impl Default for SoundSettings {
    fn default() -> Self {
        Self { volume: 80, is_muted: false }
    }
}

/// The settings of the program: what the user chose and what is kept from one start to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where finished clips go, as an absolute path; `None` for the usual folder.
    pub clip_folder: Option<PathBuf>,
    /// Whether the window is dark or light.
    pub theme: Theme,
    /// Size of everything in the window in percent, within [`INTERFACE_SCALE`].
    pub interface_scale: u16,
    /// Whether the practice gateway is offered.
    pub practice_enabled: bool,
    /// Whether the welcome page was closed, so that it is not shown again.
    pub is_welcomed: bool,
    /// The gateway that was chosen last; `None` until one was. The command line takes it where none is named.
    pub chosen_gateway: Option<GatewayId>,
    /// Inner size of the window in points, each side within [`WINDOW_SIDE`]; `None` until the window was closed once.
    pub window_size: Option<(u16, u16)>,
    /// Width of the form in points, within [`FORM_WIDTH`].
    pub form_width: u16,
    /// Width of the details in points, within [`DETAILS_WIDTH`].
    pub details_width: u16,
    /// The order, the view, the card size and the projects of the gallery.
    pub look: KeptLook,
    /// How the sound of clips is heard.
    pub sound: SoundSettings,
    /// How pictures of this computer reach the gateways.
    pub pictures: PictureSettings,
    /// The limits on what is spent.
    pub caps: Caps,
    /// Prices that the user corrected. Every price that is shown, held back or stored comes from here.
    pub prices: PriceBook,
    /// Keys, messages of the desktop, motion and contrast.
    pub hands: HandsSettings,
    /// The settings of apiin.
    pub apiin: GatewaySettings,
    /// The settings of aigateway.
    pub aigateway: GatewaySettings,
    /// The settings of PixVerse's own gateway.
    pub pixverse: GatewaySettings,
    /// The settings of the practice gateway.
    pub practice: GatewaySettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            clip_folder: None,
            theme: Theme::default(),
            interface_scale: 100,
            practice_enabled: true,
            is_welcomed: false,
            chosen_gateway: None,
            window_size: None,
            form_width: 320,
            details_width: 312,
            look: KeptLook::default(),
            sound: SoundSettings::default(),
            pictures: PictureSettings::default(),
            caps: Caps::default(),
            prices: PriceBook::default(),
            hands: HandsSettings::default(),
            apiin: GatewaySettings::default(),
            aigateway: GatewaySettings::default(),
            pixverse: GatewaySettings::default(),
            practice: GatewaySettings::default(),
        }
    }
}

impl Settings {
    /// The settings of `gateway`.
    pub fn of(&self, gateway: GatewayId) -> &GatewaySettings {
        match gateway {
            GatewayId::Apiin => &self.apiin,
            GatewayId::Aigateway => &self.aigateway,
            GatewayId::Pixverse => &self.pixverse,
            GatewayId::Practice => &self.practice,
        }
    }

    /// The settings of `gateway`, to be changed.
    pub fn of_mut(&mut self, gateway: GatewayId) -> &mut GatewaySettings {
        match gateway {
            GatewayId::Apiin => &mut self.apiin,
            GatewayId::Aigateway => &mut self.aigateway,
            GatewayId::Pixverse => &mut self.pixverse,
            GatewayId::Practice => &mut self.practice,
        }
    }

    /// The base URL of `gateway`: the one that the environment sets, else the one that the user typed, else the
    /// gateway's own. Empty for the practice gateway, which has none until it listens.
    pub fn address<'a>(&'a self, gateway: GatewayId, environment: Option<&'a str>) -> &'a str {
        let own = gateway.default_base_url().unwrap_or_default();
        environment.or(self.of(gateway).base_url.as_deref()).unwrap_or(own)
    }

    /// Keeps the measures of the window as far as they are known, within their limits.
    pub fn keep_panes(&mut self, panes: Panes) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
        let within = |points: f32, limits: &RangeInclusive<u16>| {
            // `max` and `min`, not `clamp`: they turn NaN into the lower limit.
            points.round().max(f32::from(*limits.start())).min(f32::from(*limits.end())) as u16
        };
        if let Some((width, height)) = panes.window {
            self.window_size = Some((within(width, &WINDOW_SIDE), within(height, &WINDOW_SIDE)));
        }
        if panes.form_width > 0.0 {
            self.form_width = within(panes.form_width, &FORM_WIDTH);
        }
        if panes.details_width > 0.0 {
            self.details_width = within(panes.details_width, &DETAILS_WIDTH);
        }
    }

    /// The measures of the window that were kept, for the next start.
    pub fn panes(&self) -> Panes {
        Panes {
            window: self.window_size.map(|(width, height)| (f32::from(width), f32::from(height))),
            form_width: f32::from(self.form_width),
            details_width: f32::from(self.details_width),
        }
    }
}

/// What the engine has to know of the settings to hold orders back.
impl From<&Settings> for SpendingRules {
    fn from(settings: &Settings) -> Self {
        let value = |gateway: &GatewayId| Some((*gateway, settings.of(*gateway).credit_value?));
        Self { caps: settings.caps, credit_values: GatewayId::PAID.iter().filter_map(value).collect() }
    }
}

/// Measures of the window, in points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Panes {
    /// Width and height of the inside of the window; `None` when it was never measured.
    pub window: Option<(f32, f32)>,
    /// Width of the form, 0 when it was never drawn.
    pub form_width: f32,
    /// Width of the details, 0 when they were never drawn.
    pub details_width: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_stay_within_their_limits() {
        let mut settings = Settings::default();
        let before = settings.details_width;
        settings.keep_panes(Panes { window: Some((99_999.0, 1.0)), form_width: 5_000.0, details_width: 0.0 });
        assert_eq!(settings.window_size, Some((16_384, 400)));
        assert_eq!((settings.form_width, settings.details_width), (400, before));
        settings.keep_panes(Panes { window: Some((f32::NAN, 800.4)), form_width: 299.6, details_width: 300.0 });
        assert_eq!(settings.window_size, Some((400, 800)));
        assert_eq!(settings.panes().form_width, 300.0);
    }

    #[test]
    fn the_environment_comes_before_what_was_typed_and_that_before_the_gateways_own() {
        let mut settings = Settings::default();
        let own = GatewayId::Apiin.default_base_url().expect("it has one");
        assert_eq!(settings.address(GatewayId::Apiin, None), own);
        settings.apiin.base_url = Some("https://typed.example".to_owned());
        assert_eq!(settings.address(GatewayId::Apiin, None), "https://typed.example");
        assert_eq!(settings.address(GatewayId::Apiin, Some("https://set.example")), "https://set.example");
        assert_eq!(settings.address(GatewayId::Practice, None), "");
    }

    #[test]
    fn what_the_window_offers_is_within_the_limits() {
        let default = Settings::default();
        assert!(INTERFACE_SCALES.iter().all(|scale| INTERFACE_SCALE.contains(scale)));
        assert!(INTERFACE_SCALES.contains(&default.interface_scale));
        assert!(FORM_WIDTH.contains(&default.form_width) && DETAILS_WIDTH.contains(&default.details_width));
        assert!(AT_ONCE.contains(&default.apiin.at_once));
    }
}
