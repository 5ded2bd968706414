//! Validation of settings: each value, and values against each other.

use std::net::SocketAddr;
use std::ops::RangeInclusive;

use deskbell_channels::{FaultPlace, PublicUrl, Secret, SettingsFault, registry};
use reqwest::Url;

use crate::limits;
use crate::settings::fault::{InvalidSetting, KeyLocation};
use crate::settings::{AccountSettings, DEFAULT_QUEUE, Settings, SettingsError};

type Checked = Result<(), InvalidSetting>;

/// The range of settings in days. Ten years stand for ever.
const DAYS: RangeInclusive<u32> = 1..=3_650;
/// A day, in seconds.
const DAY_S: u32 = 24 * 60 * 60;

impl Settings {
    /// Checks every setting, and that no two contradict each other.
    ///
    /// # Errors
    ///
    /// With the first invalid setting and the reason.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.validate().map_err(InvalidSetting::alone)
    }

    /// Checks as [`Settings::check`], and locates the first invalid setting.
    pub(crate) fn validate(&self) -> Checked {
        self.check_hub()?;
        self.check_numbers()?;
        self.check_queues()?;
        for (nth, account) in self.accounts.iter().enumerate() {
            self.check_account(nth, account)?;
        }
        self.check_agents()?;
        self.check_dispositions()?;
        self.check_case_fields()?;
        self.check_words()
    }

    fn check_hub(&self) -> Checked {
        if !is_name(&self.name) {
            return Err(InvalidSetting::at(
                KeyLocation::top("name"),
                format!("name = {:?}: {NAME}", self.name),
            ));
        }
        let fit = |proxy: &Secret| {
            Url::parse(proxy.expose()).is_ok_and(|url| url.scheme() == "http" && url.has_host())
        };
        if !self.proxy.as_ref().is_none_or(fit) {
            // The value is left out: it may hold a password.
            return Err(InvalidSetting::at(
                KeyLocation::top("proxy"),
                "proxy: it must be an address, such as http://proxy.example:3128",
            ));
        }
        if let Some(Err(reason)) = self.public_url.as_deref().map(PublicUrl::parse) {
            return Err(InvalidSetting::at(KeyLocation::top("public_url"), format!("public_url: {reason}")));
        }
        if self.data_dir.as_os_str().is_empty() {
            return Err(InvalidSetting::at(KeyLocation::top("data_dir"), "data_dir is empty; name a folder"));
        }
        let listen = &self.listen;
        if !is_address(listen) {
            return Err(InvalidSetting::at(
                KeyLocation::top("listen"),
                format!("listen = {listen:?}: it must be an address and a port, such as 127.0.0.1:8800"),
            ));
        }
        if !self.behind_proxy && !is_loopback(listen) {
            return Err(InvalidSetting::at(
                KeyLocation::top("listen"),
                format!(
                    "listen = {listen:?}: passwords and customers' words would cross the network in plain text; \
                     listen on 127.0.0.1, or say behind_proxy = true if a proxy with TLS stands before it"
                ),
            ));
        }
        Ok(())
    }

    fn check_numbers(&self) -> Checked {
        let (routing, limits, screen) = (&self.routing, &self.limits, &self.screen);
        let any = 0..=365 * DAY_S;
        let some = 1..=365 * DAY_S;
        for (table, key, value, good) in [
            ("routing", "capacity", routing.capacity, 1..=10_000),
            ("routing", "cool_off_s", routing.cool_off_s, any.clone()),
            ("routing", "not_ready_after_missed_offers", routing.not_ready_after_missed_offers, 0..=1_000),
            ("routing", "agent_gone_s", routing.agent_gone_s, some.clone()),
            ("routing", "idle_end_s", routing.idle_end_s, some),
            ("contacts", "assigned_days", self.contacts.assigned_days, DAYS),
            ("limits", "token_days", limits.token_days, DAYS),
            ("limits", "log_days", limits.log_days, DAYS),
            ("limits", "raw_days", limits.raw_days, DAYS),
            ("screen", "cache_days", screen.cache_days, DAYS),
            ("screen", "waiting_yellow_s", screen.waiting_yellow_s, any.clone()),
            ("screen", "waiting_red_s", screen.waiting_red_s, any),
            ("screen", "heartbeat_s", screen.heartbeat_s, 1..=3_600),
            ("screen", "window_warning_s", screen.window_warning_s, 0..=DAY_S),
        ] {
            within(KeyLocation::of(table, key), key, value, &good)?;
        }
        if screen.waiting_yellow_s > screen.waiting_red_s {
            return Err(InvalidSetting::at(
                KeyLocation::of("screen", "waiting_yellow_s"),
                format!(
                    "waiting_yellow_s = {}: who waits is shown yellow before red, and waiting_red_s is {}",
                    screen.waiting_yellow_s, screen.waiting_red_s
                ),
            ));
        }
        Ok(())
    }

    fn check_queues(&self) -> Checked {
        for (nth, queue) in self.queues.iter().enumerate() {
            let fault =
                |reason: String| Err(InvalidSetting::at(KeyLocation::nth("queue", nth, "name"), reason));
            if !is_name(&queue.name) {
                return fault(format!("queue {:?}: {NAME}", queue.name));
            }
            if self.queues.iter().take(nth).any(|other| other.name == queue.name) {
                return fault(format!("queue {:?}: there are two of this name", queue.name));
            }
        }
        Ok(())
    }

    fn check_account(&self, nth: usize, account: &AccountSettings) -> Checked {
        let name = account.name.as_str();
        let fault = |key, reason: &str| {
            Err(InvalidSetting::at(
                KeyLocation::nth("account", nth, key),
                format!("account {name}: {reason}"),
            ))
        };
        let mut before = self.accounts.iter().take(nth);
        if !is_plain(name) {
            return Err(InvalidSetting::at(
                KeyLocation::nth("account", nth, "name"),
                format!(
                    "account {name:?}: a name has only letters, digits, - and _; it is part of an address"
                ),
            ));
        }
        if before.clone().any(|other| other.name == name) {
            return fault("name", "there are two of this name");
        }
        if before.clone().any(|other| other.id() == account.id()) {
            return fault("id", "there are two of this id");
        }
        let channel = &account.channel;
        let channel_name = registry::by_kind(channel.kind()).map_or("", |registered| registered.name);
        let of_channel = |key, reason: &str| {
            Err(InvalidSetting::at(
                KeyLocation::of_channel(nth, channel_name, key),
                format!("account {name}: {reason}"),
            ))
        };
        let public_url = self.public_url();
        if let Err(SettingsFault { place: FaultPlace::Key(key), reason }) =
            channel.check(&account.context(self, public_url.as_ref()))
        {
            return of_channel(key, &reason);
        }
        let same = |other: &AccountSettings| {
            other.channel.kind() == channel.kind() && other.channel.address() == channel.address()
        };
        if before.any(same) {
            let key = channel.address_key();
            return of_channel(key, &format!("there are two accounts of this {key}"));
        }
        within(
            KeyLocation::nth("account", nth, "offer_seconds"),
            &format!("account {name}: offer_seconds"),
            account.offer_seconds,
            &(1..=3_600),
        )?;
        match &account.queue {
            Some(queue) if !self.knows_queue(queue) => {
                fault("queue", &format!("there is no queue {queue:?}"))
            }
            _ => Ok(()),
        }
    }

    fn check_agents(&self) -> Checked {
        for (nth, agent) in self.agents.iter().enumerate() {
            let fault = |key, reason: &str| {
                Err(InvalidSetting::at(
                    KeyLocation::nth("agent", nth, key),
                    format!("agent {}: {reason}", agent.name),
                ))
            };
            // Blanks around the name are removed when the agent is created.
            let name = agent.name.trim();
            if !is_name(name) {
                return fault("name", NAME);
            }
            let same = |other: &&crate::settings::AgentSettings| other.name.trim().eq_ignore_ascii_case(name);
            if self.agents.iter().take(nth).any(|other| same(&other)) {
                return fault("name", "there are two of this name");
            }
            if let Some(queue) = agent.queues.iter().find(|queue| !self.knows_queue(queue)) {
                return fault("queues", &format!("there is no queue {queue:?}"));
            }
            let password = agent.password.expose();
            if password.chars().count() < limits::PASSWORD_MIN_CHARS {
                return fault("password", "the password must have at least 8 characters");
            }
            if password.len() > limits::PASSWORD_BYTES {
                return fault("password", "the password is too long");
            }
        }
        Ok(())
    }

    fn check_dispositions(&self) -> Checked {
        for (nth, disposition) in self.dispositions.iter().enumerate() {
            let id = &disposition.id;
            let fault = |key, reason: &str| {
                Err(InvalidSetting::at(
                    KeyLocation::nth("disposition", nth, key),
                    format!("disposition {id:?}: {reason}"),
                ))
            };
            if id.trim().is_empty() {
                return fault("id", "a disposition needs an id");
            }
            if self.dispositions.iter().take(nth).any(|other| other.id == *id) {
                return fault("id", "there are two of this id");
            }
            if !disposition.path.is_empty() && disposition.label.is_some() {
                return fault("label", "give label or path, not both");
            }
            if disposition.label.as_deref().is_some_and(|label| label.trim().is_empty()) {
                return fault("label", "the label is empty");
            }
            if disposition.path.iter().any(|word| word.trim().is_empty()) {
                return fault("path", "a step of the path is empty");
            }
        }
        if self.screen.disposition_required && self.dispositions.is_empty() {
            return Err(InvalidSetting::at(
                KeyLocation::of("screen", "disposition_required"),
                "disposition_required needs at least one [[disposition]]",
            ));
        }
        Ok(())
    }

    fn check_case_fields(&self) -> Checked {
        for (nth, field) in self.case_fields.iter().enumerate() {
            let fault = |reason: &str| {
                Err(InvalidSetting::at(
                    KeyLocation::nth("case_field", nth, "key"),
                    format!("case_field {:?}: {reason}", field.key),
                ))
            };
            if field.key.trim().is_empty() || field.key.chars().count() > limits::CASE_KEY_CHARS {
                return fault("a key has 1 to 100 characters");
            }
            if self.case_fields.iter().take(nth).any(|other| other.key == field.key) {
                return fault("there are two of this key");
            }
        }
        Ok(())
    }

    /// Checks the lists that agents choose from.
    fn check_words(&self) -> Checked {
        for (table, key, words, most) in [
            ("routing", "reasons", &self.routing.reasons, limits::REASON_CHARS),
            ("contacts", "opt_in_sources", &self.contacts.opt_in_sources, limits::OPT_IN_CHARS),
        ] {
            for (nth, word) in words.iter().enumerate() {
                if word.trim().is_empty() || word.chars().count() > most {
                    return Err(InvalidSetting::at(
                        KeyLocation::of(table, key),
                        format!("{key}: {word:?} has not 1 to {most} characters"),
                    ));
                }
                if words.iter().take(nth).any(|other| other == word) {
                    return Err(InvalidSetting::at(
                        KeyLocation::of(table, key),
                        format!("{key}: {word:?} is there twice"),
                    ));
                }
            }
        }
        Ok(())
    }

    fn knows_queue(&self, name: &str) -> bool {
        self.queues.iter().any(|queue| queue.name == name)
            || (self.queues.is_empty() && name == DEFAULT_QUEUE)
    }
}

fn within(location: KeyLocation, what: &str, value: u32, good: &RangeInclusive<u32>) -> Checked {
    if good.contains(&value) {
        return Ok(());
    }
    let (least, most) = (good.start(), good.end());
    Err(InvalidSetting::at(location, format!("{what} = {value}: it must be {least} to {most}")))
}

/// The rule for names of queues, agents and the hub.
const NAME: &str = "a name has 1 to 100 characters, no control characters, and no blanks around it";

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= limits::NAME_CHARS
        && !name.chars().any(char::is_control)
}

/// Returns whether the word can be part of an address without escapes.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// Returns whether the text is an address or a host name, and a port.
fn is_address(listen: &str) -> bool {
    let host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let named = |(name, port): (&str, &str)| {
        !name.is_empty() && name.chars().all(host) && port.parse::<u16>().is_ok()
    };
    listen.parse::<SocketAddr>().is_ok() || listen.rsplit_once(':').is_some_and(named)
}

/// Returns whether this address can be reached only from this machine.
fn is_loopback(listen: &str) -> bool {
    match listen.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback(),
        Err(_name) => listen.rsplit_once(':').is_some_and(|(name, _)| name == "localhost"),
    }
}
