//! The accounts in the settings: what every account has, and one table for its channel.
//!
//! ```toml
//! [[account]]
//! name = "shop"
//! channel = "sms"
//!
//! [account.sms]
//! number = "+49 30 1234567"
//! ```
//!
//! Files of version 0.1.0 hold the keys of the channel in the account itself. They are still read, and `check` shows
//! the table to write in their place.

use std::any::Any;

use deskbell_channels::{
    AccountContext, ChannelSettings, Environment, FaultPlace, PublicUrl, Registration, SettingsFault,
    SettingsTable, registry,
};
use deskbell_protocol::AccountId;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::settings::fault::{InvalidSetting, KeyLocation, line_at};
use crate::settings::{Settings, SettingsError, without_value};

/// The keys that every account has.
const COMMON: [&str; 7] =
    ["name", "id", "channel", "queue", "automatic_answer", "offer_seconds", "continue_conversations"];

/// One of our own addresses.
#[derive(Clone, Debug)]
pub struct AccountSettings {
    /// Its name, part of the webhook's address: letters, digits, `-` and `_`.
    pub name: String,
    /// Its id; derived from channel and name where it is not set.
    pub id: Option<AccountId>,
    /// The queue its interactions wait in; without one, the first.
    pub queue: Option<String>,
    /// Whether interactions are answered without ringing.
    pub automatic_answer: bool,
    /// How long an offer rings, in seconds.
    pub offer_seconds: u32,
    /// Whether a contact who writes after the end, before Done, comes back to the same interaction.
    pub continue_conversations: bool,
    /// The settings of its channel.
    pub channel: Box<dyn ChannelSettings>,
    /// The keys of the channel that stand in the account itself, as in files of version 0.1.0.
    pub(crate) flat_keys: Vec<String>,
}

/// The common keys as they stand in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    name: String,
    #[serde(default)]
    id: Option<AccountId>,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    queue: Option<String>,
    #[serde(default)]
    automatic_answer: bool,
    #[serde(default = "offer_seconds")]
    offer_seconds: u32,
    #[serde(default = "yes")]
    continue_conversations: bool,
}

const fn offer_seconds() -> u32 {
    20
}

const fn yes() -> bool {
    true
}

impl AccountSettings {
    /// An account with everything that has a default at its default.
    #[must_use]
    pub fn new(name: impl Into<String>, channel: impl ChannelSettings) -> Self {
        Self {
            name: name.into(),
            id: None,
            queue: None,
            automatic_answer: false,
            offer_seconds: offer_seconds(),
            continue_conversations: true,
            channel: Box::new(channel),
            flat_keys: Vec::new(),
        }
    }

    /// The settings of its channel, if it is the channel with settings of this type.
    pub fn channel_mut<C: ChannelSettings>(&mut self) -> Option<&mut C> {
        let any: &mut dyn Any = &mut *self.channel;
        any.downcast_mut()
    }

    /// The account's id: the one that is set, else one derived from channel and name, so that it stays the
    /// same over restarts.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.id.unwrap_or_else(|| {
            let digest =
                Sha256::digest(format!("account:{:?}:{}", self.channel.kind(), self.name).as_bytes());
            let mut bits = [0_u8; 16];
            for (bit, byte) in bits.iter_mut().zip(digest) {
                *bit = byte;
            }
            AccountId::from_uuid(uuid::Builder::from_custom_bytes(bits).into_uuid())
        })
    }

    /// The part of the hub's settings that the channel needs.
    pub(crate) fn context<'a>(
        &'a self,
        settings: &'a Settings,
        public_url: Option<&'a PublicUrl>,
    ) -> AccountContext<'a> {
        AccountContext { account: &self.name, public_url, proxy: settings.proxy.as_ref() }
    }
}

