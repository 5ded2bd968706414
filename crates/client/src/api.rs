//! The whole contract between engine and UI: every [`Request`], [`Reply`] and [`Event`].
//!
//! A feature starts here. Two functions carry the contract, `request` and `subscribe`, and neither side knows
//! whether the other one is in a Tauri window or a browser on loopback. The TypeScript types in
//! `ui/src/bindings` are generated from these files.
//!
//! State changes are told by events alone. Events are numbered per subscription and acknowledged. They may
//! repeat; rows have a version, so applying one twice changes nothing.

mod events;
mod hubs;
mod replies;
mod requests;
mod rows;
mod settings;
mod workspace;

pub use events::{Alert, CacheProblem, Changes, Connection, Event, NumberedEvent};
pub use hubs::{RememberedHub, SignInRefusal, Workplace};
pub use replies::{Hit, Reply, TranscriptPage};
pub use requests::{InteractionFilter, OutgoingContent, PageAnchor, Request};
pub use rows::{
    AccountView, ContactProfile, ContactView, ConversationView, MaySend, Outgoing, OutgoingState,
    SendPermission,
};
pub use settings::{Language, Settings, Theme};
pub use workspace::{AlertStyle, HostInfo, KeyPlace, WorkspaceSnapshot};
