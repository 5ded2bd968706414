use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{KeyStore, KeyStoreError};

/// Secrets in files that only their owner may read, for a desktop without a key store.
///
/// A key beside the file that it encrypts protects nothing; the UI tells that by `KeyPlace::File`.
#[derive(Clone, Debug)]
pub struct FileKeys {
    folder: PathBuf,
}

impl FileKeys {
    /// A store in this folder, which is created with the first secret.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn path(&self, name: &str) -> PathBuf {
        let mut file = String::new();
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
                file.push(char::from(byte));
            } else {
                file.push_str(&format!("%{byte:02x}"));
            }
        }
        self.folder.join(file + ".key")
    }
}

impl KeyStore for FileKeys {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyStoreError> {
        match fs::read(self.path(name)) {
            Ok(secret) => Ok(Some(secret)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError> {
        let path = self.path(name);
        let fresh = path.with_extension("fresh");
        fs::create_dir_all(&self.folder)
            .and_then(|()| write_private(&fresh, value))
            .and_then(|()| fs::rename(&fresh, &path))
            .map_err(|error| failed(&error))
    }

    fn delete(&self, name: &str) -> Result<(), KeyStoreError> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&error)),
            _ => Ok(()),
        }
    }
}

fn failed(error: &io::Error) -> KeyStoreError {
    KeyStoreError::Failed(error.kind().to_string())
}

/// Writes a new file, which has the right permissions before its first byte.
fn write_private(path: &Path, value: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(value)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_a_file_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let keys = FileKeys::new(folder.path().join("keys"));
        assert_eq!(keys.read("cache/practice").unwrap(), None);
        keys.write("cache/practice", b"one").unwrap();
        keys.write("cache/practice", b"two").unwrap();
        assert_eq!(keys.read("cache/practice").unwrap(), Some(b"two".to_vec()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(keys.path("cache/practice")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        keys.delete("cache/practice").unwrap();
        keys.delete("cache/practice").unwrap();
        assert_eq!(keys.read("cache/practice").unwrap(), None);
    }

    #[test]
    fn names_with_special_characters_stay_distinct_and_inside_the_folder() {
        let keys = FileKeys::new("/keys");
        assert_eq!(keys.path("../x"), Path::new("/keys/%2e%2e%2fx.key"));
        assert_ne!(keys.path("a/b"), keys.path("a-b"));
    }
}
