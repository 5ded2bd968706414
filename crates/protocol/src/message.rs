//! Messages, their delivery, and the system lines between them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AgentId, ConversationId, EndedBy, InteractionId, LogPosition, MessageId, Millis, Position};

/// How far an agent's message has come. Only moves forward, see [`DeliveryState::advance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// On the desktop, not yet at the hub.
    Queued,
    /// On the desktop; the window closed meanwhile.
    Held,
    /// At the hub.
    Stored,
    /// Being handed to the provider right now.
    Posting,
    /// The provider has it.
    Accepted,
    /// The provider has sent it on.
    Sent,
    /// On the contact's device.
    Delivered,
    /// The contact has seen it.
    Read,
    /// The contact has listened to it.
    Played,
    /// Nobody knows whether the provider got it: the answer was lost. Never resent by itself.
    Unknown,
    /// The provider refused it or could not deliver it.
    Failed,
}

impl DeliveryState {
    /// Where the state stands on the way; higher is further.
    const fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Held => 1,
            Self::Stored => 2,
            Self::Posting => 3,
            Self::Unknown => 4,
            Self::Accepted => 5,
            Self::Sent => 6,
            Self::Failed => 7,
            Self::Delivered => 8,
            Self::Read => 9,
            Self::Played => 10,
        }
    }

    /// The state after hearing of `news`: the further of the two.
    ///
    /// A failure counts only while nothing was delivered, and a delivery after a reported failure
    /// corrects it. What is unknown is settled by any word from the provider. Statuses arrive late,
    /// twice and in any order; the result does not depend on the order.
    #[must_use]
    pub const fn advance(self, news: Self) -> Self {
        if news.rank() > self.rank() { news } else { self }
    }
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Author {
    /// The customer.
    Contact,
    /// One of us.
    Agent {
        /// Their id.
        agent: AgentId,
        /// Their name when they wrote.
        name: String,
    },
    /// One of us, but not through Deskbell: in the provider's own app on a phone.
    Elsewhere,
    /// Deskbell itself, and any author this version does not know.
    #[serde(other)]
    System,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Plain text, exactly as written. Never markup.
    Text {
        /// The text.
        body: String,
    },
    /// Something this version cannot show yet; the raw form is kept at the hub.
    Placeholder {
        /// The provider's word for it, such as `image`.
        what: String,
        /// The words that came with it.
        caption: Option<String>,
    },
    /// A notification, as the contact reads it.
    Notification {
        /// The template's name.
        template: String,
        /// Its language.
        language: String,
        /// The line above the text.
        header: Option<String>,
        /// The text, filled in.
        body: String,
        /// The line below the text.
        footer: Option<String>,
        /// What the buttons say.
        buttons: Vec<String>,
    },
    /// A line of the system.
    Notice {
        /// What happened.
        notice: Notice,
    },
    /// A kind this version does not know.
    #[serde(other)]
    Unknown,
}

impl Content {
    /// Whether it can be sent only while the messaging window is open. Approved templates need none.
    #[must_use]
    pub const fn needs_window(&self) -> bool {
        match self {
            Self::Text { .. } | Self::Placeholder { .. } | Self::Unknown => true,
            Self::Notification { .. } | Self::Notice { .. } => false,
        }
    }

    /// The words that people said or read, in the order in which they stand, to search in. System lines have
    /// none, and labels of buttons do not count.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        match self {
            Self::Text { body } => vec![body],
            Self::Placeholder { caption, .. } => caption.as_deref().into_iter().collect(),
            Self::Notification { header, body, footer, .. } => {
                let lines = [header.as_deref(), Some(body.as_str()), footer.as_deref()];
                lines.into_iter().flatten().collect()
            }
            Self::Notice { .. } | Self::Unknown => Vec::new(),
        }
    }

    /// The part that stands for it in a list: the text, else what the provider calls its kind, in brackets.
    /// `None` for what no list shows.
    #[must_use]
    pub fn preview(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text { body } | Self::Notification { body, .. } => Some(body.into()),
            Self::Placeholder { caption: Some(caption), .. } => Some(caption.into()),
            Self::Placeholder { what, caption: None } => Some(format!("[{what}]").into()),
            Self::Notice { .. } | Self::Unknown => None,
        }
    }
}

/// What a system line in a transcript reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Notice {
    /// An agent took the interaction.
    Taken {
        /// Their name.
        agent_name: String,
    },
    /// The interaction ended.
    Ended {
        /// By whom.
        by: EndedBy,
        /// The agent's name, if an agent did.
        agent_name: Option<String>,
    },
    /// The contact wrote again, or the agent did: the ended interaction goes on.
    Resumed,
    /// The agent was away or did not answer for too long; the interaction waits in its queue again.
    Requeued,
    /// The contact has another address at the provider; the same conversation goes on.
    AddressChanged {
        /// The address until now, as people read it; absent if there was none to be read.
        from: Option<String>,
        /// The address from now on; absent if only the provider's id of the contact changed.
        to: Option<String>,
    },
    /// The contact took a message back.
    TakenBack {
        /// Which one; it stays in the transcript.
        message: MessageId,
        /// Its place; absent in lines from before it was kept.
        #[serde(default)]
        position: Option<Position>,
    },
    /// A message was not delivered.
    Undelivered {
        /// Which one.
        message: MessageId,
        /// Its place; absent in lines from before it was kept.
        #[serde(default)]
        position: Option<Position>,
        /// Why.
        failure: Failure,
    },
    /// Something this version does not know.
    #[serde(other)]
    Unknown,
}

