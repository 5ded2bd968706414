//! The parts of the settings.

use deskbell_channels::Secret;
use deskbell_protocol::{AccountId, CaseKey, Channel, Disposition, Role};
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};

/// A queue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueSettings {
    /// What people call it.
    pub name: String,
}

/// An agent who is made at the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentSettings {
    /// The name they sign in with.
    pub name: String,
    /// Their first password, at least 8 characters.
    #[serde(deserialize_with = "secret")]
    pub password: Secret,
    /// What they may do.
    #[serde(default = "plain_agent")]
    pub role: Role,
    /// The queues they are made a member of; without any, the first one.
    #[serde(default)]
    pub queues: Vec<String>,
}

fn plain_agent() -> Role {
    Role::Agent
}

/// One of our own addresses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// Its name, part of the webhook's address: letters, digits, `-` and `_`.
    pub name: String,
    /// Its id; derived from channel and name where it is not set.
    #[serde(default)]
    pub id: Option<AccountId>,
    /// The channel. Only `whatsapp` for now.
    #[serde(default = "whatsapp")]
    pub channel: Channel,
    /// The queue its interactions wait in; without one, the first.
    #[serde(default)]
    pub queue: Option<String>,
    /// The provider's id of the business number.
    #[serde(default)]
    pub phone_number_id: String,
    /// The provider's id of the business account (WABA) that the number belongs to. Its
    /// notifications are listed there, and `check` looks there whether what customers write is delivered to us.
    #[serde(default)]
    pub waba_id: Option<String>,
    /// What the provider wants to see with every call.
    #[serde(default = "nothing", deserialize_with = "secret")]
    pub access_token: Secret,
    /// What deliveries may be signed with; several while one is being replaced.
    #[serde(default, deserialize_with = "secrets")]
    pub app_secrets: Vec<Secret>,
    /// What the provider shows when it first calls the webhook.
    #[serde(default = "nothing", deserialize_with = "secret")]
    pub verify_token: Secret,
    /// The environment variable that holds `phone_number_id`, where the file does not.
    #[serde(default)]
    pub phone_number_id_env: Option<String>,
    /// The environment variable that holds `waba_id`, where the file does not.
    #[serde(default)]
    pub waba_id_env: Option<String>,
    /// The environment variable that holds `access_token`, where the file does not.
    #[serde(default)]
    pub access_token_env: Option<String>,
    /// The environment variables that hold one of `app_secrets` each, besides those in the file.
    #[serde(default)]
    pub app_secrets_env: Vec<String>,
    /// The environment variable that holds `verify_token`, where the file does not.
    #[serde(default)]
    pub verify_token_env: Option<String>,
    /// Where the provider's API is.
    #[serde(default = "graph")]
    pub base_url: String,
    /// The version of the provider's API.
    #[serde(default = "graph_version")]
    pub graph_version: String,
    /// Whether interactions are answered without ringing.
    #[serde(default)]
    pub automatic_answer: bool,
    /// How long an offer rings, in seconds.
    #[serde(default = "offer_seconds")]
    pub offer_seconds: u32,
    /// Whether a contact who writes after the end, before Done, comes back to the same interaction.
    #[serde(default = "yes")]
    pub continue_conversations: bool,
    /// How many messages the provider takes of this account per second (WhatsApp: 80, 1000 after an upgrade, 20
    /// where the number is used in the provider's own app too).
    #[serde(default = "messages_per_second")]
    pub messages_per_second: u32,
    /// Whether contacts see that the agent who handles their conversation has read it.
    #[serde(default = "yes")]
    pub read_receipts: bool,
    /// Whether contacts see that the agent writes. The provider shows it only with `read_receipts`.
    #[serde(default = "yes")]
    pub typing_indicator: bool,
    /// The number itself, as people dial it from abroad; no contact can have it.
    #[serde(default)]
    pub number: Option<String>,
}

impl AccountSettings {
    /// An account with everything that has a default at its default.
    #[must_use]
    pub fn whatsapp(
        name: impl Into<String>,
        phone_number_id: impl Into<String>,
        access_token: Secret,
        app_secret: Secret,
        verify_token: Secret,
    ) -> Self {
        Self {
            name: name.into(),
            id: None,
            channel: Channel::Whatsapp,
            queue: None,
            phone_number_id: phone_number_id.into(),
            waba_id: None,
            access_token,
            app_secrets: vec![app_secret],
            verify_token,
            phone_number_id_env: None,
            waba_id_env: None,
            access_token_env: None,
            app_secrets_env: Vec::new(),
            verify_token_env: None,
            base_url: graph(),
            graph_version: graph_version(),
            automatic_answer: false,
            offer_seconds: offer_seconds(),
            continue_conversations: true,
            messages_per_second: messages_per_second(),
            read_receipts: true,
            typing_indicator: true,
            number: None,
        }
    }

    /// The number of an account in E.164 form. Not held against what exists: providers give out numbers for
    /// trying out that do not.
    pub(crate) fn own_number(text: &str) -> Option<String> {
        let shown = |c: char| c.is_ascii_digit() || " +()-./".contains(c);
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let good = text.starts_with('+') && text.chars().all(shown) && (7..=15).contains(&digits.len());
        good.then(|| format!("+{digits}"))
    }

