//! How each account stands with its provider.

use deskbell_channels::Credentials;
use deskbell_protocol::{AccountHealth, AccountId, AgentId, Change, Failure, LogPosition, Millis};

use crate::limits;
use crate::store::tables::account_health::{self, Stored};
use crate::store::tables::accounts::{self, Account};
use crate::store::{Conn, StoreError, Tx, access};

/// The health of an account as people see it.
fn shown(account: &Account, health: &Stored) -> AccountHealth {
    AccountHealth {
        account: account.id,
        name: account.name.clone(),
        channel: account.channel,
        problem: health.problem.clone(),
        since: health.since,
        version: health.version,
    }
}

/// The accounts of the agent's queues whose messages wait; to an admin, all of them.
pub(crate) fn unhealthy_seen_by(conn: &Conn, agent: AgentId) -> Result<Vec<AccountHealth>, StoreError> {
    let mut seen = Vec::new();
    let admin = access::is_admin(conn, agent)?;
    for account in if admin { accounts::all(conn)? } else { accounts::of_agent(conn, agent)? } {
        let health = account_health::of(conn, account.id)?.filter(|health| health.problem.is_some());
        seen.extend(health.map(|health| shown(&account, &health)));
    }
    Ok(seen)
}

/// The provider does not take our access: from now on the account's messages wait, and it is asked from
/// time to time whether it does again.
pub(crate) fn pause_account(
    tx: &mut Tx<'_>,
    account: AccountId,
    failure: Failure,
    now: Millis,
) -> Result<(), StoreError> {
    let mut health = account_health(tx, account, now)?;
    if health.problem.is_some() {
        return Ok(());
    }
    tracing::error!(account = %account, reason = failure.reason, "an account's messages wait: its access is not taken");
    health.problem = Some(failure);
    health.since = now;
    health.probe_at = Some(now.plus(limits::PROBE_EVERY_MS));
    tx.wake.probes = true;
    save_health(tx, health, now)
}

pub(crate) fn apply_probe(
    tx: &mut Tx<'_>,
    account: AccountId,
    credentials: Credentials,
    now: Millis,
) -> Result<(), StoreError> {
    let mut health = account_health(tx, account, now)?;
    if credentials != Credentials::Accepted || health.problem.is_none() {
        return Ok(());
    }
    tracing::info!(account = %account, "an account's messages go out again");
    health.problem = None;
    health.since = now;
    health.probe_at = None;
    tx.wake.outbound = true;
    save_health(tx, health, now)
}

/// Writes a change that the members of the account's queue see, and the admins.
fn save_health(tx: &mut Tx<'_>, mut health: Stored, now: Millis) -> Result<(), StoreError> {
    health.version = tx.next_position();
    account_health::put(tx.conn, &health)?;
    let Some(account) = accounts::by_id(tx.conn, health.account)? else { return Ok(()) };
    let change = Change::AccountHealth { row: shown(&account, &health) };
    tx.log_for_queue(account.queue, &change, now)
}

/// The provider reported an error of the account as a whole. It is kept for whoever looks after the hub.
pub(crate) fn record_account_error(
    tx: &mut Tx<'_>,
    account: &Account,
    failure: &Failure,
    now: Millis,
) -> Result<(), StoreError> {
    tracing::warn!(account = %account.id, reason = failure.reason, "the provider reports an error of an account");
    let mut health = account_health(tx, account.id, now)?;
    health.last_error = Some((failure.clone(), now));
    account_health::put(tx.conn, &health)
}

/// What is known of the account's health; all well, if nothing is.
fn account_health(tx: &Tx<'_>, account: AccountId, now: Millis) -> Result<Stored, StoreError> {
    let known = account_health::of(tx.conn, account)?;
    Ok(known.unwrap_or(Stored {
        account,
        last_error: None,
        problem: None,
        since: now,
        probe_at: None,
        version: LogPosition::default(),
    }))
}
