//! The words by which a contact opts out of text messages and in again.

use crate::ConsentChange;

use super::errors;
use super::form::Form;

/// The words that Twilio takes for an opt-out ("support for opt-out keywords").
const STOP: [&str; 8] = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
/// The words that Twilio takes for an opt-in.
const START: [&str; 3] = ["START", "YES", "UNSTOP"];

/// What a message says about consent.
///
/// With Advanced Opt-Out Twilio decides itself, by words of the account's own, and tells by `OptOutType`. Else the
/// whole text counts, without blanks around it and in any case.
pub(super) fn consent(form: &Form) -> Option<ConsentChange> {
    let word = match form.get("OptOutType") {
        Some(kind) => kind,
        None => form.get("Body")?,
    };
    let word = word.trim().to_uppercase();
    if STOP.contains(&word.as_str()) {
        Some(ConsentChange::OptedOut { failure: errors::opted_out() })
    } else if START.contains(&word.as_str()) {
        Some(ConsentChange::OptedIn)
    } else {
        None
    }
}
