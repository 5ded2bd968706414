//! The values of template variables, per message.

use deskbell_channels::Parameter;
use deskbell_protocol::MessageId;
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;
use crate::store::values::{Json, Key};

/// Stores the values of a message.
pub(crate) fn insert(
    conn: &Connection,
    message: MessageId,
    parameters: &[Parameter],
) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO template_values (message, parameters) VALUES (?1, ?2)")?
        .execute(params![Key(message), Json(parameters)])?;
    Ok(())
}

/// The values of a message; empty if there are none.
pub(crate) fn of(conn: &Connection, message: MessageId) -> Result<Vec<Parameter>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT parameters FROM template_values WHERE message = ?1")?;
    let row = statement.query_row([Key(message)], |row| row.get::<_, Json<Vec<Parameter>>>(0));
    Ok(row.optional()?.map(|json| json.0).unwrap_or_default())
}
