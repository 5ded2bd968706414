//! `GET /v1/agent`: one WebSocket per desktop, one task per socket.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use deskbell_protocol::{AgentId, MAX_CLIENT_FRAME_BYTES, MAX_HUB_FRAME_BYTES, SessionId};
use frame_socket::FrameSocket;
use session::Session;
use tokio::time::timeout;

use crate::domain::agents::presence::close_session;
use crate::limits;
use crate::shared::Shared;

mod frame_socket;
mod handshake;
pub(crate) mod open_sockets;
mod session;

/// Why a connection is closed. The names appear in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseReason {
    /// The client left, or the network failed.
    Gone,
    /// Nothing arrived from the client for three heartbeats.
    Silent,
    /// The client did not read what was sent in time.
    Slow,
    /// The client violated the protocol or was refused, and was told why.
    Refused,
    /// The token is no longer valid.
    SignedOut,
    /// The hub shuts down.
    Closing,
}

/// Upgrades the request to a WebSocket and serves it.
pub(crate) async fn upgrade(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(_peer): ConnectInfo<SocketAddr>,
    upgrade: WebSocketUpgrade,
) -> Response {
    // The buffers of the library are sized for few fast peers; a hub has many slow ones.
    upgrade
        .read_buffer_size(4 * 1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(MAX_HUB_FRAME_BYTES)
        .max_message_size(MAX_CLIENT_FRAME_BYTES)
        .max_frame_size(MAX_CLIENT_FRAME_BYTES)
        .on_upgrade(move |socket| async move { Box::pin(serve(shared, FrameSocket::new(socket))).await })
}

/// Serves one socket: handshake, session, close.
async fn serve(shared: Arc<Shared>, mut socket: FrameSocket) {
    // A hub that shuts down waits until this socket is closed.
    let _open = shared.sockets.enter();
    let greeting = timeout(limits::HELLO_TIMEOUT, handshake::read_hello(&shared, &mut socket));
    let hello = tokio::select! {
        () = shared.closed() => Err(CloseReason::Closing),
        hello = greeting => hello.unwrap_or(Err(CloseReason::Silent)),
    };
    let reason = match hello {
        Ok(hello) => {
            let (agent, session) = (hello.actor.agent.id, hello.actor.session);
            let reason = Box::pin(Session::run(&shared, &mut socket, hello)).await;
            // A hub that shuts down leaves its sessions open in the store: the next start closes them all, and
            // offers need not be withdrawn one by one before.
            if reason != CloseReason::Closing {
                store_end(&shared, session, agent).await;
            }
            tracing::info!(%session, ?reason, "session ended");
            reason
        }
        Err(reason) => reason,
    };
    socket.close(reason).await;
}

/// Stores the end of a session, and repeats that while the store cannot be written: an agent with a stale session
/// would get offers that nobody sees.
async fn store_end(shared: &Shared, session: SessionId, agent: AgentId) {
    loop {
        let now = shared.now();
        let Err(error) = shared.store.write(move |tx| close_session(tx, session, agent, now)).await else {
            return;
        };
        tracing::warn!(%session, %error, "cannot store the end of a session");
        if !error.is_transient() || *shared.closing.borrow() {
            return;
        }
        tokio::time::sleep(limits::STORE_RETRY).await;
    }
}
