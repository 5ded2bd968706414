//! The business's number at the provider.

/// The id of the business account that the number belongs to.
pub const BUSINESS_ACCOUNT: &str = "102290129340398";

/// The business's number at the provider.
pub(crate) struct Account {
    /// The id of the number.
    pub(crate) phone_number_id: String,
    /// The token that each request of the hub must carry.
    pub(crate) access_token: String,
    /// The number as customers see it, digits.
    pub(crate) display_phone_number: String,
}
