//! Dispatch of agents' commands. A command is identified by its id; one that was executed before changes nothing.

use deskbell_protocol::{Command, CommandId, Content, ErrorCode, Millis};

use crate::domain::actor::Actor;
use crate::domain::agents::presence::set_status;
use crate::domain::contacts::assignments::{subscribe, unsubscribe};
use crate::domain::contacts::connect_channel::{ChannelConnection, connect_channel};
use crate::domain::contacts::edit::{create_contact, edit_contact};
use crate::domain::contacts::merge::merge_contacts;
use crate::domain::interactions::case::{set_case_field, set_disposition, set_note};
use crate::domain::interactions::end::{end_interaction, mark_done, undo_end};
use crate::domain::interactions::start::start_interaction;
use crate::domain::messages::retry::retry_message;
use crate::domain::messages::send::{OutgoingMessage, send};
use crate::domain::routing::answer::{accept_offer, decline_offer, report_alert};
use crate::store::tables::commands;
use crate::store::{StoreError, Tx};

/// Executes a command once. A repetition under the same id succeeds without an effect.
///
/// # Errors
///
/// If the command is refused, with an error for the agent, or if the store cannot be used.
pub(crate) fn execute(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: CommandId,
    command: Command,
    now: Millis,
) -> Result<(), StoreError> {
    if commands::is_done(tx.conn, id, actor.agent.id)? {
        return Ok(());
    }
    match command {
        Command::SetStatus { channel, readiness, reason } => {
            set_status(tx, actor, channel, readiness, reason, now)
        }
        Command::AcceptOffer { offer } => accept_offer(tx, actor, offer, now),
        Command::DeclineOffer { offer } => decline_offer(tx, actor, offer, now),
        Command::ReportAlert { offer, outcome, why } => {
            report_alert(tx, actor, offer, outcome, why.as_deref(), now)
        }
        Command::SendMessage { message, conversation, body, written_at, seen } => {
            let content = Content::Text { body };
            let outgoing = OutgoingMessage { command: id, message, conversation, content, written_at, seen };
            send(tx, actor, outgoing, now)
        }
        Command::RetryMessage { message, attempt } => retry_message(tx, actor, message, attempt, now),
        Command::EndInteraction { interaction } => end_interaction(tx, actor, interaction, now),
        Command::MarkDone { interaction } => mark_done(tx, actor, interaction, now),
        Command::ResumeInteraction { interaction } => undo_end(tx, actor, interaction, now),
        Command::SetDisposition { interaction, disposition } => {
            set_disposition(tx, actor, interaction, disposition, now)
        }
        Command::SetNote { interaction, note } => set_note(tx, actor, interaction, note, now),
        Command::SetCaseField { interaction, key, value } => {
            set_case_field(tx, actor, interaction, &key, value, now)
        }
        Command::StartInteraction { interaction, conversation } => {
            start_interaction(tx, actor, interaction, conversation, now)
        }
        Command::Subscribe { contact } => subscribe(tx, actor, contact, now),
        Command::Unsubscribe { contact } => unsubscribe(tx, actor, contact, now),
        Command::CreateContact { contact, queue, contact_name, phones } => {
            create_contact(tx, actor, contact, queue, &contact_name, &phones, now)
        }
        Command::EditContact { contact, edits } => edit_contact(tx, actor, contact, &edits, now),
        Command::JoinContacts { contact, other } => merge_contacts(tx, actor, contact, other, now),
        Command::ConnectChannel { conversation, contact, account, number, opt_in } => {
            let connection =
                ChannelConnection { conversation, contact, account, number: &number, opt_in: &opt_in };
            connect_channel(tx, actor, &connection, now)
        }
        Command::SendNotification { .. } | Command::Look { .. } | Command::Unknown => {
            Err(StoreError::refused(
                ErrorCode::Malformed,
                "This hub does not know this command; it may be older than the app.",
            ))
        }
    }?;
    commands::insert(tx.conn, id, actor.agent.id, now)
}
