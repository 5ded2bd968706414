//! The quarantine of an unreadable cache: its file is renamed, and what exists nowhere else is rescued from
//! it.
//!
//! A marker file holds the new name from before the first rename until the rescue is complete, so that a
//! crash at any moment is continued at the next start.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use deskbell_protocol::{ConversationId, Millis, Position};

use super::commit::Commit;
use super::open::{CacheKey, connect, path_in};
use super::sql::id;
use super::{Cache, CacheError, OutboxRow, drafts, outbox};

/// A draft, and the newest message when it was begun.
type Draft = (ConversationId, String, Option<Position>);

/// What could be read from a cache that is otherwise unreadable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rescued {
    pub(crate) outgoing: Vec<OutboxRow>,
    pub(crate) drafts: Vec<Draft>,
    /// Whether all unsent messages and drafts could be read.
    pub(crate) complete: bool,
}

/// The marker file.
const MARKER: &str = "cache-to-save";

/// Renames the cache of this folder to a name with the time, and returns the new path. Until [`finish`],
/// [`unfinished`] finds it at a later start. Blocks.
pub(crate) fn begin(folder: &Path, now: Millis) -> io::Result<PathBuf> {
    let mut target = folder.join(format!("cache-unreadable-{}.db", now.0));
    let mut again = 1;
    while target.exists() {
        target = folder.join(format!("cache-unreadable-{}-{again}.db", now.0));
        again += 1;
    }
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // Written before the first file is renamed.
    let mut marker = fs::File::create(folder.join(MARKER))?;
    marker.write_all(name.as_bytes())?;
    marker.sync_all()?;
    rename_to(folder, &target)?;
    Ok(target)
}

fn rename_to(folder: &Path, target: &Path) -> io::Result<()> {
    let path = path_in(folder);
    // The journal first: without its database it is harmless. A journal that is left behind would be applied
    // to the next cache.
    for suffix in ["-wal", "-shm", ""] {
        match fs::rename(with_suffix(&path, suffix), with_suffix(target, suffix)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The quarantined file whose rescue is not complete, as after a crash. Blocks.
pub(crate) fn unfinished(folder: &Path) -> io::Result<Option<PathBuf>> {
    let name = match fs::read_to_string(folder.join(MARKER)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        name => name?,
    };
    if !name.starts_with("cache-unreadable-") || name.contains(['/', '\\']) {
        // The crash came before the name was written, so nothing was renamed.
        return Ok(None);
    }
    let target = folder.join(name);
    if !target.exists() {
        rename_to(folder, &target)?;
    }
    Ok(target.exists().then_some(target))
}

/// Marks the rescue as complete. Blocks.
pub(crate) fn finish(folder: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join(MARKER)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

impl Rescued {
    /// Reads the unsent messages and drafts of a quarantined file, as far as they can be read. Blocks.
    pub(crate) fn read(file: &Path, key: &CacheKey) -> Self {
        let Ok(sql) = connect(file, key) else { return Self::default() };
        let mut rescued = Self::default();
        let outgoing = outbox::for_each(&sql, |row| rescued.outgoing.push(row));
        let drafts = each_draft(&sql, |draft| rescued.drafts.push(draft));
        rescued.complete = outgoing.is_ok() && drafts.is_ok();
        rescued
    }
}

fn each_draft(sql: &rusqlite::Connection, mut take: impl FnMut(Draft)) -> Result<(), CacheError> {
    let all = |begun_on| sql.prepare(&format!("SELECT conversation, body, {begun_on} FROM draft"));
    // Before migration 003 it was not stored when a draft was begun.
    let mut query = all("begun_on").or_else(|_older| all("NULL"))?;
    let read =
        |row: &rusqlite::Row<'_>| Ok((id(row, 0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?.map(Position)));
    for draft in query.query_map([], read)? {
        take(draft?);
    }
    Ok(())
}

impl Cache {
    /// Writes what was rescued into the new cache.
    pub(crate) async fn restore(&self, rescued: Rescued) -> Result<(), CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            for row in rescued.outgoing {
                outbox::insert(commit.sql, &row)?;
                commit.outgoing.insert(row.outgoing.id, row.outgoing);
            }
            rescued.drafts.iter().try_for_each(|(conversation, body, begun_on)| {
                drafts::put(commit.sql, *conversation, body, *begun_on)
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests;
