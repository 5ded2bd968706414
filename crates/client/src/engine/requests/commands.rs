//! Commands of the UI and the host to the hub.

use deskbell_protocol::{Command, CommandId, ErrorBody, ErrorCode, OfferId};
use tokio::sync::oneshot;

use super::{fits_frame, to_body};
use crate::api::{Connection, Event, Reply};
use crate::context::{CommandRequest, Context};

/// Runs a command: the one place that decides which commands are more than passed on.
pub(super) async fn run(context: &Context, command: Command) -> Result<Reply, ErrorBody> {
    match command {
        Command::AcceptOffer { offer } => accept(context, offer).await,
        // The outbox sends messages, the session tells what is open, and an unknown command comes from a page
        // that is newer than this engine.
        Command::SendMessage { .. }
        | Command::SendNotification { .. }
        | Command::Look { .. }
        | Command::Unknown => {
            Err(ErrorBody::new(ErrorCode::Malformed, "This is no command that the page may give to the hub."))
        }
        Command::SetStatus { .. }
        | Command::DeclineOffer { .. }
        | Command::ReportAlert { .. }
        | Command::RetryMessage { .. }
        | Command::StartInteraction { .. }
        | Command::Subscribe { .. }
        | Command::Unsubscribe { .. }
        | Command::CreateContact { .. }
        | Command::EditContact { .. }
        | Command::JoinContacts { .. }
        | Command::ConnectChannel { .. }
        | Command::EndInteraction { .. }
        | Command::MarkDone { .. }
        | Command::ResumeInteraction { .. }
        | Command::SetDisposition { .. }
        | Command::SetNote { .. }
        | Command::SetCaseField { .. } => pass_on(context, command).await,
    }
}

async fn accept(context: &Context, offer: OfferId) -> Result<Reply, ErrorBody> {
    let known = match context.cache() {
        Some(cache) => cache.offer(offer).await.map_err(to_body)?,
        None => None,
    };
    pass_on(context, Command::AcceptOffer { offer }).await?;
    // The offer may have been accepted from a toast: the UI then opens its conversation.
    if let Some(known) = known {
        context.announcer.announce(Event::Open { conversation: known.conversation });
    }
    Ok(Reply::Done)
}

/// Sends a command and waits for the reply. Only with a connection: a command that is carried out hours after
/// it was given may be wrong by then.
async fn pass_on(context: &Context, command: Command) -> Result<Reply, ErrorBody> {
    let offline = |sentence: &str| Err(ErrorBody::new(ErrorCode::Offline, sentence));
    match context.connection() {
        Connection::Live { .. } | Connection::Connecting => {}
        Connection::Refused { error } => return Err(error),
        Connection::WaitingForKey { .. } | Connection::Offline { .. } => {
            return offline(
                "There is no connection to the hub, so this was not done. Try again once it is back.",
            );
        }
    }
    if !fits_frame(&command) {
        return Err(ErrorBody::new(
            ErrorCode::TooLarge,
            "This is too long for the hub, so it was not done. Please shorten it.",
        ));
    }
    let (reply, replied) = oneshot::channel();
    if !context.queue_command(CommandRequest { id: CommandId::fresh(), command, reply }) {
        return offline("Too much waits for the hub already, so this was not done. Try again in a moment.");
    }
    match replied.await {
        Ok(Ok(())) => Ok(Reply::Done),
        Ok(Err(error)) => Err(error),
        Err(_gone) => offline("Deskbell is closing, so this was not done."),
    }
}
