//! The hub's settings, read from a file or built in code. Unknown keys and bad values in a file are refused with their
//! line.

use std::path::{Path, PathBuf};

use deskbell_channels::{Environment, PublicUrl, Secret};
use deskbell_protocol::{HubSettings, QueueId};
use fault::{KeyLocation, line_at};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};
use uuid::Uuid;

use crate::domain::accounts::seed::SetUp;
use crate::domain::deadlines::Retention;
use crate::store::Rules;
use crate::store::tables::accounts::Account;

mod accounts;
mod environment;
mod fault;
mod sections;
mod validation;

pub use accounts::AccountSettings;
pub use sections::{
    AgentSettings, CaseFieldSettings, ContactSettings, DispositionSettings, LimitSettings, QueueSettings,
    RoutingSettings, ScreenSettings,
};

/// Why settings were refused.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file could not be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file has an unknown key or a bad value.
    #[error("line {line}: {reason}")]
    Refused {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// The settings contradict themselves.
    #[error("{0}")]
    Contradiction(String),
}

/// Everything that can be set. Each field has the meaning of the key of the same name in the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What people call this hub.
    #[serde(default = "hub_name")]
    pub name: String,
    /// Where to listen, such as `127.0.0.1:8800`; port 0 takes a free one. Used by the program, not by
    /// [`crate::Hub::serve`], which is given its listener.
    #[serde(default = "listen")]
    pub listen: String,
    /// Whether a proxy that speaks TLS stands before the hub: only then may it listen on anything but loopback, and
    /// all connections come from one address.
    #[serde(default)]
    pub behind_proxy: bool,
    /// The HTTP proxy on the way to providers, such as `http://proxy.example:3128`. What the environment says of
    /// proxies does not count. It may hold a password.
    #[serde(default, deserialize_with = "sections::maybe_secret")]
    pub proxy: Option<Secret>,
    /// The address under which providers reach the hub, such as `https://desk.example`. A channel whose provider
    /// signs it needs it; it is never taken from a request.
    #[serde(default)]
    pub public_url: Option<String>,
    /// The folder of the store.
    pub data_dir: PathBuf,
    /// The queues. Without any there is one called `Everyone`.
    #[serde(default, rename = "queue")]
    pub queues: Vec<QueueSettings>,
    /// Agents to create at the start, if they do not exist yet.
    #[serde(default, rename = "agent")]
    pub agents: Vec<AgentSettings>,
    /// Our own addresses on channels.
    #[serde(skip)]
    pub accounts: Vec<AccountSettings>,
    /// How interactions may have gone, in the order to show them.
    #[serde(default, rename = "disposition")]
    pub dispositions: Vec<DispositionSettings>,
    /// The facts about a case that are shown, in the order to show them.
    #[serde(default, rename = "case_field")]
    pub case_fields: Vec<CaseFieldSettings>,
    /// How interactions find agents.
    #[serde(default)]
    pub routing: RoutingSettings,
    /// How contacts are kept and written to.
    #[serde(default)]
    pub contacts: ContactSettings,
    /// How long things are kept, and other bounds.
    #[serde(default)]
    pub limits: LimitSettings,
    /// Settings of the agents' screens.
    #[serde(default)]
    pub screen: ScreenSettings,
}

/// The queue that exists when the settings name none.
pub const DEFAULT_QUEUE: &str = "Everyone";

fn hub_name() -> String {
    "Deskbell".to_owned()
}

