//! Setting an unreadable cache aside, and saving from it what exists nowhere else.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use deskbell_protocol::{ConversationId, Millis};

use super::commit::Commit;
use super::open::{CacheKey, connect, path_in};
use super::sql::id;
use super::{Cache, CacheError, drafts, outbox};
use crate::api::Outgoing;

/// What could be read from a cache that is otherwise unreadable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rescued {
    pub(crate) outgoing: Vec<Outgoing>,
    pub(crate) drafts: Vec<(ConversationId, String)>,
    /// Whether everything that was unsent could be read.
    pub(crate) complete: bool,
}

/// Gives the cache of this folder another name, which says when; answers the new path. Blocks.
pub(crate) fn set_aside(folder: &Path, now: Millis) -> io::Result<PathBuf> {
    let path = path_in(folder);
    let mut aside = folder.join(format!("cache-unreadable-{}.db", now.0));
    let mut again = 1;
    while aside.exists() {
        aside = folder.join(format!("cache-unreadable-{}-{again}.db", now.0));
        again += 1;
    }
    // The journal first: without its database it is harmless, the other way round it would be read by the
    // next cache.
    for end in ["-wal", "-shm", ""] {
        match fs::rename(with_end(&path, end), with_end(&aside, end)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(aside)
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
        let drafts = each_draft(&sql, |conversation, body| rescued.drafts.push((conversation, body)));
        rescued.complete = outgoing.is_ok() && drafts.is_ok();
        rescued
    }
}

fn each_draft(
    sql: &rusqlite::Connection,
    mut take: impl FnMut(ConversationId, String),
) -> Result<(), CacheError> {
    let mut query = sql.prepare("SELECT conversation, body FROM draft")?;
    for draft in query.query_map([], |row| Ok((id(row, 0)?, row.get(1)?)))? {
        let (conversation, body) = draft?;
        take(conversation, body);
    }
    Ok(())
}

impl Cache {
    /// Puts what was saved into the new cache.
    pub(crate) async fn restore(&self, rescued: Rescued) -> Result<(), CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            for outgoing in rescued.outgoing {
                outbox::insert(commit.sql, &outgoing)?;
                commit.outgoing.insert(outgoing.id, outgoing);
            }
            rescued
                .drafts
                .iter()
                .try_for_each(|(conversation, body)| drafts::put(commit.sql, *conversation, body))
        })
        .await
    }
}
