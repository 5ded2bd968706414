//! The failures of a connection to a provider: of answers that carry no error code, and of calls without an answer.

use deskbell_protocol::{Failure, FailureClass, Remedy};
use serde_json::Value;

use super::{ErrorTable, Handling};
use crate::http_client::answer::Answer;
use crate::{Credentials, SendOutcome};

impl ErrorTable {
    /// The account cannot be used as it is set up.
    pub(crate) fn not_set_up(&self) -> Failure {
        self.failure(Some(self.not_set_up), None)
    }

    /// Why nothing of an account goes out. It ends no message: they wait.
    pub(crate) fn no_access(&self) -> Failure {
        let sentence = format!(
            "{} no longer takes this hub's access. What is written waits and goes out by itself once the access \
             is renewed. Tell your administrator.",
            self.words.provider
        );
        self.named("no_access", FailureClass::Credentials, sentence, Remedy::TellAdministrator)
    }

    /// Why nothing of an account goes out where not the provider refuses, but a firewall or filter on the way: it
    /// does not say why. It ends no message: they wait.
    pub(crate) fn barred(&self) -> Failure {
        let sentence = format!(
            "Something between this hub and {} lets nothing through. What is written waits and goes out by itself \
             once it does. Tell your administrator.",
            self.words.inside
        );
        self.named("barred", FailureClass::Unreachable, sentence, Remedy::TellAdministrator)
    }

    /// The failure of a message that is barred again and again, while other calls are let through.
    pub(crate) fn barred_alone(&self) -> Failure {
        let sentence = format!(
            "Something between this hub and {} does not let this message through. It was not sent. Tell your \
             administrator.",
            self.words.inside
        );
        self.named("barred_alone", FailureClass::Barred, sentence, Remedy::TellAdministrator)
    }

    /// A message was not posted, because there is no connection.
    pub(crate) fn unreachable(&self) -> Failure {
        let provider = self.words.provider;
        let sentence =
            format!("{provider} could not be reached. Your message was not sent. Try again in a moment.");
        self.named("unreachable", FailureClass::Unreachable, sentence, Remedy::SendAgain)
    }

    /// A question was not answered, because there is no connection.
    pub(crate) fn not_asked(&self) -> Failure {
        let sentence = format!("{} could not be asked. Try again in a moment.", self.words.provider);
        self.named("unreachable", FailureClass::Unreachable, sentence, Remedy::Nothing)
    }

    /// What is known of a posted message after an answer without an error code.
    ///
    /// A failing server that gives no reason leaves it unknown whether the message went out.
    pub(crate) fn outcome_of_status(&self, answer: &Answer) -> SendOutcome {
        let provider = self.words.provider;
        match answer.status {
            // Redirections are not followed: no other server has the message.
            300..=399 => {
                let happened = format!("{provider} redirected the request");
                self.later(answer, "redirect", FailureClass::Unreachable, &happened)
            }
            408 => {
                let happened = format!("{provider} did not receive the message in time");
                self.later(answer, "timeout", FailureClass::Provider, &happened)
            }
            429 => self.later(answer, "busy", FailureClass::Rate, &format!("{provider} was too busy")),
            401 => SendOutcome::NotConnected(self.no_access()),
            // The provider gives a reason when it forbids something: this answer is not its own.
            403 => SendOutcome::NotConnected(self.barred()),
            404 | 405 => SendOutcome::Refused(self.not_set_up()),
            400..=499 => SendOutcome::Refused(self.named(
                &format!("http_{}", answer.status),
                FailureClass::Other,
                format!("{provider} refused this message without giving a reason. It was not sent."),
                Remedy::TellAdministrator,
            )),
            _ => SendOutcome::Ambiguous,
        }
    }

    fn later(&self, answer: &Answer, reason: &str, class: FailureClass, happened: &str) -> SendOutcome {
        let sentence = format!("{happened}. Your message was not sent. Try again in a moment.");
        let failure = self.named(reason, class, sentence, Remedy::SendAgain);
        SendOutcome::Later { after_ms: answer.after_ms(), failure }
    }

    /// Why an answer without an error code does not hold what was asked for.
    pub(crate) fn failure_of_status(&self, answer: &Answer) -> Failure {
        match answer.status {
            401 => self.no_access_now(),
            403 => self.barred(),
            404 | 405 => self.not_set_up(),
            _ => {
                let sentence = format!(
                    "{} answered with something else than what was asked for. Try again in a moment.",
                    self.words.provider
                );
                self.named("no_answer", FailureClass::Provider, sentence, Remedy::Nothing)
            }
        }
    }

    /// The failure of the code that stands for credentials that are not accepted.
    fn no_access_now(&self) -> Failure {
        self.failure(Some(self.unauthorized), None)
    }

    /// What an answer tells about our credentials, whatever was asked. `code` is its error code, if it has one.
    ///
    /// A call that is refused for another reason was authenticated before.
    pub(crate) fn credentials(&self, answer: &Answer, code: Option<i64>) -> Credentials {
        match (answer.status, code.map(|code| self.handling(code))) {
            (_, Some(Handling::Access)) | (401, None) => Credentials::Rejected(self.no_access()),
            (403, None) => Credentials::Rejected(self.barred()),
            (400..=499, Some(handling)) if handling != Handling::Retry => Credentials::Accepted,
            (200..=299, None) if answer.json().is_some_and(Value::is_object) => Credentials::Accepted,
            _ => Credentials::Unknown,
        }
    }
}