    /// The account's id: the one that is set, else one derived from channel and name, so that it stays the
    /// same over restarts.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.id.unwrap_or_else(|| {
            let digest = Sha256::digest(format!("account:{:?}:{}", self.channel, self.name).as_bytes());
            let mut bits = [0_u8; 16];
            for (bit, byte) in bits.iter_mut().zip(digest) {
                *bit = byte;
            }
            AccountId::from_uuid(uuid::Builder::from_custom_bytes(bits).into_uuid())
        })
    }
}

fn nothing() -> Secret {
    Secret::new("")
}

fn whatsapp() -> Channel {
    Channel::Whatsapp
}

fn graph() -> String {
    "https://graph.facebook.com".to_owned()
}

fn graph_version() -> String {
    "v26.0".to_owned()
}

fn offer_seconds() -> u32 {
    20
}

fn messages_per_second() -> u32 {
    80
}

fn yes() -> bool {
    true
}

/// How interactions find agents. Times in seconds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoutingSettings {
    /// How many interactions an agent handles at once, unless set for the agent.
    pub capacity: u32,
    /// For how long an agent who did not take an interaction is not asked for it again.
    pub cool_off_s: u32,
    /// After how many missed offers in a row an agent becomes Not Ready; 0: never.
    pub not_ready_after_missed_offers: u32,
    /// After how long without a session nobody waits for an agent any more.
    pub agent_gone_s: u32,
    /// After how long without a message an active interaction ends.
    pub idle_end_s: u32,
    /// Whether an ended interaction that is not done counts against capacity.
    pub ended_counts: bool,
    /// The reasons an agent may give for Not Ready.
    pub reasons: Vec<String>,
}

impl Default for RoutingSettings {
    fn default() -> Self {
        Self {
            capacity: 4,
            cool_off_s: 30,
            not_ready_after_missed_offers: 2,
            agent_gone_s: 120,
            idle_end_s: 24 * 60 * 60,
            ended_counts: true,
            reasons: ["break", "lunch", "meeting", "training", "after_work"].map(str::to_owned).to_vec(),
        }
    }
}

/// How contacts are kept and written to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContactSettings {
    /// For how many days a contact stays among the contacts of an agent who handled them.
    pub assigned_days: u32,
    /// Where a consent to be written to usually comes from, to choose from.
    pub opt_in_sources: Vec<String>,
}

impl Default for ContactSettings {
    fn default() -> Self {
        let sources = ["By phone", "In person", "On our website", "By e-mail"];
        Self { assigned_days: 30, opt_in_sources: sources.map(str::to_owned).to_vec() }
    }
}

/// How long things are kept, and other bounds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// For how long a sign-in lasts that is not used.
    pub token_days: u32,
    /// For how long the log is kept; a desktop that was away for longer reads everything anew.
    pub log_days: u32,
    /// For how long providers' deliveries are kept as they came.
    pub raw_days: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { token_days: 30, log_days: 30, raw_days: 14 }
    }
}

/// What agents' screens go by.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenSettings {
    /// For how many days back a desktop keeps transcripts.
    pub cache_days: u32,
    /// After how many seconds of waiting the timer turns yellow.
    pub waiting_yellow_s: u32,
    /// After how many seconds of waiting the timer turns red.
    pub waiting_red_s: u32,
    /// How often a desktop pings, in seconds.
    pub heartbeat_s: u32,
    /// Whether Done needs a disposition.
    pub disposition_required: bool,
    /// Whether agents may write to an assigned contact without opening the interaction view.
    pub write_a_message: bool,
    /// How long before a window closes agents are warned, in seconds; 0: never.
    pub window_warning_s: u32,
}

impl Default for ScreenSettings {
    fn default() -> Self {
        Self {
            cache_days: 90,
            waiting_yellow_s: 60,
            waiting_red_s: 180,
            heartbeat_s: 15,
            disposition_required: false,
            write_a_message: true,
            window_warning_s: 3600,
        }
    }
}

/// How an interaction may have gone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DispositionSettings {
    /// What interactions carry; it stays when the words change.
    pub id: String,
    /// What people read, where the dispositions are a list.
    #[serde(default)]
    pub label: Option<String>,
    /// What people read, from trunk to leaf, where they are a tree.
    #[serde(default)]
    pub path: Vec<String>,
}

impl DispositionSettings {
    /// What people read: the path, else the label, else the id.
    pub(crate) fn for_clients(&self) -> Disposition {
        let path = if self.path.is_empty() {
            vec![self.label.clone().unwrap_or_else(|| self.id.clone())]
        } else {
            self.path.clone()
        };
        Disposition { id: self.id.clone(), path }
    }
}

/// A fact about a case that is shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFieldSettings {
    /// The key of the fact.
    pub key: String,
    /// What people read; without it, the key.
    #[serde(default)]
    pub label: Option<String>,
    /// Whether the agent who holds the interaction may change it.
    #[serde(default)]
    pub editable: bool,
}

impl CaseFieldSettings {
    pub(crate) fn for_clients(&self) -> CaseKey {
        let label = self.label.clone().unwrap_or_else(|| self.key.clone());
        CaseKey { key: self.key.clone(), label, editable: self.editable }
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

pub(crate) fn maybe_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Secret::new))
}

fn secrets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Secret>, D::Error> {
    Vec::<String>::deserialize(deserializer).map(|all| all.into_iter().map(Secret::new).collect())
}
