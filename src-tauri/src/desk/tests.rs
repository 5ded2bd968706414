//! Anna's desk, with Carla and Deniz writing.

use deskbell_client::api::{AlertStyle, KeyPlace};
use deskbell_client::api::{ConversationView, HostInfo, Workplace};
use deskbell_protocol::{AccountId, Agent, ContactId, LogPosition, MessageId, Millis, QueueId, Role};

use super::*;

/// When these stories begin, by the hub's clock.
pub(crate) const NOON: i64 = 1_790_000_000_000;

/// A hub with one queue, seen from Anna's desk.
pub(crate) struct Story {
    pub desk: Desk,
    anna: AgentId,
    queue: QueueId,
}

/// A contact's conversation in it.
#[derive(Clone)]
pub(crate) struct Thread {
    pub conversation: Conversation,
    pub interaction: Interaction,
}

impl Story {
    pub(crate) fn begin() -> Self {
        let anna = AgentId::fresh();
        let mut desk = Desk::default();
        desk.read(WorkspaceSnapshot {
            host: HostInfo {
                version: String::new(),
                place: Workplace::Practice,
                alerts: AlertStyle::Toast,
                key_place: KeyPlace::File,
                can_start_at_login: false,
            },
            me: Some(Agent { id: anna, name: "Anna".into(), role: Role::Agent }),
            queues: Vec::new(),
            hub: None,
            connection: Connection::Live { clock_offset: 0 },
            accounts: Vec::new(),
            accounts_health: Vec::new(),
            statuses: Vec::new(),
            offers: Vec::new(),
            interactions: Vec::new(),
            conversations: Vec::new(),
            settings: Settings { language: Some(deskbell_client::api::Language::En), ..Settings::default() },
            alerts: Vec::new(),
            orphaned: Vec::new(),
        });
        Self { desk, anna, queue: QueueId::fresh() }
    }

    pub(crate) fn thread(&self, contact_name: &str) -> Thread {
        let conversation = Conversation {
            id: ConversationId::fresh(),
            queue: self.queue,
            channel: Channel::Whatsapp,
            account: AccountId::fresh(),
            contact: ContactId::fresh(),
            contact_name: contact_name.to_owned(),
            address: None,
            window_until: None,
            evidence: deskbell_protocol::Evidence::default(),
            last_position: None,
            last_at: None,
            preview: None,
            version: LogPosition(1),
        };
        let interaction = Interaction {
            id: InteractionId::fresh(),
            conversation: conversation.id,
            queue: self.queue,
            state: InteractionState::Offered,
            agent: None,
            agent_name: None,
            ended_by: None,
            participants: Vec::new(),
            created_at: Millis(NOON),
            active_since: None,
            ended_at: None,
            done_at: None,
            waiting_since: None,
            case: vec![],
            disposition: None,
            note: String::new(),
            version: LogPosition(1),
        };
        Thread { conversation, interaction }
    }

    pub(crate) fn rings(&mut self, thread: &Thread, preview: &str) -> Offer {
        let offer = Offer {
            id: OfferId::fresh(),
            interaction: thread.interaction.id,
            conversation: thread.conversation.id,
            queue: self.queue,
            queue_name: "Support".into(),
            channel: Channel::Whatsapp,
            contact_name: thread.conversation.contact_name.clone(),
            preview: preview.to_owned(),
            agent: self.anna,
            state: OfferState::Ringing,
            automatic: false,
            offered_at: Millis(NOON),
            deadline: Millis(NOON + 20_000),
            version: LogPosition(2),
        };
        self.offer(offer.clone());
        offer
    }

    pub(crate) fn offer(&mut self, offer: Offer) {
        self.changed(Changes { offers: vec![offer], ..Changes::default() });
    }

    /// The interaction is in this state now, and Anna's.
    pub(crate) fn is(&mut self, thread: &Thread, state: InteractionState) {
        self.becomes(thread, state, None);
    }

    /// The contact waits since then, or Anna said the last word.
    fn waits(&mut self, thread: &Thread, since: Option<i64>) {
        self.becomes(thread, InteractionState::Active, since);
    }

    fn becomes(&mut self, thread: &Thread, state: InteractionState, waiting_since: Option<i64>) {
        let view = ConversationView {
            conversation: thread.conversation.clone(),
            unread: 0,
            draft: None,
            draft_begun_on: None,
        };
        let interaction = Interaction {
            state,
            agent: Some(self.anna),
            active_since: Some(Millis(NOON)),
            waiting_since: waiting_since.map(Millis),
            ..thread.interaction.clone()
        };
        let (conversations, interactions) = (vec![view], vec![interaction]);
        self.changed(Changes { conversations, interactions, ..Changes::default() });
    }

