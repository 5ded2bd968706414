//! Interactions and offers: who handles a conversation, and who is asked to.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AgentId, Channel, ConversationId, InteractionId, LogPosition, Millis, OfferId, QueueId};

/// Where an interaction is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InteractionState {
    /// Waits in its queue for an agent.
    Queued,
    /// Rings at an agent.
    Offered,
    /// An agent handles it.
    Active,
    /// Over for the contact; the agent still completes it.
    Ended,
    /// Closed.
    Done,
}

/// Who ended an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The agent pressed End.
    Agent,
    /// The contact left.
    Contact,
    /// Nobody wrote for the set time.
    Idle,
    /// The hub, for a reason of its own.
    System,
}

/// One fact about the case of an interaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CaseField {
    /// The hub's name for the fact, such as `referral.headline` or a key of its settings.
    pub key: String,
    /// The fact, as plain text; at most [`crate::MAX_CASE_CHARS`] characters.
    pub value: String,
}

/// Somebody who handles or handled an interaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Participant {
    /// The agent.
    pub agent: AgentId,
    /// Their name.
    pub name: String,
    /// For how long they handled it, in milliseconds; what they are at now is added when they stop.
    pub handled_ms: i64,
}

/// One handling of a conversation by agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Interaction {
    /// Its id.
    pub id: InteractionId,
    /// What is handled.
    pub conversation: ConversationId,
    /// Where it waited.
    pub queue: QueueId,
    /// Where it is in its life.
    pub state: InteractionState,
    /// Who handles or last handled it.
    pub agent: Option<AgentId>,
    /// That agent's name.
    pub agent_name: Option<String>,
    /// Who ended it; set while it is ended or done.
    pub ended_by: Option<EndedBy>,
    /// Everybody who handles or handled it, in the order in which they first took it.
    #[serde(default)]
    pub participants: Vec<Participant>,
    /// When it began.
    pub created_at: Millis,
    /// When an agent last took it.
    pub active_since: Option<Millis>,
    /// When it ended.
    pub ended_at: Option<Millis>,
    /// When it was marked done.
    pub done_at: Option<Millis>,
    /// Since when the contact waits for an answer; absent when it is their turn.
    pub waiting_since: Option<Millis>,
    /// What is known about the case, by the hub's keys, in their order.
    #[serde(default)]
    pub case: Vec<CaseField>,
    /// How it went: the id of one of the hub's dispositions.
    #[serde(default)]
    pub disposition: Option<String>,
    /// What the agent noted; empty if nothing. At most [`crate::MAX_NOTE_CHARS`] characters.
    #[serde(default)]
    pub note: String,
    /// The log position of the last change of this row.
    pub version: LogPosition,
}

/// Where an offer is in its life. Everything but `ringing` is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    /// Rings until its deadline.
    Ringing,
    /// The agent accepted, or it was answered automatically.
    Taken,
    /// The agent declined.
    Declined,
    /// Nobody acted before the deadline.
    TimedOut,
    /// No toast could be shown to the agent.
    NotAlerted,
    /// The hub took it back: the interaction ended or went elsewhere.
    Withdrawn,
}

/// One interaction put before one agent. Holds all that a toast shows, because an agent to whom an
/// interaction is offered may not have its conversation yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// What is offered.
    pub interaction: InteractionId,
    /// The conversation behind it.
    pub conversation: ConversationId,
    /// The queue it comes from.
    pub queue: QueueId,
    /// That queue's name.
    pub queue_name: String,
    /// The channel the contact writes on.
    pub channel: Channel,
    /// The contact's name.
    pub contact_name: String,
    /// The contact's first words, at most 120 characters.
    pub preview: String,
    /// The agent it rings at.
    pub agent: AgentId,
    /// Where it is in its life.
    pub state: OfferState,
    /// Whether it was answered automatically, by the account's settings.
    pub automatic: bool,
    /// When it was made.
    pub offered_at: Millis,
    /// When it times out.
    pub deadline: Millis,
    /// The log position of the last change of this row.
    pub version: LogPosition,
}

/// What became of the toast for an offer on one desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AlertOutcome {
    /// Handed to the desktop. It may still be hidden there: a successful hand-over proves no more.
    HandedOver,
    /// The desktop would not show it (do not disturb); the reason says why.
    Suppressed,
    /// It could not be shown.
    Failed,
    /// The person was seen to act on it.
    Seen,
}
