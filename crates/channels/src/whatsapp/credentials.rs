//! Whether WhatsApp accepts the access token.

use super::{WhatsApp, graph};
use crate::Credentials;

impl WhatsApp {
    /// Asks for the account's own number, which shows whether the access token is accepted (Cloud API reference,
    /// "business phone numbers": `GET /{version}/{phone-number-id}`). Changes nothing. Takes at most some 40
    /// seconds.
    pub async fn check_credentials(&self) -> Credentials {
        let Some(api) = &self.api else { return Credentials::Unknown };
        let answer = api.get(&[&self.settings.phone_number_id], &[("fields", "id")]).await;
        answer.map_or(Credentials::Unknown, |answer| graph::credentials(&answer))
    }
}
