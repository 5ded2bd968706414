//! Whether settings make sense together.

use std::net::SocketAddr;

use deskbell_protocol::Channel;

use super::{AccountSettings, DEFAULT_QUEUE, Settings, SettingsError};
use crate::limits;

impl Settings {
    /// Holds the settings against each other.
    ///
    /// # Errors
    ///
    /// With what contradicts what.
    pub fn check(&self) -> Result<(), SettingsError> {
        let refuse = |reason: String| Err(SettingsError::Contradiction(reason));
        if !self.behind_proxy && !is_loopback(&self.listen) {
            return refuse(format!(
                "listen = {:?}: passwords and customers' words would cross the network in plain text; listen on \
                 127.0.0.1, or say behind_proxy = true if a proxy with TLS stands before it",
                self.listen
            ));
        }
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
            if account.messages_per_second == 0 {
                return refuse(format!("account {}: messages_per_second must be at least 1", account.name));
            }
            if account.number.as_deref().is_some_and(|number| AccountSettings::own_number(number).is_none()) {
                return refuse(format!(
                    "account {}: number is given with its country, such as +49 170 1234567",
                    account.name
                ));
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
        if self.contacts.assigned_days == 0 {
            return refuse("contacts.assigned_days must be at least 1".to_owned());
        }
        let unusable =
            |source: &&String| source.trim().is_empty() || source.chars().count() > limits::OPT_IN_CHARS;
        if let Some(source) = self.contacts.opt_in_sources.iter().find(unusable) {
            return refuse(format!("contacts.opt_in_sources: {source:?} has not 1 to 200 characters"));
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
}

/// Whether this address is reached from this machine alone.
fn is_loopback(listen: &str) -> bool {
    match listen.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback(),
        Err(_name) => listen.rsplit_once(':').is_some_and(|(name, _)| name == "localhost"),
    }
}
