//! Start at login: the app's autostart entry in the user's configuration folder.

use std::path::Path;
#[cfg(target_os = "linux")]
use std::{env, fs, io, path::PathBuf};

/// Whether the app can be started at login on this system.
pub(crate) fn is_supported() -> bool {
    // Not implemented for Windows and macOS.
    cfg!(target_os = "linux")
}

/// Turns start at login on or off, if `enable` says so, and returns whether it is on. Blocks on file access.
///
/// # Errors
/// A message for the user, if the entry cannot be written or removed.
#[cfg(target_os = "linux")]
pub(crate) fn configure(enable: Option<bool>, data_dir: Option<&Path>) -> Result<bool, String> {
    let file = entry_path(|name| env::var_os(name).map(PathBuf::from))
        .ok_or("Deskbell cannot find your home folder.")?;
    let cannot = |error: io::Error| format!("Deskbell cannot write {}: {error}.", file.display());
    match enable {
        None => {}
        Some(true) => {
            let program = env::current_exe().map_err(cannot)?;
            let text = entry(&program, data_dir)
                .ok_or("The path of the app has characters that an autostart entry cannot hold.")?;
            file.parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| fs::write(&file, text))
                .map_err(cannot)?;
        }
        Some(false) => match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(cannot(error)),
            _ => {}
        },
    }
    Ok(file.exists())
}

/// Not supported on this system.
///
/// # Errors
/// Always, with a message for the user.
#[cfg(not(target_os = "linux"))]
pub(crate) fn configure(_enable: Option<bool>, _data_dir: Option<&Path>) -> Result<bool, String> {
    Err("Deskbell cannot start at login on this system.".to_owned())
}

/// The path of the autostart entry (Desktop Application Autostart Specification 0.5).
#[cfg(target_os = "linux")]
fn entry_path(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|folder| folder.is_absolute());
    let config = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(config.join("autostart/org.deskbell.app.desktop"))
}

/// The text of the entry; absent for a path that a desktop entry cannot hold.
#[cfg(target_os = "linux")]
fn entry(program: &Path, data_dir: Option<&Path>) -> Option<String> {
    let mut line = quote(program)?;
    if let Some(data_dir) = data_dir {
        line.push_str(" --data ");
        line.push_str(&quote(&std::path::absolute(data_dir).ok()?)?);
    }
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Deskbell\nExec={line}\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"
    ))
}

/// Quotes an argument of the key `Exec`, and escapes it once more as a string value (Desktop Entry Specification 1.5,
/// "The Exec key").
#[cfg(target_os = "linux")]
fn quote(path: &Path) -> Option<String> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control))?;
    let mut quoted = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '`' | '$' => quoted.push_str("\\\\"),
            '\\' => quoted.push_str("\\\\\\"),
            '%' => quoted.push('%'),
            _ => {}
        }
        quoted.push(sign);
    }
    quoted.push('"');
    Some(quoted)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_entry_is_in_the_autostart_folder() {
        let home = |name: &str| (name == "HOME").then(|| "/home/anna".into());
        assert_eq!(entry_path(home), Some("/home/anna/.config/autostart/org.deskbell.app.desktop".into()));
        let config = |name: &str| (name == "XDG_CONFIG_HOME").then(|| "/cfg".into());
        assert_eq!(entry_path(config), Some("/cfg/autostart/org.deskbell.app.desktop".into()));
        assert_eq!(entry_path(|_| None), None);
    }

    #[test]
    fn paths_with_special_characters_are_escaped() {
        let text = entry(Path::new("/opt/My Apps/100% $x/deskbell"), Some(Path::new("/data/a\"b"))).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap();
        assert_eq!(line, r#""/opt/My Apps/100%% \\$x/deskbell" --data "/data/a\\"b""#);
        assert_eq!(entry(Path::new("/opt/a\nExec=evil"), None), None);
    }
}
