//! Who is found where: contacts by queue, in the order of their names, with the words they are found by.

use deskbell_protocol::{ContactId, QueueId};
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::values::Key;

/// A place in the order of a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) struct Place {
    pub(in crate::store) sort_name: String,
    pub(in crate::store) contact: ContactId,
}

/// The contact is listed in these queues and in no others.
pub(in crate::store) fn set(
    conn: &Connection,
    contact: ContactId,
    queues: &[QueueId],
    sort_name: &str,
    words: &str,
) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM contact_directory WHERE contact = ?1")?.execute([Key(contact)])?;
    for queue in queues {
        conn.prepare_cached(
            "INSERT INTO contact_directory (queue, sort_name, contact, words) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![Key(*queue), sort_name, Key(contact), words])?;
    }
    Ok(())
}

/// The next part of one queue's directory.
#[derive(Debug)]
pub(in crate::store) struct Part {
    /// Those who have all words.
    pub(in crate::store) found: Vec<Place>,
    /// Everything up to here was looked at; absent: all there is.
    pub(in crate::store) upto: Option<Place>,
}

/// Goes through a queue's directory behind `after` until `limit` contacts that have all words are found, or
/// `most` were looked at.
pub(in crate::store) fn part(
    conn: &Connection,
    queue: QueueId,
    after: Option<&Place>,
    words: &[String],
    limit: usize,
    most: usize,
) -> Result<Part, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT sort_name, contact, words FROM contact_directory
          WHERE queue = ?1 AND (sort_name, contact) > (?2, ?3) ORDER BY sort_name, contact",
    )?;
    let (name, contact) = after
        .map_or(("", [0_u8; 16]), |place| (place.sort_name.as_str(), *place.contact.as_uuid().as_bytes()));
    let mut rows = statement.query(params![Key(queue), name, contact.as_slice()])?;
    let mut part = Part { found: Vec::new(), upto: None };
    let mut looked_at = 0_usize;
    while let Some(row) = rows.next()? {
        looked_at = looked_at.saturating_add(1);
        let text = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        let hit = words.iter().all(|word| text.contains(word.as_str()));
        if hit || looked_at >= most {
            let place = Place { sort_name: row.get(0)?, contact: row.get::<_, Key<ContactId>>(1)?.0 };
            if hit {
                part.found.push(place.clone());
            }
            if part.found.len() >= limit || looked_at >= most {
                part.upto = Some(place);
                return Ok(part);
            }
        }
    }
    Ok(part)
}
