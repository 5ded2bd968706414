//! The file of this desktop's settings. It is beside the cache, because they are needed before the cache
//! opens.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::api::Settings;

/// Reads the settings. A missing or unreadable file means the defaults: a broken colour theme must keep
/// nobody from working.
pub(crate) fn read(path: &Path) -> Settings {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_broken| {
            tracing::warn!("the settings file is unreadable; using the defaults");
            Settings::default()
        }),
        Err(_absent) => Settings::default(),
    }
}

/// Writes the settings, all or nothing.
pub(crate) fn write(path: &Path, settings: &Settings) -> io::Result<()> {
    let fresh = path.with_extension("json.fresh");
    let mut file = fs::File::create(&fresh)?;
    file.write_all(&serde_json::to_vec_pretty(settings)?)?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Theme;

    #[test]
    fn settings_survive_and_a_broken_file_means_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        assert_eq!(read(&path), Settings::default());
        let dark = Settings { theme: Some(Theme::Dark), sound: false, ..Settings::default() };
        write(&path, &dark).unwrap();
        assert_eq!(read(&path), dark);
        fs::write(&path, b"{\"theme\":").unwrap();
        assert_eq!(read(&path), Settings::default());
        fs::write(&path, b"{\"sound\":false,\"later\":1}").unwrap();
        assert!(!read(&path).sound);
    }
}
