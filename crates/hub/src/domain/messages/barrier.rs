//! Whether a message may be sent now. Asked when the message arrives and again before it is posted; the answer is
//! [`deskbell_protocol::may_send`]'s.

use deskbell_protocol::{
    AccountId, Author, Barrier, ChannelPolicy, Content, Conversation, ErrorCode, Failure, FailureClass,
    Millis, Remedy, may_send,
};

use crate::domain::actor::Actor;
use crate::domain::interactions::lifecycle::held_by_another;
use crate::store::tables::{accounts, interactions};
use crate::store::{Conn, StoreError};

/// Returns what the account's channel allows.
pub(crate) fn policy_of(conn: &Conn, account: AccountId) -> Result<ChannelPolicy, StoreError> {
    Ok(accounts::by_id(conn, account)?.map_or_else(ChannelPolicy::fallback, |account| account.policy))
}

/// Refuses a message in an interaction that another agent handles, or handled last.
///
/// # Errors
///
/// `HeldByColleague`.
pub(crate) fn check_not_held(
    open: Option<&interactions::StoredInteraction>,
    actor: &Actor,
) -> Result<(), StoreError> {
    if open.is_some_and(|open| held_by_another(&open.row, actor)) {
        let words = "A colleague handles this conversation now; your message was not sent.";
        return Err(StoreError::refused(ErrorCode::HeldByColleague, words));
    }
    Ok(())
}

/// Refuses a message that may not be sent now.
///
/// # Errors
///
/// `WindowClosed` behind every barrier: the desktop keeps the message until the contact writes again.
pub(crate) fn check_may_send(
    policy: &ChannelPolicy,
    conversation: &Conversation,
    content: &Content,
    author: &Author,
    now: Millis,
) -> Result<(), StoreError> {
    let words = match may_send(policy, conversation, content, author, now) {
        Ok(_until) => return Ok(()),
        Err(Barrier::OptedOut) => {
            "The contact has unsubscribed from messages to this address, so this message was not sent. It is kept until they write that they want messages again.".to_owned()
        }
        Err(Barrier::WindowClosed) => format!(
            "The contact has not written for {}, so this message was not sent. It is kept until they write again.",
            window_length(policy)
        ),
    };
    Err(StoreError::refused(ErrorCode::WindowClosed, &words))
}

/// Why a message that waited here fails behind this barrier. After a closed window it can be sent again as the
/// same message once the contact has written.
pub(crate) fn failure(barrier: Barrier, policy: &ChannelPolicy, conversation: &Conversation) -> Failure {
    match barrier {
        Barrier::OptedOut => conversation.evidence.failure.clone().unwrap_or_else(|| Failure {
            reason: "hub.opted_out".to_owned(),
            sentence: "The contact has unsubscribed from messages to this address. The message was not sent. Wait until they write that they want messages again.".to_owned(),
            remedy: Remedy::WaitForContact,
            class: Some(FailureClass::OptedOut),
        }),
        Barrier::WindowClosed => Failure {
            reason: "hub.window_closed_meanwhile".to_owned(),
            sentence: format!(
                "The contact's {} were over before this message could be sent. It was not sent. Once they have \
                 written again it can be; until then only a Notification can.",
                window_length(policy)
            ),
            remedy: Remedy::SendAgain,
            class: Some(FailureClass::Window),
        },
    }
}

/// The length of the messaging window as people say it: whole hours, else minutes.
fn window_length(policy: &ChannelPolicy) -> String {
    let minutes = policy.window.map_or(0, |window| window.seconds / 60);
    if minutes % 60 == 0 { format!("{} hours", minutes / 60) } else { format!("{minutes} minutes") }
}
