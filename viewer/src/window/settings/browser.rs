//! The browser's storage for this site.

use web_sys::Storage;

use super::{Loaded, Settings};

/// The name under which the settings are kept.
const KEY: &str = "p95.window";

/// The storage of this site.
#[derive(Clone, Debug)]
pub(crate) struct SettingsPlace {
    storage: Storage,
}

impl SettingsPlace {
    /// The storage; `None` where the browser gives none.
    pub(crate) fn of_user() -> Option<Self> {
        Some(Self { storage: web_sys::window()?.local_storage().ok()?? })
    }

    /// Reads the settings. The defaults take the place of those that cannot be read.
    pub(crate) fn load(&self) -> Loaded {
        let Ok(Some(text)) = self.storage.get_item(KEY) else { return Loaded::default() };
        match serde_json::from_str(&text) {
            Ok(settings) => Loaded { settings, notice: None },
            Err(error) => {
                let notice = format!("The settings in this browser cannot be read ({error}).");
                Loaded { settings: Settings::default(), notice: Some(notice) }
            }
        }
    }

    /// Writes the settings, which takes no time here.
    pub(crate) fn save_soon(self, settings: Settings) {
        self.save_now(&settings);
    }

    /// Writes the settings. Where the storage is full or forbidden, this browser forgets them.
    pub(crate) fn save_now(&self, settings: &Settings) {
        if let Ok(text) = serde_json::to_string(settings) {
            let _ = self.storage.set_item(KEY, &text);
        }
    }
}
