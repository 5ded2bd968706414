//! The answers to requests.

mod commands;
mod history;
mod outbox;

use deskbell_protocol::{ErrorBody, ErrorCode, MAX_CLIENT_FRAME_BYTES};
use serde::Serialize;

use crate::api::{CacheProblem, Connection, Event, PageAnchor, Reply, Request, WorkspaceSnapshot};
use crate::cache::{Cache, CacheError, Workspace, cut};
use crate::context::Context;
use crate::view::View;

/// The longest page, in rows.
const PAGE: u32 = 200;

/// The longest page of contacts, in rows.
const CONTACTS: u32 = 100;

/// The longest draft that is stored, in bytes: far more than can be sent.
const DRAFT_BYTES: usize = 32 * 1024;

pub(super) async fn handle(context: &Context, request: Request) -> Result<Reply, ErrorBody> {
    match request {
        Request::Snapshot => snapshot(context).await,
        Request::Transcript { conversation, before, limit } => {
            let page = cache(context)?.transcript(conversation, before, page(limit)?).await;
            Ok(Reply::Transcript(page.map_err(to_body)?))
        }
        Request::Conversations { before, limit } => {
            let (conversations, more) =
                cache(context)?.conversations(before, page(limit)?).await.map_err(to_body)?;
            Ok(Reply::Conversations { conversations, more })
        }
        Request::Search { words, before, limit } => {
            let limit = page(limit)?;
            let mut hits =
                cache(context)?.search(words, before, limit.saturating_add(1)).await.map_err(to_body)?;
            let more = cut(&mut hits, limit);
            Ok(Reply::Hits { hits, more })
        }
        Request::Command { command } => commands::run(context, command).await,
        Request::Enqueue { message, conversation, content, seen } => {
            outbox::enqueue(context, message, conversation, content, seen).await
        }
        Request::ReleaseHeld { message } => {
            let found = cache(context)?.release(message).await.map_err(to_body)?;
            context.outbox.notify_one();
            in_outbox(found)
        }
        Request::SendWhenOpen { message } => {
            let found = cache(context)?.send_when_open(message).await.map_err(to_body)?;
            context.outbox.notify_one();
            in_outbox(found)
        }
        Request::DiscardMessage { message } => {
            in_outbox(cache(context)?.discard(message).await.map_err(to_body)?)
        }
        Request::SaveDraft { body, .. } if body.len() > DRAFT_BYTES => Err(ErrorBody::new(
            ErrorCode::TooLarge,
            "This text is too long to be kept. What was kept of it before is still there; please shorten it.",
        )),
        Request::SaveDraft { conversation, body, begun_on } => {
            cache(context)?.save_draft(conversation, body, begun_on).await.map_err(to_body)?;
            Ok(Reply::Done)
        }
        Request::SetView { conversation, focused, writing } => {
            set_view(context, View { conversation, focused, writing }).await
        }
        Request::ChangeSettings { settings } => {
            context.change_settings(settings).map_err(|error| {
                tracing::warn!(%error, "the settings were not kept");
                ErrorBody::new(
                    ErrorCode::Unavailable,
                    "The settings could not be written to the disk, so they are as before. Is it full?",
                )
            })?;
            Ok(Reply::Done)
        }
        Request::Acknowledge { subscription, seq } => {
            context.announcer.acknowledge(subscription, seq);
            Ok(Reply::Done)
        }
        Request::Quit { confirmed } => quit(context, confirmed).await,
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
            history::thread(context, contact, place, page(limit)?).await
        }
        Request::KeptThread { contact, limit } => {
            history::cached_thread(context, contact, PageAnchor::End, page(limit)?).await
        }
        Request::SearchThread { contact, words, before, limit } => {
            history::search_thread(context, contact, words, before, page(limit)?).await
        }
        Request::AssignedContacts => history::assigned_contacts(context).await,
        Request::FindContacts { limit, .. } if limit > CONTACTS => {
            Err(ErrorBody::new(ErrorCode::Malformed, "A page of contacts has 1 to 100 rows."))
        }
        Request::FindContacts { words, after, limit } => {
            history::find_contacts(context, words, after, page(limit)?).await
        }
        Request::Contact { contact } => history::contact(context, contact).await,
        Request::Interactions { filter, after, limit } => {
            history::interactions(context, filter, after, page(limit)?).await
        }
        Request::Templates { account } => history::templates(context, account).await,
        Request::ValidateChannel { conversation } => history::validate(context, conversation).await,
    }
}

