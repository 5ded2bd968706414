//! The display names of the channels. Besides practice mode, no other code of the host names a channel.

use deskbell_protocol::Channel;

/// Channel, English name, German name.
const NAMES: [(Channel, &str, &str); 5] = [
    (Channel::Whatsapp, "WhatsApp", "WhatsApp"),
    (Channel::Messenger, "Messenger", "Messenger"),
    (Channel::Sms, "SMS", "SMS"),
    (Channel::WebChat, "Web chat", "Web-Chat"),
    (Channel::X, "X", "X"),
];

/// The names of a channel that this version does not know.
const UNKNOWN: (&str, &str) = ("Message", "Nachricht");

/// The English and the German name of a channel.
pub(super) fn names(channel: Channel) -> (&'static str, &'static str) {
    NAMES
        .iter()
        .find(|(named, ..)| *named == channel)
        .map_or(UNKNOWN, |(_, english, german)| (english, german))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_channel_has_a_name() {
        for word in ["whatsapp", "messenger", "sms", "web_chat", "x"] {
            let channel: Channel = serde_json::from_value(word.into()).unwrap();
            assert_ne!(names(channel), UNKNOWN, "{word}");
        }
        assert_eq!(names(Channel::Unknown), UNKNOWN);
    }
}
