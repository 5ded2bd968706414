//! What becomes of each request.

mod looking_back;
mod sending;

use deskbell_protocol::{Command, CommandId, ErrorBody, ErrorCode, MAX_CLIENT_FRAME_BYTES, OfferId};
use tokio::sync::oneshot;

use super::Parts;
use super::parts::Asked;
use crate::api::{Connection, Event, Place, Reply, Request, Waiting, WorkspaceSnapshot};
use crate::cache::{Cache, CacheError, Look, Workspace, cut};

/// The longest page of anything.
const PAGE: u32 = 200;

/// The longest page of contacts.
const CONTACTS: u32 = 100;

/// The longest draft that is kept, in bytes: far more than can be sent.
const DRAFT_BYTES: usize = 32 * 1024;

pub(super) async fn handle(parts: &Parts, request: Request) -> Result<Reply, ErrorBody> {
    match request {
        Request::Snapshot => snapshot(parts).await,
        Request::Transcript { conversation, before, limit } => {
            let page = cache(parts)?.transcript(conversation, before, page(limit)?).await;
            Ok(Reply::Transcript(page.map_err(said)?))
        }
        Request::Conversations { before, limit } => {
            let (conversations, more) =
                cache(parts)?.conversations(before, page(limit)?).await.map_err(said)?;
            Ok(Reply::Conversations { conversations, more })
        }
        Request::Search { words, before, limit } => {
            let limit = page(limit)?;
            let mut hits =
                cache(parts)?.search(words, before, limit.saturating_add(1)).await.map_err(said)?;
            let more = cut(&mut hits, limit);
            Ok(Reply::Hits { hits, more })
        }
        Request::SetStatus { channel, readiness, reason } => {
            command(parts, Command::SetStatus { channel, readiness, reason }).await
        }
        Request::AcceptOffer { offer } => accept(parts, offer).await,
        Request::DeclineOffer { offer } => command(parts, Command::DeclineOffer { offer }).await,
        Request::ReportAlert { offer, outcome, why } => {
            command(parts, Command::ReportAlert { offer, outcome, why }).await
        }
        Request::SendMessage { message, conversation, body, seen } => {
            sending::text(parts, message, conversation, body, seen).await
        }
        Request::SendNotification { message, conversation, template, preview } => {
            sending::notification(parts, message, conversation, template, preview).await
        }
        Request::SendAgain { message, attempt } => {
            command(parts, Command::RetryMessage { message, attempt }).await
        }
        Request::RetryMessage { message } => {
            let there = cache(parts)?.requeue(message).await.map_err(said)?;
            parts.outbox.notify_one();
            found(there)
        }
        Request::SendWhenPossible { message } => {
            let there = cache(parts)?.promise(message).await.map_err(said)?;
            parts.outbox.notify_one();
            found(there)
        }
        Request::DiscardMessage { message } => found(cache(parts)?.discard(message).await.map_err(said)?),
        Request::SaveDraft { body, .. } if body.len() > DRAFT_BYTES => Err(ErrorBody::new(
            ErrorCode::TooLarge,
            "This text is too long to be kept. What was kept of it before is still there; please shorten it.",
        )),
        Request::SaveDraft { conversation, body, begun_on } => {
            cache(parts)?.save_draft(conversation, body, begun_on).await.map_err(said)?;
            Ok(Reply::Done)
        }
        Request::EndInteraction { interaction } => {
            command(parts, Command::EndInteraction { interaction }).await
        }
        Request::MarkDone { interaction } => command(parts, Command::MarkDone { interaction }).await,
        Request::ResumeInteraction { interaction } => {
            command(parts, Command::ResumeInteraction { interaction }).await
        }
        Request::SetDisposition { interaction, disposition } => {
            command(parts, Command::SetDisposition { interaction, disposition }).await
        }
        Request::SetNote { interaction, note } => {
            command(parts, Command::SetNote { interaction, note }).await
        }
        Request::SetCaseField { interaction, key, value } => {
            command(parts, Command::SetCaseField { interaction, key, value }).await
        }
        Request::Look { conversation, focused, writing } => {
            look(parts, Look { conversation, focused }, writing).await
        }
        Request::ChangeSettings { settings } => {
            parts.change_settings(settings).map_err(|error| {
                tracing::warn!(%error, "the settings were not kept");
                ErrorBody::new(
                    ErrorCode::Unavailable,
                    "The settings could not be written to the disk, so they are as before. Is it full?",
                )
            })?;
            Ok(Reply::Done)
        }
        Request::Acknowledge { subscription, seq } => {
            parts.announcer.acknowledge(subscription, seq);
            Ok(Reply::Done)
        }
        Request::Quit { confirmed } => quit(parts, confirmed).await,
        Request::Hubs
        | Request::SignIn { .. }
        | Request::OpenHub { .. }
        | Request::Practice
        | Request::SignOut { .. }
        | Request::ForgetHub { .. }
        | Request::StartAtLogin { .. } => {
            Err(ErrorBody::new(ErrorCode::Malformed, "This Deskbell cannot do that: it belongs to one hub."))
        }
        Request::Thread { contact, place, limit } => {
            looking_back::thread(parts, contact, place, page(limit)?).await
        }
        Request::KeptThread { contact, limit } => {
            looking_back::kept_thread(parts, contact, Place::End, page(limit)?).await
        }
        Request::SearchThread { contact, words, before, limit } => {
            looking_back::search_thread(parts, contact, words, before, page(limit)?).await
        }
        Request::AssignedContacts => looking_back::assigned(parts).await,
        Request::FindContacts { limit, .. } if limit > CONTACTS => {
            Err(ErrorBody::new(ErrorCode::Malformed, "A page of contacts has 1 to 100 rows."))
        }
        Request::FindContacts { words, after, limit } => {
            looking_back::find(parts, words, after, page(limit)?).await
        }
        Request::Contact { contact } => looking_back::contact(parts, contact).await,
        Request::Interactions { filter, after, limit } => {
            looking_back::interactions(parts, filter, after, page(limit)?).await
        }
        Request::Templates { account } => looking_back::templates(parts, account).await,
        Request::ValidateChannel { conversation } => looking_back::validate(parts, conversation).await,
        Request::CreateContact { contact, queue, name, phones } => {
            command(parts, Command::CreateContact { contact, queue, contact_name: name, phones }).await
        }
        Request::EditContact { contact, edits } => {
            command(parts, Command::EditContact { contact, edits }).await
        }
        Request::JoinContacts { contact, other } => {
            command(parts, Command::JoinContacts { contact, other }).await
        }
        Request::ConnectChannel { conversation, contact, account, number, opt_in } => {
            command(parts, Command::ConnectChannel { conversation, contact, account, number, opt_in }).await
        }
        Request::Subscribe { contact } => command(parts, Command::Subscribe { contact }).await,
        Request::Unsubscribe { contact } => command(parts, Command::Unsubscribe { contact }).await,
        Request::StartInteraction { interaction, conversation } => {
            command(parts, Command::StartInteraction { interaction, conversation }).await
        }
    }
}

