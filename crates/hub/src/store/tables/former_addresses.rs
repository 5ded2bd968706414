//! Former addresses of contacts.

use deskbell_protocol::{AccountId, IdentityId, Millis};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// The kind of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    UserId,
    Phone,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::UserId => "user_id",
            Self::Phone => "phone",
        }
    }
}

/// Stores that the address belonged to the identity until `now`.
pub(crate) fn put(
    conn: &Connection,
    account: AccountId,
    kind: Kind,
    address: &str,
    identity: IdentityId,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO former_addresses (account, kind, address, identity, changed_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (account, kind, address) DO UPDATE SET identity = excluded.identity,
           changed_at = excluded.changed_at",
    )?
    .execute(params![Key(account), kind.word(), address, Key(identity), now.0])?;
    Ok(())
}

/// The identity that had the address, and until when.
pub(crate) fn of(
    conn: &Connection,
    account: AccountId,
    kind: Kind,
    address: &str,
) -> Result<Option<(IdentityId, Millis)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT identity, changed_at FROM former_addresses WHERE account = ?1 AND kind = ?2 AND address = ?3",
    )?;
    let found = statement.query_row(params![Key(account), kind.word(), address], |row| {
        Ok((row.get::<_, Key<IdentityId>>(0)?.0, Millis(row.get(1)?)))
    });
    Ok(found.optional()?)
}
