//! A WebSocket that carries frames of the protocol, one JSON object in each text message.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use deskbell_protocol::{ClientFrame, CommandId, ErrorBody, ErrorCode, HubFrame, PROTOCOL_VERSION};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

use crate::limits;
use crate::ws::CloseReason;

/// How long the socket of a refused client stays open, so that a client that is still sending can read the reason.
const LINGER: Duration = Duration::from_millis(500);

/// What was read from a socket.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A frame of the protocol.
    Frame(ClientFrame),
    /// Something without a meaning for the session, except that the client is alive.
    Nothing,
}

/// A socket that sends and receives frames.
#[derive(Debug)]
pub(crate) struct FrameSocket {
    socket: WebSocket,
}

/// The fields of a frame that are read if the frame as a whole cannot be: they tell which command it was, or that it is
/// the `hello` of another protocol version.
#[derive(Deserialize)]
struct PartialFrame {
    kind: String,
    #[serde(default)]
    id: Value,
    #[serde(default)]
    protocol: Value,
}

/// Parses a frame without its fields that are `null`: many languages write absent fields like that.
fn parse_without_nulls(text: &str) -> Option<ClientFrame> {
    let mut fields: serde_json::Map<String, Value> = serde_json::from_str(text).ok()?;
    fields.retain(|_, value| !value.is_null());
    serde_json::from_value(Value::Object(fields)).ok()
}

impl FrameSocket {
    /// Wraps an open socket.
    pub(crate) fn new(socket: WebSocket) -> Self {
        Self { socket }
    }

    /// Reads the next frame. Malformed frames are answered here. Cancel safe.
    ///
    /// # Errors
    ///
    /// If the socket is closed or has to be.
    pub(crate) async fn read(&mut self) -> Result<Incoming, CloseReason> {
        match self.socket.recv().await {
            Some(Ok(Message::Text(text))) => self.decode(&text).await,
            Some(Ok(Message::Binary(_))) => {
                Err(self.refuse(ErrorCode::Malformed, "Frames are text: one JSON object each.").await)
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Incoming::Nothing),
            Some(Ok(Message::Close(_))) | None => Err(CloseReason::Gone),
            Some(Err(error)) => Err(self.refuse_broken(error).await),
        }
    }

    /// Refuses what is not a WebSocket frame, unless the connection is lost.
    async fn refuse_broken(&mut self, error: axum::Error) -> CloseReason {
        use tungstenite::error::{Error, ProtocolError};
        let error = error.into_inner().downcast::<Error>();
        let (code, sentence) = match error.as_deref() {
            Ok(Error::Capacity(_)) => {
                (ErrorCode::TooLarge, "The frame is larger than the 65536 bytes a hub takes.")
            }
            Ok(
                Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)
                | Error::Io(_)
                | Error::ConnectionClosed
                | Error::AlreadyClosed,
            ) => return CloseReason::Gone,
            _ => {
                (ErrorCode::Malformed, "This is not a WebSocket frame (RFC 6455), or its text is not UTF-8.")
            }
        };
        let error = ErrorBody::new(code, sentence);
        self.send(&HubFrame::Refused { error }).await.err().unwrap_or(CloseReason::Refused)
    }

    async fn decode(&mut self, text: &str) -> Result<Incoming, CloseReason> {
        if let Ok(frame) = serde_json::from_str(text) {
            return Ok(Incoming::Frame(frame));
        }
        let partial = serde_json::from_str::<PartialFrame>(text).ok();
        let command = partial.as_ref().filter(|partial| partial.kind == "command");
        if let Some(id) = command.and_then(|partial| CommandId::deserialize(&partial.id).ok()) {
            let error = ErrorBody::new(ErrorCode::Malformed, "The hub could not read this command.");
            self.send(&HubFrame::Reply { id, error: Some(error) }).await?;
            return Ok(Incoming::Nothing);
        }
        if let Some(hello) = partial.filter(|partial| partial.kind == "hello") {
            // The other fields of a hello may be different in another version.
            if !hello.protocol.is_null() && hello.protocol != PROTOCOL_VERSION {
                return Err(self.refuse_version(&hello.protocol.to_string()).await);
            }
            if let Some(frame) = parse_without_nulls(text) {
                return Ok(Incoming::Frame(frame));
            }
        }
        Err(self.refuse(ErrorCode::Malformed, "The hub could not read this frame.").await)
    }

    /// Refuses a client of another protocol version. Returns the reason to close with.
    pub(crate) async fn refuse_version(&mut self, protocol: &str) -> CloseReason {
        let protocol: String = protocol.chars().take(20).collect();
        let sentence = format!(
            "This hub speaks protocol version {PROTOCOL_VERSION} and the app version {protocol}. Update the older one."
        );
        self.refuse(ErrorCode::Incompatible, &sentence).await
    }

    /// Tells the client why the connection is closed. Returns the reason to close with.
    pub(crate) async fn refuse(&mut self, code: ErrorCode, sentence: &str) -> CloseReason {
        let _sent = self.send(&HubFrame::Refused { error: ErrorBody::new(code, sentence) }).await;
        CloseReason::Refused
    }

    /// Sends a frame. Fails like [`send_text`](Self::send_text).
    pub(crate) async fn send(&mut self, frame: &HubFrame) -> Result<(), CloseReason> {
        let text = serde_json::to_string(frame).map_err(|_unreachable| CloseReason::Gone)?;
        self.send_text(text).await
    }

    /// Sends a frame that is already JSON.
    ///
    /// # Errors
    ///
    /// If the socket is closed, or if the client does not read the frame in time.
    pub(crate) async fn send_text(&mut self, text: String) -> Result<(), CloseReason> {
        match timeout(limits::SEND_TIMEOUT, self.socket.send(Message::Text(text.into()))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_closed)) => Err(CloseReason::Gone),
            Err(_elapsed) => Err(CloseReason::Slow),
        }
    }

    /// Closes the socket with a close frame that gives the reason.
    pub(crate) async fn close(mut self, reason: CloseReason) {
        let (code, text) = match reason {
            CloseReason::Gone => return,
            CloseReason::Closing => (close_code::AWAY, "the hub shuts down"),
            CloseReason::Refused | CloseReason::SignedOut => (close_code::POLICY, "refused"),
            CloseReason::Silent | CloseReason::Slow => (close_code::AWAY, "the connection timed out"),
        };
        let frame = Message::Close(Some(CloseFrame { code, reason: text.into() }));
        let _closed = timeout(Duration::from_secs(1), async {
            if self.socket.send(frame).await.is_ok() {
                // Reads until the client closes: unread input would make the operating system reset the connection,
                // and the client would lose the frames that it has not read yet.
                while let Some(Ok(_)) = self.socket.recv().await {}
                if reason == CloseReason::Refused {
                    tokio::time::sleep(LINGER).await;
                }
            }
        })
        .await;
    }
}
