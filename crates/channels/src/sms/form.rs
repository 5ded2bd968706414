//! The forms that Twilio posts.

use crate::text::{ID_BYTES, TEXT_CHARS, cut};

/// The most fields that are read. Twilio sends some twenty, and two for each of at most ten attachments.
const MAX_FIELDS: usize = 500;

/// The fields of a form in their order, decoded. A name may occur several times.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Decodes a body of the type `application/x-www-form-urlencoded`.
    pub(super) fn decode(body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body).take(MAX_FIELDS);
        Self(fields.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// All fields.
    pub(super) fn into_fields(self) -> Vec<(String, String)> {
        self.0
    }

    /// The first value of a field that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The text of a field, as far as it is kept. A NUL, at which other programs cut off, is replaced.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|text| cut(text, TEXT_CHARS).replace('\0', "\u{fffd}"))
    }

    /// The id in a field; `None` if it is too long to be one.
    pub(super) fn id(&self, name: &str) -> Option<String> {
        self.get(name).filter(|id| id.len() <= ID_BYTES).map(str::to_owned)
    }
}
