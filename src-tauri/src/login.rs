//! Starting with the desktop: an entry of the person's own in the place where their desktop looks for such.

use std::path::Path;
#[cfg(target_os = "linux")]
use std::{env, fs, io, path::PathBuf};

/// Whether this desktop can be told to start the app.
pub(crate) fn is_possible() -> bool {
    // Elsewhere nobody has tried yet what the system says to it.
    cfg!(target_os = "linux")
}

/// Whether the app starts when the person logs in; after it was told to, or not to. Blocks.
///
/// # Errors
/// A sentence for the person.
#[cfg(target_os = "linux")]
pub(crate) fn at_login(on: Option<bool>, data: Option<&Path>) -> Result<bool, String> {
    let file = entry_in(|name| env::var_os(name).map(PathBuf::from))
        .ok_or("Deskbell does not know where your home folder is.")?;
    let cannot = |error: io::Error| format!("Deskbell cannot write {}: {error}.", file.display());
    match on {
        None => {}
        Some(true) => {
            let program = env::current_exe().map_err(cannot)?;
            let text = entry(&program, data).ok_or("The app lies where no desktop can start it from.")?;
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

/// Whether the app starts when the person logs in.
///
/// # Errors
/// Always: it cannot be told to here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn at_login(_on: Option<bool>, _data: Option<&Path>) -> Result<bool, String> {
    Err("This system cannot be told to start Deskbell.".to_owned())
}

/// Where desktops look for what to start (Desktop Application Autostart Specification 0.5).
#[cfg(target_os = "linux")]
fn entry_in(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|folder| folder.is_absolute());
    let config = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(config.join("autostart/org.deskbell.app.desktop"))
}

/// The entry itself; none for a path that such a file cannot hold.
#[cfg(target_os = "linux")]
fn entry(program: &Path, data: Option<&Path>) -> Option<String> {
    let mut line = quoted(program)?;
    if let Some(data) = data {
        line.push_str(" --data ");
        line.push_str(&quoted(&std::path::absolute(data).ok()?)?);
    }
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Deskbell\nExec={line}\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"
    ))
}

/// An argument as the key `Exec` wants it (Desktop Entry Specification 1.5, the Exec key): quoted, and escaped
/// once more as every value is.
#[cfg(target_os = "linux")]
fn quoted(path: &Path) -> Option<String> {
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
    fn the_entry_lies_where_desktops_look() {
        let home = |name: &str| (name == "HOME").then(|| "/home/anna".into());
        assert_eq!(entry_in(home), Some("/home/anna/.config/autostart/org.deskbell.app.desktop".into()));
        let config = |name: &str| (name == "XDG_CONFIG_HOME").then(|| "/cfg".into());
        assert_eq!(entry_in(config), Some("/cfg/autostart/org.deskbell.app.desktop".into()));
        assert_eq!(entry_in(|_| None), None);
    }

    #[test]
    fn whatever_the_folders_are_called_the_same_program_is_started_on_the_same_data() {
        let text = entry(Path::new("/opt/My Apps/100% $x/deskbell"), Some(Path::new("/data/a\"b"))).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap();
        assert_eq!(line, r#""/opt/My Apps/100%% \\$x/deskbell" --data "/data/a\\"b""#);
        assert_eq!(entry(Path::new("/opt/a\nExec=evil"), None), None);
    }
}
