//! Whether settings make sense, each by itself and together.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;

use deskbell_channels::Secret;
use deskbell_protocol::Channel;
use reqwest::Url;

use crate::limits;
use crate::settings::fault::{Fault, Place};
use crate::settings::{AccountSettings, DEFAULT_QUEUE, Settings, SettingsError};

type Checked = Result<(), Fault>;

/// The most days that anything is kept or counts; what is meant for ever is ten years.
const DAYS: RangeInclusive<u32> = 1..=3_650;
/// A day, in seconds.
const DAY_S: u32 = 24 * 60 * 60;

impl Settings {
    /// Holds the settings against what can be, and against each other.
    ///
    /// # Errors
    ///
    /// With what cannot be, and why.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.find_fault().map_err(Fault::alone)
    }

    /// The same, with the place of what cannot be.
    pub(crate) fn find_fault(&self) -> Checked {
        self.check_house()?;
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

    fn check_house(&self) -> Checked {
        if !is_name(&self.name) {
            return Err(Fault::at(Place::top("name"), format!("name = {:?}: {NAME}", self.name)));
        }
        let fit = |proxy: &Secret| {
            Url::parse(proxy.expose()).is_ok_and(|url| url.scheme() == "http" && url.has_host())
        };
        if !self.proxy.as_ref().is_none_or(fit) {
            // Not what it is: it may hold a password.
            return Err(Fault::at(
                Place::top("proxy"),
                "proxy: it must be an address, such as http://proxy.example:3128",
            ));
        }
        if self.data_dir.as_os_str().is_empty() {
            return Err(Fault::at(Place::top("data_dir"), "data_dir is empty; name a folder"));
        }
        let listen = &self.listen;
        if !is_address(listen) {
            return Err(Fault::at(
                Place::top("listen"),
                format!("listen = {listen:?}: it must be an address and a port, such as 127.0.0.1:8800"),
            ));
        }
        if !self.behind_proxy && !is_loopback(listen) {
            return Err(Fault::at(
                Place::top("listen"),
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
            within(Place::of(table, key), key, value, &good)?;
        }
        if screen.waiting_yellow_s > screen.waiting_red_s {
            return Err(Fault::at(
                Place::of("screen", "waiting_yellow_s"),
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
            let fault = |reason: String| Err(Fault::at(Place::nth("queue", nth, "name"), reason));
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
            Err(Fault::at(Place::nth("account", nth, key), format!("account {name}: {reason}")))
        };
        let mut before = self.accounts.iter().take(nth);
        if !is_plain(name) {
            return Err(Fault::at(
                Place::nth("account", nth, "name"),
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
        if account.channel != Channel::Whatsapp {
            return fault("channel", "this version speaks only whatsapp");
        }
        if !is_plain(&account.phone_number_id) {
            return fault(
                "phone_number_id",
                "phone_number_id is the number's id in the provider's console, not the number",
            );
        }
        if before.any(|other| other.phone_number_id == account.phone_number_id) {
            return fault("phone_number_id", "there are two accounts of this phone_number_id");
        }
        if account.waba_id.as_deref().is_some_and(|waba| !waba.is_empty() && !is_plain(waba)) {
            return fault("waba_id", "waba_id is the id of the business account in the provider's console");
        }
        if account.app_secrets.is_empty() {
            return fault("app_secrets", "without app_secrets no delivery can be trusted");
        }
        if account.app_secrets.iter().any(|secret| secret.expose().trim().is_empty()) {
            return fault("app_secrets", "one of app_secrets is empty; anybody can sign with that");
        }
        if let Some(reason) = unfit_base(&account.base_url) {
            // Not what it is: it may hold a password.
            return fault("base_url", &format!("base_url: {reason}"));
        }
        if !is_version(&account.graph_version) {
            return fault(
                "graph_version",
                &format!("graph_version = {:?}: it must be a version, such as v26.0", account.graph_version),
            );
        }
        for (key, value, good) in [
            ("offer_seconds", account.offer_seconds, 1..=3_600),
            ("messages_per_second", account.messages_per_second, 1..=10_000),
        ] {
            within(Place::nth("account", nth, key), &format!("account {name}: {key}"), value, &good)?;
        }
        if account.number.as_deref().is_some_and(|number| AccountSettings::own_number(number).is_none()) {
            return fault("number", "number is given with its country, such as +49 170 1234567");
        }
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
                Err(Fault::at(Place::nth("agent", nth, key), format!("agent {}: {reason}", agent.name)))
            };
            // Blanks around it are taken off when they are made.
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
                Err(Fault::at(Place::nth("disposition", nth, key), format!("disposition {id:?}: {reason}")))
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
            return Err(Fault::at(
                Place::of("screen", "disposition_required"),
                "disposition_required needs at least one [[disposition]]",
            ));
        }
        Ok(())
    }

    fn check_case_fields(&self) -> Checked {
        for (nth, field) in self.case_fields.iter().enumerate() {
            let fault = |reason: &str| {
                Err(Fault::at(
                    Place::nth("case_field", nth, "key"),
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

    /// The lists of words to choose from.
    fn check_words(&self) -> Checked {
        for (table, key, words, most) in [
            ("routing", "reasons", &self.routing.reasons, limits::REASON_CHARS),
            ("contacts", "opt_in_sources", &self.contacts.opt_in_sources, limits::OPT_IN_CHARS),
        ] {
            for (nth, word) in words.iter().enumerate() {
                if word.trim().is_empty() || word.chars().count() > most {
                    return Err(Fault::at(
                        Place::of(table, key),
                        format!("{key}: {word:?} has not 1 to {most} characters"),
                    ));
                }
                if words.iter().take(nth).any(|other| other == word) {
                    return Err(Fault::at(Place::of(table, key), format!("{key}: {word:?} is there twice")));
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

fn within(place: Place, what: &str, value: u32, good: &RangeInclusive<u32>) -> Checked {
    if good.contains(&value) {
        return Ok(());
    }
    let (least, most) = (good.start(), good.end());
    Err(Fault::at(place, format!("{what} = {value}: it must be {least} to {most}")))
}

/// What names of queues, agents and the hub are.
const NAME: &str = "a name has 1 to 100 characters, no control characters, and no blanks around it";

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= limits::NAME_CHARS
        && !name.chars().any(char::is_control)
}

/// Whether it can be part of an address as it is.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn is_version(text: &str) -> bool {
    let number = |digits: &str| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let parts = text.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    parts.is_some_and(|(major, minor)| number(major) && number(minor))
}

/// Whether it is an address, or a name, and a port.
fn is_address(listen: &str) -> bool {
    let host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let named = |(name, port): (&str, &str)| {
        !name.is_empty() && name.chars().all(host) && port.parse::<u16>().is_ok()
    };
    listen.parse::<SocketAddr>().is_ok() || listen.rsplit_once(':').is_some_and(named)
}

/// Whether this address is reached from this machine alone.
fn is_loopback(listen: &str) -> bool {
    match listen.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback(),
        Err(_name) => listen.rsplit_once(':').is_some_and(|(name, _)| name == "localhost"),
    }
}

/// Why the provider's API cannot be there: the token is shown to whoever answers.
fn unfit_base(text: &str) -> Option<&'static str> {
    const NONE: &str = "it must be an address, such as https://graph.facebook.com";
    let Ok(url) = Url::parse(text) else { return Some(NONE) };
    let Some(host) = url.host_str() else { return Some(NONE) };
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || plain.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if here => {}
        "http" => return Some("the access token would cross the network in plain text; use https"),
        _ => return Some(NONE),
    }
    let more = !url.username().is_empty() || url.password().is_some();
    (more || url.query().is_some() || url.fragment().is_some()).then_some(NONE)
}
