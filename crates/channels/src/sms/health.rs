//! Whether Twilio accepts our credentials, and whether the account can send.

use deskbell_protocol::OwnSide;
use serde_json::Value;

use super::errors::TABLE;
use super::{Sms, answers};
use crate::Credentials;
use crate::diagnosis::printable;

impl Sms {
    /// Asks for the account itself ("account resource"). Changes nothing. Takes at most some 40 seconds.
    pub(super) async fn account_credentials(&self) -> Credentials {
        let Some(api) = &self.api else { return Credentials::Unknown };
        match api.account(None).await {
            Ok(answer) => TABLE.credentials(&answer, answers::code(&answer)),
            Err(_no_answer) => Credentials::Unknown,
        }
    }

    /// Asks whether the account is active. Changes nothing. Takes at most some 40 seconds.
    pub(super) async fn account_health(&self) -> OwnSide {
        let Some(api) = &self.api else { return OwnSide::Unknown { failure: TABLE.not_set_up() } };
        let Ok(answer) = api.account(None).await else {
            return OwnSide::Unknown { failure: TABLE.not_asked() };
        };
        let account = answer.json().filter(|_| answer.is_success());
        match account.and_then(|account| account.get("status")).and_then(Value::as_str) {
            Some("active") => OwnSide::Available,
            Some(status) => {
                OwnSide::Blocked { reasons: vec![format!("The account is {}.", printable(status))] }
            }
            None => OwnSide::Unknown { failure: answers::failure_of(&answer) },
        }
    }
}
