//! The WebSocket to the hub: opening, sending and reading with time-outs.

use std::time::Duration;

use deskbell_protocol::{ClientFrame, HubFrame, MAX_HUB_FRAME_BYTES};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::close_reason::{CloseReason, GARBLED, UNREACHABLE};
use super::frames;
use crate::http_client::CONNECT_TIMEOUT;

/// How long sending one frame may take before the connection counts as lost.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the closing handshake may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

const LOST: &str = "The connection to the hub was lost.";

/// An open socket to the hub.
pub(super) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects to `/v1/agent` of a hub.
    pub(super) async fn open(base: &str) -> Result<Self, CloseReason> {
        // http becomes ws and https becomes wss.
        let Some(rest) = base.strip_prefix("http") else {
            return Err(CloseReason::Lost("The hub's address is not a web address."));
        };
        let config = WebSocketConfig::default()
            .read_buffer_size(32 * 1024)
            .write_buffer_size(4096)
            .max_write_buffer_size(1024 * 1024)
            .max_message_size(Some(MAX_HUB_FRAME_BYTES))
            .max_frame_size(Some(MAX_HUB_FRAME_BYTES));
        let opening = connect_async_with_config(format!("ws{rest}/v1/agent"), Some(config), true);
        match timeout(CONNECT_TIMEOUT, Box::pin(opening)).await {
            Ok(Ok((socket, _response))) => Ok(Self(socket)),
            Ok(Err(error)) => {
                tracing::debug!(%error, "connecting failed");
                Err(CloseReason::Lost(UNREACHABLE))
            }
            Err(_elapsed) => Err(CloseReason::Lost("The hub does not answer.")),
        }
    }

    pub(super) async fn send(&mut self, frame: &ClientFrame) -> Result<(), CloseReason> {
        let text = serde_json::to_string(frame)
            .map_err(|_| CloseReason::Lost("A message could not be put into words."))?;
        match timeout(SEND_TIMEOUT, self.0.send(Message::text(text))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(CloseReason::Lost(LOST)),
        }
    }

    /// The next frame. Cancel safe.
    pub(super) async fn next(&mut self) -> Result<HubFrame, CloseReason> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => {
                    return frames::read(text.as_str()).map_err(|error| {
                        tracing::warn!(
                            line = error.line(),
                            column = error.column(),
                            "a frame cannot be parsed"
                        );
                        CloseReason::Lost(GARBLED)
                    });
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(CloseReason::Lost(LOST)),
                Some(Ok(_)) => {}
            }
        }
    }

    /// Sends a close frame, if the hub still reads.
    pub(super) async fn close(mut self) {
        let _closed = timeout(CLOSE_TIMEOUT, self.0.close(None)).await;
    }
}
