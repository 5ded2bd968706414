//! The socket itself: opening, sending and reading with time-outs.

use std::time::Duration;

use deskbell_protocol::{ClientFrame, HubFrame, MAX_HUB_FRAME_BYTES};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::{End, GARBLED, UNREACHABLE, frames};
use crate::transfer::CONNECT;

/// How long the hub may take to accept one frame. A connection that takes longer is as good as dead.
const SEND: Duration = Duration::from_secs(10);

const LOST: &str = "The connection to the hub was lost.";

/// An open socket to the hub.
pub(super) struct Link(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Link {
    /// Connects to `/v1/agent` of a hub.
    pub(super) async fn open(base: &str) -> Result<Self, End> {
        // http becomes ws and https becomes wss.
        let Some(rest) = base.strip_prefix("http") else {
            return Err(End::Lost("The hub's address is not a web address."));
        };
        let config = WebSocketConfig::default()
            .read_buffer_size(32 * 1024)
            .write_buffer_size(4096)
            .max_write_buffer_size(1024 * 1024)
            .max_message_size(Some(MAX_HUB_FRAME_BYTES))
            .max_frame_size(Some(MAX_HUB_FRAME_BYTES));
        let opening = connect_async_with_config(format!("ws{rest}/v1/agent"), Some(config), true);
        match timeout(CONNECT, Box::pin(opening)).await {
            Ok(Ok((socket, _response))) => Ok(Self(socket)),
            Ok(Err(error)) => {
                tracing::debug!(%error, "connecting failed");
                Err(End::Lost(UNREACHABLE))
            }
            Err(_elapsed) => Err(End::Lost("The hub does not answer.")),
        }
    }

    pub(super) async fn send(&mut self, frame: &ClientFrame) -> Result<(), End> {
        let text =
            serde_json::to_string(frame).map_err(|_| End::Lost("A message could not be put into words."))?;
        match timeout(SEND, self.0.send(Message::text(text))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Lost(LOST)),
        }
    }

    /// The next frame. May be dropped while waiting; nothing is lost.
    pub(super) async fn next(&mut self) -> Result<HubFrame, End> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => {
                    return frames::read(text.as_str()).map_err(|error| {
                        tracing::warn!(
                            line = error.line(),
                            column = error.column(),
                            "a frame cannot be read"
                        );
                        End::Lost(GARBLED)
                    });
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Lost(LOST)),
                Some(Ok(_)) => {}
            }
        }
    }

    /// Says goodbye, if the other end still listens.
    pub(super) async fn close(mut self) {
        let _gone = timeout(Duration::from_secs(1), self.0.close(None)).await;
    }
}
