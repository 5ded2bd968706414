//! The state on Anna's desktop, while Carla and Deniz write.

use deskbell_client::api::{AlertStyle, KeyPlace};
use deskbell_client::api::{ConversationView, HostInfo, MaySend, SendPermission, Workplace};
use deskbell_protocol::{AccountId, Agent, ContactId, LogPosition, MessageId, Millis, QueueId, Role, Until};

use super::*;

/// When these stories begin, by the hub's clock, in milliseconds.
pub(crate) const NOON: i64 = 1_790_000_000_000;

/// The host of Anna's desktop, at a hub with one queue.
pub(crate) struct Story {
    pub state: HostState,
    anna: AgentId,
    queue: QueueId,
}

/// A conversation of a contact at that hub, and its interaction.
#[derive(Clone)]
pub(crate) struct Thread {
    pub conversation: Conversation,
    pub interaction: Interaction,
}

impl Story {
    pub(crate) fn begin() -> Self {
        let anna = AgentId::fresh();
        let mut state = HostState::default();
        state.load(WorkspaceSnapshot {
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
        Self { state, anna, queue: QueueId::fresh() }
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

    pub(crate) fn ring(&mut self, thread: &Thread, preview: &str) -> Offer {
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
        self.change(Changes { offers: vec![offer], ..Changes::default() });
    }

    /// Gives the interaction to Anna, in this state.
    pub(crate) fn set(&mut self, thread: &Thread, state: InteractionState) {
        self.set_interaction(thread, state, None);
    }

    /// Sets since when the contact waits; absent after Anna's answer.
    fn set_waiting(&mut self, thread: &Thread, since: Option<i64>) {
        self.set_interaction(thread, InteractionState::Active, since);
    }

    fn set_interaction(&mut self, thread: &Thread, state: InteractionState, waiting_since: Option<i64>) {
        let view = ConversationView {
            conversation: thread.conversation.clone(),
            unread: 0,
            draft: None,
            draft_begun_on: None,
            send: SendPermission { text: MaySend::Until(Until::Open), template: MaySend::Until(Until::Open) },
        };
        let interaction = Interaction {
            state,
            agent: Some(self.anna),
            active_since: Some(Millis(NOON)),
            waiting_since: waiting_since.map(Millis),
            ..thread.interaction.clone()
        };
        let (conversations, interactions) = (vec![view], vec![interaction]);
        self.change(Changes { conversations, interactions, ..Changes::default() });
    }

    /// Adds a message of the contact, `second` seconds after noon.
    pub(crate) fn write(&mut self, thread: &Thread, second: i64, body: &str) -> Message {
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
        self.change(Changes { messages: vec![message], ..Changes::default() });
    }

    fn change(&mut self, changes: Changes) {
        self.state.apply(&Event::Changed { changes: Box::new(changes) });
    }

    fn unseen(&self) -> Vec<(String, usize)> {
        self.state.unseen().map(|(_, unseen)| (unseen.contact_name.clone(), unseen.count)).collect()
    }
}

#[test]
fn what_carla_writes_is_unseen_until_the_window_has_the_focus() {
    let mut story = Story::begin();
    let carla = story.thread("Carla");
    story.set(&carla, InteractionState::Active);
    let first = story.write(&carla, 1, "Hello?");
    story.write(&carla, 2, "Are you there?");
    assert_eq!(story.unseen(), [("Carla".to_owned(), 2)]);
    // The same row again, with a changed state, is not a new message.
    story.message(first);
    assert_eq!(story.unseen(), [("Carla".to_owned(), 2)]);
    story.state.set_focus(true);
    story.write(&carla, 3, "Ah, there you are.");
    assert_eq!(story.unseen(), []);
}

#[test]
fn the_history_of_an_accepted_conversation_is_not_unseen() {
    let mut story = Story::begin();
    let carla = story.thread("Carla");
    story.set(&carla, InteractionState::Active);
    story.write(&carla, -3600, "An hour ago");
    assert_eq!(story.unseen(), []);
}

#[test]
fn a_colleagues_or_an_ended_conversation_has_no_unseen_messages() {
    let mut story = Story::begin();
    let (carla, deniz) = (story.thread("Carla"), story.thread("Deniz"));
    story.write(&carla, 1, "to Ben");
    story.set(&deniz, InteractionState::Active);
    story.write(&deniz, 1, "to Anna");
    story.set(&deniz, InteractionState::Done);
    assert_eq!(story.unseen(), []);
}

#[test]
fn an_offer_stops_ringing_by_the_hubs_clock_even_without_a_connection() {
    let mut story = Story::begin();
    // This desktop is ten seconds behind the hub.
    let live = Connection::Live { clock_offset: 10_000 };
    story.state.apply(&Event::Connection { connection: live });
    let carla = story.thread("Carla");
    story.ring(&carla, "Hi");
    let away = Connection::Offline { message: None, retry_at: None };
    story.state.apply(&Event::Connection { connection: away });
    assert_eq!(story.state.ringing(NOON + 9_999).count(), 1);
    assert_eq!(story.state.ringing(NOON + 10_000).count(), 0);
    assert_eq!(story.state.readiness(), None);
}

#[test]
fn a_contact_who_was_seen_but_not_answered_still_counts_as_waiting() {
    let mut story = Story::begin();
    let (carla, deniz) = (story.thread("Carla"), story.thread("Deniz"));
    story.set_waiting(&carla, Some(NOON));
    story.set_waiting(&deniz, Some(NOON));
    story.write(&carla, 1, "Hello?");
    story.state.set_focus(true);
    assert_eq!((story.unseen(), story.state.waiting()), (vec![], 2));
    story.set_waiting(&carla, None);
    assert_eq!(story.state.waiting(), 1, "Anna answered Carla");
    story.set(&deniz, InteractionState::Ended);
    assert_eq!(story.state.waiting(), 0);
}

#[test]
fn a_revoked_conversation_leaves_nothing_behind() {
    let mut story = Story::begin();
    let carla = story.thread("Carla");
    story.set_waiting(&carla, Some(NOON));
    story.write(&carla, 1, "Hello?");
    story.ring(&carla, "Hello?");
    story.change(Changes { conversations_gone: vec![carla.conversation.id], ..Changes::default() });
    assert_eq!(story.unseen(), []);
    assert_eq!((story.state.ringing(NOON).count(), story.state.waiting()), (0, 0));
}