fn listen() -> String {
    "127.0.0.1:8800".to_owned()
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Settings {
    /// Settings with everything that has a default at its default.
    #[must_use]
    pub fn at(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            name: hub_name(),
            listen: listen(),
            behind_proxy: false,
            proxy: None,
            public_url: None,
            data_dir: data_dir.into(),
            queues: Vec::new(),
            agents: Vec::new(),
            accounts: Vec::new(),
            dispositions: Vec::new(),
            case_fields: Vec::new(),
            routing: RoutingSettings::default(),
            contacts: ContactSettings::default(),
            limits: LimitSettings::default(),
            screen: ScreenSettings::default(),
        }
    }

    /// Reads settings from the text of a file.
    ///
    /// # Errors
    ///
    /// With line and reason for what is not known, missing or bad.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        Self::parse_with(text, &environment::of_process)
    }

    /// Reads everything but the accounts, and returns the accounts as they stand in the file.
    fn written(text: &str) -> Result<(Self, Option<Spanned<DeValue<'_>>>), SettingsError> {
        let refuse = |error: toml::de::Error| {
            let line = line_at(text, error.span().map_or(0, |span| span.start));
            SettingsError::Refused { line, reason: without_value(&error.message().replace('\n', " ")) }
        };
        let file = DeTable::parse(text).map_err(refuse)?;
        let span = file.span();
        let mut file = file.into_inner();
        let accounts = file.remove("account");
        let file = ValueDeserializer::from(Spanned::new(span, DeValue::Table(file)));
        let mut settings = Self::deserialize(file).map_err(refuse)?;
        let screen = &mut settings.screen;
        if !KeyLocation::of("screen", "waiting_yellow_s").is_written(text) {
            screen.waiting_yellow_s = screen.waiting_yellow_s.min(screen.waiting_red_s);
        }
        Ok((settings, accounts))
    }

    fn parse_with(text: &str, environment: Environment<'_>) -> Result<Self, SettingsError> {
        let (mut settings, accounts) = Self::written(text)?;
        if let Some(tables) = accounts {
            settings.accounts = accounts::read(tables, text, environment)?;
        }
        settings.validate().map_err(|fault| fault.in_text(text))?;
        Ok(settings)
    }

    /// Reads the settings in a file. A relative `data_dir` is relative to the file's folder.
    ///
    /// # Errors
    ///
    /// As [`Settings::parse`], and if the file cannot be read.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        Ok(Self::parse(&read(path)?)?.beside(path))
    }

    /// Reads the settings in a file without the accounts, for work that calls no provider. The accounts may take values
    /// from the environment of the server, which the shell of an administrator does not have.
    ///
    /// # Errors
    ///
    /// With line and reason, and if the file cannot be read.
    pub fn load_without_accounts(path: &Path) -> Result<Self, SettingsError> {
        let text = read(path)?;
        let (settings, _accounts) = Self::written(&text)?;
        settings.validate().map_err(|fault| fault.in_text(&text))?;
        Ok(settings.beside(path))
    }

    /// Makes a relative `data_dir` relative to the folder of the file.
    fn beside(mut self, path: &Path) -> Self {
        if let Some(folder) = path.parent() {
            self.data_dir = folder.join(&self.data_dir);
        }
        self
    }

    /// The address under which providers reach the hub; `None` where it is not set, or cannot be one.
    pub(crate) fn public_url(&self) -> Option<PublicUrl> {
        PublicUrl::parse(self.public_url.as_deref()?).ok()
    }

    /// The queue that is used where none is named.
    #[must_use]
    pub fn first_queue(&self) -> &str {
        self.queues.first().map_or(DEFAULT_QUEUE, |queue| queue.name.as_str())
    }

    /// The file of the store.
    #[must_use]
    pub fn store_path(&self) -> PathBuf {
        self.data_dir.join("hub.sqlite3")
    }

    /// Creates the data folder if it does not exist. Only its owner can read it from the start, because it holds
    /// customers' messages.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn make_data_folder(&self) -> std::io::Result<()> {
        if let Some(above) = self.data_dir.parent() {
            std::fs::create_dir_all(above)?;
        }
        let mut folder = std::fs::DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(&self.data_dir)?;
        keep_private(&self.data_dir);
        Ok(())
    }

    /// The rules for operations of the domain.
    #[must_use]
    pub fn rules(&self) -> Rules {
        let routing = &self.routing;
        Rules {
            capacity: routing.capacity,
            cool_off_ms: seconds(routing.cool_off_s),
            not_ready_after_missed_offers: routing.not_ready_after_missed_offers,
            agent_gone_ms: seconds(routing.agent_gone_s),
            idle_end_ms: seconds(routing.idle_end_s),
            ended_counts: routing.ended_counts,
            assigned_ms: i64::from(self.contacts.assigned_days).saturating_mul(DAY_MS),
            reasons: routing.reasons.clone(),
            dispositions: self.dispositions.iter().map(|one| one.id.clone()).collect(),
            disposition_required: self.screen.disposition_required,
            editable_case_keys: self
                .case_fields
                .iter()
                .filter(|field| field.editable)
                .map(|field| field.key.clone())
                .collect(),
        }
    }

    /// The queues, accounts and agents that must exist in the store.
    #[must_use]
    pub fn set_up(&self, fresh_start: bool) -> SetUp {
        let first = self.first_queue().to_owned();
        let public_url = self.public_url();
        let account = |account: &AccountSettings| {
            let policy = account.channel.open(&account.context(self, public_url.as_ref())).policy();
            let stored = Account {
                id: account.id(),
                name: account.name.clone(),
                channel: account.channel.kind(),
                queue: QueueId::from_uuid(Uuid::nil()),
                address: account.channel.address().to_owned(),
                notifications: policy.templates,
                number: account.channel.own_number(),
                automatic_answer: account.automatic_answer,
                offer_ms: seconds(account.offer_seconds),
                continue_conversations: account.continue_conversations,
                policy,
            };
            (stored, account.queue.clone().unwrap_or_else(|| first.clone()))
        };
        let agent = |agent: &AgentSettings| {
            let queues = if agent.queues.is_empty() { vec![first.clone()] } else { agent.queues.clone() };
            (agent.name.clone(), agent.password.expose().to_owned(), agent.role, queues)
        };
        let mut queues: Vec<_> = self.queues.iter().map(|queue| queue.name.clone()).collect();
        if queues.is_empty() {
            queues.push(first.clone());
        }
        SetUp {
            queues,
            accounts: self.accounts.iter().map(account).collect(),
            agents: self.agents.iter().map(agent).collect(),
            fresh_start,
        }
    }

    /// How long rows are kept that expire.
    pub(crate) fn retention(&self) -> Retention {
        let days = |days: u32| i64::from(days).saturating_mul(DAY_MS);
        Retention { log_ms: days(self.limits.log_days), raw_ms: days(self.limits.raw_days) }
    }

    /// How long a sign-in lasts without being used, in milliseconds.
    pub(crate) fn token_life_ms(&self) -> i64 {
        i64::from(self.limits.token_days).saturating_mul(DAY_MS)
    }

    /// The settings that clients receive.
    pub(crate) fn for_clients(&self) -> HubSettings {
        HubSettings {
            hub_name: self.name.clone(),
            cache_days: self.screen.cache_days,
            reasons: self.routing.reasons.clone(),
            waiting_yellow_s: self.screen.waiting_yellow_s,
            waiting_red_s: self.screen.waiting_red_s,
            heartbeat_s: self.screen.heartbeat_s,
            dispositions: self.dispositions.iter().map(DispositionSettings::for_clients).collect(),
            disposition_required: self.screen.disposition_required,
            case_fields: self.case_fields.iter().map(CaseFieldSettings::for_clients).collect(),
            write_a_message: self.screen.write_a_message,
            window_warning_s: self.screen.window_warning_s,
            opt_in_sources: self.contacts.opt_in_sources.clone(),
        }
    }
}

/// Makes an existing folder readable only by its owner.
#[cfg(unix)]
fn keep_private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if let Err(error) = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)) {
        tracing::warn!(%error, "the data folder could not be made private");
    }
}

#[cfg(not(unix))]
fn keep_private(_folder: &Path) {}

/// Removes the value from an error about its type, because it may be a secret.
fn without_value(message: &str) -> String {
    let types = message.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected "));
    let Some((found, expected)) = types else { return message.to_owned() };
    let kind = found.split(['"', '`']).next().unwrap_or_default().trim_end();
    format!("invalid type: {kind}, expected {expected}")
}

fn read(path: &Path) -> Result<String, SettingsError> {
    std::fs::read_to_string(path)
        .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })
}

fn seconds(seconds: u32) -> i64 {
    i64::from(seconds).saturating_mul(1000)
}

#[cfg(test)]
mod tests;
