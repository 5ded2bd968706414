//! The whole contract between engine and UI: every [`Request`], [`Reply`] and [`Event`].
//!
//! A feature starts here. Two doors carry it, `request` and `subscribe`, and neither side knows what
//! lies behind them: a Tauri window, or a browser on loopback. The TypeScript types in
//! `ui/src/bindings` are generated from these files.
//!
//! State changes travel only as events. Events are numbered per subscription and acknowledged; they may
//! repeat, and rows carry a version, so applying one twice changes nothing.

mod events;
mod hubs;
mod replies;
mod requests;
mod rows;
mod settings;
mod workspace;

pub use events::{Alert, Changes, Connection, Event, NumberedEvent, Waiting};
pub use hubs::{RememberedHub, SignInRefusal, Workplace};
pub use replies::{Hit, Reply, TranscriptPage};
pub use requests::{InteractionFilter, OutgoingContent, Place, Request};
pub use rows::{
    AccountView, ContactProfile, ContactView, ConversationView, MaySend, Outgoing, OutgoingState,
    SendPermission,
};
pub use settings::{Language, Settings, Theme};
pub use workspace::{AlertStyle, HostInfo, KeyPlace, WorkspaceSnapshot};
