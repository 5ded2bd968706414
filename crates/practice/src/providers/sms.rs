//! SMS by Twilio's Messages API, as the provider's documentation describes it: messages are created over HTTP, and
//! inbound messages and status callbacks arrive as signed form posts.
//!
//! Not simulated: media, messaging services, scheduled messages, and the texts with which Twilio itself answers STOP,
//! START and HELP.

mod account;
mod api;
mod auth;
mod inbound;
mod lookups;
mod opt_out;
mod outbound;
mod overrides;
mod request;
mod responses;
mod segments;
mod signature;
mod state;
mod statuses;
mod webhook;

pub(crate) use account::Account;
pub(crate) use api::router;
pub(crate) use state::Sms;