fn said(error: CacheError) -> ErrorBody {
    error.body()
}

/// The cache, or a sentence that says why there is none.
fn cache(parts: &Parts) -> Result<Cache, ErrorBody> {
    parts.cache().ok_or_else(|| match parts.connection() {
        Connection::WaitingForKey { why } => ErrorBody::new(ErrorCode::Unavailable, waiting(why)),
        _ => CacheError::Closed.body(),
    })
}

/// What an agent reads who asks for something in a cache that is not open yet.
fn waiting(why: Waiting) -> &'static str {
    match why {
        Waiting::Locked => {
            "The key store of this desktop is locked. Unlock it to see your conversations; nothing is lost."
        }
        Waiting::Slow => {
            "The key store of this desktop does not answer yet. It may be asking you to unlock it; nothing is lost."
        }
        Waiting::Failed => {
            "The key store of this desktop failed. It is tried again; nothing is lost. The log has the details."
        }
        Waiting::DiskFull => {
            "The disk of this desktop is full, so your conversations cannot be opened. Make room; it is tried again."
        }
        Waiting::Unopenable => {
            "The local store cannot be opened. It is tried again; the log has the details."
        }
    }
}

fn page(limit: u32) -> Result<u32, ErrorBody> {
    match limit {
        1..=PAGE => Ok(limit),
        _ => Err(ErrorBody::new(ErrorCode::Malformed, "A page has 1 to 200 rows.")),
    }
}

fn found(there: bool) -> Result<Reply, ErrorBody> {
    if there {
        Ok(Reply::Done)
    } else {
        Err(ErrorBody::new(
            ErrorCode::NotFound,
            "This message no longer waits in the outbox: the hub has it.",
        ))
    }
}

async fn snapshot(parts: &Parts) -> Result<Reply, ErrorBody> {
    let workspace = match parts.cache() {
        Some(cache) => cache.workspace(parts.look()).await.map_err(said)?,
        None => Workspace::default(),
    };
    Ok(Reply::Snapshot(Box::new(WorkspaceSnapshot {
        host: parts.host.clone(),
        me: workspace.me,
        queues: workspace.queues,
        accounts: workspace.accounts,
        accounts_health: workspace.accounts_health,
        hub: workspace.hub,
        connection: parts.connection(),
        statuses: workspace.statuses,
        offers: workspace.offers,
        interactions: workspace.interactions,
        conversations: workspace.conversations,
        settings: parts.settings(),
        alerts: parts.announcer.alerts(),
        stranded: workspace.stranded,
    })))
}

async fn accept(parts: &Parts, offer: OfferId) -> Result<Reply, ErrorBody> {
    let known = match parts.cache() {
        Some(cache) => cache.offer(offer).await.map_err(said)?,
        None => None,
    };
    command(parts, Command::AcceptOffer { offer }).await?;
    // Also accepted from a toast: the UI shows what was taken.
    if let Some(known) = known {
        parts.announcer.announce(Event::Open { conversation: known.conversation });
    }
    Ok(Reply::Done)
}

async fn look(parts: &Parts, look: Look, writing: bool) -> Result<Reply, ErrorBody> {
    parts.set_look(look, writing);
    if let (Some(conversation), true, Some(cache)) = (look.conversation, look.focused, parts.cache()) {
        cache.look(conversation).await.map_err(said)?;
    }
    Ok(Reply::Done)
}

async fn quit(parts: &Parts, confirmed: bool) -> Result<Reply, ErrorBody> {
    let active = match parts.cache() {
        // A cache that does not answer must not keep anybody from quitting.
        Some(cache) if !confirmed => cache.active().await.unwrap_or(0),
        _ => 0,
    };
    if active > 0 {
        parts.announcer.announce(Event::QuitAsked { active });
    } else {
        parts.quitting.send_replace(true);
    }
    Ok(Reply::Done)
}

/// Has the hub do something. Only with a connection: what somebody meant a while ago may be wrong by then.
async fn command(parts: &Parts, command: Command) -> Result<Reply, ErrorBody> {
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
    // A hub hangs up on a frame that is too large, and with it on everything else that is under way.
    let bytes = serde_json::to_vec(&command).map_or(usize::MAX, |text| text.len());
    if bytes > MAX_CLIENT_FRAME_BYTES / 2 {
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
