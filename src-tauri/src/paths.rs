//! Where this desktop's data lies.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The app's own folder, made if it is not there; absolute and without links, so that two ways of
/// writing it are one folder.
///
/// # Errors
/// A sentence for the person, if there is no such folder and none can be made.
pub(crate) fn data(told: Option<&Path>) -> Result<PathBuf, String> {
    let folder = match told {
        Some(folder) => folder.to_path_buf(),
        None => usual(|name| env::var_os(name))
            .ok_or("Deskbell does not know where your home folder is; tell it with --data DIR.")?,
    };
    make_private(&folder)
        .and_then(|()| fs::canonicalize(&folder))
        .map_err(|error| format!("Deskbell cannot use the folder {}: {error}.", folder.display()))
}

/// The folder that the system means for an app's data that stays on this machine.
fn usual(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    if cfg!(windows) {
        set("LOCALAPPDATA").map(|folder| folder.join("Deskbell"))
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Application Support/Deskbell"))
    } else {
        // XDG Base Directory Specification 0.8: what is not absolute counts as unset.
        let share = set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")));
        share.map(|folder| folder.join("deskbell"))
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The name that makes a second start on the same folder find the first one, and leaves another folder
/// alone. A part of a D-Bus name, so it begins with a letter.
pub(crate) fn instance(data: &Path) -> String {
    format!("org.deskbell.app.d{:016x}", fold(data.as_os_str().as_encoded_bytes()))
}

/// Folds bytes to a number that is the same in every version of the app (FNV-1a). No secret.
pub(crate) fn fold(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_folder_written_in_two_ways_is_one_instance() {
        let folder = tempfile::tempdir().unwrap();
        let straight = data(Some(&folder.path().join("desk"))).unwrap();
        let crooked = data(Some(&folder.path().join("desk/../desk"))).unwrap();
        assert_eq!(instance(&straight), instance(&crooked));
        let other = data(Some(&folder.path().join("other"))).unwrap();
        assert_ne!(instance(&straight), instance(&other));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named_in_the_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        let sentence = data(Some(&file.join("desk"))).unwrap_err();
        assert!(sentence.contains("desk"), "{sentence}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_usual_folder_follows_the_xdg_variables() {
        let home = |name: &str| (name == "HOME").then(|| "/home/anna".into());
        assert_eq!(usual(home), Some("/home/anna/.local/share/deskbell".into()));
        let relative = |name: &str| Some(if name == "HOME" { "/home/anna".into() } else { "data".into() });
        assert_eq!(usual(relative), Some("/home/anna/.local/share/deskbell".into()));
        assert_eq!(usual(|_unset| None), None);
    }
}
