//! Setting an unreadable cache aside, and saving from it what exists nowhere else.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use deskbell_protocol::{ConversationId, Millis, Position};

use super::commit::Commit;
use super::open::{CacheKey, connect, path_in};
use super::sql::id;
use super::{Cache, CacheError, Waiting, drafts, outbox};

/// What was being written in a conversation, and the newest message when that was begun.
type Draft = (ConversationId, String, Option<Position>);

/// What could be read from a cache that is otherwise unreadable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rescued {
    pub(crate) outgoing: Vec<Waiting>,
    pub(crate) drafts: Vec<Draft>,
    /// Whether everything that was unsent could be read.
    pub(crate) complete: bool,
}

/// Holds the name of the file that was set aside, until what could be saved from it is in the new cache.
const MARKER: &str = "cache-to-save";

/// Gives the cache of this folder another name, which says when; answers the new path. Until [`saved`] a
/// later start finds it by [`unsaved`]. Blocks.
pub(crate) fn set_aside(folder: &Path, now: Millis) -> io::Result<PathBuf> {
    let mut aside = folder.join(format!("cache-unreadable-{}.db", now.0));
    let mut again = 1;
    while aside.exists() {
        aside = folder.join(format!("cache-unreadable-{}-{again}.db", now.0));
        again += 1;
    }
    let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // Before the first file moves: a crash in the middle is finished at the next start.
    let mut marker = fs::File::create(folder.join(MARKER))?;
    marker.write_all(name.as_bytes())?;
    marker.sync_all()?;
    move_to(folder, &aside)?;
    Ok(aside)
}

fn move_to(folder: &Path, aside: &Path) -> io::Result<()> {
    let path = path_in(folder);
    // The journal first: without its database it is harmless, the other way round it would be read by the
    // next cache.
    for end in ["-wal", "-shm", ""] {
        match fs::rename(with_end(&path, end), with_end(aside, end)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The file that was set aside and from which nothing has been saved yet, as after a crash. Blocks.
pub(crate) fn unsaved(folder: &Path) -> io::Result<Option<PathBuf>> {
    let name = match fs::read_to_string(folder.join(MARKER)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        name => name?,
    };
    if !name.starts_with("cache-unreadable-") || name.contains(['/', '\\']) {
        // A crash came before the name was written, so nothing has moved.
        return Ok(None);
    }
    let aside = folder.join(name);
    if !aside.exists() {
        move_to(folder, &aside)?;
    }
    Ok(aside.exists().then_some(aside))
}

/// Notes that what could be saved is in the new cache. Blocks.
pub(crate) fn saved(folder: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join(MARKER)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

impl Rescued {
    /// Reads what is unsent from a file that was set aside, as far as it can be read. Blocks.
    pub(crate) fn from(aside: &Path, key: &CacheKey) -> Self {
        let Ok(sql) = connect(aside, key) else { return Self::default() };
        let mut rescued = Self::default();
        let outgoing = outbox::each(&sql, |row| rescued.outgoing.push(row));
        let drafts = each_draft(&sql, |draft| rescued.drafts.push(draft));
        rescued.complete = outgoing.is_ok() && drafts.is_ok();
        rescued
    }
}

fn each_draft(sql: &rusqlite::Connection, mut take: impl FnMut(Draft)) -> Result<(), CacheError> {
    let all = |begun_on| sql.prepare(&format!("SELECT conversation, body, {begun_on} FROM draft"));
    // An older version of the app did not note when a draft was begun.
    let mut query = all("begun_on").or_else(|_older| all("NULL"))?;
    let read =
        |row: &rusqlite::Row<'_>| Ok((id(row, 0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?.map(Position)));
    for draft in query.query_map([], read)? {
        take(draft?);
    }
    Ok(())
}

impl Cache {
    /// Puts what was saved into the new cache.
    pub(crate) async fn restore(&self, rescued: Rescued) -> Result<(), CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            for waiting in rescued.outgoing {
                outbox::insert(commit.sql, &waiting)?;
                commit.outgoing.insert(waiting.outgoing.id, waiting.outgoing);
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
