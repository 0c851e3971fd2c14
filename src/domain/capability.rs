//! Which settings a gateway takes, and what the form says about those it does not.

use strum::IntoEnumIterator as _;

use super::catalog::entry;
use super::gateway::GatewayId;
use super::request::{Draft, InputPicture};
use super::setting::{ModelId, SeedMode, Setting, Support, Thinking};

/// Whether `gateway` documents `setting` of `model`, may ignore it or has no field for it, as the catalog says.
pub fn support(model: &ModelId, gateway: GatewayId, setting: Setting) -> Support {
    entry(model, gateway).map_or(Support::NotAvailable, |entry| entry.support(setting))
}

/// Whether `setting` is sent to `gateway`. A setting that the gateway does not document is sent only when the user
/// switched that on.
pub fn is_sent(model: &ModelId, gateway: GatewayId, setting: Setting, send_undocumented: bool) -> bool {
    match support(model, gateway, setting) {
        Support::Documented => true,
        Support::Undocumented => send_undocumented,
        Support::NotAvailable => false,
    }
}

/// The settings of `model` that `gateway` does not document, and that are sent only when the user switched that on.
pub fn undocumented(model: &ModelId, gateway: GatewayId) -> Vec<Setting> {
    Setting::iter().filter(|setting| support(model, gateway, *setting) == Support::Undocumented).collect()
}

/// Whether `gateway` has a field for `setting` of `model`, documented or not.
pub fn has_field(model: &ModelId, gateway: GatewayId, setting: Setting) -> bool {
    support(model, gateway, setting) != Support::NotAvailable
}

/// Whether an order with a start picture names an aspect ratio too. PixVerse's own orders have no field for it then
/// (docs/gateways.md, section 3.4).
pub fn sends_ratio_with_picture(gateway: GatewayId) -> bool {
    gateway != GatewayId::Pixverse
}

/// What becomes of a setting of the draft that the gateway does not document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes out and may be ignored or refused.
    MayBeIgnored,
    /// It is left out of the order.
    NotSent,
}

/// A remark beside a control, shown before the click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingNote {
    /// The setting whose control the remark stands beside.
    pub setting: Setting,
    /// What becomes of the setting.
    pub fate: Fate,
    /// Why, in one sentence.
    pub reason: String,
}

/// All remarks for `draft` at its gateway. Only settings that the user really chose are remarked on: nobody needs to be
/// told that an empty negative prompt is not sent.
pub fn notes(draft: &Draft, send_undocumented: bool) -> Vec<SettingNote> {
    let gateway = draft.gateway;
    let mut notes = Vec::new();
    let chosen = [
        (Setting::NegativePrompt, !draft.negative_prompt.trim().is_empty()),
        (Setting::Audio, draft.audio),
        (Setting::Thinking, draft.thinking != Thinking::Auto),
        (Setting::Seed, draft.seed_mode != SeedMode::Random),
        (Setting::EndPicture, draft.end_picture.is_some()),
    ];
    for (setting, is_chosen) in chosen {
        if !is_chosen {
            continue;
        }
        let name = setting.name();
        match support(&draft.model, gateway, setting) {
            Support::Documented => {}
            Support::Undocumented if send_undocumented => notes.push(SettingNote {
                setting,
                fate: Fate::MayBeIgnored,
                reason: format!("{gateway} does not document {name}. It is sent and may be ignored or refused."),
            }),
            Support::Undocumented => notes.push(SettingNote {
                setting,
                fate: Fate::NotSent,
                reason: format!("{gateway} does not document {name}, so it is not sent. Settings can change that."),
            }),
            Support::NotAvailable => notes.push(SettingNote {
                setting,
                fate: Fate::NotSent,
                reason: format!("{gateway} has no field for {name}. It is not sent."),
            }),
        }
    }
    if !gateway.hosts_pictures() && gateway.is_paid() && matches!(draft.picture, Some(InputPicture::Stored(_))) {
        notes.push(SettingNote {
            setting: Setting::StartPicture,
            fate: Fate::MayBeIgnored,
            reason: format!(
                "{gateway} documents only web addresses for pictures. This file is sent inside the order and may be refused."
            ),
        });
    }
    if draft.picture.is_some() {
        let (fate, reason) = if sends_ratio_with_picture(gateway) {
            (Fate::MayBeIgnored, "With a start picture the clip most likely takes the picture's own ratio.".to_owned())
        } else {
            (
                Fate::NotSent,
                format!("With a start picture {gateway} takes no aspect ratio: the clip has the picture's own."),
            )
        };
        notes.push(SettingNote { setting: Setting::AspectRatio, fate, reason });
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_means_what_the_pages_say() {
        use Support::{Documented, NotAvailable, Undocumented};
        let model = ModelId::default();
        for (setting, aigateway, apiin, pixverse) in [
            (Setting::Prompt, Documented, Documented, Documented),
            (Setting::Resolution, Documented, Documented, Documented),
            (Setting::Duration, Documented, Documented, Documented),
            (Setting::AspectRatio, Documented, Documented, Documented),
            (Setting::StartPicture, Documented, Documented, Documented),
            (Setting::EndPicture, NotAvailable, NotAvailable, Documented),
            (Setting::Audio, Undocumented, Documented, Documented),
            (Setting::Seed, Undocumented, Documented, Documented),
            (Setting::NegativePrompt, Undocumented, Documented, Undocumented),
            (Setting::Thinking, NotAvailable, Documented, NotAvailable),
        ] {
            assert_eq!(support(&model, GatewayId::Aigateway, setting), aigateway, "{setting:?}");
            assert_eq!(support(&model, GatewayId::Apiin, setting), apiin, "{setting:?}");
            assert_eq!(support(&model, GatewayId::Pixverse, setting), pixverse, "{setting:?}");
        }
    }

    #[test]
    fn what_is_not_documented_can_be_sent_on_request() {
        let of = |gateway| undocumented(&ModelId::default(), gateway);
        assert_eq!(of(GatewayId::Aigateway), [Setting::NegativePrompt, Setting::Audio, Setting::Seed]);
        assert_eq!(of(GatewayId::Pixverse), [Setting::NegativePrompt]);
        assert_eq!(of(GatewayId::Apiin), []);
    }

    #[test]
    fn notes_speak_of_what_was_chosen_and_of_nothing_else() {
        let noted = |draft: &Draft, undocumented| -> Vec<(Setting, Fate)> {
            notes(draft, undocumented).into_iter().map(|note| (note.setting, note.fate)).collect()
        };
        let plain = Draft { gateway: GatewayId::Aigateway, ..Draft::default() };
        assert_eq!(noted(&plain, false), []);
        let full = Draft {
            negative_prompt: "blur".to_owned(),
            audio: true,
            thinking: Thinking::Enabled,
            seed_mode: SeedMode::Fixed,
            ..plain
        };
        assert_eq!(
            noted(&full, false),
            [
                (Setting::NegativePrompt, Fate::NotSent),
                (Setting::Audio, Fate::NotSent),
                (Setting::Thinking, Fate::NotSent),
                (Setting::Seed, Fate::NotSent)
            ]
        );
        assert_eq!(
            noted(&full, true),
            [
                (Setting::NegativePrompt, Fate::MayBeIgnored),
                (Setting::Audio, Fate::MayBeIgnored),
                (Setting::Thinking, Fate::NotSent),
                (Setting::Seed, Fate::MayBeIgnored)
            ]
        );
        assert_eq!(noted(&Draft { gateway: GatewayId::Apiin, ..full }, false), []);
    }
}
