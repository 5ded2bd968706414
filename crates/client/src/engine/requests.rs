//! What becomes of each request.

mod commands;
mod looking_back;
mod sending;

use deskbell_protocol::{ErrorBody, ErrorCode, MAX_CLIENT_FRAME_BYTES};
use serde::Serialize;

use super::Parts;
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
        Request::Command { command } => commands::run(parts, command).await,
        Request::Enqueue { message, conversation, content, seen } => {
            sending::enqueue(parts, message, conversation, content, seen).await
        }
        Request::ReleaseHeld { message } => {
            let there = cache(parts)?.requeue(message).await.map_err(said)?;
            parts.outbox.notify_one();
            found(there)
        }
        Request::SendWhenOpen { message } => {
            let there = cache(parts)?.send_when_open(message).await.map_err(said)?;
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
        Request::SetView { conversation, focused, writing } => {
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
    }
}

/// Whether a part of a command leaves room for the rest of its frame. A hub closes the connection on a frame that is
/// too large, and every other command on it has to be repeated.
fn fits_frame<T: Serialize + ?Sized>(part: &T) -> bool {
    serde_json::to_vec(part).is_ok_and(|text| text.len() <= MAX_CLIENT_FRAME_BYTES / 2)
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
        orphaned: workspace.orphaned,
    })))
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
