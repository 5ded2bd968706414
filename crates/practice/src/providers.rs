//! The providers: each simulates the API of one, posts webhooks as it documents them, and knows nothing of the
//! others.

mod outage;
pub(crate) mod sms;
pub(crate) mod whatsapp;
