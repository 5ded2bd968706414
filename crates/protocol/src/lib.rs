//! What app and hub say to each other: ids, rows, frames and error codes.
//!
//! This crate is the treaty between the two ends and holds no I/O. `docs/protocol.md` describes it for
//! people who write a client in another language; every frame there is a golden file under `tests/golden`.
//!
//! Both ends tolerate what they do not know: unknown fields are ignored, unknown kinds decode to `Unknown`.

mod change;
mod channel;
mod contact;
mod conversation;
mod error;
mod frame;
mod history;
mod http;
mod ids;
mod interaction;
mod may_send;
mod message;
mod notification;
mod people;
mod text_length;

pub use change::{Change, Entry, Scope};
pub use channel::{
    AddressKind, BeginRule, Channel, ChannelPolicy, MediaKind, MediaLimit, MessagingWindow, Receipts,
    TextLimit, TextUnit, WindowOpener,
};
pub use contact::{
    Account, AccountHealth, Assignment, Attribute, Contact, ContactEdit, ContactField, Evidence,
    EvidenceState, MAX_ATTRIBUTE_CHARS, MAX_ATTRIBUTE_KEY_CHARS, MAX_CONTACT_PARTS, MAX_NAME_CHARS, OptIn,
    Viewer,
};
pub use conversation::{Conversation, Queue};
pub use error::{ErrorBody, ErrorCode};
pub use frame::{
    CaseKey, ClientFrame, Command, Cursor, Disposition, HubFrame, HubSettings, MAX_CASE_CHARS,
    MAX_CLIENT_FRAME_BYTES, MAX_HUB_FRAME_BYTES, MAX_NOTE_CHARS, PROTOCOL_VERSION,
};
pub use history::{
    AddressCheck, AddressFact, ContactDetail, ContactPage, InteractionPage, Likeness, OwnSide,
    PastInteraction, ThreadHit, ThreadHits, ThreadPage, Validation,
};
pub use http::{
    ConversationDetail, ConversationPage, HubIdentity, MessagePage, SignIn, SignedIn, Snapshot, TemplateList,
};
pub use ids::{
    AccountId, AgentId, CommandId, ContactId, ConversationId, Generation, HubId, IdentityId, InteractionId,
    LogPosition, MessageId, Millis, OfferId, Position, QueueId, SessionId,
};
pub use interaction::{
    AlertOutcome, CaseField, EndedBy, Interaction, InteractionState, Offer, OfferState, Participant,
};
pub use may_send::{Barrier, Until, may_send};
pub use message::{
    Author, Content, DeliveryState, Failure, FailureClass, Message, Notice, Quote, Reaction, Remedy,
};
pub use notification::{FilledTemplate, MAX_VARIABLE_CHARS, Template, Unsendable, Variable, VariablePlace};
pub use people::{Agent, ChannelStatus, Readiness, Role};
