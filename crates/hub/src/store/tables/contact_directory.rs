//! The contact directory: contacts by queue in the order of their names, with the words that a search matches.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use deskbell_protocol::{ContactId, QueueId};
use rusqlite::{Connection, Rows, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// A position in the order of the directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DirectoryPosition {
    pub(crate) sort_name: String,
    pub(crate) contact: ContactId,
}

/// Lists the contact in exactly these queues, in each with its words.
pub(crate) fn set(
    conn: &Connection,
    contact: ContactId,
    queues: &[(QueueId, String)],
    sort_name: &str,
) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM contact_directory WHERE contact = ?1")?.execute([Key(contact)])?;
    for (queue, words) in queues {
        conn.prepare_cached(
            "INSERT INTO contact_directory (queue, sort_name, contact, words) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![Key(*queue), sort_name, Key(contact), words])?;
    }
    Ok(())
}

/// A page of the merged directories of several queues.
#[derive(Debug, Default)]
pub(crate) struct DirectoryPage {
    /// The contacts that match all words, in order and each once.
    pub(crate) found: Vec<DirectoryPosition>,
    /// The last position that was scanned; `None` at the end of the directory.
    pub(crate) last_scanned: Option<DirectoryPosition>,
}

/// Scans the directory of one queue after a position, in order.
pub(crate) const SCAN: &str = "SELECT sort_name, contact, words FROM contact_directory
    WHERE queue = ?1 AND (sort_name, contact) > (?2, ?3) ORDER BY sort_name, contact";

/// Scans the directories of the queues after `after`, merged in one order, until `limit` contacts match all words or
/// `max_rows` rows are scanned.
pub(crate) fn page(
    conn: &Connection,
    queues: &[QueueId],
    after: Option<&DirectoryPosition>,
    words: &[String],
    limit: usize,
    max_rows: usize,
) -> Result<DirectoryPage, StoreError> {
    let (name, contact) = after.map_or(("", [0_u8; 16]), |position| {
        (position.sort_name.as_str(), *position.contact.as_uuid().as_bytes())
    });
    let mut statements = Vec::with_capacity(queues.len());
    for _ in queues {
        statements.push(conn.prepare_cached(SCAN)?);
    }
    let mut scans = Vec::with_capacity(queues.len());
    // The current row of each scan; the heap yields the first one in the merged order.
    let mut heads = BinaryHeap::with_capacity(queues.len());
    for ((statement, queue), of) in statements.iter_mut().zip(queues).zip(0_usize..) {
        let mut scan = statement.query(params![Key(*queue), name, contact.as_slice()])?;
        heads.extend(next(&mut scan, words)?.map(|(position, hit)| Reverse((position, hit, of))));
        scans.push(scan);
    }
    let mut page = DirectoryPage::default();
    let mut scanned = 0_usize;
    let mut last_scanned = None;
    while let Some(Reverse((position, hit, of))) = heads.pop() {
        // A contact in several queues appears several times; its rows always belong to the same page.
        let enough = page.found.len() >= limit || scanned >= max_rows;
        if enough && last_scanned.as_ref() != Some(&position) {
            page.last_scanned = last_scanned;
            return Ok(page);
        }
        scanned = scanned.saturating_add(1);
        if hit && page.found.last() != Some(&position) {
            page.found.push(position.clone());
        }
        last_scanned = Some(position);
        if let Some(scan) = scans.get_mut(of) {
            heads.extend(next(scan, words)?.map(|(position, hit)| Reverse((position, hit, of))));
        }
    }
    Ok(page)
}

/// The next row of a scan, and whether it matches all words.
fn next(scan: &mut Rows<'_>, words: &[String]) -> Result<Option<(DirectoryPosition, bool)>, StoreError> {
    let Some(row) = scan.next()? else { return Ok(None) };
    let text = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
    let hit = words.iter().all(|word| text.contains(word.as_str()));
    Ok(Some((DirectoryPosition { sort_name: row.get(0)?, contact: row.get::<_, Key<ContactId>>(1)?.0 }, hit)))
}
