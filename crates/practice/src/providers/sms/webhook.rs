//! The webhooks: forms for inbound messages and for statuses, signed with the auth token.

use std::time::Duration;

use reqwest::Url;

use super::account::{API_VERSION, Account};
use super::overrides::Overrides;
use super::segments::segments;
use super::signature::sign;
use crate::webhooks::{Failed, Format, Post};

/// One form, and where it is posted.
pub(super) struct Form {
    url: String,
    parameters: Vec<(&'static str, String)>,
}

/// Webhooks as Twilio posts them.
pub(super) struct FormFormat {
    /// The key of the signature.
    pub(super) auth_token: String,
}

impl Format for FormFormat {
    type Payload = Form;

    const ATTEMPT: Duration = Duration::from_secs(15);

    fn post(&self, form: &Form) -> Option<Post> {
        let url = Url::parse(&form.url).ok()?;
        let signature = sign(&form.url, &form.parameters, &self.auth_token);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.parameters).finish();
        Some(Post {
            url,
            content_type: "application/x-www-form-urlencoded; charset=UTF-8",
            signature: ("x-twilio-signature", signature),
            body,
        })
    }

    /// Twilio reports one thing per request.
    fn join(&self, _form: &mut Form, other: Form) -> Option<Form> {
        Some(other)
    }

    fn accepts(&self, status: u16) -> bool {
        (200..300).contains(&status)
    }

    /// Repeats at once: the documentation names no pause.
    fn pause(&self, form: &Form, failed: &Failed) -> Option<i64> {
        Overrides::of(&form.url).repeats(failed.attempts, failed.failure).then_some(0)
    }
}

/// The form that reports a customer's message. The fields for places are empty, as they are where Twilio does not know
/// the place of a number.
pub(super) fn inbound(account: &Account, from: &str, sid: &str, body: &str) -> Form {
    let mut parameters = vec![
        ("ToCountry", String::new()),
        ("ToState", String::new()),
        ("SmsMessageSid", sid.to_owned()),
        ("NumMedia", "0".to_owned()),
        ("ToCity", String::new()),
        ("FromZip", String::new()),
        ("SmsSid", sid.to_owned()),
        ("FromState", String::new()),
        ("SmsStatus", "received".to_owned()),
        ("FromCity", String::new()),
        ("Body", body.to_owned()),
        ("FromCountry", String::new()),
        ("To", account.number.clone()),
        ("ToZip", String::new()),
        ("NumSegments", segments(body).to_string()),
    ];
    parameters.extend(common(account, sid, from));
    Form { url: account.webhook_url.clone(), parameters }
}

/// The form that reports the status of a message of the business, with the code of a failure.
pub(super) fn status(
    account: &Account,
    url: &str,
    to: &str,
    sid: &str,
    status: &str,
    code: Option<i64>,
) -> Form {
    let mut parameters = vec![
        ("SmsSid", sid.to_owned()),
        ("SmsStatus", status.to_owned()),
        ("MessageStatus", status.to_owned()),
        ("To", to.to_owned()),
    ];
    parameters.extend(code.map(|code| ("ErrorCode", code.to_string())));
    parameters.extend(common(account, sid, &account.number));
    Form { url: url.to_owned(), parameters }
}

fn common(account: &Account, sid: &str, from: &str) -> [(&'static str, String); 4] {
    [
        ("MessageSid", sid.to_owned()),
        ("AccountSid", account.sid.clone()),
        ("From", from.to_owned()),
        ("ApiVersion", API_VERSION.to_owned()),
    ]
}
