//! The `Retry-After` header of an answer.

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// How long `Retry-After` asks to wait, in seconds; `None` if it cannot be understood.
///
/// It is a number of seconds or a date (RFC 9110, section 10.2.3). A date is counted from the answer's own
/// `Date`, which every server with a clock sends: this machine's clock may be wrong, and the two of the same
/// answer fit together. A date that has passed asks for no wait.
pub(super) fn retry_after_s(headers: &HeaderMap) -> Option<u64> {
    let value = text(headers, &RETRY_AFTER)?;
    if value.bytes().all(|it| it.is_ascii_digit()) {
        // Digits that make no number are too many.
        return (!value.is_empty()).then(|| value.parse().unwrap_or(u64::MAX));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = httpdate::parse_http_date(text(headers, &DATE)?).ok()?;
    Some(until.duration_since(now).map_or(0, |it| it.as_secs()))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|it| it.to_str().ok()).map(str::trim)
}
