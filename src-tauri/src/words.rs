//! The few words that the host itself says, in toasts and in the tray: English and German.

use deskbell_client::api::Language;
use deskbell_protocol::Channel;

/// The words of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    language: Language,
}

impl Words {
    /// The language that was chosen, else the system's, else English.
    pub(crate) fn of(chosen: Option<Language>) -> Self {
        Self { language: chosen.unwrap_or_else(system) }
    }

    /// One of two sentences.
    fn say<'a>(self, english: &'a str, german: &'a str) -> &'a str {
        match self.language {
            Language::En => english,
            Language::De => german,
        }
    }

    pub(crate) fn accept(self) -> &'static str {
        self.say("Accept", "Annehmen")
    }

    pub(crate) fn decline(self) -> &'static str {
        self.say("Decline", "Ablehnen")
    }

    pub(crate) fn open(self) -> &'static str {
        self.say("Open", "Öffnen")
    }

    pub(crate) fn open_window(self) -> &'static str {
        self.say("Open Deskbell", "Deskbell öffnen")
    }

    pub(crate) fn ready(self) -> &'static str {
        self.say("Ready", "Bereit")
    }

    pub(crate) fn not_ready(self) -> &'static str {
        self.say("Not Ready", "Nicht bereit")
    }

    pub(crate) fn signed_out(self) -> &'static str {
        self.say("Signed out", "Abgemeldet")
    }

    pub(crate) fn offline(self) -> &'static str {
        self.say("no connection", "keine Verbindung")
    }

    pub(crate) fn quit(self) -> &'static str {
        self.say("Quit", "Beenden")
    }

    pub(crate) fn new_message(self) -> &'static str {
        self.say("New message", "Neue Nachricht")
    }

    /// For a toast that may not show the contact's words.
    pub(crate) fn writes(self) -> &'static str {
        self.say("would like to talk to you", "möchte mit Ihnen sprechen")
    }

    /// For a toast without buttons.
    pub(crate) fn answer_in_the_window(self) -> &'static str {
        self.say("Accept or decline in Deskbell.", "In Deskbell annehmen oder ablehnen.")
    }

    pub(crate) fn messages(self, count: usize) -> String {
        format!("{count} {}", self.say("new messages", "neue Nachrichten"))
    }

    /// What people call a channel.
    pub(crate) fn channel(self, channel: Channel) -> &'static str {
        match channel {
            Channel::Whatsapp => "WhatsApp",
            Channel::Messenger => "Messenger",
            Channel::Sms => "SMS",
            Channel::WebChat => self.say("Web chat", "Web-Chat"),
            Channel::X => "X",
            Channel::Unknown => self.say("Message", "Nachricht"),
        }
    }
}

/// The system's language, as far as it tells a program that was started without a display too.
fn system() -> Language {
    // The first of these that is set decides (POSIX, Environment Variables, 8.2; GNU gettext for LANGUAGE).
    let told = ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_default();
    of_locale(&told)
}

fn of_locale(locale: &str) -> Language {
    if locale.to_ascii_lowercase().starts_with("de") { Language::De } else { Language::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_language_wins_over_the_systems() {
        assert_eq!(Words::of(Some(Language::De)).accept(), "Annehmen");
        assert_eq!(Words::of(Some(Language::En)).accept(), "Accept");
    }

    #[test]
    fn a_german_system_speaks_german_and_every_other_one_english() {
        assert_eq!(of_locale("de_AT.UTF-8"), Language::De);
        assert_eq!(of_locale("fr_FR.UTF-8"), Language::En);
        assert_eq!(of_locale("C.UTF-8"), Language::En);
        assert_eq!(of_locale(""), Language::En);
    }
}
