//! The file in the folder that the system has for settings.

use std::path::{Path, PathBuf};
use std::{fs, io, thread};

use directories::ProjectDirs;

use super::{Loaded, Settings};

/// The file of the settings.
#[derive(Clone, Debug)]
pub(crate) struct SettingsPlace {
    path: PathBuf,
}

impl SettingsPlace {
    /// The file of this user; `None` where the system has no place for it.
    pub(crate) fn of_user() -> Option<Self> {
        let folders = ProjectDirs::from("", "", "p95")?;
        Some(Self { path: folders.config_dir().join("window.json") })
    }

    /// Reads the file. One that cannot be read is kept aside, and the defaults take its place.
    pub(crate) fn load(&self) -> Loaded {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Loaded::default(),
            Err(error) => return self.broken(&error.to_string()),
        };
        match serde_json::from_str(&text) {
            Ok(settings) => Loaded { settings, notice: None },
            Err(error) => self.broken(&error.to_string()),
        }
    }

    /// Writes the file on a thread of its own. What goes wrong is logged.
    pub(crate) fn save_soon(self, settings: Settings) {
        thread::spawn(move || self.save_now(&settings));
    }

    /// Writes the file. What goes wrong is logged.
    pub(crate) fn save_now(&self, settings: &Settings) {
        if let Err(problem) = self.save(settings) {
            tracing::warn!("the window's settings cannot be saved: {problem}");
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    fn save(&self, settings: &Settings) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let new = self.path.with_extension("json.new");
        fs::write(&new, serde_json::to_string_pretty(settings)? + "\n")?;
        fs::rename(&new, &self.path)
    }

    fn broken(&self, problem: &str) -> Loaded {
        let aside = self.path.with_extension("json.broken");
        let kept = match fs::rename(&self.path, &aside) {
            Ok(()) => format!("it is kept as {}", shown(&aside)),
            Err(error) => format!("it cannot be kept aside either: {error}"),
        };
        let notice = format!("The settings in {} cannot be read ({problem}); {kept}.", shown(&self.path));
        Loaded { settings: Settings::default(), notice: Some(notice) }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::super::Theme;
    use super::*;

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsPlace { path: folder.path().join("p95/window.json") };
        assert_eq!(file.load().settings, Settings::default());
        let settings = Settings { theme: Theme::Light, size: [800.0, 600.0], ..Settings::default() };
        file.save(&settings).unwrap();
        assert_eq!(file.load().settings, settings);
    }

    #[test]
    fn a_broken_file_is_kept_aside() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsPlace { path: folder.path().join("window.json") };
        fs::write(&file.path, "{\"theme\": ").unwrap();
        let loaded = file.load();
        assert_eq!(loaded.settings, Settings::default());
        assert!(loaded.notice.unwrap().contains("window.json.broken"));
        assert_eq!(fs::read_to_string(folder.path().join("window.json.broken")).unwrap(), "{\"theme\": ");
        assert_eq!(file.load().notice, None, "the next start is a fresh one");
    }

    #[test]
    fn what_is_not_known_keeps_its_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsPlace { path: folder.path().join("window.json") };
        fs::write(&file.path, r#"{"theme": "dark", "from_the_future": 1}"#).unwrap();
        assert_eq!(file.load().settings, Settings { theme: Theme::Dark, ..Settings::default() });
    }
}
