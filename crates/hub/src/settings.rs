//! The hub's settings: from a file, where unknown keys and bad values are refused with their line, or
//! made in code.

use std::path::{Path, PathBuf};

use deskbell_clock::SharedClock;
use deskbell_protocol::{Channel, HubSettings, Millis, QueueId};
use serde::Deserialize;
use uuid::Uuid;

use crate::limits;
use crate::store::{Account, Keep, Rules, SetUp};

mod environment;
mod sections;

pub use sections::{
    AccountSettings, AgentSettings, CaseFieldSettings, DispositionSettings, LimitSettings, QueueSettings,
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
    /// The file says something that makes no sense.
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
    /// Where the store lies.
    pub data_dir: PathBuf,
    /// The queues. Without any there is one called `Everyone`.
    #[serde(default, rename = "queue")]
    pub queues: Vec<QueueSettings>,
    /// Agents to make at the start, if they do not exist yet.
    #[serde(default, rename = "agent")]
    pub agents: Vec<AgentSettings>,
    /// Our own addresses on channels.
    #[serde(default, rename = "account")]
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
    /// How long things are kept, and other bounds.
    #[serde(default)]
    pub limits: LimitSettings,
    /// What agents' screens go by.
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
            data_dir: data_dir.into(),
            queues: Vec::new(),
            agents: Vec::new(),
            accounts: Vec::new(),
            dispositions: Vec::new(),
            case_fields: Vec::new(),
            routing: RoutingSettings::default(),
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

    fn parse_with(text: &str, environment: environment::Environment<'_>) -> Result<Self, SettingsError> {
        let mut settings: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count().saturating_add(1);
            SettingsError::Refused { line, reason: error.message().replace('\n', " ") }
        })?;
        for account in &mut settings.accounts {
            account.fill_in(environment)?;
        }
        settings.check()?;
        Ok(settings)
    }

    /// Reads the settings in a file. A relative `data_dir` is relative to the file's folder.
    ///
    /// # Errors
    ///
    /// As [`Settings::parse`], and if the file cannot be read.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
        let mut settings = Self::parse(&text)?;
        if let Some(folder) = path.parent() {
            settings.data_dir = folder.join(&settings.data_dir);
        }
        Ok(settings)
    }

    /// Holds the settings against each other.
    ///
    /// # Errors
    ///
    /// With what contradicts what.
    pub fn check(&self) -> Result<(), SettingsError> {
        let refuse = |reason: String| Err(SettingsError::Contradiction(reason));
        for account in &self.accounts {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if account.name.is_empty() || !account.name.chars().all(plain) {
                return refuse(format!(
                    "account {:?}: a name has only letters, digits, - and _; it is part of an address",
                    account.name
                ));
            }
            if account.channel != Channel::Whatsapp {
                return refuse(format!("account {}: this version speaks only whatsapp", account.name));
            }
            if account.app_secrets.is_empty() {
                return refuse(format!(
                    "account {}: without app_secrets no delivery can be trusted",
                    account.name
                ));
            }
            if self.accounts.iter().filter(|other| other.name == account.name).count() > 1 {
                return refuse(format!("account {}: there are two of this name", account.name));
            }
            if account.offer_seconds == 0 {
                return refuse(format!("account {}: offer_seconds must be at least 1", account.name));
            }
            if let Some(queue) = &account.queue
                && !self.knows_queue(queue)
            {
                return refuse(format!("account {}: there is no queue {queue:?}", account.name));
            }
        }
        for agent in &self.agents {
            if let Some(queue) = agent.queues.iter().find(|queue| !self.knows_queue(queue)) {
                return refuse(format!("agent {}: there is no queue {queue:?}", agent.name));
            }
            if agent.password.expose().chars().count() < limits::PASSWORD_MIN_CHARS {
                return refuse(format!("agent {}: the password must have at least 8 characters", agent.name));
            }
        }
        for disposition in &self.dispositions {
            if disposition.id.is_empty() {
                return refuse("a disposition has no id".to_owned());
            }
            if self.dispositions.iter().filter(|other| other.id == disposition.id).count() > 1 {
                return refuse(format!("disposition {:?}: there are two of this id", disposition.id));
            }
            if !disposition.path.is_empty() && disposition.label.is_some() {
                return refuse(format!("disposition {:?}: give label or path, not both", disposition.id));
            }
        }
        if self.screen.disposition_required && self.dispositions.is_empty() {
            return refuse("screen.disposition_required needs at least one [[disposition]]".to_owned());
        }
        for field in &self.case_fields {
            if field.key.is_empty() || field.key.chars().count() > limits::CASE_KEY_CHARS {
                return refuse(format!("case_field {:?}: a key has 1 to 100 characters", field.key));
            }
            if self.case_fields.iter().filter(|other| other.key == field.key).count() > 1 {
                return refuse(format!("case_field {:?}: there are two of this key", field.key));
            }
        }
        if self.screen.heartbeat_s == 0 {
            return refuse("screen.heartbeat_s must be at least 1".to_owned());
        }
        Ok(())
    }

    fn knows_queue(&self, name: &str) -> bool {
        self.queues.iter().any(|queue| queue.name == name)
            || (self.queues.is_empty() && name == DEFAULT_QUEUE)
    }

    /// The queue that is meant where none is named.
    #[must_use]
    pub fn first_queue(&self) -> &str {
        self.queues.first().map_or(DEFAULT_QUEUE, |queue| queue.name.as_str())
    }

    /// The file of the store.
    #[must_use]
    pub fn store_path(&self) -> PathBuf {
        self.data_dir.join("hub.sqlite3")
    }

    /// What operations of the store decide by.
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

    /// What must exist in the store.
    #[must_use]
    pub fn set_up(&self, fresh_start: bool) -> SetUp {
        let first = self.first_queue().to_owned();
        let account = |account: &AccountSettings| {
            let stored = Account {
                id: account.id(),
                name: account.name.clone(),
                channel: account.channel,
                queue: QueueId::from_uuid(Uuid::nil()),
                address: account.phone_number_id.clone(),
                automatic_answer: account.automatic_answer,
                offer_ms: seconds(account.offer_seconds),
                continue_conversations: account.continue_conversations,
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

    pub(crate) fn keep(&self) -> Keep {
        let days = |days: u32| i64::from(days).saturating_mul(DAY_MS);
        Keep { log_ms: days(self.limits.log_days), raw_ms: days(self.limits.raw_days) }
    }

    pub(crate) fn token_expiry(&self, clock: &SharedClock) -> Millis {
        Millis(clock.now()).plus(i64::from(self.limits.token_days).saturating_mul(DAY_MS))
    }

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
        }
    }
}

