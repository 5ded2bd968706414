//! Contacts' phone numbers.

use deskbell_protocol::ContactId;
use rusqlite::{Connection, params};

use crate::numbers::canonical;
use crate::store::error::StoreError;
use crate::store::values::Key;

/// The contact's numbers, in the order of their digits.
pub(in crate::store) fn of(conn: &Connection, contact: ContactId) -> Result<Vec<String>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT phone FROM contact_phones WHERE contact = ?1 ORDER BY phone")?;
    let rows = statement.query_map([Key(contact)], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The contact has these numbers and no others.
pub(in crate::store) fn set(
    conn: &Connection,
    contact: ContactId,
    phones: &[String],
) -> Result<(), StoreError> {
    let known = of(conn, contact)?;
    for phone in known.iter().filter(|phone| !phones.contains(phone)) {
        conn.prepare_cached("DELETE FROM contact_phones WHERE contact = ?1 AND phone = ?2")?
            .execute(params![Key(contact), phone])?;
    }
    for phone in phones.iter().filter(|phone| !known.contains(phone)) {
        conn.prepare_cached(
            "INSERT INTO contact_phones (contact, phone, canonical) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?
        .execute(params![Key(contact), phone, canonical(phone)])?;
    }
    Ok(())
}

/// Who has this number, in whichever way it is written, and how; at most `limit`.
pub(in crate::store) fn with_number(
    conn: &Connection,
    phone: &str,
    limit: u32,
) -> Result<Vec<(ContactId, String)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT contact, phone FROM contact_phones WHERE canonical = ?1 ORDER BY contact LIMIT ?2",
    )?;
    let rows = statement.query_map(params![canonical(phone), limit], |row| {
        Ok((row.get::<_, Key<ContactId>>(0)?.0, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
