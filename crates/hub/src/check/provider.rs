//! The provider of an account: whether it is there, takes the token, and has the same time.

use std::time::Duration;

use deskbell_protocol::Millis;
use reqwest::{Client, StatusCode, Url, header, redirect};

use super::Finding;
use crate::settings::AccountSettings;

/// How long to wait for the answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// How far apart the clocks may be, in milliseconds. Signatures do not depend on it, windows do.
const APART_MS: i64 = 5 * 60 * 1000;

/// Asks for the account's own number, which shows whether the token is good for it (Cloud API reference,
/// "business phone numbers": `GET /{version}/{phone-number-id}`).
pub(super) async fn look(account: &AccountSettings, now: Millis) -> Vec<Finding> {
    let what = format!("account {}", account.name);
    let Some((client, url)) = door(account) else {
        let next_step = "Correct base_url, graph_version and phone_number_id of the account.";
        return vec![Finding::bad(&what, "its settings make no address", next_step)];
    };
    let host = url.host_str().unwrap_or_default().to_owned();
    let answer = match client.get(url).bearer_auth(account.access_token.expose()).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let why = if error.is_timeout() { "does not answer in time" } else { "cannot be reached" };
            let next_step = "Look at the network, the name service and the firewall between here and there.";
            return vec![Finding::bad(&what, format!("{host} {why}"), next_step)];
        }
    };
    let mut found = vec![of_status(&what, &host, answer.status())];
    let date = answer.headers().get(header::DATE).and_then(|date| date.to_str().ok()).and_then(millis_of);
    if let Some(theirs) = date
        && theirs.since(now).saturating_abs() > APART_MS
    {
        let minutes = theirs.since(now) / 60_000;
        found.push(Finding::doubtful(
            "clock",
            format!("{host} has another time: {minutes} minutes from this machine's"),
            "Set the clock by a time service: the 24 hours in which one may write go by it.",
        ));
    }
    found
}

fn door(account: &AccountSettings) -> Option<(Client, Url)> {
    let mut url = Url::parse(&account.base_url).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let path = [account.graph_version.as_str(), account.phone_number_id.as_str()];
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    // The token goes to the configured address and nowhere else.
    let mut client = Client::builder().redirect(redirect::Policy::none()).timeout(PATIENCE);
    if matches!(url.host_str().unwrap_or_default(), "127.0.0.1" | "[::1]" | "localhost") {
        client = client.no_proxy();
    }
    Some((client.build().ok()?, url))
}

fn of_status(what: &str, host: &str, status: StatusCode) -> Finding {
    match status {
        status if status.is_success() => {
            Finding::good(what, format!("{host} is there and the token is good for the number"))
        }
        StatusCode::UNAUTHORIZED => Finding::bad(
            what,
            "the provider does not take the token: it has expired, was withdrawn, or is misspelt",
            "Make a new token of a system user and put it into access_token.",
        ),
        StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => Finding::bad(
            what,
            "the provider does not know this number, or the token is not good for it",
            "Compare phone_number_id with the provider's console, and the rights of the token.",
        ),
        StatusCode::TOO_MANY_REQUESTS => Finding::doubtful(
            what,
            "the provider is there but asks for patience",
            "Check again in a few minutes.",
        ),
        status if status.is_redirection() => Finding::bad(
            what,
            format!("{host} sends on to another address, which is not followed"),
            "Write the true address of the provider into base_url.",
        ),
        status if status.is_server_error() => Finding::doubtful(
            what,
            format!("the provider has trouble of its own ({})", status.as_u16()),
            "Check again in a few minutes, and look at the provider's status page.",
        ),
        status => Finding::bad(
            what,
            format!("{host} answers with {}, which is no answer of the provider", status.as_u16()),
            "Correct base_url; something else may answer there.",
        ),
    }
}

/// The moment of a date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
fn millis_of(date: &str) -> Option<Millis> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, rest) = date.split_once(", ")?;
    let mut parts = rest.split(' ');
    let day: i64 = parts.next()?.parse().ok()?;
    let word = parts.next()?;
    let month = i64::try_from(MONTHS.iter().position(|month| *month == word)?).ok()?.checked_add(1)?;
    let year: i64 = parts.next()?.parse().ok().filter(|year| (1970..10_000).contains(year))?;
    let mut clock = parts.next()?.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    // Days since 1970 with years that begin in March, so that the leap day is the last.
    let shifted = if month <= 2 { year - 1 } else { year };
    let since_march = (month + 9) % 12;
    let days =
        365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * since_march + 2) / 5 + day
            - 719_469;
    Some(Millis((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_http_are_read() {
        assert_eq!(millis_of("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Millis(0)));
        assert_eq!(millis_of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Millis(784_111_777_000)));
        assert_eq!(millis_of("Thu, 29 Feb 2024 23:59:59 GMT"), Some(Millis(1_709_251_199_000)));
        assert_eq!(millis_of("yesterday"), None);
    }
}
