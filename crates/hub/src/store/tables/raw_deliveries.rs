//! Deliveries of providers, stored verbatim.

use deskbell_channels::{Delivery, Headers};
use deskbell_protocol::{AccountId, Millis};
use rusqlite::{Connection, params};

use crate::live::committed::RawDelivery;
use crate::store::StoreError;
use crate::store::values::{Json, Key};

/// Inserts a delivery and returns its number. Numbers rise in the order of the commits.
pub(crate) fn insert(
    conn: &Connection,
    account: AccountId,
    delivery: &Delivery,
    now: Millis,
) -> Result<i64, StoreError> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO raw_deliveries (account, received_at, body, state, method, url, headers)
         VALUES (?1, ?2, ?3, 'pending', ?4, ?5, ?6)",
    )?;
    let Delivery { method, url, headers, body } = delivery;
    Ok(statement.insert(params![Key(account), now.0, body.as_ref(), method, url, Json(headers)])?)
}

/// Returns the oldest pending deliveries with numbers above `after`.
pub(crate) fn pending(conn: &Connection, after: i64, limit: u32) -> Result<Vec<RawDelivery>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, account, received_at, body, method, url, headers, signature FROM raw_deliveries
          WHERE state = 'pending' AND id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let rows = statement.query_map(params![after, limit], |row| {
        let headers = row.get::<_, Option<Json<Headers>>>(6)?.map(|json| json.0);
        let signature = row.get::<_, String>(7)?;
        Ok(RawDelivery {
            id: row.get(0)?,
            account: row.get::<_, Key<AccountId>>(1)?.0,
            received_at: Millis(row.get(2)?),
            delivery: Delivery {
                method: row.get::<_, Option<String>>(4)?.unwrap_or_else(|| "POST".to_owned()),
                url: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
                headers: headers.unwrap_or_else(|| headers_of_0_1(&signature)),
                body: row.get::<_, Vec<u8>>(3)?.into(),
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Builds the headers of a delivery that version 0.1.0 stored: it kept only the signature.
fn headers_of_0_1(signature: &str) -> Headers {
    const SIGNATURE: &str = "x-hub-signature-256";
    Headers::select(&[SIGNATURE], [(SIGNATURE, signature.as_bytes())])
}

/// Closes a pending delivery; with a reason it is set aside for a person to inspect. Returns whether it was pending.
pub(crate) fn close(conn: &Connection, id: i64, why: Option<&str>) -> Result<bool, StoreError> {
    let state = if why.is_some() { "set_aside" } else { "done" };
    let mut statement = conn.prepare_cached(
        "UPDATE raw_deliveries SET state = ?2, why = ?3 WHERE id = ?1 AND state = 'pending'",
    )?;
    Ok(statement.execute(params![id, state, why])? > 0)
}

/// Sets aside a delivery that was closed, because some of its items could not be processed.
pub(crate) fn set_aside(conn: &Connection, id: i64, why: &str) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE raw_deliveries SET state = 'set_aside', why = ?2 WHERE id = ?1")?
        .execute(params![id, why])?;
    Ok(())
}

/// Counts the deliveries that were set aside.
pub(crate) fn count_set_aside(conn: &Connection) -> Result<i64, StoreError> {
    let mut statement = conn.prepare("SELECT count(*) FROM raw_deliveries WHERE state = 'set_aside'")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Deletes at most `limit` closed deliveries that were received before `before`. Returns how many.
pub(crate) fn delete_expired(conn: &Connection, before: Millis, limit: i64) -> Result<usize, StoreError> {
    let mut statement = conn.prepare_cached(
        "DELETE FROM raw_deliveries WHERE id IN (SELECT id FROM raw_deliveries ORDER BY id LIMIT ?2)
            AND received_at < ?1 AND state <> 'pending'",
    )?;
    Ok(statement.execute(params![before.0, limit])?)
}
