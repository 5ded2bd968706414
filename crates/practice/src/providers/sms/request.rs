//! Validation of what the hub posts to `Messages.json` (Twilio, "Message resource").

use reqwest::Url;

use super::account::Account;
use super::responses::ApiError;

/// The longest text, in characters.
const BODY_CHARS: usize = 1600;
/// The longest URL of a status callback, in characters.
const URL_CHARS: usize = 4000;
/// The lengths of a phone number, in digits.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The parameters that have an effect here.
const KNOWN: [&str; 4] = ["To", "From", "Body", "StatusCallback"];

/// A message that the business wants to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewMessage {
    /// The recipient's phone number, digits.
    pub(super) to: String,
    /// The text.
    pub(super) body: String,
    /// Where to report the status.
    pub(super) status_callback: Option<String>,
}

/// Parses a form.
pub(super) fn parse(form: &[u8], account: &Account) -> Result<NewMessage, ApiError> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(form).into_owned().collect();
    // The real provider ignores unknown parameters; here a misspelt one must not pass.
    if let Some((name, _)) = pairs.iter().find(|(name, _)| !KNOWN.contains(&name.as_str())) {
        return Err(ApiError::of(20001, format!("Practice does not simulate the parameter '{name}'")));
    }
    let value = |name: &str| {
        let found = pairs.iter().rev().find(|pair| pair.0 == name).map(|pair| pair.1.as_str());
        found.filter(|it| !it.is_empty())
    };
    let to = value("To").ok_or_else(|| ApiError::of(21604, "A 'To' phone number is required."))?;
    let from = value("From").ok_or_else(|| ApiError::of(21603, "A 'From' phone number is required."))?;
    let body = value("Body").ok_or_else(|| ApiError::of(21602, "Message body is required."))?;
    let digits =
        digits_of(to).ok_or_else(|| ApiError::of(21211, format!("Invalid 'To' Phone Number: {to}")))?;
    if from != account.number {
        let message = format!(
            "The 'From' phone number {from} is not a valid, SMS-capable inbound phone number or short code for your account."
        );
        return Err(ApiError::of(21606, message));
    }
    if to == from {
        return Err(ApiError::of(21266, format!("'To' and 'From' number cannot be the same: {to}")));
    }
    if body.chars().count() > BODY_CHARS {
        let message = "The concatenated message body exceeds the 1600 character limit";
        return Err(ApiError::of(21617, message));
    }
    let status_callback = value("StatusCallback").map(str::to_owned);
    if let Some(url) = status_callback.as_deref().filter(|it| !is_callback(it)) {
        return Err(ApiError::of(21609, format!("The 'StatusCallback' URL {url} is not a valid URL.")));
    }
    Ok(NewMessage { to: digits.to_owned(), body: body.to_owned(), status_callback })
}

/// The digits of a phone number in E.164 format.
fn digits_of(number: &str) -> Option<&str> {
    let digits = number.strip_prefix('+')?;
    let valid = DIGITS.contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    valid.then_some(digits).filter(|it| !it.starts_with('0'))
}

fn is_callback(url: &str) -> bool {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().filter(|it| matches!(it.scheme(), "http" | "https")).and_then(Url::host_str);
    url.chars().count() <= URL_CHARS && host.is_some_and(|host| !host.contains('_'))
}
