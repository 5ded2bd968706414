//! `GET /v1/agent`: one WebSocket per desktop, one task per socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use deskbell_protocol::{
    ClientFrame, CommandId, Cursor, ErrorBody, ErrorCode, HubFrame, MAX_CLIENT_FRAME_BYTES,
    MAX_HUB_FRAME_BYTES, PROTOCOL_VERSION, SessionId,
};
use serde::Deserialize;
use serde_json::Value;
use session::Session;
use tokio::time::timeout;

use crate::auth::passwords;
use crate::domain::actor::Actor;
use crate::domain::agents::presence::close_session;
use crate::limits;
use crate::shared::Shared;

pub(crate) mod open_sockets;
mod session;

/// How long a refused client, which may still be sending, has to read why.
const LINGER: Duration = Duration::from_millis(500);

/// Why a connection ends. The words are for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// The client left, or the network did.
    Gone,
    /// Nothing was heard for three heartbeats.
    Silent,
    /// The client did not take what was sent.
    Slow,
    /// The client broke the rules and was told so.
    Refused,
    /// The token no longer works.
    SignedOut,
    /// The hub shuts down.
    Closing,
}

pub(crate) async fn upgrade(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(_peer): ConnectInfo<SocketAddr>,
    upgrade: WebSocketUpgrade,
) -> Response {
    // The library's own buffers are made for few fast peers; here are many slow ones.
    upgrade
        .read_buffer_size(4 * 1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(MAX_HUB_FRAME_BYTES)
        .max_message_size(MAX_CLIENT_FRAME_BYTES)
        .max_frame_size(MAX_CLIENT_FRAME_BYTES)
        .on_upgrade(move |socket| async move { Box::pin(serve(shared, Wire { socket })).await })
}

async fn serve(shared: Arc<Shared>, mut wire: Wire) {
    // A hub that shuts down waits until everyone was told.
    let _open = shared.sockets.enter();
    let greeted = tokio::select! {
        () = shared.closed() => Err(Over::Closing),
        greeted = timeout(limits::HELLO_TIMEOUT, greet(&shared, &mut wire)) => greeted.unwrap_or(Err(Over::Silent)),
    };
    let over = match greeted {
        Ok(hello) => {
            let (agent, session) = (hello.by.agent.id, hello.by.session);
            let over = Box::pin(Session::run(&shared, &mut wire, hello)).await;
            // An agent who is only thought to be there would be rung in vain.
            // A hub that stops leaves nobody: with its next start all begins anew, and until then what rings
            // need not be taken away from one after the other.
            let close = async || {
                let now = shared.now();
                shared.store.write(move |tx| close_session(tx, session, agent, now)).await
            };
            while over != Over::Closing
                && let Err(error) = close().await
            {
                tracing::warn!(%session, %error, "the end of a session could not be stored yet");
                if !error.is_passing() || *shared.closing.borrow() {
                    break;
                }
                tokio::time::sleep(limits::STORE_RETRY).await;
            }
            tracing::info!(%session, ?over, "a session ended");
            over
        }
        Err(over) => over,
    };
    wire.close(over).await;
}

/// A hello that was believed.
#[derive(Debug)]
pub(crate) struct Hello {
    pub(crate) by: Actor,
    pub(crate) token: Vec<u8>,
    pub(crate) cursor: Option<Cursor>,
}

/// Waits for the hello and looks at who it is.
async fn greet(shared: &Shared, wire: &mut Wire) -> Result<Hello, Over> {
    let frame = loop {
        match wire.read().await? {
            Read::Frame(frame) => break frame,
            Read::Nothing => {}
        }
    };
    let ClientFrame::Hello { protocol, token, app, cursor, .. } = frame else {
        return Err(wire.refuse(ErrorCode::Malformed, "The first frame must be a hello.").await);
    };
    if protocol != PROTOCOL_VERSION {
        return Err(wire.incompatible(&protocol.to_string()).await);
    }
    let token = passwords::kept_of(&token);
    match shared.authenticate(token.clone()).await {
        Ok(Some(agent)) => {
            let by = Actor { agent, session: SessionId::fresh() };
            let app: String = app.chars().filter(|c| !c.is_control()).take(100).collect();
            tracing::info!(session = %by.session, agent = %by.agent.id, app, "a session began");
            Ok(Hello { by, token, cursor })
        }
        Ok(None) => {
            Err(wire.refuse(ErrorCode::Unauthorized, "You are no longer signed in. Sign in again.").await)
        }
        Err(error) => {
            let _told = wire.send(&HubFrame::Refused { error: error.body() }).await;
            Err(Over::Refused)
        }
    }
}

/// What was read from a socket.
#[derive(Debug)]
pub(crate) enum Read {
    /// A frame of the protocol.
    Frame(ClientFrame),
    /// Something that shows no more than that the client lives.
    Nothing,
}

/// A socket that speaks frames.
#[derive(Debug)]
pub(crate) struct Wire {
    socket: WebSocket,
}

/// A frame that could not be read as a whole, but may say which command it was, or that it is the hello of
/// another version. Only the kind must be as it is here.
#[derive(Deserialize)]
struct Torso {
    kind: String,
    #[serde(default)]
    id: Value,
    #[serde(default)]
    protocol: Value,
}

/// The frame as it reads when what is null is left out: in many languages the two are one.
fn without_nulls(text: &str) -> Option<ClientFrame> {
    let mut fields: serde_json::Map<String, Value> = serde_json::from_str(text).ok()?;
    fields.retain(|_, value| !value.is_null());
    serde_json::from_value(Value::Object(fields)).ok()
}

impl Wire {
    /// The next frame. Safe to drop while waiting. Frames that break the rules are answered here.
    pub(crate) async fn read(&mut self) -> Result<Read, Over> {
        match self.socket.recv().await {
            Some(Ok(Message::Text(text))) => self.decode(&text).await,
            Some(Ok(Message::Binary(_))) => {
                Err(self.refuse(ErrorCode::Malformed, "Frames are text: one JSON object each.").await)
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Read::Nothing),
            Some(Ok(Message::Close(_))) | None => Err(Over::Gone),
            Some(Err(broken)) => Err(self.broken(broken).await),
        }
    }

    /// What came is no frame, or the line is gone and there is nobody left to tell.
    async fn broken(&mut self, error: axum::Error) -> Over {
        use tungstenite::error::{Error, ProtocolError};
        let error = error.into_inner().downcast::<Error>();
        let (code, words) = match error.as_deref() {
            Ok(Error::Capacity(_)) => {
                (ErrorCode::TooLarge, "The frame is larger than the 65536 bytes a hub takes.")
            }
            Ok(
                Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)
                | Error::Io(_)
                | Error::ConnectionClosed
                | Error::AlreadyClosed,
            ) => return Over::Gone,
            _ => (
                ErrorCode::Malformed,
                "This is no frame of a WebSocket (RFC 6455), or its text is not UTF-8.",
            ),
        };
        let error = ErrorBody::new(code, words);
        self.send(&HubFrame::Refused { error }).await.err().unwrap_or(Over::Refused)
    }

    async fn decode(&mut self, text: &str) -> Result<Read, Over> {
        if let Ok(frame) = serde_json::from_str(text) {
            return Ok(Read::Frame(frame));
        }
        let torso = serde_json::from_str::<Torso>(text).ok();
        let command = torso.as_ref().filter(|torso| torso.kind == "command");
        if let Some(id) = command.and_then(|torso| CommandId::deserialize(&torso.id).ok()) {
            let error = ErrorBody::new(ErrorCode::Malformed, "The hub could not read this command.");
            self.send(&HubFrame::Reply { id, error: Some(error) }).await?;
            return Ok(Read::Nothing);
        }
        if let Some(hello) = torso.filter(|torso| torso.kind == "hello") {
            // The hello of another version may look different in everything else.
            if !hello.protocol.is_null() && hello.protocol != PROTOCOL_VERSION {
                return Err(self.incompatible(&hello.protocol.to_string()).await);
            }
            if let Some(frame) = without_nulls(text) {
                return Ok(Read::Frame(frame));
            }
        }
        Err(self.refuse(ErrorCode::Malformed, "The hub could not read this frame.").await)
    }

    async fn incompatible(&mut self, protocol: &str) -> Over {
        let protocol: String = protocol.chars().take(20).collect();
        let words = format!(
            "This hub speaks protocol version {PROTOCOL_VERSION} and the app version {protocol}. Update the older one."
        );
        self.refuse(ErrorCode::Incompatible, &words).await
    }

    /// Tells the client why it is hung up on.
    pub(crate) async fn refuse(&mut self, code: ErrorCode, words: &str) -> Over {
        let _told = self.send(&HubFrame::Refused { error: ErrorBody::new(code, words) }).await;
        Over::Refused
    }

    pub(crate) async fn send(&mut self, frame: &HubFrame) -> Result<(), Over> {
        let text = serde_json::to_string(frame).map_err(|_unreachable| Over::Gone)?;
        self.send_text(text).await
    }

    pub(crate) async fn send_text(&mut self, text: String) -> Result<(), Over> {
        match timeout(limits::SEND_TIMEOUT, self.socket.send(Message::Text(text.into()))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_gone)) => Err(Over::Gone),
            Err(_elapsed) => Err(Over::Slow),
        }
    }

    async fn close(mut self, over: Over) {
        let (code, reason) = match over {
            Over::Gone => return,
            Over::Closing => (close_code::AWAY, "the hub shuts down"),
            Over::Refused | Over::SignedOut => (close_code::POLICY, "refused"),
            Over::Silent | Over::Slow => (close_code::AWAY, "nothing was heard"),
        };
        let frame = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
        let _closed = timeout(Duration::from_secs(1), async {
            if self.socket.send(frame).await.is_ok() {
                // Until the client has read what was said: what it still sends would make its system throw
                // that away.
                while let Some(Ok(_)) = self.socket.recv().await {}
                if over == Over::Refused {
                    tokio::time::sleep(LINGER).await;
                }
            }
        })
        .await;
    }
}
