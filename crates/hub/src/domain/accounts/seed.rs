//! Seeds the store with what the settings require, each time it is opened.

use deskbell_protocol::{Millis, Role};

use crate::auth::passwords;
use crate::domain::accounts::change_queue::change_queue;
use crate::domain::agents::admin::{self, add_agent, add_member, ensure_queue};
use crate::domain::agents::presence::clear_sessions;
use crate::domain::contacts::assignments::{log_unlogged_assignments, schedule_next_end};
use crate::domain::contacts::directory::rebuild_directory;
use crate::domain::messages::delivery::mark_all_unknown;
use crate::domain::routing::offer::withdraw_all_offers;
use crate::domain::save::recount_all_loads;
use crate::store::tables::accounts::{self, Account};
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{account_health, agents, meta, outbound, tokens};
use crate::store::{StoreError, Tx};

/// What a store must hold after it is opened.
#[derive(Clone, Debug, Default)]
pub struct SetUp {
    /// Queues that must exist, by name.
    pub queues: Vec<String>,
    /// Accounts with the name of their queue, which is created if needed. The account's own `queue` is ignored.
    pub accounts: Vec<(Account, String)>,
    /// Agents that must exist: name, password, role, queues. An existing agent keeps password, role and queues.
    pub agents: Vec<(String, String, Role, Vec<String>)>,
    /// Whether the hub starts: no session is open, and no message is being posted.
    pub fresh_start: bool,
}

/// Creates what must exist and, at the start of the hub, cleans up after the last run.
///
/// # Errors
///
/// If a name or password of an agent is not allowed, or the store cannot be written.
pub(crate) fn seed(tx: &mut Tx<'_>, set_up: SetUp, now: Millis) -> Result<(), StoreError> {
    meta::generation(tx.conn)?;
    meta::hub(tx.conn)?;
    meta::make_cursor_secret(tx.conn)?;
    rebuild_directory(tx, now)?;
    log_unlogged_assignments(tx, now)?;
    for name in set_up.queues {
        ensure_queue(tx, &name)?;
    }
    let mut served = Vec::new();
    for (mut account, queue) in set_up.accounts {
        account.queue = ensure_queue(tx, &queue)?.id;
        accounts::put(tx.conn, &account)?;
        served.push(account);
    }
    for (name, password, role, member_of) in set_up.agents {
        let name = admin::usable_name(&name)?;
        // An agent who was removed from a queue must not rejoin it through a restart.
        if agents::by_name(tx.conn, &name)?.is_some() {
            continue;
        }
        let hash = passwords::hash(&password).map_err(|_error| StoreError::Password)?;
        let agent = add_agent(tx, &name, &hash, role, now)?;
        for queue in member_of {
            let queue = ensure_queue(tx, &queue)?.id;
            add_member(tx, agent.id, queue, now)?;
        }
    }
    if set_up.fresh_start {
        clear_sessions(tx, now)?;
        withdraw_all_offers(tx, now)?;
        recount_all_loads(tx, now)?;
        mark_all_unknown(tx, now)?;
        // The settings may hold a new token.
        account_health::probe_all(tx.conn, now)?;
        // Now no session is open and nothing rings, so nobody works on the conversations that are moved.
        for account in &served {
            change_queue(tx, account, now)?;
        }
        schedule_next_end(tx)?;
        deadlines::set_earliest(tx.conn, Kind::Retention, &uuid::Uuid::nil(), now)?;
    }
    Ok(())
}

/// Begins a new generation of a restored store: all cursors and sign-ins become invalid, and messages that waited to
/// be sent become `unknown`, because they may have been sent since.
pub(crate) fn begin_new_generation(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    meta::renew_generation(tx.conn)?;
    tokens::delete_all(tx.conn)?;
    outbound::mark_all_posting(tx.conn)?;
    mark_all_unknown(tx, now)
}
