//! The WhatsApp Cloud API, as the provider's documentation describes it.

mod account;
mod advert;
mod api;
mod auth;
mod fields;
mod inbound;
mod lookups;
mod message;
mod outbound;
mod request;
mod responses;
mod state;
mod statuses;
mod templates;
mod webhook;

pub(crate) use account::Account;
pub use account::BUSINESS_ACCOUNT;
pub(crate) use advert::Advert;
pub(crate) use api::router;
pub(crate) use message::{reaction_message, text_message, with};
pub(crate) use state::WhatsApp;
