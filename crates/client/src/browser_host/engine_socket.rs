//! Requests and events on one WebSocket.
//!
//! The page sends `{"id":7,"request":{…}}` or `{"subscribe":true}`; it receives `{"id":7,"reply":{…}}`,
//! `{"id":7,"error":{…}}` and `{"event":{…}}`. When another page subscribes, this one receives
//! `{"replaced":true}` and no more events, until it subscribes again.

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

use super::{BrowserAccess, Host, OpenPage};
use crate::api::{NumberedEvent, Reply, Request};
use crate::engine_handle::EventStream;

/// The largest message from a page, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// How many requests of one page are handled at once.
const MAX_REQUESTS: usize = 16;

/// How many messages may wait to be sent to a page.
const SEND_QUEUE: usize = 64;

/// How long sending one message may take.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// The time between pings while nothing is sent.
const PING_INTERVAL: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
#[serde(untagged)]
enum FromPage {
    Request { id: u64, request: Request },
    Subscribe { subscribe: bool },
}

#[derive(Serialize)]
#[serde(untagged)]
enum ToPage {
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
    // Browsers send the origin with every WebSocket, and it was checked before.
    if !BrowserAccess::has_origin(&headers) || !host.access.is_authenticated(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    upgrade
        .max_message_size(MAX_BYTES)
        .read_buffer_size(16 * 1024)
        .write_buffer_size(16 * 1024)
        .max_write_buffer_size(8 * 1024 * 1024)
        .on_upgrade(move |socket| async move { page(&host, socket).await })
}

async fn page(host: &Arc<Host>, socket: WebSocket) {
    let (sink, stream) = socket.split();
    let (to_page, outgoing) = mpsc::channel(SEND_QUEUE);
    let mut stop = host.stop.clone();
    tokio::select! {
        () = write(sink, outgoing) => {}
        () = read(host, stream, to_page) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn write(mut sink: SplitSink<WebSocket, Message>, mut outgoing: mpsc::Receiver<ToPage>) {
    loop {
        let message = match timeout(PING_INTERVAL, outgoing.recv()).await {
            Ok(Some(message)) => match serde_json::to_string(&message) {
                Ok(text) => Message::text(text),
                Err(_impossible) => continue,
            },
            Ok(None) => return,
            Err(_quiet) => Message::Ping(Vec::new().into()),
        };
        if !matches!(timeout(SEND_TIMEOUT, sink.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

async fn read(host: &Arc<Host>, mut stream: SplitStream<WebSocket>, to_page: mpsc::Sender<ToPage>) {
    let permits = Arc::new(Semaphore::new(MAX_REQUESTS));
    // Aborted with the page. The engine finishes a request that it has begun.
    let mut tasks = JoinSet::new();
    let mut pump: Option<tokio::task::AbortHandle> = None;
    while let Some(Ok(message)) = stream.next().await {
        while tasks.try_join_next().is_some() {}
        let Message::Text(text) = message else { continue };
        match serde_json::from_str::<FromPage>(text.as_str()) {
            Ok(FromPage::Request { id, request }) => {
                let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
                let (engine, to_page) = (Arc::clone(&host.engine), to_page.clone());
                tasks.spawn(async move {
                    let message = match engine.handle(request).await {
                        Ok(reply) => ToPage::Reply { id, reply },
                        Err(error) => ToPage::Error { id, error },
                    };
                    drop(permit);
                    let _page = to_page.send(message).await;
                });
            }
            Ok(FromPage::Subscribe { subscribe: true }) => {
                // Counted before the earlier subscription ends, so that there is no moment without a page.
                let open = OpenPage::new(host);
                if let Some(earlier) = pump.take() {
                    earlier.abort();
                }
                // Before the page's next message: its snapshot must not be older than its first event.
                let Ok(mut events) = EventStream::subscribe(host.engine.as_ref()).await else { continue };
                let to_page = to_page.clone();
                pump = Some(tasks.spawn(async move {
                    while let Some(event) = events.next().await {
                        if to_page.send(ToPage::Event { event }).await.is_err() {
                            return;
                        }
                    }
                    let replaced = events.is_replaced();
                    drop(open);
                    if replaced {
                        let _page = to_page.send(ToPage::Replaced { replaced }).await;
                    }
                }));
            }
            Ok(FromPage::Subscribe { subscribe: false }) => {}
            Err(_) => {
                // With its id the page can tell which of its requests was malformed.
                let id = serde_json::from_str::<Numbered>(text.as_str()).map_or(0, |numbered| numbered.id);
                let error = ErrorBody::new(ErrorCode::Malformed, "The page asked for something unknown.");
                if to_page.send(ToPage::Error { id, error }).await.is_err() {
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
