//! Invalid settings, and the line of their file.

use toml::de::{DeTable, DeValue};

use crate::settings::SettingsError;

/// The location of a key in the settings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyLocation {
    /// The table it is in; none for a key at the top.
    table: Option<&'static str>,
    /// Which of the tables of this name, where there are several.
    nth: usize,
    /// The table within it, where the key stands there and not in the table itself.
    within: Option<&'static str>,
    key: &'static str,
}

impl KeyLocation {
    /// A key at the top.
    pub(crate) const fn top(key: &'static str) -> Self {
        Self { table: None, nth: 0, within: None, key }
    }

    /// A key of the one table of this name.
    pub(crate) const fn of(table: &'static str, key: &'static str) -> Self {
        Self::nth(table, 0, key)
    }

    /// A key of the `nth` table of this name, counted from 0.
    pub(crate) const fn nth(table: &'static str, nth: usize, key: &'static str) -> Self {
        Self { table: Some(table), nth, within: None, key }
    }

    /// A key of the channel of the `nth` account, counted from 0. It stands in the table of the channel, or in the
    /// account itself.
    pub(crate) const fn of_channel(nth: usize, channel: &'static str, key: &'static str) -> Self {
        Self { table: Some("account"), nth, within: Some(channel), key }
    }

    /// Returns whether the file has this key in the one table of its name.
    pub(crate) fn is_written(self, text: &str) -> bool {
        let Some(table) = self.table else { return false };
        DeTable::parse(text).is_ok_and(|file| {
            file.get_ref().get(table).is_some_and(|table| table.get_ref().get(self.key).is_some())
        })
    }

    /// Returns the line of the key's value, counted from 1; if the key is absent, that of its table.
    fn line(self, text: &str) -> Option<usize> {
        let file = DeTable::parse(text).ok()?;
        let start = match self.table {
            None => file.get_ref().get(self.key)?.span().start,
            Some(table) => {
                let named = file.get_ref().get(table)?;
                let table = match named.get_ref() {
                    DeValue::Array(all) => all.get(self.nth)?,
                    _ => named,
                };
                let inner = self.within.and_then(|within| table.get_ref().get(within)).unwrap_or(table);
                inner.get_ref().get(self.key).unwrap_or(inner).span().start
            }
        };
        Some(line_at(text, start))
    }
}

/// Returns the line of this byte, counted from 1.
pub(crate) fn line_at(text: &str, start: usize) -> usize {
    text.bytes().take(start).filter(|byte| *byte == b'\n').count().saturating_add(1)
}

/// An invalid setting.
#[derive(Debug)]
pub(crate) struct InvalidSetting {
    location: KeyLocation,
    reason: String,
}

impl InvalidSetting {
    /// An invalid setting, with the reason for a person.
    pub(crate) fn at(location: KeyLocation, reason: impl Into<String>) -> Self {
        Self { location, reason: reason.into() }
    }

    /// Converts it to an error with its line in the file that the settings were read from.
    pub(crate) fn in_text(self, text: &str) -> SettingsError {
        match self.location.line(text) {
            Some(line) => SettingsError::Refused { line, reason: self.reason },
            None => self.alone(),
        }
    }

    /// Converts it to an error without a line, for settings that were built in code.
    pub(crate) fn alone(self) -> SettingsError {
        SettingsError::Contradiction(self.reason)
    }
}
