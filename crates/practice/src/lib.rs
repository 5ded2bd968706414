//! The customers and the provider: simulated people behind simulated provider APIs.
//!
//! [`Provider`] is the provider's side of the WhatsApp Cloud API: it takes a hub's messages over HTTP and
//! brings signed webhooks to it. [`Customer`] is a person with a phone behind it, moved by a test or, after
//! [`Provider::start_cast`], by a script. Nothing here knows the hub's insides; all is HTTP, as in life.
//!
//! The same seed and the same hand-driven clock give the same conversations.
//!
//! # The control API
//!
//! [`Provider::start_with_control`] and the program `deskbell-practice` also serve this, beside the provider:
//!
//! | Call | Body | Answer |
//! |---|---|---|
//! | `GET /practice/customers/{name}` | | `{"name","wa_id","user_id"}` |
//! | `POST /practice/customers/{name}/writes` | `{"text"}` or `{"message": {"type": …}}`, optional `"reply_to": wamid`, `"wait": false`, `"phone": false` | `{"wamid","taken"}` |
//! | `POST /practice/customers/{name}/reacts` | `{"to": wamid, "emoji"}`, no emoji takes it back; optional `"wait"`, `"phone"` | `{"wamid","taken"}` |
//! | `POST /practice/customers/{name}/reads` | | `{}` |
//! | `GET /practice/customers/{name}/phone` | | `{"lines":[{"writer","text","wamid","at","tick","echo","reply_to","reaction"}], "typing_seen": [at]}` |
//! | `POST /practice/faults` | one [`Fault`], such as `{"fault":"busy","times":2}` | `{}` |
//! | `POST /practice/cast` | | `{}` |
//!
//! `taken` says whether the hub answered 200; a call that waits does so for at most 30 seconds and answers 504
//! if it did not. A name is whoever you like; the same name is the same person.

mod cast;
mod chance;
mod control;
mod customer;
mod pace;
mod provider;

pub use customer::{Customer, Gone, Line, Tick, Writer};
pub use provider::{BUSINESS_ACCOUNT, CanSend, Fault, Provider, ProviderConfig};
