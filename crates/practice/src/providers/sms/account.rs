//! The business's account at the provider.

/// The version of the API, which is part of each path.
pub(super) const API_VERSION: &str = "2010-04-01";

/// The business's account at the provider, with its one phone number.
pub(crate) struct Account {
    /// The id of the account: `AC` and 32 hexadecimal digits.
    pub(crate) sid: String,
    /// The password of the account, and the key that signs webhooks.
    pub(crate) auth_token: String,
    /// The phone number in E.164 format, with `+`.
    pub(crate) number: String,
    /// The hub's webhook for inbound messages, in full.
    pub(crate) webhook_url: String,
}
