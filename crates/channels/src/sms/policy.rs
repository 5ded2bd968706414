//! What SMS allows.

use deskbell_protocol::{AddressKind, BeginRule, ChannelPolicy, Receipts, TextLimit, TextUnit};

/// How many segments one message may have. Twilio accepts 1600 characters, but advises 320 and bills every segment;
/// ten of them stay below 1600 in every encoding ("message resource", `Body`).
const SEGMENTS: u32 = 10;

/// The policy of every number.
pub(super) fn policy() -> ChannelPolicy {
    ChannelPolicy {
        window: None,
        text: TextLimit { max: SEGMENTS, unit: TextUnit::SmsSegments },
        address: AddressKind::Phone,
        media: Vec::new(),
        templates: false,
        receipts: Receipts::Delivered,
        typing: false,
        replies: false,
        reactions: false,
        connect: true,
        begin: BeginRule::WithConsent,
    }
}
