//! The settings of an SMS account.

use std::sync::Arc;

use deskbell_protocol::Channel as ChannelKind;
use serde::Deserialize;

use super::Sms;
use crate::settings::{
    AccountContext, ChannelSettings, Environment, EnvironmentValue, SettingsFault, SettingsTable,
    base_url_fault, in_range, own_number,
};
use crate::{Channel, Secret};

/// The settings of one account. Each field has the meaning of the key of the same name.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The id of the account in Twilio's console, `AC` and 32 hex digits.
    pub account_sid: String,
    /// The auth token of the account: the password of each call, and the key that deliveries are signed with.
    pub auth_token: Secret,
    /// Our own number in E.164 form.
    pub number: String,
    /// The address of the API.
    pub base_url: String,
    /// How many messages per second go to Twilio, which puts them in a queue for each number.
    pub messages_per_second: u32,
}

/// The keys as they stand in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Table {
    account_sid: String,
    account_sid_env: Option<String>,
    auth_token: Secret,
    auth_token_env: Option<String>,
    number: String,
    number_env: Option<String>,
    base_url: String,
    messages_per_second: u32,
}

impl Default for Table {
    fn default() -> Self {
        let Settings { account_sid, auth_token, number, base_url, messages_per_second } =
            Settings::new("", Secret::new(""), "");
        Self {
            account_sid,
            account_sid_env: None,
            auth_token,
            auth_token_env: None,
            number,
            number_env: None,
            base_url,
            messages_per_second,
        }
    }
}

impl Settings {
    /// Settings with everything that has a default at its default.
    #[must_use]
    pub fn new(account_sid: impl Into<String>, auth_token: Secret, number: &str) -> Self {
        Self {
            account_sid: account_sid.into(),
            auth_token,
            number: own_number(number).unwrap_or_else(|| number.to_owned()),
            base_url: "https://api.twilio.com".to_owned(),
            messages_per_second: 10,
        }
    }

    /// Parses the table of an account, and completes it from the environment.
    ///
    /// # Errors
    ///
    /// If a key is unknown, of the wrong type, missing or given twice, or a variable is missing or empty.
    pub fn parse(table: SettingsTable<'_>, environment: Environment<'_>) -> Result<Self, SettingsFault> {
        let table = table.parse::<Table>()?;
        let value = |key, variable_key| EnvironmentValue { key, variable_key, environment };
        let account_sid = value("account_sid", "account_sid_env")
            .required(&table.account_sid, table.account_sid_env.as_deref())?;
        let auth_token = value("auth_token", "auth_token_env")
            .required(table.auth_token.expose(), table.auth_token_env.as_deref())?;
        let number = value("number", "number_env").required(&table.number, table.number_env.as_deref())?;
        let Table { base_url, messages_per_second, .. } = table;
        let settings = Self::new(account_sid, Secret::new(auth_token), &number);
        Ok(Self { base_url, messages_per_second, ..settings })
    }
}

impl ChannelSettings for Settings {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn address(&self) -> &str {
        &self.number
    }

    fn address_key(&self) -> &'static str {
        "number"
    }

    fn own_number(&self) -> Option<String> {
        own_number(&self.number)
    }

    fn messages_per_second(&self) -> u32 {
        self.messages_per_second
    }

    fn check(&self, context: &AccountContext<'_>) -> Result<(), SettingsFault> {
        let fault = |key, reason: &str| Err(SettingsFault::key(key, reason));
        let hex = self.account_sid.strip_prefix("AC").unwrap_or_default();
        if hex.len() != 32 || !hex.bytes().all(|it| it.is_ascii_hexdigit()) {
            return fault("account_sid", "account_sid is AC and 32 digits, from the provider's console");
        }
        if self.auth_token.expose().trim().is_empty() {
            return fault("auth_token", "auth_token is empty; anybody can sign with that");
        }
        if own_number(&self.number).is_none() {
            return fault("number", "number is given with its country, such as +49 170 1234567");
        }
        if let Some(reason) = base_url_fault(&self.base_url, "https://api.twilio.com") {
            return Err(SettingsFault::key("base_url", reason));
        }
        in_range("messages_per_second", self.messages_per_second, &(1..=10_000))?;
        if context.public_url.is_none() {
            return fault(
                "public_url",
                "SMS deliveries are signed with the hub's public address; set public_url at the top of the file, \
                 such as https://desk.example",
            );
        }
        Ok(())
    }

    fn open(&self, context: &AccountContext<'_>) -> Arc<dyn Channel> {
        Arc::new(Sms::new(self.clone(), context))
    }

    fn clone_box(&self) -> Box<dyn ChannelSettings> {
        Box::new(self.clone())
    }
}
