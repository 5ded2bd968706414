//! The settings of accounts: one table per channel, which the channel parses itself.

use std::any::Any;
use std::fmt;
use std::net::IpAddr;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use deskbell_protocol::Channel as ChannelKind;
use reqwest::Url;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeValue, ValueDeserializer};

use crate::channel::Channel;
use crate::secret::Secret;

/// Looks an environment variable up by its name.
pub type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// The line of a channel in the registry.
#[derive(Clone, Copy)]
pub struct Registration {
    /// The name of the channel in settings and in the address of its webhook.
    pub name: &'static str,
    /// Which channel it is.
    pub kind: ChannelKind,
    /// Parses the table of an account.
    pub parse: fn(SettingsTable<'_>, Environment<'_>) -> Result<Box<dyn ChannelSettings>, SettingsFault>,
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registration").field(&self.name).finish()
    }
}

/// The parsed settings of one account.
pub trait ChannelSettings: Any + fmt::Debug + Send + Sync {
    /// Which channel it is.
    fn kind(&self) -> ChannelKind;

    /// Our own address at the provider. No two accounts of a channel have the same.
    fn address(&self) -> &str;

    /// The key that holds the address.
    fn address_key(&self) -> &'static str;

    /// Our own phone number in E.164 form, if there is one; no contact can have it.
    fn own_number(&self) -> Option<String>;

    /// How many messages per second the provider accepts of the account.
    fn messages_per_second(&self) -> u32;

    /// Checks the values.
    ///
    /// # Errors
    ///
    /// With the key of the first bad value, and what is wrong with it.
    fn check(&self, context: &AccountContext<'_>) -> Result<(), SettingsFault>;

    /// Opens the account; nothing is connected yet. The settings were checked.
    fn open(&self, context: &AccountContext<'_>) -> Arc<dyn Channel>;

    /// A copy of the settings.
    fn clone_box(&self) -> Box<dyn ChannelSettings>;
}

impl Clone for Box<dyn ChannelSettings> {
    fn clone(&self) -> Self {
        (**self).clone_box()
    }
}

/// What an account needs to know of the hub around it.
#[derive(Clone, Copy, Debug)]
pub struct AccountContext<'a> {
    /// The account's name.
    pub account: &'a str,
    /// The address under which providers reach the hub, if it is set.
    pub public_url: Option<&'a PublicUrl>,
    /// The HTTP proxy to the provider, if there is one. Its address may hold a password.
    pub proxy: Option<&'a Secret>,
}

impl<'a> AccountContext<'a> {
    /// An account of this name without a public address and without a proxy.
    #[must_use]
    pub const fn new(account: &'a str) -> Self {
        Self { account, public_url: None, proxy: None }
    }

    /// The path of the account's webhook. `channel` is the channel's name in the registry.
    #[must_use]
    pub fn webhook_path(&self, channel: &str) -> String {
        format!("/webhooks/{channel}/{}", self.account)
    }
}

/// The address under which providers reach the hub, exactly as it is written at the provider: some sign it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Takes an address such as `https://desk.example` or `https://desk.example/hub`.
    ///
    /// # Errors
    ///
    /// If it is not `https`, or `http` on this machine, or holds more than scheme, host, port and path.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match address_fault(text) {
            Some(AddressFault::PlainText) => {
                Err("customers' words would cross the network in plain text; use https")
            }
            Some(AddressFault::NotAnAddress) => Err("it must be an address, such as https://desk.example"),
            None => Ok(Self(text.trim_end_matches('/').to_owned())),
        }
    }

    /// The address of a path, which begins with `/` and may have a query.
    #[must_use]
    pub fn join(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.0)
    }
}

/// What is wrong with a table of settings, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFault {
    /// Where.
    pub place: FaultPlace,
    /// What is wrong. Holds no values that may be secret.
    pub reason: String,
}

/// A place in a table of settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultPlace {
    /// The value of this key; the table where it is absent.
    Key(&'static str),
    /// These bytes of the file; absent where the settings are in no file.
    Bytes(Option<Range<usize>>),
}

impl SettingsFault {
    /// A fault of the value of a key, or of its absence.
    #[must_use]
    pub fn key(key: &'static str, reason: impl Into<String>) -> Self {
        Self { place: FaultPlace::Key(key), reason: reason.into() }
    }
}

/// The table of one account, with the place of each value in the file.
#[derive(Clone, Debug)]
pub struct SettingsTable<'t>(Spanned<DeValue<'t>>);

impl<'t> SettingsTable<'t> {
    /// Wraps a table.
    #[must_use]
    pub const fn new(table: Spanned<DeValue<'t>>) -> Self {
        Self(table)
    }

