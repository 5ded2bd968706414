//! This desktop's settings.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// This desktop's settings. Stored in a file beside the cache, because they are needed before it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// The language; absent follows the system.
    pub language: Option<Language>,
    /// The theme; absent follows the system.
    pub theme: Option<Theme>,
    /// Whether toasts show the contact's first words.
    pub toast_words: bool,
    /// Whether offers ring with a sound.
    pub sound: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { language: None, theme: None, toast_words: true, sound: true }
    }
}

/// A language of the UI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// A colour theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}