/// What the agent can do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Write it again.
    WriteAgain,
    /// Send the same message again.
    SendAgain,
    /// Send a notification in its place, or another one: free text, or this one, does not go.
    SendNotification,
    /// Wait for the contact to write.
    WaitForContact,
    /// Confirm the address with the contact another way.
    ConfirmAddress,
    /// Only an administrator can help.
    TellAdministrator,
    /// Nothing, or nothing this version knows.
    #[serde(other)]
    Nothing,
}

/// Why a message did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Failure {
    /// A stable name, `channel.code`, such as `whatsapp.131026`; the UI's catalogue translates it.
    pub reason: String,
    /// One English sentence for the agent: what happened and what became of the message.
    pub sentence: String,
    /// What can be done.
    #[serde(rename = "way_out")]
    pub remedy: Remedy,
    /// What kind of failure it is; absent in failures from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub class: Option<FailureClass>,
}

/// What kind of failure a message met. Decided once, by the channel that reads the provider's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// The address does not reach the contact, as far as the provider tells.
    Address,
    /// The messaging window is closed.
    Window,
    /// The contact asked not to be written to.
    OptedOut,
    /// The template is not approved any more, or was filled in wrongly.
    Template,
    /// The message itself is not accepted: its form, kind, length or size.
    Content,
    /// Something between the hub and the provider refused this message alone.
    Barred,
    /// Something between the hub and the provider refuses everything.
    Unreachable,
    /// The provider does not accept the hub's credentials.
    Credentials,
    /// Too much was sent in too short a time.
    Rate,
    /// The provider had a problem of its own.
    Provider,
    /// The account is not set up, or is restricted.
    Account,
    /// A colleague wrote to the contact first.
    DraftStale,
    /// Something else, or a class this version does not know.
    #[serde(other)]
    Other,
}

/// What a message answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quote {
    /// The quoted message; absent when the hub never saw it.
    pub message: Option<MessageId>,
    /// Who wrote it, if known.
    pub author: Option<Author>,
    /// Its first words, at most 120 characters; empty when unknown.
    pub preview: String,
}

/// A reaction to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reaction {
    /// Who reacted.
    pub author: Author,
    /// With what.
    pub emoji: String,
}

const fn first_attempt() -> u32 {
    1
}

/// One line of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// The interaction it was said in.
    pub interaction: Option<InteractionId>,
    /// Its place; unique in the hub.
    pub position: Position,
    /// When it was written, by the provider's or the writer's clock. Shown, not sorted by.
    pub at: Millis,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub content: Content,
    /// How far it has come; only messages that an agent wrote have it.
    pub delivery: Option<DeliveryState>,
    /// When it came that far: by the provider's clock where the provider told it, but never later than the hub
    /// heard of it; by the hub's clock else. Absent without a delivery state, and where no time was kept.
    #[serde(default)]
    pub state_at: Option<Millis>,
    /// Why it failed, while it counts as failed.
    pub failure: Option<Failure>,
    /// How often it was given to the provider on an agent's word, from 1. Delivery moves forward within one
    /// attempt.
    #[serde(default = "first_attempt")]
    pub attempt: u32,
    /// Whether it arrived much later than it was written.
    pub late: bool,
    /// What it answers, if it was written as a reply.
    #[serde(default)]
    pub quote: Option<Quote>,
    /// How people reacted to it, at most one reaction of each side.
    #[serde(default)]
    pub reactions: Vec<Reaction>,
    /// The log position of the last change of this row.
    pub version: LogPosition,
}

impl Message {
    /// A message that a contact wrote at `at`, by the provider's clock.
    #[must_use]
    pub fn by_contact(
        conversation: ConversationId,
        position: Position,
        at: Millis,
        content: Content,
    ) -> Self {
        Self::new(MessageId::fresh(), conversation, position, at, Author::Contact, content)
    }

    /// A message that an agent wrote and the hub has stored at `now`. The desktop made its id.
    #[must_use]
    pub fn by_agent(
        id: MessageId,
        conversation: ConversationId,
        position: Position,
        at: Millis,
        author: Author,
        content: Content,
        now: Millis,
    ) -> Self {
        Self {
            delivery: Some(DeliveryState::Stored),
            state_at: Some(now),
            ..Self::new(id, conversation, position, at, author, content)
        }
    }

    /// A line of the system.
    #[must_use]
    pub fn notice(conversation: ConversationId, position: Position, at: Millis, notice: Notice) -> Self {
        Self::new(MessageId::fresh(), conversation, position, at, Author::System, Content::Notice { notice })
    }

    /// A message of any author that was not handed to a provider: no interaction, no quote, the first version.
    #[must_use]
    pub fn new(
        id: MessageId,
        conversation: ConversationId,
        position: Position,
        at: Millis,
        author: Author,
        content: Content,
    ) -> Self {
        Self {
            id,
            conversation,
            interaction: None,
            position,
            at,
            author,
            content,
            delivery: None,
            state_at: None,
            failure: None,
            attempt: first_attempt(),
            late: false,
            quote: None,
            reactions: Vec::new(),
            version: LogPosition::default(),
        }
    }
}
