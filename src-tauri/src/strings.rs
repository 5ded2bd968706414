//! The texts of toasts and tray, in English and German.

mod channel_names;

use deskbell_client::api::Language;
use deskbell_protocol::Channel;

/// The texts of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strings {
    language: Language,
}

impl Strings {
    /// The texts of the chosen language, or else of the system's. English where the system's is not supported.
    pub(crate) fn new(chosen: Option<Language>) -> Self {
        Self { language: chosen.unwrap_or_else(system_language) }
    }

    fn select<'a>(self, english: &'a str, german: &'a str) -> &'a str {
        match self.language {
            Language::En => english,
            Language::De => german,
        }
    }

    pub(crate) fn accept(self) -> &'static str {
        self.select("Accept", "Annehmen")
    }

    pub(crate) fn decline(self) -> &'static str {
        self.select("Decline", "Ablehnen")
    }

    pub(crate) fn open(self) -> &'static str {
        self.select("Open", "Öffnen")
    }

    pub(crate) fn open_window(self) -> &'static str {
        self.select("Open Deskbell", "Deskbell öffnen")
    }

    pub(crate) fn ready(self) -> &'static str {
        self.select("Ready", "Bereit")
    }

    pub(crate) fn not_ready(self) -> &'static str {
        self.select("Not Ready", "Nicht bereit")
    }

    pub(crate) fn signed_out(self) -> &'static str {
        self.select("Signed out", "Abgemeldet")
    }

    pub(crate) fn offline(self) -> &'static str {
        self.select("Offline", "Offline")
    }

    pub(crate) fn quit(self) -> &'static str {
        self.select("Quit", "Beenden")
    }

    pub(crate) fn new_message(self) -> &'static str {
        self.select("New message", "Neue Nachricht")
    }

    /// In place of the contact's text, where the settings hide it.
    pub(crate) fn would_like_to_talk(self) -> &'static str {
        self.select("would like to talk to you", "möchte mit Ihnen sprechen")
    }

    /// In place of the buttons, where the desktop shows none.
    pub(crate) fn answer_in_window(self) -> &'static str {
        self.select("Accept or decline in Deskbell.", "In Deskbell annehmen oder ablehnen.")
    }

    /// For two or more messages.
    pub(crate) fn new_messages(self, count: usize) -> String {
        format!("{count} {}", self.select("new messages", "neue Nachrichten"))
    }

    /// The display name of a channel.
    pub(crate) fn channel(self, channel: Channel) -> &'static str {
        let (english, german) = channel_names::names(channel);
        self.select(english, german)
    }
}

/// The language of the process's locale.
fn system_language() -> Language {
    // The first variable that is set decides (POSIX, Environment Variables, 8.2; GNU gettext for LANGUAGE).
    let locale = ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_default();
    language_of(&locale)
}

fn language_of(locale: &str) -> Language {
    if locale.to_ascii_lowercase().starts_with("de") { Language::De } else { Language::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_language_wins_over_the_systems() {
        assert_eq!(Strings::new(Some(Language::De)).accept(), "Annehmen");
        assert_eq!(Strings::new(Some(Language::En)).accept(), "Accept");
    }

    #[test]
    fn a_german_system_gets_german_texts_and_every_other_one_english() {
        assert_eq!(language_of("de_AT.UTF-8"), Language::De);
        assert_eq!(language_of("fr_FR.UTF-8"), Language::En);
        assert_eq!(language_of("C.UTF-8"), Language::En);
        assert_eq!(language_of(""), Language::En);
    }
}
