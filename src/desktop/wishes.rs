//! What the desktop wishes of all windows for the eye: less movement, more contrast.

/// The wishes of the desktop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Nothing should move that need not.
    pub reduced_motion: bool,
    /// Text and strokes should stand out more.
    pub high_contrast: bool,
}

/// Asks the desktop. None where it does not tell. Blocks for at most some seconds.
pub fn wishes() -> Wishes {
    system::wishes().unwrap_or_else(|err| {
        tracing::debug!(%err, "the desktop tells no wishes");
        Wishes::default()
    })
}

#[cfg(target_os = "linux")]
mod system {
    use std::time::Duration;

    use zbus::blocking::Connection;
    use zbus::blocking::connection::Builder;
    use zbus::zvariant::{OwnedValue, Value};

    use super::Wishes;

    const PATIENCE: Duration = Duration::from_secs(3);
    const PORTAL: &str = "org.freedesktop.portal.Desktop";

    pub(super) fn wishes() -> zbus::Result<Wishes> {
        let connection = Builder::session()?.method_timeout(PATIENCE).build()?;
        // The first question also says whether there is a portal at all.
        let contrast = read(&connection, "org.freedesktop.appearance", "contrast");
        if let Err(zbus::Error::MethodError(name, ..)) = &contrast
            && name.as_str() == "org.freedesktop.DBus.Error.ServiceUnknown"
        {
            return Ok(Wishes::default());
        }
        let high_contrast = matches!(contrast.ok().as_deref(), Some(Value::U32(1)));
        let animations = read(&connection, "org.gnome.desktop.interface", "enable-animations");
        let reduced_motion = matches!(animations.ok().as_deref(), Some(Value::Bool(false)));
        Ok(Wishes { reduced_motion, high_contrast })
    }

    /// A setting of the desktop. The portal wraps it twice.
    fn read(connection: &Connection, namespace: &str, key: &str) -> zbus::Result<OwnedValue> {
        let path = "/org/freedesktop/portal/desktop";
        let interface = Some("org.freedesktop.portal.Settings");
        let answer = connection.call_method(Some(PORTAL), path, interface, "Read", &(namespace, key))?;
        let mut value: OwnedValue = answer.body().deserialize()?;
        while let Value::Value(inner) = &*value {
            value = inner.try_to_owned()?;
        }
        Ok(value)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::Wishes;

    /// Not asked here: the user says it in the settings.
    pub(super) fn wishes() -> Result<Wishes, std::convert::Infallible> {
        Ok(Wishes::default())
    }
}
