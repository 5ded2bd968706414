//! The tables of the settings file, except for accounts.

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

/// An agent who is created at the start.
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
    /// The queues they join; without any, the first one.
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
    /// How long an interaction that an agent did not take is not offered to them again.
    pub cool_off_s: u32,
    /// After how many missed offers in a row an agent becomes Not Ready; 0: never.
    pub not_ready_after_missed_offers: u32,
    /// After how long without a session the interactions of an agent are released.
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
    /// How many days a contact stays assigned to an agent who handled them.
    pub assigned_days: u32,
    /// The sources of consent that agents can choose from.
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
    /// How many days a sign-in lasts without being used.
    pub token_days: u32,
    /// How many days the log is kept; a desktop that was offline for longer loads a new snapshot.
    pub log_days: u32,
    /// How many days raw deliveries are kept.
    pub raw_days: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { token_days: 30, log_days: 30, raw_days: 14 }
    }
}

/// Settings of the agents' screens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenSettings {
    /// How many days of transcripts a desktop keeps.
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
    /// The value that interactions store; it stays when the label changes.
    pub id: String,
    /// The label, where the dispositions are a list.
    #[serde(default)]
    pub label: Option<String>,
    /// The labels from the root to the leaf, where the dispositions are a tree.
    #[serde(default)]
    pub path: Vec<String>,
}

impl DispositionSettings {
    /// Converts it to the form that clients receive, with the path, else the label, else the id as its path.
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
    /// The label; without it, the key is shown.
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
