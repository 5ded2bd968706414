//! The key store of the operating system, behind the engine's face for it.
//!
//! A desktop may have none. Which place was chosen is written down beside the data: a key store that is
//! absent today but was there yesterday holds the key, and is waited for.

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

/// How long the system may take to say whether it has a key store.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the choice is written down.
const CHOICE: &str = "key-place";

/// The place for this folder's secrets.
pub(crate) struct Keys {
    /// The secrets themselves.
    pub store: Arc<dyn KeyStore>,
    /// What the settings say about the place.
    pub place: KeyPlace,
}

/// Chooses the place for the secrets of a data folder: once, and then the same for ever.
///
/// # Errors
/// A sentence for the person, if the choice cannot be written down.
pub(crate) fn choose(data: &Path) -> Result<Keys, String> {
    let note = data.join(CHOICE);
    let place = match fs::read_to_string(&note).ok().as_deref().map(str::trim) {
        Some("key_store") => KeyPlace::KeyStore,
        Some("file") => KeyPlace::File,
        _ => {
            let place = if present_in_time() { KeyPlace::KeyStore } else { KeyPlace::File };
            let word = if place == KeyPlace::KeyStore { "key_store\n" } else { "file\n" };
            fs::write(&note, word)
                .map_err(|error| format!("Deskbell cannot write {}: {error}.", note.display()))?;
            place
        }
    };
    let store: Arc<dyn KeyStore> = match place {
        KeyPlace::KeyStore => Arc::new(System::of(data)),
        KeyPlace::File => Arc::new(FileKeys::new(data.join("keys"))),
    };
    Ok(Keys { store, place })
}

/// Asks on a thread of its own, because some systems take their time. One that does not answer is there:
/// it is only slow.
fn present_in_time() -> bool {
    let (tell, told) = mpsc::sync_channel(1);
    thread::spawn(move || tell.send(System::present()));
    told.recv_timeout(PATIENCE).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_once_chosen_stays_also_when_the_key_store_is_gone_or_new() {
        let data = tempfile::tempdir().unwrap();
        for (word, place) in [("file\n", KeyPlace::File), ("key_store\n", KeyPlace::KeyStore)] {
            fs::write(data.path().join(CHOICE), word).unwrap();
            assert_eq!(choose(data.path()).unwrap().place, place);
        }
    }
}
