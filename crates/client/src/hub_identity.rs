//! The id of the hub that a workspace belongs to. It is written into the workspace's folder at the first
//! sign-in, and every later connection is refused if another hub answers at the address.
//!
//! Kept in a file of its own, because it must survive a cache that had to be rebuilt. It is no secret.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use deskbell_protocol::HubId;

const FILE: &str = "hub-id";

/// Reads the id of the workspace's hub; none before the first sign-in. Blocks.
#[must_use]
pub fn read_hub_id(folder: &Path) -> Option<HubId> {
    fs::read_to_string(folder.join(FILE)).ok()?.trim().parse().ok()
}

/// Writes the id of the workspace's hub, and creates the folder if it is absent. Blocks.
///
/// # Errors
/// If the file cannot be written.
pub fn write_hub_id(folder: &Path, hub: HubId) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let fresh = folder.join("hub-id.fresh");
    let mut file = fs::File::create(&fresh)?;
    writeln!(file, "{hub}")?;
    file.sync_all()?;
    fs::rename(&fresh, folder.join(FILE))
}
