//! An account that belongs to another queue than before: its conversations go with it.

use deskbell_protocol::{Change, InteractionState, Millis, Scope};

use super::error::StoreError;
use super::tables::accounts::Account;
use super::tables::{conversations, interactions, log};
use super::{Writing, access};

/// How many conversations are taken in hand at once.
const AT_ONCE: u32 = 500;

impl Writing<'_> {
    /// Moves what is known of the account into its queue. Who may read a conversation follows its queue: whoever
    /// is in the old one alone loses it, whoever handled it before and is in the new one has it again. What an
    /// agent holds who is not in the new queue waits there for another.
    pub(super) fn move_to_queue(&mut self, account: &Account, now: Millis) -> Result<(), StoreError> {
        let mut after = None;
        let mut log_moved = false;
        loop {
            let moved = conversations::elsewhere(self.conn, account.id, account.queue, after, AT_ONCE)?;
            let Some(last) = moved.last() else { return Ok(()) };
            after = Some(last.row.id);
            if !log_moved {
                log::move_account(self.conn, account.id, account.queue)?;
                log_moved = true;
            }
            for conversation in moved {
                self.move_conversation(account, conversation, now)?;
            }
        }
    }

    fn move_conversation(
        &mut self,
        account: &Account,
        mut conversation: conversations::Stored,
        now: Millis,
    ) -> Result<(), StoreError> {
        let id = conversation.row.id;
        let before = access::audience(self.conn, conversation.row.queue, id)?;
        let after = access::audience(self.conn, account.queue, id)?;
        for agent in before.iter().filter(|agent| !after.contains(agent)) {
            self.log_for_agent(*agent, &Change::Revoked { scope: Scope::Conversation(id) }, now)?;
        }
        for agent in after.iter().filter(|agent| !before.contains(agent)) {
            self.log_for_agent(*agent, &Change::Granted { scope: Scope::Conversation(id) }, now)?;
        }
        conversation.row.queue = account.queue;
        self.save_conversation(&mut conversation, now)?;
        self.list_again(conversation.row.contact)?;
        self.move_assignments(conversation.row.contact, &before, &after, now)?;
        interactions::move_all(self.conn, id, account.queue)?;
        for row in interactions::shown_in(self.conn, id)? {
            let Some(mut interaction) = interactions::by_id(self.conn, row.id)? else { continue };
            let holder = match (row.state, row.agent) {
                (InteractionState::Active | InteractionState::Ended, Some(agent)) => Some(agent),
                _ => None,
            };
            match holder {
                Some(agent) if !access::is_member(self.conn, agent, account.queue)? => {
                    if row.state == InteractionState::Ended {
                        interaction.row.state = InteractionState::Done;
                        interaction.row.done_at = Some(now);
                        self.save_interaction(&mut interaction, now)?;
                        self.recount(agent, interaction.channel, false, now)?;
                    } else {
                        self.requeue(&mut interaction, &conversation.row, now)?;
                    }
                }
                _ => self.save_interaction(&mut interaction, now)?,
            }
        }
        Ok(())
    }
}
