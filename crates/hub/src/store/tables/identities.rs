//! Identities: the addresses of contacts on each account.

use deskbell_channels::Recipient;
use deskbell_protocol::{AccountId, ContactId, IdentityId, Millis};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// The address of one contact on one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) id: IdentityId,
    pub(crate) account: AccountId,
    pub(crate) contact: ContactId,
    pub(crate) user_id: Option<String>,
    pub(crate) phone: Option<String>,
    /// The spelling in which the provider reports `phone`, if it differs. Messages from it belong to this identity.
    pub(crate) reported_phone: Option<String>,
    pub(crate) username: Option<String>,
    /// Until when the allowance of messages to this identity is used up.
    pub(crate) paced_until: Millis,
}

impl Identity {
    /// The recipient of messages to this identity. A phone number is preferred, because every version of the
    /// provider accepts it.
    pub(crate) fn recipient(&self) -> Option<Recipient> {
        let phone = self.phone.clone().map(Recipient::Phone);
        phone.or_else(|| self.user_id.clone().map(Recipient::UserId))
    }

    /// The address as it is shown to people.
    pub(crate) fn display_address(&self) -> Option<String> {
        let phone = self.phone.as_ref().map(|digits| format!("+{digits}"));
        phone.or_else(|| self.username.as_ref().map(|name| format!("@{name}")))
    }
}

/// The columns that [`identity_from`] reads.
pub(crate) const COLUMNS: &str =
    "id, account, contact, user_id, phone, username, paced_until, reported_phone";

/// Reads [`COLUMNS`], starting at column `first`.
pub(crate) fn identity_from(row: &Row<'_>, first: usize) -> rusqlite::Result<Identity> {
    let at = |column: usize| first.saturating_add(column);
    Ok(Identity {
        id: row.get::<_, Key<IdentityId>>(at(0))?.0,
        account: row.get::<_, Key<AccountId>>(at(1))?.0,
        contact: row.get::<_, Key<ContactId>>(at(2))?.0,
        user_id: row.get(at(3))?,
        phone: row.get(at(4))?,
        username: row.get(at(5))?,
        paced_until: Millis(row.get(at(6))?),
        reported_phone: row.get(at(7))?,
    })
}

fn identity(row: &Row<'_>) -> rusqlite::Result<Identity> {
    identity_from(row, 0)
}

/// The identity with this id.
pub(crate) fn by_id(conn: &Connection, id: IdentityId) -> Result<Option<Identity>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM identities WHERE id = ?1"))?;
    Ok(statement.query_row([Key(id)], identity).optional()?)
}

/// The identity with this user id of the provider.
pub(crate) fn by_user_id(
    conn: &Connection,
    account: AccountId,
    user_id: &str,
) -> Result<Option<Identity>, StoreError> {
    let mut statement = conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM identities WHERE account = ?1 AND user_id = ?2"))?;
    Ok(statement.query_row(params![Key(account), user_id], identity).optional()?)
}

/// The identity with this phone number, in exactly this spelling.
pub(crate) fn by_phone(
    conn: &Connection,
    account: AccountId,
    phone: &str,
) -> Result<Option<Identity>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM identities WHERE account = ?1 AND phone = ?2"))?;
    Ok(statement.query_row(params![Key(account), phone], identity).optional()?)
}

/// The identity whose number the provider reports in this spelling. An exact match by [`by_phone`] has precedence.
pub(crate) fn by_reported_phone(
    conn: &Connection,
    account: AccountId,
    phone: &str,
) -> Result<Option<Identity>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM identities WHERE account = ?1 AND reported_phone = ?2 ORDER BY id LIMIT 1"
    ))?;
    Ok(statement.query_row(params![Key(account), phone], identity).optional()?)
}

/// Moves the identity to another contact.
pub(crate) fn set_contact(conn: &Connection, id: IdentityId, contact: ContactId) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE identities SET contact = ?2 WHERE id = ?1")?
        .execute(params![Key(id), Key(contact)])?;
    Ok(())
}

/// Writes the row. The account and the contact of an existing one stay.
pub(crate) fn put(conn: &Connection, identity: &Identity, now: Millis) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO identities (id, account, contact, user_id, phone, username, created_at, paced_until, reported_phone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, phone = excluded.phone,
           username = excluded.username, paced_until = excluded.paced_until,
           reported_phone = excluded.reported_phone",
    )?
    .execute(params![
        Key(identity.id),
        Key(identity.account),
        Key(identity.contact),
        identity.user_id,
        identity.phone,
        identity.username,
        now.0,
        identity.paced_until.0,
        identity.reported_phone
    ])?;
    Ok(())
}
