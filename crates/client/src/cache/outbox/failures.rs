//! Why a message of the outbox waits for the agent, in sentences.

use deskbell_protocol::{Barrier, ErrorBody, ErrorCode, Failure, FailureClass, Remedy};

use crate::cache::sql::word;

const WINDOW_CLOSED: &str = "The time in which this contact may be sent free text is over, so this was not sent. Send \
    a notification, or wait until they write.";

const OPTED_OUT: &str = "This contact has asked not to be written to at this address, so this was not sent. Wait \
    until they write.";

/// The hub refused the message.
pub(super) fn refused_by_hub(error: ErrorBody) -> Failure {
    let remedy = match error.code {
        ErrorCode::WindowClosed => Remedy::WaitForContact,
        ErrorCode::DraftStale => Remedy::SendAgain,
        ErrorCode::TooLarge | ErrorCode::Malformed | ErrorCode::TemplateGone => Remedy::WriteAgain,
        ErrorCode::Forbidden | ErrorCode::NotFound | ErrorCode::Internal => Remedy::TellAdministrator,
        _ => Remedy::Nothing,
    };
    let class = match error.code {
        ErrorCode::WindowClosed => FailureClass::Window,
        ErrorCode::DraftStale => FailureClass::DraftStale,
        ErrorCode::TemplateGone => FailureClass::Template,
        ErrorCode::TooLarge | ErrorCode::Malformed => FailureClass::Content,
        ErrorCode::RateLimited => FailureClass::Rate,
        _ => FailureClass::Other,
    };
    let code = word(&error.code).unwrap_or_else(|_| "internal".to_owned());
    Failure { reason: format!("hub.{code}"), sentence: error.message, remedy, class: Some(class) }
}

/// The message may not be sent now.
pub(super) fn barred(barrier: Barrier) -> Failure {
    match barrier {
        Barrier::WindowClosed => refused_by_hub(ErrorBody::new(ErrorCode::WindowClosed, WINDOW_CLOSED)),
        Barrier::OptedOut => Failure {
            reason: "deskbell.opted_out".to_owned(),
            sentence: OPTED_OUT.to_owned(),
            remedy: Remedy::WaitForContact,
            class: Some(FailureClass::OptedOut),
        },
    }
}

/// The agent may no longer read the conversation.
pub(super) fn access_ended() -> Failure {
    Failure {
        reason: "deskbell.access_ended".to_owned(),
        sentence: "You no longer have access to this conversation, so the message was not sent.".to_owned(),
        remedy: Remedy::Nothing,
        class: Some(FailureClass::Other),
    }
}
