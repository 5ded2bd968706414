//! Moves the conversations of an account to its new queue.

use deskbell_protocol::{Change, InteractionState, Millis, Scope};

use crate::domain::contacts::assignments::move_assignments;
use crate::domain::contacts::directory::relist_contact;
use crate::domain::interactions::lifecycle::requeue_interaction;
use crate::domain::save::{recount_load, save_conversation, save_interaction};
use crate::store::tables::accounts::Account;
use crate::store::tables::{conversations, interactions, log};
use crate::store::{StoreError, Tx, access};

/// How many conversations are read at once.
const BATCH: u32 = 500;

/// Moves all conversations of the account to its queue. Members of the old queue only lose access; members of the
/// new one who handled the contact before gain it. An interaction whose agent is not a member of the new queue is
/// queued there.
pub(crate) fn change_queue(tx: &mut Tx<'_>, account: &Account, now: Millis) -> Result<(), StoreError> {
    let mut after = None;
    let mut log_moved = false;
    loop {
        let moved = conversations::outside_queue(tx.conn, account.id, account.queue, after, BATCH)?;
        let Some(last) = moved.last() else { return Ok(()) };
        after = Some(last.row.id);
        if !log_moved {
            log::move_account(tx.conn, account.id, account.queue)?;
            log_moved = true;
        }
        for conversation in moved {
            move_conversation(tx, account, conversation, now)?;
        }
    }
}

fn move_conversation(
    tx: &mut Tx<'_>,
    account: &Account,
    mut conversation: conversations::StoredConversation,
    now: Millis,
) -> Result<(), StoreError> {
    let id = conversation.row.id;
    let before = access::audience(tx.conn, conversation.row.queue, id)?;
    let after = access::audience(tx.conn, account.queue, id)?;
    for agent in before.iter().filter(|agent| !after.contains(agent)) {
        tx.log_for_agent(*agent, &Change::Revoked { scope: Scope::Conversation(id) }, now)?;
    }
    for agent in after.iter().filter(|agent| !before.contains(agent)) {
        tx.log_for_agent(*agent, &Change::Granted { scope: Scope::Conversation(id) }, now)?;
    }
    conversation.row.queue = account.queue;
    save_conversation(tx, &mut conversation, now)?;
    relist_contact(tx, conversation.row.contact)?;
    move_assignments(tx, conversation.row.contact, &before, &after, now)?;
    interactions::move_all(tx.conn, id, account.queue)?;
    for row in interactions::shown_in(tx.conn, id)? {
        let Some(mut interaction) = interactions::by_id(tx.conn, row.id)? else { continue };
        let holder = match (row.state, row.agent) {
            (InteractionState::Active | InteractionState::Ended, Some(agent)) => Some(agent),
            _ => None,
        };
        match holder {
            Some(agent) if !access::is_member(tx.conn, agent, account.queue)? => {
                if row.state == InteractionState::Ended {
                    interaction.row.state = InteractionState::Done;
                    interaction.row.done_at = Some(now);
                    save_interaction(tx, &mut interaction, now)?;
                    recount_load(tx, agent, interaction.channel, false, now)?;
                } else {
                    requeue_interaction(tx, &mut interaction, &conversation.row, now)?;
                }
            }
            _ => save_interaction(tx, &mut interaction, now)?,
        }
    }
    Ok(())
}
