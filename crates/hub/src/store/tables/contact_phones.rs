//! Phone numbers of contacts.

use deskbell_protocol::{AgentId, ContactId};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::Key;
use crate::text::phone_numbers::canonical;

/// The numbers of the contact, sorted.
pub(crate) fn of(conn: &Connection, contact: ContactId) -> Result<Vec<String>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT phone FROM contact_phones WHERE contact = ?1 ORDER BY phone")?;
    let rows = statement.query_map([Key(contact)], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Replaces the numbers of the contact.
pub(crate) fn set(conn: &Connection, contact: ContactId, phones: &[String]) -> Result<(), StoreError> {
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

/// Contacts that the agent may see and that have this number in any spelling, with that spelling; at most `limit`.
pub(crate) fn with_number(
    conn: &Connection,
    agent: AgentId,
    phone: &str,
    limit: u32,
) -> Result<Vec<(ContactId, String)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT contact, phone FROM contact_phones p
          WHERE canonical = ?1
            AND EXISTS (SELECT 1 FROM contact_directory d
                         CROSS JOIN queue_members m ON m.queue = d.queue AND m.agent = ?2
                         WHERE d.contact = p.contact)
          ORDER BY contact LIMIT ?3",
    )?;
    let rows = statement.query_map(params![canonical(phone), Key(agent), limit], |row| {
        Ok((row.get::<_, Key<ContactId>>(0)?.0, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
