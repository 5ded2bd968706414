//! What the person has on the screen.

use deskbell_protocol::ConversationId;

/// What the person has on the screen. Never stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct View {
    /// The conversation that is open.
    pub(crate) conversation: Option<ConversationId>,
    /// Whether the window or page has the focus.
    pub(crate) focused: bool,
    /// Whether the person is writing in the conversation.
    pub(crate) writing: bool,
}

impl View {
    /// Whether the person reads what arrives in this conversation.
    pub(crate) fn shows(&self, conversation: ConversationId) -> bool {
        self.focused && self.conversation == Some(conversation)
    }
}
