//! The session: one task owns the socket to the hub, from the first attempt to the close of the engine.
//!
//! It connects, signs in, says hello and then lives: entries go to the cache, commands and the outbox go to
//! the hub, a heartbeat notices when the other end is gone. Whatever ends a connection ends here in [`End`],
//! which decides what the person is told and when it is tried again.

mod backoff;
mod entrance;
mod frames;
mod link;
mod live;
mod looking;
mod outgoing;
mod pending;
mod sleep;
mod token;

use std::sync::Arc;

use deskbell_protocol::{ErrorBody, ErrorCode, Millis};
use tokio::sync::mpsc;

use crate::api::Connection;
use crate::cache::{Cache, CacheError};
use crate::engine::{Asked, Parts, random};
use crate::transfer::{self, TransferError};
use entrance::Entrance;
pub(crate) use looking::Looking;
use pending::Pending;
pub(crate) use token::token_name;

/// How long a connection is left alone after the hub has refused us, in milliseconds. Only what somebody
/// else may have changed (the hub's version) is tried again at all.
const REFUSED: i64 = 60_000;

/// How a connection, or an attempt at one, ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The engine is being closed.
    Stopped,
    /// The cache is being rebuilt.
    CacheGone,
    /// It was lost, or never came about. The sentence is for the person.
    Lost(&'static str),
    /// The hub asks us to come back later, in so many milliseconds.
    Busy(u64),
    /// The token or the password is not good any more.
    Unauthorized(ErrorBody),
    /// The hub will not have us.
    Refused(ErrorBody),
}

impl From<CacheError> for End {
    fn from(error: CacheError) -> Self {
        match error {
            CacheError::Full => Self::Lost(
                "The disk of this desktop is full. Make room: what the hub has is read again, nothing is lost.",
            ),
            CacheError::Unreadable | CacheError::Closed => Self::CacheGone,
            CacheError::Failed(_) => {
                Self::Lost("The local store failed. It is tried again; the log has the details.")
            }
        }
    }
}

impl From<TransferError> for End {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::Unreachable => Self::Lost(UNREACHABLE),
            TransferError::Garbled => Self::Lost(GARBLED),
            TransferError::Refused(error) => match error.code {
                ErrorCode::Unauthorized => Self::Unauthorized(error),
                ErrorCode::RateLimited | ErrorCode::Unavailable => {
                    Self::Busy(error.retry_after_ms.unwrap_or(5_000))
                }
                _ => Self::Refused(error),
            },
        }
    }
}

pub(crate) const UNREACHABLE: &str = "The hub cannot be reached.";
pub(crate) const GARBLED: &str = "The hub sent something that is not understood.";

/// What lasts longer than one connection.
struct Session {
    parts: Arc<Parts>,
    asked: mpsc::Receiver<Asked>,
    pending: Pending,
    entrance: Entrance,
    /// Attempts in a row that came to nothing.
    failures: u32,
}

/// Runs until the engine is closed.
pub(crate) async fn run(parts: Arc<Parts>) {
    let asked = parts.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    let (Some(asked), Ok(http)) = (asked, transfer::client()) else {
        tracing::error!("no HTTP client can be made on this system");
        parts.set_connection(offline(Some("This system offers no secure connections.".to_owned()), None));
        return;
    };
    let sensing = sleep::sense(Arc::clone(&parts));
    let entrance = Entrance { parts: Arc::clone(&parts), http, hub: None, token: None, brought: false };
    let session = Session { parts, asked, pending: Pending::default(), entrance, failures: 0 };
    tokio::select! {
        () = session.run() => {}
        () = sensing => {}
    }
}

fn offline(message: Option<String>, retry_at: Option<Millis>) -> Connection {
    Connection::Offline { message, retry_at }
}

impl Session {
    async fn run(mut self) {
        loop {
            let end = match self.next_cache().await {
                None => End::Stopped,
                Some(cache) => Box::pin(self.connection(&cache)).await,
            };
            tracing::info!(end = end.name(), "the connection ended");
            let rest = match end {
                End::Stopped => break,
                End::CacheGone => continue,
                End::Lost(why) => self.lost(Some(why.to_owned()), None),
                End::Busy(after) => self
                    .lost(Some("The hub is busy.".to_owned()), Some(i64::try_from(after).unwrap_or(REFUSED))),
                End::Unauthorized(error) => self.refused(error, None),
                End::Refused(error) => self.refused(error, Some(REFUSED)),
            };
            if !self.rest(rest).await {
                break;
            }
        }
        self.pending.give_up_all();
    }

    /// Waits for the cache to be open; none once the engine is closed.
    async fn next_cache(&mut self) -> Option<Cache> {
        let (mut caches, mut stop) = (self.parts.cache.subscribe(), self.parts.stop.subscribe());
        self.pending
            .during(&mut self.asked, async {
                tokio::select! {
                    cache = caches.wait_for(Option::is_some) => cache.ok().and_then(|cache| cache.clone()),
                    _ = stop.wait_for(|stop| *stop) => None,
                }
            })
            .await
    }

    /// Says that the connection is lost; answers when to try again.
    fn lost(&mut self, message: Option<String>, after: Option<i64>) -> Option<i64> {
        self.failures = self.failures.saturating_add(1);
        let delay = i64::try_from(backoff::delay(self.failures, random()).as_millis()).unwrap_or(REFUSED);
        let at = self.parts.clock.now().saturating_add(delay.max(after.unwrap_or(0)));
        self.parts.set_connection(offline(message, Some(Millis(at))));
        Some(at)
    }

    fn refused(&mut self, error: ErrorBody, after: Option<i64>) -> Option<i64> {
        self.parts.set_connection(Connection::Refused { error });
        after.map(|after| self.parts.clock.now().saturating_add(after))
    }

    /// Waits until it is time to try again, or something says that it is worth it. False once the engine is
    /// closed.
    async fn rest(&mut self, until: Option<i64>) -> bool {
        let (mut wake, mut stop) = (self.parts.wake.subscribe(), self.parts.stop.subscribe());
        wake.borrow_and_update();
        let clock = Arc::clone(&self.parts.clock);
        self.pending
            .during(&mut self.asked, async {
                let time = async {
                    match until {
                        Some(at) => clock.sleep_until(at).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    () = time => true,
                    _ = wake.changed() => true,
                    _ = stop.wait_for(|stop| *stop) => false,
                }
            })
            .await
    }
}

impl End {
    fn name(&self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::CacheGone => "cache gone",
            Self::Lost(why) => why,
            Self::Busy(_) => "busy",
            Self::Unauthorized(_) => "unauthorized",
            Self::Refused(_) => "refused",
        }
    }
}
