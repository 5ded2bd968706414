//! What `deskbell-hub check` finds out about a number at Twilio: whether Twilio is reached, accepts the credentials, has
//! the number, and delivers to this hub.

use std::time::Duration;

use serde_json::Value;

use super::{Sms, answers};
use crate::diagnosis::reach::{self, Reach};
use crate::diagnosis::{Diagnosis, Finding, ProviderClock, printable};
use crate::http_client::answer::{Answer, NoAnswer};

/// The codes by which Twilio asks to wait.
const BUSY: &[i64] = &[20_429];
/// The code of credentials that are not accepted.
const UNAUTHORIZED: i64 = 20_003;

impl Sms {
    /// Checks the number at Twilio, with two calls of at most `patience` each.
    pub(super) async fn diagnosis(&self, patience: Duration) -> Diagnosis {
        let Some(api) = &self.api else {
            let finding = Finding::bad("provider", "the settings make no address", "Correct base_url.");
            return Diagnosis { findings: vec![finding], clock: None };
        };
        let answer = api.account(Some(patience)).await;
        let reach = reach(&answer);
        let mut findings = reached(api.host(), &reach);
        if let Reach::Found(account) = reach {
            findings.push(of_account(account));
            let numbers = api.phone_numbers(&self.settings.number, patience).await;
            findings.extend(self.of_number(&numbers));
        }
        let date = answer.as_ref().ok().and_then(|answer| answer.date);
        let clock = date.map(|at| ProviderClock { host: api.host().to_owned(), at });
        Diagnosis { findings, clock }
    }

    /// Whether the number is the account's, and where Twilio delivers what contacts write to it ("incoming phone
    /// number resource").
    fn of_number(&self, answer: &Result<Answer, NoAnswer>) -> Vec<Finding> {
        const NUMBER: &str = "number";
        const WEBHOOK: &str = "webhook";
        let number = &self.settings.number;
        let Reach::Found(list) = reach(answer) else {
            let next_step = "Check again in a few minutes.";
            return vec![Finding::doubtful(NUMBER, "the provider does not list the numbers", next_step)];
        };
        let numbers = list.get("incoming_phone_numbers").and_then(Value::as_array);
        let Some(row) = numbers.into_iter().flatten().find(|row| word(row, "phone_number") == *number) else {
            let sentence = format!("{number} is not a number of this account");
            let next_step = "Compare number and account_sid with the provider's console.";
            return vec![Finding::bad(NUMBER, sentence, next_step)];
        };
        let mut findings = vec![Finding::good(NUMBER, format!("{number}, {}", word(row, "friendly_name")))];
        let ours = self.webhook_url.as_deref().unwrap_or_default();
        let next_step =
            format!("Set the number's messaging webhook to {ours}, HTTP POST, in the provider's console.");
        let url = word(row, "sms_url");
        findings.push(if !word(row, "sms_application_sid").is_empty() {
            let sentence = "an application of the provider takes what customers write, not this hub";
            Finding::doubtful(WEBHOOK, sentence, &next_step)
        } else if url.is_empty() {
            Finding::bad(WEBHOOK, "none is set: nothing that customers write is delivered", &next_step)
        } else if url != ours {
            Finding::doubtful(WEBHOOK, format!("deliveries go to {url}"), &next_step)
        } else if word(row, "sms_method").eq_ignore_ascii_case("get") {
            Finding::bad(WEBHOOK, "deliveries come by GET, which this hub does not take", &next_step)
        } else {
            Finding::good(WEBHOOK, format!("deliveries go to {ours}"))
        });
        findings
    }
}

fn reach(answer: &Result<Answer, NoAnswer>) -> Reach<'_> {
    reach::reach(answer, BUSY, |answer| answers::code(answer).map(|code| (code, 0)))
}

/// Whether Twilio is there, and whether it accepts the credentials.
fn reached(host: &str, reach: &Reach<'_>) -> Vec<Finding> {
    const TOKEN: &str = "token";
    let provider = reach::finding(host, reach, "base_url");
    let token = match reach {
        Reach::Found(_) => Finding::good(TOKEN, "good for this account"),
        Reach::Refused { code: 0 | UNAUTHORIZED, .. } => Finding::bad(
            TOKEN,
            "the provider does not accept it",
            "Compare account_sid and auth_token with the provider's console.",
        ),
        Reach::Refused { code, .. } => Finding::bad(
            TOKEN,
            format!("the provider refuses the account (code {code})"),
            "Compare account_sid with the provider's console.",
        ),
        _ => return vec![provider],
    };
    vec![provider, token]
}

fn of_account(account: &Value) -> Finding {
    const SUBJECT: &str = "account";
    match word(account, "status").as_str() {
        "active" => Finding::good(SUBJECT, word(account, "friendly_name")),
        status => {
            let next_step = "Look at the account in the provider's console.";
            Finding::bad(SUBJECT, format!("no message can be sent: it is {status}"), next_step)
        }
    }
}

/// A text at a key; empty where there is none.
fn word(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).map(printable).unwrap_or_default()
}
