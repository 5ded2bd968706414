//! Where the command line gets a password from.

use std::io::{IsTerminal, Read};

use super::Failed;

/// As much of standard input as can be a password.
const LONGEST: u64 = 4096;

/// The password for `name`: the first line of standard input if the command says so, else `DESKBELL_PASSWORD`,
/// else whoever sits at the terminal types it, twice and unseen.
pub(crate) fn password(name: &str, from_stdin: bool) -> Result<String, Failed> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().take(LONGEST).read_to_string(&mut text)?;
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    if let Ok(password) = std::env::var("DESKBELL_PASSWORD") {
        return Ok(password);
    }
    if !std::io::stdin().is_terminal() {
        return Err("give the password with --password-stdin or in DESKBELL_PASSWORD".into());
    }
    let password = rpassword::prompt_password(format!("Password for {name}: "))?;
    if rpassword::prompt_password("The same again: ")? != password {
        return Err("these were two different passwords; nothing was changed".into());
    }
    Ok(password)
}
