//! Channels, and what each of them allows.
//!
//! The hub sends the policy of a channel with every account. Hub, engine and UI ask the policy; none of them
//! asks which channel it is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Millis;

/// A kind of address that contacts write from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// WhatsApp Business Platform.
    Whatsapp,
    /// Facebook Messenger.
    Messenger,
    /// Text messages by phone.
    Sms,
    /// The chat widget on a web page.
    WebChat,
    /// X direct messages.
    X,
    /// A channel this version does not know; shown, never written to.
    #[serde(other)]
    Unknown,
}

/// What a channel allows on one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChannelPolicy {
    /// When free text may be sent; absent where it always may.
    #[serde(default)]
    pub window: Option<MessagingWindow>,
    /// How long a text may be.
    pub text: TextLimit,
    /// What a contact's address is.
    pub address: AddressKind,
    /// The media that may be sent, one row for each kind; empty where the channel takes none.
    #[serde(default)]
    pub media: Vec<MediaLimit>,
    /// Whether approved templates can be sent.
    #[serde(default)]
    pub templates: bool,
    /// Which delivery states the provider reports back.
    #[serde(default)]
    pub receipts: Receipts,
    /// Whether the contact can be shown that an agent is typing.
    #[serde(default)]
    pub typing: bool,
    /// Whether a message can quote another one.
    #[serde(default)]
    pub replies: bool,
    /// Whether agents can react to a message.
    #[serde(default)]
    pub reactions: bool,
    /// Whether agents can connect an address that has not written yet.
    #[serde(default)]
    pub connect: bool,
    /// Whether an agent may write first.
    #[serde(default)]
    pub begin: BeginRule,
}

/// For how long free text may be sent, and what opens that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MessagingWindow {
    /// How long it stays open, in seconds.
    #[ts(type = "number")]
    pub seconds: i64,
    /// What opens it.
    pub opens: WindowOpener,
}

/// What opens a messaging window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WindowOpener {
    /// Every message of the contact.
    ContactMessage,
    /// Something this version does not know.
    #[serde(other)]
    Unknown,
}

/// The longest text of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextLimit {
    /// How many units, at least 1.
    pub max: u32,
    /// What is counted.
    pub unit: TextUnit,
}

/// What the length of a text is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TextUnit {
    /// UTF-16 code units, as JavaScript counts.
    Utf16,
    /// SMS segments: 160 GSM-7 septets or 70 UCS-2 code units, 153 or 67 each where there are several
    /// (3GPP TS 23.038, TS 23.040).
    SmsSegments,
    /// Unicode scalar values; also where the unit is one that this version does not know.
    #[serde(other)]
    Characters,
}

/// What a contact's address is on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// A phone number.
    Phone,
    /// An id that the provider made.
    UserId,
    /// A visitor of a web page.
    Visitor,
    /// Something this version does not know.
    #[serde(other)]
    Unknown,
}

/// One kind of media that may be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MediaLimit {
    /// Which kind.
    pub kind: MediaKind,
    /// The largest file, in bytes.
    #[ts(type = "number")]
    pub max_bytes: u64,
    /// The content types that are accepted, such as `image/jpeg`; empty: any.
    #[serde(default)]
    pub types: Vec<String>,
}

/// A kind of media.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Sound, a voice note included.
    Audio,
    /// Any other file.
    Document,
    /// A sticker.
    Sticker,
    /// A kind this version does not know.
    #[serde(other)]
    Unknown,
}

/// How far a provider reports the way of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Receipts {
    /// Until it was handed to the carrier.
    Sent,
    /// Until it is on the contact's device.
    Delivered,
    /// Until the contact has seen it.
    Read,
    /// Not at all, or in a way this version does not know.
    #[default]
    #[serde(other)]
    None,
}

/// Whether an agent may write to a contact who has not written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BeginRule {
    /// Yes.
    Always,
    /// Only after the contact's consent was recorded.
    WithConsent,
    /// Never, or under a rule this version does not know.
    #[default]
    #[serde(other)]
    Never,
}

impl MessagingWindow {
    /// Until when a contact's message of this time keeps the window open; `None` if messages do not open it.
    #[must_use]
    pub fn opened_at(&self, message: Millis) -> Option<Millis> {
        let opens = self.opens == WindowOpener::ContactMessage;
        opens.then(|| message.plus(self.seconds.saturating_mul(1000)))
    }
}

impl ChannelPolicy {
    /// What a client applies to an account whose hub sends no policy: hubs before 0.2.0 know WhatsApp alone.
    ///
    /// The WhatsApp channel starts from it too (Cloud API reference, "messages" and "Customer service windows").
    #[must_use]
    pub fn fallback() -> Self {
        const MIB: u64 = 1024 * 1024;
        let media = |kind, max_bytes| MediaLimit { kind, max_bytes, types: Vec::new() };
        Self {
            window: Some(MessagingWindow { seconds: 24 * 60 * 60, opens: WindowOpener::ContactMessage }),
            text: TextLimit { max: 4096, unit: TextUnit::Characters },
            address: AddressKind::Phone,
            media: vec![
                media(MediaKind::Image, 5 * MIB),
                media(MediaKind::Video, 16 * MIB),
                media(MediaKind::Audio, 16 * MIB),
                media(MediaKind::Document, 100 * MIB),
                media(MediaKind::Sticker, 512_000),
            ],
            templates: true,
            receipts: Receipts::Read,
            typing: true,
            replies: true,
            reactions: true,
            connect: true,
            begin: BeginRule::WithConsent,
        }
    }
}
