//! Practice: simulated customers behind simulated providers, for training and tests.
//!
//! [`Provider`] simulates the WhatsApp Cloud API: it accepts a hub's messages over HTTP and posts signed webhooks to
//! the hub. A [`Customer`] is a person with a phone behind it, moved by a test or, after [`Provider::start_cast`], by
//! a script. [`Provider::start_sms`] adds Twilio's API for SMS with the same customers. Nothing here depends on the
//! hub's code; everything is HTTP, as with a real provider.
//!
//! The same seed and the same manual clock give the same conversations.
//!
//! # The control API
//!
//! [`Provider::start_with_control`] and the program `deskbell-practice` serve it beside the provider's API:
//!
//! | Request | Body | Answer |
//! |---|---|---|
//! | `GET /practice/customers/{name}` | | `{"name","wa_id","user_id","number"}` |
//! | `POST /practice/customers/{name}/writes` | `{"text"}` or `{"message": {"type": …}}`, optional `"reply_to": wamid`, `"wait": false`, `"phone": false` | `{"wamid","taken"}` |
//! | `POST /practice/customers/{name}/writes` | `{"channel": "sms", "text"}`, optional `"wait": false` | `{"sid","taken"}` |
//! | `POST /practice/customers/{name}/reacts` | `{"to": wamid, "emoji"}`; no emoji removes the reaction; optional `"wait"`, `"phone"` | `{"wamid","taken"}` |
//! | `POST /practice/customers/{name}/reads` | | `{}` |
//! | `GET /practice/customers/{name}/phone` | | `{"lines":[{"writer","text","wamid","at","tick","echo","reply_to","reaction"}], "typing_seen": [at]}` |
//! | `GET /practice/customers/{name}/phone?channel=sms` | | `{"lines":[{"writer","text","sid","at","tick"}]}` |
//! | `POST /practice/faults` | one [`Fault`], such as `{"fault":"busy","times":2}`, optional `"channel": "sms"` | `{}` |
//! | `POST /practice/cast` | | `{}` |
//!
//! `taken` says whether the hub has accepted it. A request that waits does so for at most 30 seconds, and is answered
//! with 504 if the hub has not. Any name is valid; the same name is the same person.

mod cast;
mod chance;
mod channel;
mod control;
mod customer;
mod directory;
mod faults;
mod pace;
mod person;
mod providers;
mod server;
mod shared;
mod simulation;
mod webhooks;

pub use customer::{Customer, SmsCustomer, Timeout};
pub use faults::{CanSend, Fault};
pub use person::{Line, Tick, Writer};
pub use providers::whatsapp::BUSINESS_ACCOUNT;
pub use server::{Provider, ProviderConfig, SmsConfig, SmsProvider};
