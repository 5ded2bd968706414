//! Who acts.

use deskbell_protocol::{Agent, SessionId};

/// The agent who gives a command, and the session it came through.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub(crate) agent: Agent,
    pub(crate) session: SessionId,
}
