//! Contacts: the customers.

use deskbell_protocol::{Attribute, Contact, ContactId, LogPosition, Millis, QueueId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::tables::contact_phones;
use crate::store::values::{Json, Key};

/// A contact with data that is internal to the hub.
#[derive(Clone, Debug)]
pub(crate) struct StoredContact {
    pub(crate) row: Contact,
    /// The name in the contact's profile on the channel.
    pub(crate) profile_name: Option<String>,
    /// The queue in which an agent created the contact.
    pub(crate) queue: Option<QueueId>,
}

/// Reads the row without the phone numbers, which have their own table.
fn stored(row: &Row<'_>) -> rusqlite::Result<StoredContact> {
    Ok(StoredContact {
        row: Contact {
            id: row.get::<_, Key<ContactId>>(0)?.0,
            name: row.get(1)?,
            named: row.get(2)?,
            attributes: row.get::<_, Json<Vec<Attribute>>>(3)?.0,
            phones: Vec::new(),
            emails: row.get::<_, Json<Vec<String>>>(4)?.0,
            version: LogPosition(row.get(5)?),
        },
        profile_name: row.get(6)?,
        queue: row.get::<_, Option<Key<QueueId>>>(7)?.map(|key| key.0),
    })
}

/// The contact with this id.
pub(crate) fn by_id(conn: &Connection, id: ContactId) -> Result<Option<StoredContact>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, name, named, attributes, emails, version, told_name, queue FROM contacts WHERE id = ?1",
    )?;
    let Some(mut found) = statement.query_row([Key(id)], stored).optional()? else { return Ok(None) };
    found.row.phones = contact_phones::of(conn, id)?;
    Ok(Some(found))
}

/// Writes the row and the phone numbers.
pub(crate) fn put(conn: &Connection, contact: &StoredContact, now: Millis) -> Result<(), StoreError> {
    let row = &contact.row;
    conn.prepare_cached(
        "INSERT INTO contacts (id, name, created_at, named, attributes, emails, version, told_name, queue)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, named = excluded.named,
           attributes = excluded.attributes, emails = excluded.emails, version = excluded.version,
           told_name = excluded.told_name, queue = excluded.queue",
    )?
    .execute(params![
        Key(row.id),
        row.name,
        now.0,
        row.named,
        Json(&row.attributes),
        Json(&row.emails),
        row.version.0,
        contact.profile_name,
        contact.queue.map(Key)
    ])?;
    contact_phones::set(conn, row.id, &row.phones)
}

/// Deletes the contact. Nothing may refer to it any more.
pub(crate) fn remove(conn: &Connection, id: ContactId) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM contacts WHERE id = ?1")?.execute([Key(id)])?;
    Ok(())
}

/// Contacts that the directory does not list: older versions stored them without one (version 0), or a migration
/// wants them to be listed again (version -1).
pub(crate) fn unlisted(conn: &Connection, limit: u32) -> Result<Vec<ContactId>, StoreError> {
    let mut statement = conn.prepare(
        "SELECT id FROM contacts c
          WHERE version <= 0 AND NOT EXISTS (SELECT 1 FROM contact_directory d WHERE d.contact = c.id) LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| row.get::<_, Key<ContactId>>(0).map(|key| key.0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
