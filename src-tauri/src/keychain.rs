//! The key store of the operating system, or files where there is none.
//!
//! The choice is recorded in the data folder: a key store that is absent now but was chosen before holds the key, so the
//! engine waits for it.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use deskbell_client::api::KeyPlace;
use deskbell_client::{FileKeys, KeyStore};

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod native;

#[cfg(target_os = "linux")]
use linux::SecretService as System;
#[cfg(not(target_os = "linux"))]
use native::Native as System;

/// How long the search for a key store may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The file that records the choice.
const CHOICE_FILE: &str = "key-place";

/// The secrets of a data folder.
pub(crate) struct Secrets {
    /// Reads and writes them.
    pub store: Arc<dyn KeyStore>,
    /// The kind of store, as the settings show it.
    pub place: KeyPlace,
}

/// Chooses the key store of a data folder. The first choice is recorded and stays.
///
/// # Errors
/// A message for the user, if the choice cannot be recorded.
pub(crate) fn choose(data_dir: &Path) -> Result<Secrets, String> {
    let file = data_dir.join(CHOICE_FILE);
    let place = match fs::read_to_string(&file).ok().as_deref().map(str::trim) {
        Some("key_store") => KeyPlace::KeyStore,
        Some("file") => KeyPlace::File,
        _ => {
            let place = if is_available() { KeyPlace::KeyStore } else { KeyPlace::File };
            let word = if place == KeyPlace::KeyStore { "key_store\n" } else { "file\n" };
            fs::write(&file, word)
                .map_err(|error| format!("Deskbell cannot write {}: {error}.", file.display()))?;
            place
        }
    };
    let store: Arc<dyn KeyStore> = match place {
        KeyPlace::KeyStore => Arc::new(System::new(data_dir)),
        KeyPlace::File => Arc::new(FileKeys::new(data_dir.join("keys"))),
    };
    Ok(Secrets { store, place })
}

/// Whether the system has a key store. One that does not reply in time is slow, not absent.
fn is_available() -> bool {
    let (sender, receiver) = mpsc::sync_channel(1);
    // On a thread of its own, because the call may hang.
    thread::spawn(move || sender.send(System::is_available()));
    receiver.recv_timeout(TIMEOUT).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_choice_stays_whether_or_not_there_is_a_key_store() {
        let data = tempfile::tempdir().unwrap();
        for (word, place) in [("file\n", KeyPlace::File), ("key_store\n", KeyPlace::KeyStore)] {
            fs::write(data.path().join(CHOICE_FILE), word).unwrap();
            assert_eq!(choose(data.path()).unwrap().place, place);
        }
    }
}