fn seconds(seconds: u32) -> i64 {
    i64::from(seconds).saturating_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
data_dir = "data"

[[queue]]
name = "Sales"

[[account]]
name = "shop"
queue = "Sales"
phone_number_id = "10654"
access_token = "token"
app_secrets = ["secret"]
verify_token = "verify"
"#;

    #[test]
    fn a_small_file_is_enough() {
        let settings = Settings::parse(GOOD).unwrap();
        assert_eq!(settings.accounts[0].offer_seconds, 20);
        assert_eq!(settings.accounts[0].id(), Settings::parse(GOOD).unwrap().accounts[0].id());
        assert_eq!(settings.accounts[0].base_url, "https://graph.facebook.com");
        assert!(!format!("{settings:?}").contains("\"secret\""));
    }

    #[test]
    fn the_file_that_init_writes_is_good_and_shows_the_true_defaults() {
        let text = include_str!("hub.toml");
        let defaults = format!("{:?}", Settings { queues: Vec::new(), ..Settings::at("data") });
        let plain = Settings::parse(text).unwrap();
        assert_eq!(format!("{:?}", Settings { queues: Vec::new(), ..plain }), defaults);
        // Every line that shows a default, switched on: `# key = value`.
        let shown =
            |line: &str| line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).map(str::to_owned);
        let on: Vec<_> = text.lines().map(|line| shown(line).unwrap_or_else(|| line.to_owned())).collect();
        let on = on.join("\n").replace("# [[", "[[");
        let on = Settings::parse(&on).unwrap();
        assert_eq!(on.accounts[0].offer_seconds, 20);
        assert!(on.accounts[0].continue_conversations && !on.accounts[0].automatic_answer);
        assert_eq!(on.rules().dispositions, ["won"]);
        assert_eq!(on.rules().editable_case_keys, ["order"]);
        let shown = Settings {
            queues: Vec::new(),
            accounts: Vec::new(),
            dispositions: Vec::new(),
            case_fields: Vec::new(),
            ..on
        };
        assert_eq!(format!("{shown:?}"), defaults);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let text = GOOD.replace("queue = \"Sales\"\n", "queue = \"Sales\"\nquue = 1\n");
        let error = Settings::parse(&text).unwrap_err().to_string();
        assert!(error.starts_with("line 10: unknown field `quue`"), "{error}");
    }

    #[test]
    fn a_bad_value_is_refused_with_its_line() {
        let error = Settings::parse(&format!("{GOOD}offer_seconds = \"long\"\n")).unwrap_err().to_string();
        assert!(error.starts_with("line 14: invalid type: string"), "{error}");
    }

    #[test]
    fn a_queue_that_does_not_exist_is_named() {
        let text = GOOD.replace("queue = \"Sales\"", "queue = \"Slaes\"");
        let error = Settings::parse(&text).unwrap_err().to_string();
        assert_eq!(error, "account shop: there is no queue \"Slaes\"");
    }
}
