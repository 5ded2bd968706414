//! The settings of a WhatsApp account.

use std::sync::Arc;

use deskbell_protocol::Channel as ChannelKind;
use serde::Deserialize;

use super::WhatsApp;
use crate::settings::{
    AccountContext, ChannelSettings, Environment, EnvironmentValue, SettingsFault, SettingsTable,
    base_url_fault, in_range, is_plain, own_number,
};
use crate::{Channel, Secret};

/// The settings of one account. Each field has the meaning of the key of the same name.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The id of the business number in the provider's console.
    pub phone_number_id: String,
    /// The id of the business account (WABA) that the number belongs to; the key is `waba_id`. Templates are listed
    /// there, and `check` looks there whether deliveries reach the hub.
    pub business_account_id: Option<String>,
    /// The access token, sent with each call.
    pub access_token: Secret,
    /// The keys that deliveries may be signed with; several while one is being replaced.
    pub app_secrets: Vec<Secret>,
    /// The token that WhatsApp sends with the handshake.
    pub verify_token: Secret,
    /// The address of the Graph API.
    pub base_url: String,
    /// The version of the Graph API, such as `v26.0`.
    pub graph_version: String,
    /// How many messages per second WhatsApp accepts of the number (80, 1000 after an upgrade, 20 where the number is
    /// used in WhatsApp's own app too).
    pub messages_per_second: u32,
    /// Whether contacts are shown that the agent who handles their conversation has read it.
    pub read_receipts: bool,
    /// Whether contacts are shown that the agent writes; only together with `read_receipts`.
    pub typing_indicator: bool,
    /// The number itself, as people dial it from abroad; no contact can have it.
    pub number: Option<String>,
}

/// The keys as they stand in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Table {
    phone_number_id: String,
    phone_number_id_env: Option<String>,
    waba_id: Option<String>,
    waba_id_env: Option<String>,
    access_token: Secret,
    access_token_env: Option<String>,
    app_secrets: Vec<Secret>,
    app_secrets_env: Vec<String>,
    verify_token: Secret,
    verify_token_env: Option<String>,
    base_url: String,
    graph_version: String,
    messages_per_second: u32,
    read_receipts: bool,
    typing_indicator: bool,
    number: Option<String>,
}

impl Default for Table {
    fn default() -> Self {
        let Settings {
            phone_number_id,
            business_account_id,
            access_token,
            app_secrets: _,
            verify_token,
            base_url,
            graph_version,
            messages_per_second,
            read_receipts,
            typing_indicator,
            number,
        } = Settings::new("", Secret::new(""), Secret::new(""), Secret::new(""));
        Self {
            phone_number_id,
            phone_number_id_env: None,
            waba_id: business_account_id,
            waba_id_env: None,
            access_token,
            access_token_env: None,
            app_secrets: Vec::new(),
            app_secrets_env: Vec::new(),
            verify_token,
            verify_token_env: None,
            base_url,
            graph_version,
            messages_per_second,
            read_receipts,
            typing_indicator,
            number,
        }
    }
}

impl Settings {
    /// Settings with everything that has a default at its default.
    #[must_use]
    pub fn new(
        phone_number_id: impl Into<String>,
        access_token: Secret,
        app_secret: Secret,
        verify_token: Secret,
    ) -> Self {
        Self {
            phone_number_id: phone_number_id.into(),
            business_account_id: None,
            access_token,
            app_secrets: vec![app_secret],
            verify_token,
            base_url: "https://graph.facebook.com".to_owned(),
            graph_version: "v26.0".to_owned(),
            messages_per_second: 80,
            read_receipts: true,
            typing_indicator: true,
            number: None,
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
        let phone_number_id = value("phone_number_id", "phone_number_id_env")
            .required(&table.phone_number_id, table.phone_number_id_env.as_deref())?;
        let business_account_id = value("waba_id", "waba_id_env")
            .optional(table.waba_id.as_deref().unwrap_or_default(), table.waba_id_env.as_deref())?;
        let access_token = value("access_token", "access_token_env")
            .required(table.access_token.expose(), table.access_token_env.as_deref())?;
        let verify_token = value("verify_token", "verify_token_env")
            .required(table.verify_token.expose(), table.verify_token_env.as_deref())?;
        let mut app_secrets = table.app_secrets;
        for variable in &table.app_secrets_env {
            let secret = value("app_secrets", "app_secrets_env").of_variable(variable)?;
            app_secrets.push(Secret::new(secret));
        }
        Ok(Self {
            phone_number_id,
            business_account_id,
            access_token: Secret::new(access_token),
            app_secrets,
            verify_token: Secret::new(verify_token),
            base_url: table.base_url,
            graph_version: table.graph_version,
            messages_per_second: table.messages_per_second,
            read_receipts: table.read_receipts,
            typing_indicator: table.typing_indicator,
            number: table.number,
        })
    }
}

impl ChannelSettings for Settings {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Whatsapp
    }

    fn address(&self) -> &str {
        &self.phone_number_id
    }

    fn address_key(&self) -> &'static str {
        "phone_number_id"
    }

    fn own_number(&self) -> Option<String> {
        own_number(self.number.as_deref()?)
    }

    fn messages_per_second(&self) -> u32 {
        self.messages_per_second
    }

    fn check(&self, _context: &AccountContext<'_>) -> Result<(), SettingsFault> {
        let fault = |key, reason: &str| Err(SettingsFault::key(key, reason));
        if !is_plain(&self.phone_number_id) {
            return fault(
                "phone_number_id",
                "phone_number_id is the number's id in the provider's console, not the number",
            );
        }
        if self.business_account_id.as_deref().is_some_and(|id| !id.is_empty() && !is_plain(id)) {
            return fault("waba_id", "waba_id is the id of the business account in the provider's console");
        }
        if self.app_secrets.is_empty() {
            return fault("app_secrets", "without app_secrets no delivery can be trusted");
        }
        if self.app_secrets.iter().any(|secret| secret.expose().trim().is_empty()) {
            return fault("app_secrets", "one of app_secrets is empty; anybody can sign with that");
        }
        if let Some(reason) = base_url_fault(&self.base_url, "https://graph.facebook.com") {
            return Err(SettingsFault::key("base_url", reason));
        }
        if !is_version(&self.graph_version) {
            let reason =
                format!("graph_version = {:?}: it must be a version, such as v26.0", self.graph_version);
            return Err(SettingsFault::key("graph_version", reason));
        }
        in_range("messages_per_second", self.messages_per_second, &(1..=10_000))?;
        if self.number.as_deref().is_some_and(|number| own_number(number).is_none()) {
            return fault("number", "number is given with its country, such as +49 170 1234567");
        }
        Ok(())
    }

    fn open(&self, context: &AccountContext<'_>) -> Arc<dyn Channel> {
        Arc::new(WhatsApp::new(self.clone(), context))
    }

    fn clone_box(&self) -> Box<dyn ChannelSettings> {
        Box::new(self.clone())
    }
}

fn is_version(text: &str) -> bool {
    let number = |digits: &str| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let parts = text.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    parts.is_some_and(|(major, minor)| number(major) && number(minor))
}
