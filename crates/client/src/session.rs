//! The session: one task owns the socket to the hub, from the first attempt to the close of the engine.
//!
//! It connects, signs in and says hello ([`handshake`]), then exchanges frames ([`connection`]): entries of
//! the log go to the cache, commands and the outbox go to the hub, and a heartbeat notices a dead connection.
//! Every connection ends with a [`CloseReason`], which decides what the person is told and when the next
//! attempt is made.

mod backoff;
mod close_reason;
mod connection;
mod frames;
mod handshake;
mod outbox_sender;
mod pending_commands;
mod sleep_detector;
mod socket;
mod state;
mod token;
mod viewers;

use std::sync::Arc;

use deskbell_protocol::{ErrorBody, Millis};

use crate::api::Connection;
use crate::cache::Cache;
use crate::context::Context;
use crate::http_client;
pub(crate) use close_reason::CloseReason;
use state::Session;
pub(crate) use token::token_name;

/// The time before the next attempt after the hub has refused, in milliseconds.
const REFUSED_RETRY: i64 = 60_000;

/// Runs until the engine is closed.
pub(crate) async fn run(context: Arc<Context>) {
    let (Some(commands), Ok(http)) = (context.take_command_receiver(), http_client::client()) else {
        tracing::error!("no HTTP client can be made on this system");
        context.set_connection(offline(Some("This system offers no secure connections.".to_owned()), None));
        return;
    };
    let session = Session::new(Arc::clone(&context), commands, http);
    tokio::select! {
        () = connect_repeatedly(session) => {}
        () = sleep_detector::run(context) => {}
    }
}

fn offline(message: Option<String>, retry_at: Option<Millis>) -> Connection {
    Connection::Offline { message, retry_at }
}

async fn connect_repeatedly(mut session: Session) {
    loop {
        let reason = match next_cache(&mut session).await {
            None => CloseReason::Stopped,
            Some(cache) => Box::pin(connection::run(&mut session, &cache)).await,
        };
        tracing::info!(reason = reason.name(), "the connection ended");
        let retry_at = match reason {
            CloseReason::Stopped => break,
            CloseReason::CacheClosed => continue,
            CloseReason::Lost(message) => connection_lost(&mut session, message, 0),
            CloseReason::Busy { retry_after_ms } => {
                let after = i64::try_from(retry_after_ms).unwrap_or(REFUSED_RETRY);
                connection_lost(&mut session, "The hub is busy.", after)
            }
            CloseReason::Unauthorized(error) => refused(&session, error, None),
            CloseReason::Refused(error) => refused(&session, error, Some(REFUSED_RETRY)),
        };
        if !wait_for_retry(&mut session, retry_at).await {
            break;
        }
    }
    session.pending.give_up_all();
}

/// Waits until the cache is open; none once the engine is closed.
async fn next_cache(session: &mut Session) -> Option<Cache> {
    let (mut caches, mut stop) = (session.context.cache.subscribe(), session.context.stop.subscribe());
    session
        .while_waiting(async {
            tokio::select! {
                cache = caches.wait_for(Option::is_some) => cache.ok().and_then(|cache| cache.clone()),
                _ = stop.wait_for(|stop| *stop) => None,
            }
        })
        .await
}

/// Announces that the connection is lost. Returns when the next attempt is made, by this desktop's clock,
/// which is no earlier than `after` milliseconds from now.
fn connection_lost(session: &mut Session, message: &str, after: i64) -> Option<i64> {
    session.failures = session.failures.saturating_add(1);
    let delay = backoff::delay(session.failures, backoff::random());
    let delay = i64::try_from(delay.as_millis()).unwrap_or(REFUSED_RETRY);
    let at = session.context.clock.now().saturating_add(delay.max(after));
    session.context.set_connection(offline(Some(message.to_owned()), Some(Millis(at))));
    Some(at)
}

/// Announces that the hub rejected the session. Returns when the next attempt is made, if one is.
fn refused(session: &Session, error: ErrorBody, after: Option<i64>) -> Option<i64> {
    session.context.set_connection(Connection::Refused { error });
    after.map(|after| session.context.clock.now().saturating_add(after))
}

/// Waits until it is time for the next attempt, or until the machine wakes up or its network changes. False
/// once the engine is closed.
async fn wait_for_retry(session: &mut Session, retry_at: Option<i64>) -> bool {
    let (mut wake, mut stop) = (session.context.wake.subscribe(), session.context.stop.subscribe());
    wake.borrow_and_update();
    let clock = Arc::clone(&session.context.clock);
    session
        .while_waiting(async {
            let due = async {
                match retry_at {
                    Some(at) => clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = due => true,
                _ = wake.changed() => true,
                _ = stop.wait_for(|stop| *stop) => false,
            }
        })
        .await
}
