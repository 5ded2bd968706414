//! The engine's two doors on one WebSocket.
//!
//! The page says `{"id":7,"request":{…}}` or `{"subscribe":true}`; it hears `{"id":7,"reply":{…}}`,
//! `{"id":7,"error":{…}}` and `{"event":{…}}`. A page in whose place another one has subscribed hears
//! `{"replaced":true}` and then no more events, until it subscribes again.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use deskbell_protocol::{ErrorBody, ErrorCode};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Door, Host, OpenPage};
use crate::api::{NumberedEvent, Reply, Request};
use crate::doors::Following;

/// The largest thing a page says, in bytes.
const LARGEST: usize = 256 * 1024;

/// How many requests of one page may be under way.
const AT_ONCE: usize = 16;

/// How much may wait to be sent to a page.
const WAITING: usize = 64;

/// How long a page may take to accept one thing.
const SEND: Duration = Duration::from_secs(10);

/// How often a page is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Request { id: u64, request: Request },
    Subscribe { subscribe: bool },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Heard {
    Reply { id: u64, reply: Reply },
    Error { id: u64, error: ErrorBody },
    Event { event: NumberedEvent },
    Replaced { replaced: bool },
}

/// Opens the socket for a page of this host.
pub(super) async fn upgrade(
    State(host): State<Arc<Host>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    // A browser names the origin of every WebSocket; the guard has checked that it is ours.
    if !Door::names_origin(&headers) || !host.door.knows(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    upgrade
        .max_message_size(LARGEST)
        .read_buffer_size(16 * 1024)
        .write_buffer_size(16 * 1024)
        .max_write_buffer_size(8 * 1024 * 1024)
        .on_upgrade(move |socket| async move { page(&host, socket).await })
}

async fn page(host: &Arc<Host>, socket: WebSocket) {
    let (to_page, from_page) = socket.split();
    let (say, said) = mpsc::channel(WAITING);
    let mut stop = host.stop.clone();
    tokio::select! {
        () = write(to_page, said) => {}
        () = read(host, from_page, say) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn write(mut to_page: SplitSink<WebSocket, Message>, mut said: mpsc::Receiver<Heard>) {
    loop {
        let message = match timeout(PING, said.recv()).await {
            Ok(Some(heard)) => match serde_json::to_string(&heard) {
                Ok(text) => Message::text(text),
                Err(_impossible) => continue,
            },
            Ok(None) => return,
            Err(_quiet) => Message::Ping(Vec::new().into()),
        };
        if !matches!(timeout(SEND, to_page.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

async fn read(host: &Arc<Host>, mut from_page: SplitStream<WebSocket>, say: mpsc::Sender<Heard>) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    // Whatever is under way ends with the page; a request that was begun is finished by the engine.
    let mut tasks = JoinSet::new();
    let mut pump: Option<tokio::task::AbortHandle> = None;
    while let Some(Ok(message)) = from_page.next().await {
        while tasks.try_join_next().is_some() {}
        let Message::Text(text) = message else { continue };
        match serde_json::from_str::<Said>(text.as_str()) {
            Ok(Said::Request { id, request }) => {
                let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
                let (doors, say) = (Arc::clone(&host.doors), say.clone());
                tasks.spawn(async move {
                    let heard = match doors.handle(request).await {
                        Ok(reply) => Heard::Reply { id, reply },
                        Err(error) => Heard::Error { id, error },
                    };
                    drop(turn);
                    let _page = say.send(heard).await;
                });
            }
            Ok(Said::Subscribe { subscribe: true }) => {
                // Counted before the older one ends, so that there is no moment without a page.
                let open = OpenPage::new(host);
                if let Some(older) = pump.take() {
                    older.abort();
                }
                // Before anything else that the page says: its snapshot must not be older than its events.
                let Ok(mut following) = Following::begin(host.doors.as_ref()).await else { continue };
                let say = say.clone();
                pump = Some(tasks.spawn(async move {
                    while let Some(event) = following.next().await {
                        if say.send(Heard::Event { event }).await.is_err() {
                            return;
                        }
                    }
                    let replaced = following.is_replaced();
                    drop(open);
                    if replaced {
                        let _page = say.send(Heard::Replaced { replaced }).await;
                    }
                }));
            }
            Ok(Said::Subscribe { subscribe: false }) => {}
            Err(_) => {
                // With its number the page can tell which of its requests was wrong.
                let id = serde_json::from_str::<Numbered>(text.as_str()).map_or(0, |numbered| numbered.id);
                let error = ErrorBody::new(ErrorCode::Malformed, "The page asked for something unknown.");
                if say.send(Heard::Error { id, error }).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[derive(Deserialize)]
struct Numbered {
    id: u64,
}
