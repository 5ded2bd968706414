//! The state of each account at its provider. A row exists once an account had a problem.

use deskbell_protocol::{AccountId, Failure, LogPosition, Millis};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::{Json, Key, moment};

/// The health of one account.
#[derive(Clone, Debug)]
pub(crate) struct StoredHealth {
    pub(crate) account: AccountId,
    /// The last error of the account as a whole, and when it was reported.
    pub(crate) last_error: Option<(Failure, Millis)>,
    /// Why the account is paused.
    pub(crate) problem: Option<Failure>,
    /// Since when the problem exists, or is solved.
    pub(crate) since: Millis,
    /// When the provider is asked next whether the problem is solved.
    pub(crate) probe_at: Option<Millis>,
    pub(crate) version: LogPosition,
}

const COLUMNS: &str = "account, last_error, last_error_at, problem, since, probe_at, version";

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredHealth> {
    let error = row.get::<_, Option<Json<Failure>>>(1)?.map(|json| json.0);
    Ok(StoredHealth {
        account: row.get::<_, Key<AccountId>>(0)?.0,
        last_error: error.zip(moment(row.get(2)?)),
        problem: row.get::<_, Option<Json<Failure>>>(3)?.map(|json| json.0),
        since: Millis(row.get(4)?),
        probe_at: moment(row.get(5)?),
        version: LogPosition(row.get(6)?),
    })
}

/// The health of the account, if it ever had a problem.
pub(crate) fn of(conn: &Connection, account: AccountId) -> Result<Option<StoredHealth>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM account_health WHERE account = ?1"))?;
    Ok(statement.query_row([Key(account)], stored).optional()?)
}

/// Writes the row.
pub(crate) fn put(conn: &Connection, health: &StoredHealth) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO account_health (account, last_error, last_error_at, problem, since, probe_at, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (account) DO UPDATE SET last_error = excluded.last_error,
           last_error_at = excluded.last_error_at, problem = excluded.problem, since = excluded.since,
           probe_at = excluded.probe_at, version = excluded.version",
    )?
    .execute(params![
        Key(health.account),
        health.last_error.as_ref().map(|(failure, _)| Json(failure)),
        health.last_error.as_ref().map(|(_, at)| at.0),
        health.problem.as_ref().map(Json),
        health.since.0,
        health.probe_at.map(|at| at.0),
        health.version.0
    ])?;
    Ok(())
}

/// When the next paused account is due for a probe.
pub(crate) fn next_probe(conn: &Connection) -> Result<Option<Millis>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT min(probe_at) FROM account_health WHERE problem IS NOT NULL")?;
    Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(Millis))
}

/// The paused accounts that are due for a probe; their next one is due at `again`.
pub(crate) fn take_probes(
    conn: &Connection,
    now: Millis,
    again: Millis,
) -> Result<Vec<AccountId>, StoreError> {
    let mut statement = conn.prepare_cached(
        "UPDATE account_health SET probe_at = ?2 WHERE problem IS NOT NULL AND probe_at <= ?1 RETURNING account",
    )?;
    let rows = statement
        .query_map(params![now.0, again.0], |row| row.get::<_, Key<AccountId>>(0).map(|key| key.0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Makes all paused accounts due for a probe.
pub(crate) fn probe_all(conn: &Connection, now: Millis) -> Result<(), StoreError> {
    conn.execute("UPDATE account_health SET probe_at = ?1 WHERE problem IS NOT NULL", [now.0])?;
    Ok(())
}
