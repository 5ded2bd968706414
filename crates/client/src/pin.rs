//! Which hub a workspace belongs to: noted in its folder at the first sign-in, and held against whoever answers
//! at the address later.
//!
//! In a file of its own, because it must be known also when the cache had to be begun anew. No secret.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use deskbell_protocol::HubId;

/// The name of the note.
const NOTE: &str = "hub-id";

/// The hub that the workspace in this folder belongs to, if it has met one. Blocks.
#[must_use]
pub fn pinned(folder: &Path) -> Option<HubId> {
    fs::read_to_string(folder.join(NOTE)).ok()?.trim().parse().ok()
}

/// Notes the hub of a workspace, whose folder is made if it is not there. Blocks.
///
/// # Errors
/// If it cannot be written down.
pub fn pin(folder: &Path, hub: HubId) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let fresh = folder.join("hub-id.fresh");
    let mut file = fs::File::create(&fresh)?;
    writeln!(file, "{hub}")?;
    file.sync_all()?;
    fs::rename(&fresh, folder.join(NOTE))
}
