//! The data folder and the names derived from it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Returns the app's data folder, and creates it where it is missing. The path is canonical, so that every spelling
/// of one folder gives the same path.
///
/// # Errors
/// A message for the user, if the folder cannot be found or created.
pub(crate) fn data_dir(chosen: Option<&Path>) -> Result<PathBuf, String> {
    let folder = match chosen {
        Some(folder) => folder.to_path_buf(),
        None => default_data_dir(|name| env::var_os(name))
            .ok_or("Deskbell cannot find your home folder. Choose a data folder with --data DIR.")?,
    };
    create_private(&folder)
        .and_then(|()| fs::canonicalize(&folder))
        .map_err(|error| format!("Deskbell cannot use the folder {}: {error}.", folder.display()))
}

/// The system's folder for data of an app that stays on this machine.
fn default_data_dir(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    if cfg!(windows) {
        set("LOCALAPPDATA").map(|folder| folder.join("Deskbell"))
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Application Support/Deskbell"))
    } else {
        // XDG Base Directory Specification 0.8: relative paths are invalid and ignored.
        let share = set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")));
        share.map(|folder| folder.join("deskbell"))
    }
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The name by which a second process finds a running one on the same data folder. Its last part begins with a letter,
/// as D-Bus names require.
pub(crate) fn instance_name(data_dir: &Path) -> String {
    format!("org.deskbell.app.d{:016x}", fnv1a(data_dir.as_os_str().as_encoded_bytes()))
}

/// The 64-bit FNV-1a hash: the same in every version of the app, and not cryptographic.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_one_folder_are_one_instance() {
        let folder = tempfile::tempdir().unwrap();
        let straight = data_dir(Some(&folder.path().join("desk"))).unwrap();
        let crooked = data_dir(Some(&folder.path().join("desk/../desk"))).unwrap();
        assert_eq!(instance_name(&straight), instance_name(&crooked));
        let other = data_dir(Some(&folder.path().join("other"))).unwrap();
        assert_ne!(instance_name(&straight), instance_name(&other));
    }

    #[test]
    fn the_error_names_a_folder_that_cannot_be_created() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        let message = data_dir(Some(&file.join("desk"))).unwrap_err();
        assert!(message.contains("desk"), "{message}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_default_folder_follows_the_xdg_variables() {
        let home = |name: &str| (name == "HOME").then(|| "/home/anna".into());
        assert_eq!(default_data_dir(home), Some("/home/anna/.local/share/deskbell".into()));
        let relative = |name: &str| Some(if name == "HOME" { "/home/anna".into() } else { "data".into() });
        assert_eq!(default_data_dir(relative), Some("/home/anna/.local/share/deskbell".into()));
        assert_eq!(default_data_dir(|_unset| None), None);
    }
}
