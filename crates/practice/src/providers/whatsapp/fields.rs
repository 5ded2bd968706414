//! Reading of JSON fields, with the provider's errors.

use serde_json::{Map, Value};

use super::responses::ApiError;

/// The string in a field, if there is one.
pub(super) fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Result<Option<&'a str>, ApiError> {
    match object.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(ApiError::of(100, format!("Param {key} must be a string"))),
    }
}

/// Refuses an object that has other fields than these. The real provider ignores them; here a misspelt field must
/// not pass.
pub(super) fn only(object: &Map<String, Value>, known: &[&str]) -> Result<(), ApiError> {
    match object.keys().find(|it| !known.contains(&it.as_str())) {
        None => Ok(()),
        Some(key) => Err(ApiError::of(100, format!("Unexpected key \"{key}\""))),
    }
}

/// The error for a field that is missing.
pub(super) fn missing(field: &str) -> ApiError {
    ApiError::of(131_008, format!("Parameter {field} is missing"))
}
