//! Bodies of the HTTP calls under `/v1`: sign-in and everything in bulk.

use serde::{Deserialize, Serialize};

use crate::{
    Account, AccountHealth, Agent, Assignment, ChannelStatus, Contact, Conversation, Generation, HubId,
    Interaction, LogPosition, Message, Millis, Offer, Position, Queue, Template,
};

/// `GET /v1/hub`, without a token: who answers at this address. No secret, and no proof either: it tells
/// one's own hubs apart, and TLS keeps strangers out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubIdentity {
    /// Which hub this is.
    pub hub: HubId,
    /// What people call it.
    pub name: String,
    /// [`PROTOCOL_VERSION`](crate::PROTOCOL_VERSION) of the hub.
    pub protocol: u32,
    /// The hub's clock.
    pub now: Millis,
}

/// `POST /v1/sign-in`: who wants in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The agent's name.
    pub name: String,
    /// Their password.
    pub password: String,
}

/// The answer to a sign-in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// What the hello frame and the `Authorization: Bearer` header carry.
    pub token: String,
    /// When the token stops working.
    pub expires_at: Millis,
    /// Which hub the token is of.
    pub hub: HubId,
    /// Who signed in.
    pub agent: Agent,
}

/// `GET /v1/snapshot`: the agent's own state at one log position. The conversations follow by pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Which life of the hub's store this is.
    pub generation: Generation,
    /// The log position that everything here and in the pages is at least as new as.
    pub head: LogPosition,
    /// Who asks.
    pub agent: Agent,
    /// The queues they are a member of.
    pub queues: Vec<Queue>,
    /// Their state per channel.
    pub statuses: Vec<ChannelStatus>,
    /// What rings at them.
    pub offers: Vec<Offer>,
    /// The accounts of those queues.
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// Those of them that cannot send.
    #[serde(default)]
    pub unhealthy: Vec<AccountHealth>,
    /// Their assigned contacts.
    #[serde(default)]
    pub assignments: Vec<Assignment>,
}

/// A conversation with its interactions that are not done, and the newest done one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationDetail {
    /// The row.
    pub conversation: Conversation,
    /// Its interactions, oldest first.
    pub interactions: Vec<Interaction>,
    /// The contact behind it.
    #[serde(default)]
    pub contact: Option<Contact>,
}

/// `GET /v1/conversations`: a page of what the agent may read, in a stable order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationPage {
    /// The rows of this page.
    pub conversations: Vec<ConversationDetail>,
    /// What to pass as `after` for the next page; absent on the last.
    pub next: Option<String>,
}

/// `GET /v1/conversations/{id}/messages`: a page of one transcript, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagePage {
    /// The rows of this page.
    pub messages: Vec<Message>,
    /// What to pass as `before` for the next (older) page; absent on the last.
    pub next: Option<Position>,
}

/// `GET /v1/accounts/{id}/templates`: what the provider approves now, in the order of names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateList {
    /// All of them.
    pub templates: Vec<Template>,
}
