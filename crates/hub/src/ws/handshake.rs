//! The handshake: the client's `hello` identifies the agent before a session begins.

use deskbell_protocol::{ClientFrame, Cursor, ErrorCode, HubFrame, PROTOCOL_VERSION, SessionId};

use crate::auth::passwords;
use crate::domain::actor::Actor;
use crate::shared::Shared;
use crate::ws::CloseReason;
use crate::ws::frame_socket::{FrameSocket, Incoming};

/// A `hello` whose token was accepted.
#[derive(Debug)]
pub(crate) struct Hello {
    pub(crate) actor: Actor,
    /// The hash of the token.
    pub(crate) token: Vec<u8>,
    /// The log position up to which the client has everything, if it has anything.
    pub(crate) cursor: Option<Cursor>,
}

/// Waits for the `hello` and authenticates it. Any other frame, another protocol version or an invalid token is refused.
pub(crate) async fn read_hello(shared: &Shared, socket: &mut FrameSocket) -> Result<Hello, CloseReason> {
    let frame = loop {
        match socket.read().await? {
            Incoming::Frame(frame) => break frame,
            Incoming::Nothing => {}
        }
    };
    let ClientFrame::Hello { protocol, token, app, cursor, .. } = frame else {
        return Err(socket.refuse(ErrorCode::Malformed, "The first frame must be a hello.").await);
    };
    if protocol != PROTOCOL_VERSION {
        return Err(socket.refuse_version(&protocol.to_string()).await);
    }
    let token = passwords::token_hash(&token);
    match shared.authenticate(token.clone()).await {
        Ok(Some(agent)) => {
            let actor = Actor { agent, session: SessionId::fresh() };
            let app: String = app.chars().filter(|c| !c.is_control()).take(100).collect();
            tracing::info!(session = %actor.session, agent = %actor.agent.id, app, "session began");
            Ok(Hello { actor, token, cursor })
        }
        Ok(None) => {
            Err(socket.refuse(ErrorCode::Unauthorized, "You are no longer signed in. Sign in again.").await)
        }
        Err(error) => {
            let _sent = socket.send(&HubFrame::Refused { error: error.body() }).await;
            Err(CloseReason::Refused)
        }
    }
}
