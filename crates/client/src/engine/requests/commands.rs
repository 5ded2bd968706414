//! Commands of the UI and the host to the hub.

use deskbell_protocol::{Command, CommandId, ErrorBody, ErrorCode, OfferId};
use tokio::sync::oneshot;

use super::{fits_frame, said};
use crate::api::{Connection, Event, Reply};
use crate::engine::parts::{Asked, Parts};

/// Runs a command: the one place that decides which commands are more than passed on.
pub(super) async fn run(parts: &Parts, command: Command) -> Result<Reply, ErrorBody> {
    match command {
        Command::AcceptOffer { offer } => accept(parts, offer).await,
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
        | Command::SetCaseField { .. } => pass_on(parts, command).await,
    }
}

async fn accept(parts: &Parts, offer: OfferId) -> Result<Reply, ErrorBody> {
    let known = match parts.cache() {
        Some(cache) => cache.offer(offer).await.map_err(said)?,
        None => None,
    };
    pass_on(parts, Command::AcceptOffer { offer }).await?;
    // Also accepted from a toast: the UI shows what was taken.
    if let Some(known) = known {
        parts.announcer.announce(Event::Open { conversation: known.conversation });
    }
    Ok(Reply::Done)
}

/// Sends a command and waits for the reply. Only with a connection: a command that is carried out hours after it was
/// given may be wrong by then.
async fn pass_on(parts: &Parts, command: Command) -> Result<Reply, ErrorBody> {
    let offline = |sentence: &str| Err(ErrorBody::new(ErrorCode::Offline, sentence));
    match parts.connection() {
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
    let (answer, answered) = oneshot::channel();
    if !parts.ask(Asked { id: CommandId::fresh(), command, answer }) {
        return offline("Too much waits for the hub already, so this was not done. Try again in a moment.");
    }
    match answered.await {
        Ok(Ok(())) => Ok(Reply::Done),
        Ok(Err(error)) => Err(error),
        Err(_gone) => offline("Deskbell is closing, so this was not done."),
    }
}
