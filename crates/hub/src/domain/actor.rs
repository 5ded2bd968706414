//! The originator of a command.

use deskbell_protocol::{Agent, SessionId};

/// An agent together with one of their sessions.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    /// The agent, as of the sign-in.
    pub(crate) agent: Agent,
    /// The session that the command came through.
    pub(crate) session: SessionId,
}