    /// A message of the contact, so many seconds after noon.
    pub(crate) fn writes(&mut self, thread: &Thread, second: i64, body: &str) -> Message {
        let at = Millis(NOON + second * 1000);
        let message = Message {
            id: MessageId::fresh(),
            conversation: thread.conversation.id,
            interaction: Some(thread.interaction.id),
            position: Position::first_at(at),
            at,
            author: Author::Contact,
            content: Content::Text { body: body.to_owned() },
            delivery: None,
            state_at: None,
            failure: None,
            attempt: 1,
            late: false,
            quote: None,
            reactions: vec![],
            version: LogPosition(3),
        };
        self.message(message.clone());
        message
    }

    pub(crate) fn message(&mut self, message: Message) {
        self.changed(Changes { messages: vec![message], ..Changes::default() });
    }

    fn changed(&mut self, changes: Changes) {
        self.desk.apply(&Event::Changed { changes: Box::new(changes) });
    }

    fn unseen(&self) -> Vec<(String, usize)> {
        self.desk.unseen().map(|(_, unseen)| (unseen.contact_name.clone(), unseen.count)).collect()
    }
}

#[test]
fn what_carla_writes_while_nobody_looks_is_unseen_until_the_window_is_looked_at() {
    let mut story = Story::begin();
    let carla = story.thread("Carla");
    story.is(&carla, InteractionState::Active);
    let first = story.writes(&carla, 1, "Hello?");
    story.writes(&carla, 2, "Are you there?");
    assert_eq!(story.unseen(), [("Carla".to_owned(), 2)]);
    // The same row again, because something about it changed, is no new message.
    story.message(first);
    assert_eq!(story.unseen(), [("Carla".to_owned(), 2)]);
    story.desk.focus(true);
    story.writes(&carla, 3, "Ah, there you are.");
    assert_eq!(story.unseen(), []);
}

#[test]
fn history_that_comes_with_an_accepted_conversation_is_not_news() {
    let mut story = Story::begin();
    let carla = story.thread("Carla");
    story.is(&carla, InteractionState::Active);
    story.writes(&carla, -3600, "An hour ago");
    assert_eq!(story.unseen(), []);
}

#[test]
fn a_colleagues_or_an_ended_conversation_is_no_reason_for_a_toast() {
    let mut story = Story::begin();
    let (carla, deniz) = (story.thread("Carla"), story.thread("Deniz"));
    story.writes(&carla, 1, "to Ben");
    story.is(&deniz, InteractionState::Active);
    story.writes(&deniz, 1, "to Anna");
    story.is(&deniz, InteractionState::Done);
    assert_eq!(story.unseen(), []);
}

#[test]
fn an_offer_stops_ringing_by_the_hubs_clock_also_when_the_hub_is_gone() {
    let mut story = Story::begin();
    // This desktop is ten seconds behind the hub.
    let live = Connection::Live { clock_offset: 10_000 };
    story.desk.apply(&Event::Connection { connection: live });
    let carla = story.thread("Carla");
    story.rings(&carla, "Hi");
    let away = Connection::Offline { message: None, retry_at: None };
    story.desk.apply(&Event::Connection { connection: away });
    assert_eq!(story.desk.ringing(NOON + 9_999).count(), 1);
    assert_eq!(story.desk.ringing(NOON + 10_000).count(), 0);
    assert_eq!(story.desk.readiness(), None);
}

#[test]
fn who_was_looked_at_and_not_answered_is_still_counted_in_the_tray() {
    let mut story = Story::begin();
    let (carla, deniz) = (story.thread("Carla"), story.thread("Deniz"));
    story.waits(&carla, Some(NOON));
    story.waits(&deniz, Some(NOON));
    story.writes(&carla, 1, "Hello?");
    story.desk.focus(true);
    assert_eq!((story.unseen(), story.desk.waiting()), (vec![], 2));
    story.waits(&carla, None);
    assert_eq!(story.desk.waiting(), 1, "Anna answered Carla");
    story.is(&deniz, InteractionState::Ended);
    assert_eq!(story.desk.waiting(), 0);
}

#[test]
fn a_revoked_conversation_leaves_nothing_behind() {
    let mut story = Story::begin();
    let carla = story.thread("Carla");
    story.waits(&carla, Some(NOON));
    story.writes(&carla, 1, "Hello?");
    story.rings(&carla, "Hello?");
    story.changed(Changes { conversations_gone: vec![carla.conversation.id], ..Changes::default() });
    assert_eq!(story.unseen(), []);
    assert_eq!((story.desk.ringing(NOON).count(), story.desk.waiting()), (0, 0));
}
