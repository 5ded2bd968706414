//! What a store is made to hold each time it is opened.

use deskbell_protocol::{Millis, Role};

use super::error::StoreError;
use super::people;
use super::tables::accounts::Account;
use super::tables::deadlines::{self, Kind};
use super::tables::{account_health, accounts, agents, meta};
use super::writing::Writing;
use crate::passwords;

/// What a store is set up with each time it is opened.
#[derive(Clone, Debug, Default)]
pub struct SetUp {
    /// Queues that must exist, by name.
    pub queues: Vec<String>,
    /// Accounts with the name of their queue; it is made if need be. The account's own `queue` is ignored.
    pub accounts: Vec<(Account, String)>,
    /// Agents that must exist: name, password, role, queues. One who exists keeps what was made of them
    /// since: password, role and queues.
    pub agents: Vec<(String, String, Role, Vec<String>)>,
    /// Whether this opening begins a new life of the hub: nobody is connected, and nothing is with a
    /// provider any more.
    pub fresh_start: bool,
}

impl Writing<'_> {
    /// Makes what must exist, and puts in order what a life of the hub that ended left behind.
    pub(super) fn set_up(&mut self, set_up: SetUp, now: Millis) -> Result<(), StoreError> {
        meta::generation(self.conn)?;
        meta::hub(self.conn)?;
        meta::make_cursor_secret(self.conn)?;
        self.list_all(now)?;
        self.tell_untold_assignments(now)?;
        for name in set_up.queues {
            self.ensure_queue(&name)?;
        }
        let mut served = Vec::new();
        for (mut account, queue) in set_up.accounts {
            account.queue = self.ensure_queue(&queue)?.id;
            accounts::put(self.conn, &account)?;
            served.push(account);
        }
        for (name, password, role, member_of) in set_up.agents {
            let name = people::usable_name(&name)?;
            // Who was taken out of a queue since does not come back by a restart.
            if agents::by_name(self.conn, &name)?.is_some() {
                continue;
            }
            let hash = passwords::hash(&password).map_err(|_unusable| StoreError::Password)?;
            let agent = self.add_agent(&name, &hash, role, now)?;
            for queue in member_of {
                let queue = self.ensure_queue(&queue)?.id;
                self.add_member(agent.id, queue, now)?;
            }
        }
        if set_up.fresh_start {
            self.clear_sessions(now)?;
            self.withdraw_all_ringing(now)?;
            self.recount_all(now)?;
            self.give_up_all_posting(now)?;
            // The settings may hold a new token.
            account_health::probe_all(self.conn, now)?;
            // Nobody is connected and nothing rings: the one time at which nobody works on what is moved.
            for account in &served {
                self.move_to_queue(account, now)?;
            }
            self.await_next_leaving()?;
            deadlines::set_earliest(self.conn, Kind::Retention, &uuid::Uuid::nil(), now)?;
        }
        Ok(())
    }
}
