//! Interactions that an agent begins.

use deskbell_protocol::{ConversationId, ErrorCode, InteractionId, Millis};

use super::answering::{held_by_another, new_interaction};
use super::error::StoreError;
use super::handling::By;
use super::tables::interactions;
use super::writing::Writing;

impl Writing<'_> {
    /// Begins an interaction with a contact, active and held by the agent. Of the one that they hold already
    /// nothing is made but that it goes on.
    pub(super) fn start_interaction(
        &mut self,
        by: &By,
        id: InteractionId,
        conversation: ConversationId,
        now: Millis,
    ) -> Result<(), StoreError> {
        let conversation = self.readable(by, conversation)?;
        let open = interactions::open_in(self.conn, conversation.row.id)?;
        if let Some(open) = open {
            if held_by_another(&open.row, by) {
                return Err(StoreError::refused(
                    ErrorCode::HeldByColleague,
                    "A colleague handles this conversation now; no interaction was begun.",
                ));
            }
            return self.interaction_to_write_in(by, &conversation, Some(open), now).map(|_it| ());
        }
        if interactions::by_id(self.conn, id)?.is_some() {
            return Err(StoreError::refused(
                ErrorCode::Malformed,
                "Another interaction has this id, so none was begun.",
            ));
        }
        let mut fresh = new_interaction(&conversation, now);
        fresh.row.id = id;
        fresh.preferred = Some(by.agent.id);
        // Written before what refers to it; logged once, when it is taken.
        interactions::put(self.conn, &fresh)?;
        self.hand_to(fresh, by.agent.id, now)
    }
}