/// Reads the accounts out of a file. `text` is the file, for the lines of faults.
pub(crate) fn read(
    accounts: Spanned<DeValue<'_>>,
    text: &str,
    environment: Environment<'_>,
) -> Result<Vec<AccountSettings>, SettingsError> {
    let refuse = |start: usize, reason: &str| SettingsError::Refused {
        line: line_at(text, start),
        reason: reason.to_owned(),
    };
    let start = accounts.span().start;
    let DeValue::Array(tables) = accounts.into_inner() else {
        return Err(refuse(start, "accounts are tables: write [[account]]"));
    };
    let tables = tables.into_iter().enumerate();
    tables.map(|(nth, table)| read_one(nth, table, text, environment)).collect()
}

fn read_one(
    nth: usize,
    account: Spanned<DeValue<'_>>,
    text: &str,
    environment: Environment<'_>,
) -> Result<AccountSettings, SettingsError> {
    let span = account.span();
    let refuse = |start: usize, reason: String| SettingsError::Refused { line: line_at(text, start), reason };
    let DeValue::Table(account) = account.into_inner() else {
        return Err(refuse(span.start, "an account is a table: write [[account]]".to_owned()));
    };
    let (mut common, mut rest) = (DeTable::new(), DeTable::new());
    for (key, value) in account {
        let table = if COMMON.contains(&key.get_ref().as_ref()) { &mut common } else { &mut rest };
        table.insert(key, value);
    }
    let common =
        Common::deserialize(ValueDeserializer::from(Spanned::new(span.clone(), DeValue::Table(common))))
            .map_err(|error| {
                let start = error.span().map_or(span.start, |span| span.start);
                refuse(start, without_value(&error.message().replace('\n', " ")))
            })?;
    let named = |fault: SettingsFault, channel: &'static str| {
        let reason = format!("account {}: {}", common.name, fault.reason);
        match fault.place {
            FaultPlace::Key(key) => {
                InvalidSetting::at(KeyLocation::of_channel(nth, channel, key), reason).in_text(text)
            }
            FaultPlace::Bytes(place) => refuse(place.map_or(span.start, |place| place.start), fault.reason),
        }
    };
    let channel = channel_named(common.channel.as_deref()).map_err(|reason| {
        InvalidSetting::at(
            KeyLocation::nth("account", nth, "channel"),
            format!("account {}: {reason}", common.name),
        )
        .in_text(text)
    })?;
    let flat_keys = match rest.contains_key(channel.name) {
        true => Vec::new(),
        false => rest.keys().map(|key| key.get_ref().to_string()).collect(),
    };
    let table = channel_table(&channel, rest, span.clone()).map_err(|fault| named(fault, channel.name))?;
    let settings = (channel.parse)(SettingsTable::new(table), environment)
        .map_err(|fault| named(fault, channel.name))?;
    Ok(AccountSettings {
        name: common.name,
        id: common.id,
        queue: common.queue,
        automatic_answer: common.automatic_answer,
        offer_seconds: common.offer_seconds,
        continue_conversations: common.continue_conversations,
        channel: settings,
        flat_keys,
    })
}

/// The channel of this name; without a name the first of the registry, as in files of version 0.1.0.
fn channel_named(name: Option<&str>) -> Result<Registration, String> {
    let found = match name {
        Some(name) => registry::by_name(name),
        None => registry::all().next(),
    };
    found.ok_or_else(|| {
        let known: Vec<_> = registry::all().map(|channel| channel.name).collect();
        format!("there is no channel {:?}; this version has {}", name.unwrap_or_default(), known.join(", "))
    })
}

/// The table of the channel: `[account.NAME]`, else the keys of the account that are not common.
fn channel_table<'t>(
    channel: &Registration,
    mut rest: DeTable<'t>,
    account: std::ops::Range<usize>,
) -> Result<Spanned<DeValue<'t>>, SettingsFault> {
    let Some(table) = rest.remove(channel.name) else {
        return Ok(Spanned::new(account, DeValue::Table(rest)));
    };
    match rest.iter().next() {
        None => Ok(table),
        Some((key, _)) => Err(SettingsFault {
            place: FaultPlace::Bytes(Some(key.span())),
            reason: format!(
                "unknown field `{}`; the keys of the channel stand in [account.{}]",
                key.get_ref(),
                channel.name
            ),
        }),
    }
}
