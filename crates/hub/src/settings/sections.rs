//! The parts of the settings.

use deskbell_channels::Secret;
use deskbell_protocol::{CaseKey, Disposition, Role};
use serde::{Deserialize, Deserializer};

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
