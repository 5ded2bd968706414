//! Anna and Ben answer; Carla and Deniz write.

use deskbell_protocol::{
    Account, AccountId, Agent, Assignment, Author, Channel, ChannelStatus, Contact, ContactDetail, ContactId,
    Content, Conversation, ConversationDetail, ConversationId, DeliveryState, Interaction, InteractionId,
    InteractionState, LogPosition, Message, MessageId, Millis, Offer, OfferId, OfferState, Position, Queue,
    Readiness, Role,
};

/// When the stories happen; recent enough for every cache.
pub(crate) fn noon() -> i64 {
    static NOON: std::sync::OnceLock<i64> = std::sync::OnceLock::new();
    *NOON.get_or_init(|| deskbell_clock::SystemClock::shared().now() - 3_600_000)
}

pub(crate) fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(n: u64) -> T {
    format!("01900000-0000-7000-8000-{n:012x}").parse().unwrap()
}

pub(crate) fn anna() -> Agent {
    Agent { id: id(0xa), name: "Anna".to_owned(), role: Role::Agent }
}

pub(crate) fn support() -> Queue {
    Queue { id: id(0x50), name: "Support".to_owned() }
}

pub(crate) const CARLA: u64 = 0xca;
pub(crate) const DENIZ: u64 = 0xde;

pub(crate) fn conversation_of(contact: u64) -> ConversationId {
    id(contact)
}

pub(crate) fn conversation(contact: u64, version: i64) -> Conversation {
    Conversation {
        id: conversation_of(contact),
        queue: support().id,
        channel: Channel::Whatsapp,
        account: id::<AccountId>(0xacc),
        contact: id::<ContactId>(contact),
        contact_name: if contact == CARLA { "Carla" } else { "Deniz" }.to_owned(),
        address: Some("+49 1511 0000000".to_owned()),
        window_until: Some(Millis(noon() + 86_400_000)),
        evidence: deskbell_protocol::Evidence::default(),
        last_position: None,
        last_at: None,
        preview: None,
        version: LogPosition(version),
    }
}

pub(crate) fn interaction(contact: u64, state: InteractionState, version: i64) -> Interaction {
    let held = matches!(state, InteractionState::Active | InteractionState::Ended | InteractionState::Done);
    Interaction {
        id: id::<InteractionId>(contact + 0x1000),
        conversation: conversation_of(contact),
        queue: support().id,
        state,
        agent: held.then(|| anna().id),
        agent_name: held.then(|| anna().name),
        ended_by: None,
        participants: Vec::new(),
        created_at: Millis(noon()),
        active_since: held.then_some(Millis(noon())),
        ended_at: None,
        done_at: None,
        waiting_since: None,
        case: vec![],
        disposition: None,
        note: String::new(),
        version: LogPosition(version),
    }
}

pub(crate) fn offer(contact: u64, state: OfferState, version: i64) -> Offer {
    Offer {
        id: id::<OfferId>(contact + 0x2000),
        interaction: id::<InteractionId>(contact + 0x1000),
        conversation: conversation_of(contact),
        queue: support().id,
        queue_name: support().name,
        channel: Channel::Whatsapp,
        contact_name: "Carla".to_owned(),
        preview: "Hello".to_owned(),
        agent: anna().id,
        state,
        automatic: false,
        offered_at: Millis(noon()),
        deadline: Millis(noon() + 20_000),
        version: LogPosition(version),
    }
}

pub(crate) fn status(readiness: Readiness, version: i64) -> ChannelStatus {
    ChannelStatus {
        agent: anna().id,
        channel: Channel::Whatsapp,
        readiness,
        reason: None,
        capacity: 3,
        load: 0,
        since: Millis(noon()),
        version: LogPosition(version),
    }
}

/// The n-th message of the day, by the contact.
pub(crate) fn writes(contact: u64, n: u64, text: &str, version: i64) -> Message {
    let at = Millis(noon() - 60_000 + i64::try_from(n).unwrap() * 10);
    Message {
        id: id::<MessageId>(0x10_0000 + contact * 0x1_0000 + n),
        conversation: conversation_of(contact),
        interaction: None,
        position: Position(Position::first_at(at).0 + i64::try_from(contact).unwrap()),
        at,
        author: Author::Contact,
        content: Content::Text { body: text.to_owned() },
        delivery: None,
        state_at: None,
        failure: None,
        attempt: 1,
        late: false,
        quote: None,
        reactions: vec![],
        version: LogPosition(version),
    }
}

/// The same, by Anna.
pub(crate) fn answers(contact: u64, n: u64, text: &str, version: i64) -> Message {
    Message {
        author: Author::Agent { agent: anna().id, name: anna().name },
        delivery: Some(DeliveryState::Stored),
        ..writes(contact, n, text, version)
    }
}

/// A message that Anna's desktop sent, as the hub has stored it.
pub(crate) fn stored(message: MessageId, contact: u64, n: u64, text: &str, version: i64) -> Message {
    Message { id: message, ..answers(contact, n, text, version) }
}

pub(crate) fn detail(contact: u64, interactions: Vec<Interaction>, version: i64) -> ConversationDetail {
    ConversationDetail { conversation: conversation(contact, version), interactions, contact: None }
}

pub(crate) fn body(message: &Message) -> &str {
    match &message.content {
        Content::Text { body } => body,
        _ => "",
    }
}

pub(crate) fn contact(contact: u64, version: i64) -> Contact {
    let name = match contact {
        CARLA => "Carla",
        DENIZ => "Deniz",
        0xe1 => "Emre",
        _ => "Emine",
    };
    Contact {
        id: id::<ContactId>(contact),
        name: name.to_owned(),
        named: false,
        attributes: vec![],
        phones: vec!["+4915110000000".to_owned()],
        emails: vec![],
        version: LogPosition(version),
    }
}

/// A conversation with the contact behind it.
pub(crate) fn of_contact(who: u64, interactions: Vec<Interaction>, version: i64) -> ConversationDetail {
    ConversationDetail { contact: Some(contact(who, version)), ..detail(who, interactions, version) }
}

/// A contact without a channel.
pub(crate) fn detail_of(who: u64) -> ContactDetail {
    ContactDetail { contact: contact(who, 1), conversations: vec![], assigned: false, same: vec![] }
}

pub(crate) fn assignment(contact: u64, assigned: bool, version: i64) -> Assignment {
    Assignment {
        contact: id(contact),
        assigned,
        subscribed: true,
        until: None,
        version: LogPosition(version),
    }
}

pub(crate) fn account() -> Account {
    Account {
        policy: None,
        id: id(0xacc),
        name: "Shop".to_owned(),
        channel: Channel::Whatsapp,
        queue: support().id,
        notifications: true,
    }
}