    /// Parses it into the keys of a channel.
    ///
    /// # Errors
    ///
    /// If a key is unknown or a value of the wrong type. The value itself is not quoted: it may be a secret.
    pub fn parse<T: Deserialize<'t>>(self) -> Result<T, SettingsFault> {
        T::deserialize(ValueDeserializer::from(self.0)).map_err(|error| SettingsFault {
            place: FaultPlace::Bytes(error.span()),
            reason: without_value(&error.message().replace('\n', " ")),
        })
    }
}

/// A message about a value of the wrong type, without the value: it may be a secret.
fn without_value(message: &str) -> String {
    let types = message.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected "));
    let Some((found, expected)) = types else { return message.to_owned() };
    let kind = found.split(['"', '`']).next().unwrap_or_default().trim_end();
    format!("invalid type: {kind}, expected {expected}")
}

/// A value that may come from the environment, so that the file can be shown to others.
#[derive(Clone, Copy)]
pub(crate) struct EnvironmentValue<'e> {
    /// The key that holds the value.
    pub(crate) key: &'static str,
    /// The key that holds the name of a variable instead.
    pub(crate) variable_key: &'static str,
    /// The environment.
    pub(crate) environment: Environment<'e>,
}

impl EnvironmentValue<'_> {
    /// The value that is `written` in the file, or that of `variable`; `None` if neither is there.
    pub(crate) fn optional(
        self,
        written: &str,
        variable: Option<&str>,
    ) -> Result<Option<String>, SettingsFault> {
        let Self { key, variable_key, .. } = self;
        match (written, variable) {
            ("", Some(variable)) => self.of_variable(variable).map(Some),
            ("", None) => Ok(None),
            (written, None) => Ok(Some(written.to_owned())),
            (_, Some(_)) => Err(SettingsFault::key(key, format!("give {key} or {variable_key}, not both"))),
        }
    }

    /// The value that is `written` in the file, or that of `variable`.
    pub(crate) fn required(self, written: &str, variable: Option<&str>) -> Result<String, SettingsFault> {
        let Self { key, variable_key, .. } = self;
        self.optional(written, variable)?.ok_or_else(|| {
            let reason = format!(
                "missing field `{key}`; give it, or the name of an environment variable in {variable_key}"
            );
            SettingsFault::key(key, reason)
        })
    }

    /// The value of a variable, without blanks around it.
    pub(crate) fn of_variable(self, variable: &str) -> Result<String, SettingsFault> {
        let key = self.variable_key;
        let value = (self.environment)(variable).map(|value| value.trim().to_owned());
        value.filter(|value| !value.is_empty()).ok_or_else(|| {
            let reason = format!("the environment variable {variable} is missing or empty; {key} wants it");
            SettingsFault::key(key, reason)
        })
    }
}

/// Whether a word can be part of an address as it is.
pub(crate) fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// A number of ours in E.164 form. Whether it exists is not checked: providers give out test numbers that do not.
#[must_use]
pub fn own_number(text: &str) -> Option<String> {
    let shown = |c: char| c.is_ascii_digit() || " +()-./".contains(c);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let good = text.starts_with('+') && text.chars().all(shown) && (7..=15).contains(&digits.len());
    good.then(|| format!("+{digits}"))
}

/// Checks that a value is in its range.
pub(crate) fn in_range(
    key: &'static str,
    value: u32,
    range: &RangeInclusive<u32>,
) -> Result<(), SettingsFault> {
    if range.contains(&value) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    Err(SettingsFault::key(key, format!("{key} = {value}: it must be {least} to {most}")))
}

/// Why an API cannot be at this address. The address itself is not quoted: it may hold a password.
pub(crate) fn base_url_fault(text: &str, example: &str) -> Option<String> {
    Some(match address_fault(text)? {
        AddressFault::PlainText => {
            "base_url: the access token would cross the network in plain text; use https".to_owned()
        }
        AddressFault::NotAnAddress => format!("base_url: it must be an address, such as {example}"),
    })
}

/// Why an address cannot be used.
enum AddressFault {
    /// It is not an address of scheme, host, port and path alone.
    NotAnAddress,
    /// It is `http`, and not on this machine.
    PlainText,
}

fn address_fault(text: &str) -> Option<AddressFault> {
    let none = Some(AddressFault::NotAnAddress);
    let Ok(url) = Url::parse(text) else { return none };
    let Some(host) = url.host_str() else { return none };
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = host == "localhost" || plain.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => return Some(AddressFault::PlainText),
        _ => return none,
    }
    let more = !url.username().is_empty() || url.password().is_some();
    if more || url.query().is_some() || url.fragment().is_some() { none } else { None }
}
