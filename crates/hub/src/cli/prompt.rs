//! Reads a password for the command line.

use std::io::{IsTerminal, Read};

use super::Failed;

/// How much of standard input is read, in bytes.
const MAX_BYTES: u64 = 4096;

/// Reads the password for `name`: from the first line of standard input if `from_stdin`, else from
/// `DESKBELL_PASSWORD`, else from the terminal, twice and without echo.
///
/// # Errors
///
/// If standard input cannot be read, is no terminal when one is needed, or the two passwords differ.
pub(crate) fn password(name: &str, from_stdin: bool) -> Result<String, Failed> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().take(MAX_BYTES).read_to_string(&mut text)?;
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    if let Ok(password) = std::env::var("DESKBELL_PASSWORD") {
        return Ok(password);
    }
    if !std::io::stdin().is_terminal() {
        return Err(
            "no terminal to ask for the password: use --password-stdin or set DESKBELL_PASSWORD".into()
        );
    }
    let password = rpassword::prompt_password(format!("Password for {name}: "))?;
    if rpassword::prompt_password("Repeat password: ")? != password {
        return Err("the two passwords differ; nothing was changed".into());
    }
    Ok(password)
}
