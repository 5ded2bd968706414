//! What WhatsApp allows.

use deskbell_protocol::ChannelPolicy;

use super::Settings;

/// The policy of an account (Cloud API reference, "messages", "customer service windows" and "supported media
/// types").
pub(super) fn policy(settings: &Settings) -> ChannelPolicy {
    ChannelPolicy {
        templates: settings.business_account_id.as_deref().is_some_and(|id| !id.is_empty()),
        // The indicator is a part of a read receipt.
        typing: settings.typing_indicator && settings.read_receipts,
        ..ChannelPolicy::fallback()
    }
}
