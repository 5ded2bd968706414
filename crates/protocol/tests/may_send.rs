//! When agents may write: the window and the contact's opt-out, under the policies of different channels.

use deskbell_protocol::{
    AccountId, AgentId, Author, Barrier, Channel, ChannelPolicy, ContactId, Content, Conversation,
    ConversationId, Evidence, EvidenceState, Failure, FailureClass, LogPosition, Millis, Notice, QueueId,
    Remedy, Until, may_send,
};

const NOW: Millis = Millis(1_790_000_000_000);

fn conversation(window_until: Option<Millis>) -> Conversation {
    Conversation {
        id: ConversationId::fresh(),
        queue: QueueId::fresh(),
        channel: Channel::Sms,
        account: AccountId::fresh(),
        contact: ContactId::fresh(),
        contact_name: "Lena".into(),
        address: Some("+49 30 901820".into()),
        window_until,
        evidence: Evidence::default(),
        last_position: None,
        last_at: None,
        preview: None,
        version: LogPosition::default(),
    }
}

fn opted_out(mut conversation: Conversation) -> Conversation {
    conversation.evidence = Evidence {
        state: EvidenceState::Error,
        failure: Some(Failure {
            reason: "sms.opted_out".into(),
            sentence: "The contact has unsubscribed.".into(),
            remedy: Remedy::WaitForContact,
            class: Some(FailureClass::OptedOut),
        }),
        ..Evidence::default()
    };
    conversation
}

fn anna() -> Author {
    Author::Agent { agent: AgentId::fresh(), name: "Anna".into() }
}

fn text() -> Content {
    Content::Text { body: "Your bike is ready.".into() }
}

fn notification() -> Content {
    Content::Notification {
        template: "bike_ready".into(),
        language: "en".into(),
        header: None,
        body: "Your bike is ready.".into(),
        footer: None,
        buttons: vec![],
    }
}

fn no_window() -> ChannelPolicy {
    ChannelPolicy { window: None, ..ChannelPolicy::fallback() }
}

#[test]
fn free_text_goes_until_the_window_closes_and_not_a_millisecond_longer() {
    let policy = ChannelPolicy::fallback();
    let open = conversation(Some(Millis(NOW.0 + 1)));
    let until = Ok(Until::WindowCloses { at: Millis(NOW.0 + 1) });
    assert_eq!(may_send(&policy, &open, &text(), &anna(), NOW), until);
    for closed in [Some(NOW), Some(Millis(0)), None] {
        let closed = conversation(closed);
        assert_eq!(may_send(&policy, &closed, &text(), &anna(), NOW), Err(Barrier::WindowClosed));
    }
}

#[test]
fn a_picture_needs_the_window_and_a_notification_does_not() {
    let closed = conversation(None);
    let picture = Content::Placeholder { what: "image".into(), caption: None };
    let policy = ChannelPolicy::fallback();
    assert_eq!(may_send(&policy, &closed, &picture, &anna(), NOW), Err(Barrier::WindowClosed));
    assert_eq!(may_send(&policy, &closed, &notification(), &anna(), NOW), Ok(Until::Open));
}

#[test]
fn where_the_channel_has_no_window_text_always_goes() {
    assert_eq!(may_send(&no_window(), &conversation(None), &text(), &anna(), NOW), Ok(Until::Open));
}

#[test]
fn a_contact_who_opted_out_is_written_nothing_at_all() {
    for policy in [ChannelPolicy::fallback(), no_window()] {
        let contact = opted_out(conversation(Some(Millis(NOW.0 + 1))));
        for content in [text(), notification()] {
            assert_eq!(may_send(&policy, &contact, &content, &anna(), NOW), Err(Barrier::OptedOut));
        }
    }
}

#[test]
fn lines_of_the_system_meet_no_barrier() {
    let contact = opted_out(conversation(None));
    let notice = Content::Notice { notice: Notice::Requeued };
    assert_eq!(
        may_send(&ChannelPolicy::fallback(), &contact, &notice, &Author::System, NOW),
        Ok(Until::Open)
    );
}