/// Whether a part of a command leaves room for the rest of its frame. A hub closes the connection on a frame
/// that is too large, and every other command on it has to be repeated.
fn fits_frame<T: Serialize + ?Sized>(part: &T) -> bool {
    serde_json::to_vec(part).is_ok_and(|text| text.len() <= MAX_CLIENT_FRAME_BYTES / 2)
}

fn to_body(error: CacheError) -> ErrorBody {
    error.body()
}

/// The cache; the error's sentence tells why it is not open.
fn cache(context: &Context) -> Result<Cache, ErrorBody> {
    context.cache().ok_or_else(|| match context.connection() {
        Connection::WaitingForKey { why } => ErrorBody::new(ErrorCode::Unavailable, cache_problem(why)),
        _ => CacheError::Closed.body(),
    })
}

/// The sentence for a request that needs the cache while it is not open.
fn cache_problem(why: CacheProblem) -> &'static str {
    match why {
        CacheProblem::Locked => {
            "The key store of this desktop is locked. Unlock it to see your conversations; nothing is lost."
        }
        CacheProblem::Slow => {
            "The key store of this desktop does not answer yet. It may be asking you to unlock it; nothing is lost."
        }
        CacheProblem::Failed => {
            "The key store of this desktop failed. It is tried again; nothing is lost. The log has the details."
        }
        CacheProblem::DiskFull => {
            "The disk of this desktop is full, so your conversations cannot be opened. Make room; it is tried again."
        }
        CacheProblem::Unopenable => {
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

fn in_outbox(found: bool) -> Result<Reply, ErrorBody> {
    if found {
        Ok(Reply::Done)
    } else {
        Err(ErrorBody::new(
            ErrorCode::NotFound,
            "This message no longer waits in the outbox: the hub has it.",
        ))
    }
}

async fn snapshot(context: &Context) -> Result<Reply, ErrorBody> {
    let workspace = match context.cache() {
        Some(cache) => cache.workspace(context.view()).await.map_err(to_body)?,
        None => Workspace::default(),
    };
    Ok(Reply::Snapshot(Box::new(WorkspaceSnapshot {
        host: context.host.clone(),
        me: workspace.me,
        queues: workspace.queues,
        accounts: workspace.accounts,
        accounts_health: workspace.accounts_health,
        hub: workspace.hub,
        connection: context.connection(),
        statuses: workspace.statuses,
        offers: workspace.offers,
        interactions: workspace.interactions,
        conversations: workspace.conversations,
        settings: context.settings(),
        alerts: context.announcer.alerts(),
        orphaned: workspace.orphaned,
    })))
}

async fn set_view(context: &Context, view: View) -> Result<Reply, ErrorBody> {
    context.set_view(view);
    if let (Some(conversation), true, Some(cache)) = (view.conversation, view.focused, context.cache()) {
        cache.mark_seen(conversation).await.map_err(to_body)?;
    }
    Ok(Reply::Done)
}

async fn quit(context: &Context, confirmed: bool) -> Result<Reply, ErrorBody> {
    let active = match context.cache() {
        // A cache that fails must not keep the person from quitting.
        Some(cache) if !confirmed => cache.active().await.unwrap_or(0),
        _ => 0,
    };
    if active > 0 {
        context.announcer.announce(Event::QuitAsked { active });
    } else {
        context.quitting.send_replace(true);
    }
    Ok(Reply::Done)
}
