//! Who is found where: contacts by queue, in the order of their names, with the words they are found by.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use deskbell_protocol::{ContactId, QueueId};
use rusqlite::{Connection, Rows, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// A place in the order of a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) sort_name: String,
    pub(crate) contact: ContactId,
}

/// The contact is listed in these queues, in each under its words, and in no others.
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

/// The next part of what several queues list.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Those who have all words, in their order and each once.
    pub(crate) found: Vec<Place>,
    /// Everybody up to here was looked at; absent: all there are.
    pub(crate) upto: Option<Place>,
}

/// What one queue lists behind a place, in order.
pub(crate) const WALK: &str = "SELECT sort_name, contact, words FROM contact_directory
    WHERE queue = ?1 AND (sort_name, contact) > (?2, ?3) ORDER BY sort_name, contact";

/// Goes through the queues' directories behind `after`, all in one order, until `limit` contacts that have all
/// words are found, or `most` rows were looked at.
pub(crate) fn part(
    conn: &Connection,
    queues: &[QueueId],
    after: Option<&Place>,
    words: &[String],
    limit: usize,
    most: usize,
) -> Result<Part, StoreError> {
    let (name, contact) = after
        .map_or(("", [0_u8; 16]), |place| (place.sort_name.as_str(), *place.contact.as_uuid().as_bytes()));
    let mut statements = Vec::with_capacity(queues.len());
    for _ in queues {
        statements.push(conn.prepare_cached(WALK)?);
    }
    let mut walks = Vec::with_capacity(queues.len());
    // Where each of them stands: the first is the first of all.
    let mut heads = BinaryHeap::with_capacity(queues.len());
    for ((statement, queue), of) in statements.iter_mut().zip(queues).zip(0_usize..) {
        let mut walk = statement.query(params![Key(*queue), name, contact.as_slice()])?;
        heads.extend(next(&mut walk, words)?.map(|(place, hit)| Reverse((place, hit, of))));
        walks.push(walk);
    }
    let mut part = Part::default();
    let mut looked_at = 0_usize;
    let mut upto = None;
    while let Some(Reverse((place, hit, of))) = heads.pop() {
        // Who is in several queues is there several times; the same place is never parted.
        let enough = part.found.len() >= limit || looked_at >= most;
        if enough && upto.as_ref() != Some(&place) {
            part.upto = upto;
            return Ok(part);
        }
        looked_at = looked_at.saturating_add(1);
        if hit && part.found.last() != Some(&place) {
            part.found.push(place.clone());
        }
        upto = Some(place);
        if let Some(walk) = walks.get_mut(of) {
            heads.extend(next(walk, words)?.map(|(place, hit)| Reverse((place, hit, of))));
        }
    }
    Ok(part)
}

/// The next row of a walk, and whether it has all words.
fn next(walk: &mut Rows<'_>, words: &[String]) -> Result<Option<(Place, bool)>, StoreError> {
    let Some(row) = walk.next()? else { return Ok(None) };
    let text = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
    let hit = words.iter().all(|word| text.contains(word.as_str()));
    Ok(Some((Place { sort_name: row.get(0)?, contact: row.get::<_, Key<ContactId>>(1)?.0 }, hit)))
}
