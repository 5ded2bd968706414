//! Posting a message to Twilio ("message resource", create).

use deskbell_protocol::{FailureClass, Remedy};

use super::errors::TABLE;
use super::parse::status_callback;
use super::{Sms, answers};
use crate::http_client::answer::Stage;
use crate::{Outbound, OutboundContent, Recipient, SendOutcome};

impl Sms {
    /// Hands one message to Twilio, once. Takes at most some 40 seconds.
    ///
    /// A call that fails before the request is written may be tried again; one that fails after it is
    /// [`SendOutcome::Ambiguous`], because Twilio may have the message.
    pub(super) async fn post(&self, message: &Outbound) -> SendOutcome {
        let Recipient::Phone(phone) = &message.to else { return SendOutcome::Refused(not_a_number()) };
        let digits = phone.trim_start_matches('+');
        // Short numbers have fewer digits than others and no country.
        let known = (3..=15).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
        if !known {
            return SendOutcome::Refused(not_a_number());
        }
        let OutboundContent::Text { body } = &message.content else {
            return SendOutcome::Refused(no_templates());
        };
        let (Some(api), Some(webhook_url)) = (&self.api, &self.webhook_url) else {
            return SendOutcome::Refused(TABLE.not_set_up());
        };
        let to = if digits.len() < SHORTEST_E164 { digits.to_owned() } else { format!("+{digits}") };
        let callback = status_callback(webhook_url, &message.echo);
        let fields = [
            ("To", to.as_str()),
            ("From", &self.settings.number),
            ("Body", body),
            ("StatusCallback", &callback),
        ];
        match api.post("Messages", &fields).await {
            Ok(answer) => answers::outcome(&answer),
            Err(no_answer) => match no_answer.stage {
                Stage::NotBuilt => SendOutcome::Refused(TABLE.not_set_up()),
                Stage::NotConnected => SendOutcome::Later { after_ms: None, failure: TABLE.unreachable() },
                Stage::Written => SendOutcome::Ambiguous,
            },
        }
    }
}

/// The fewest digits of a number with its country (ITU-T E.164 names no least; short numbers have up to six).
const SHORTEST_E164: usize = 7;

fn not_a_number() -> deskbell_protocol::Failure {
    let sentence = "The contact's number is not a phone number. Your message was not sent.";
    TABLE.named("not_a_number", FailureClass::Address, sentence, Remedy::ConfirmAddress)
}

fn no_templates() -> deskbell_protocol::Failure {
    let sentence = "SMS has no notifications. Nothing was sent. Write a message instead.";
    TABLE.named("no_templates", FailureClass::Content, sentence, Remedy::WriteAgain)
}
