//! What the host knows of the workspace: only what toasts, sound, tray and quitting need. Pure state, fed
//! with the same events as the UI.

use std::collections::{BTreeMap, HashMap};

use deskbell_client::api::{Changes, Connection, Event, Settings, WorkspaceSnapshot};
use deskbell_protocol::{
    AgentId, Author, Channel, ChannelStatus, Content, Conversation, ConversationId, Interaction,
    InteractionId, InteractionState, Message, Offer, OfferId, OfferState, Position, Readiness,
};

/// How much of a message a toast shows, in characters.
const PREVIEW_CHARS: usize = 120;

/// The host's picture of the workspace.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    me: Option<AgentId>,
    offers: BTreeMap<OfferId, Offer>,
    held: BTreeMap<InteractionId, Interaction>,
    contacts: HashMap<ConversationId, (String, Channel)>,
    statuses: BTreeMap<Channel, ChannelStatus>,
    newest: HashMap<ConversationId, Position>,
    unseen: BTreeMap<ConversationId, Unseen>,
    settings: Settings,
    live: bool,
    clock_offset: i64,
    focused: bool,
}

/// What a contact wrote while nobody looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unseen {
    /// How many messages.
    pub count: usize,
    /// The first words of the newest one; absent if it has none.
    pub words: Option<String>,
    /// Who wrote.
    pub contact_name: String,
    /// Where.
    pub channel: Channel,
}

impl Desk {
    /// Takes everything from a snapshot; what was unseen stays so.
    pub(crate) fn read(&mut self, snapshot: WorkspaceSnapshot) {
        self.me = snapshot.me.map(|agent| agent.id);
        self.settings = snapshot.settings;
        self.connection(&snapshot.connection);
        self.offers.clear();
        self.held.clear();
        self.statuses.clear();
        for view in snapshot.conversations {
            if let Some(position) = view.conversation.last_position {
                self.newest.insert(view.conversation.id, position);
            }
            self.contact(&view.conversation);
        }
        snapshot.statuses.into_iter().for_each(|status| self.status(status));
        snapshot.interactions.into_iter().for_each(|interaction| self.interaction(interaction));
        snapshot.offers.into_iter().for_each(|offer| self.offer(offer));
        self.forget_what_is_not_held();
    }

    /// Takes one event.
    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::Changed { changes } => self.changes(changes),
            Event::Connection { connection } => self.connection(connection),
            Event::Settings { settings } => self.settings = settings.clone(),
            _ => {}
        }
    }

    /// The window has, or has not, the person's attention.
    pub(crate) fn focus(&mut self, focused: bool) {
        self.focused = focused;
        if focused {
            self.unseen.clear();
        }
    }

    /// This desktop's settings.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether the window has the person's attention.
    pub(crate) fn focused(&self) -> bool {
        self.focused
    }

    /// What rings at this moment of the desktop's clock and must be answered by the person, with the moment
    /// by the same clock when it stops.
    pub(crate) fn ringing(&self, now: i64) -> impl Iterator<Item = (&Offer, i64)> {
        self.offers
            .values()
            .filter(|offer| !offer.automatic)
            .map(|offer| (offer, offer.deadline.0.saturating_sub(self.clock_offset)))
            .filter(move |(_, until)| *until > now)
    }

    /// What was written in active interactions while nobody looked.
    pub(crate) fn unseen(&self) -> impl Iterator<Item = (ConversationId, &Unseen)> {
        self.unseen.iter().map(|(conversation, unseen)| (*conversation, unseen))
    }

    /// In how many interactions the contact waits for us; looked at and not answered is waiting still.
    pub(crate) fn waiting(&self) -> usize {
        let waits = |it: &&Interaction| it.state == InteractionState::Active && it.waiting_since.is_some();
        self.held.values().filter(waits).count()
    }

    /// My state, the most available one of all channels; absent while there is no connection.
    pub(crate) fn readiness(&self) -> Option<Readiness> {
        let has = |readiness| self.statuses.values().any(|status| status.readiness == readiness);
        let order = [Readiness::Ready, Readiness::NotReady, Readiness::SignedOut];
        if self.live { order.into_iter().find(|readiness| has(*readiness)) } else { None }
    }

    /// The channels that I have a state on.
    pub(crate) fn channels(&self) -> impl Iterator<Item = Channel> {
        self.statuses.keys().copied()
    }

    fn changes(&mut self, changes: &Changes) {
        changes.conversations.iter().for_each(|view| self.contact(&view.conversation));
        changes.interactions.iter().cloned().for_each(|interaction| self.interaction(interaction));
        changes.statuses.iter().cloned().for_each(|status| self.status(status));
        changes.offers.iter().cloned().for_each(|offer| self.offer(offer));
        changes.messages.iter().for_each(|message| self.message(message));
        for gone in &changes.conversations_gone {
            self.contacts.remove(gone);
            self.held.retain(|_, interaction| interaction.conversation != *gone);
            self.offers.retain(|_, offer| offer.conversation != *gone);
        }
        self.forget_what_is_not_held();
    }

    fn connection(&mut self, connection: &Connection) {
        self.live = false;
        if let Connection::Live { clock_offset } = connection {
            self.live = true;
            self.clock_offset = *clock_offset;
        }
    }

    fn contact(&mut self, conversation: &Conversation) {
        self.contacts.insert(conversation.id, (conversation.contact_name.clone(), conversation.channel));
    }

    fn status(&mut self, status: ChannelStatus) {
        if self.me.is_none_or(|me| me == status.agent) {
            self.me = Some(status.agent);
            self.statuses.insert(status.channel, status);
        }
    }

    fn offer(&mut self, offer: Offer) {
        if offer.state == OfferState::Ringing {
            self.offers.insert(offer.id, offer);
        } else {
            self.offers.remove(&offer.id);
        }
    }

    fn interaction(&mut self, interaction: Interaction) {
        let mine = interaction.agent.is_some() && interaction.agent == self.me;
        if mine && matches!(interaction.state, InteractionState::Active | InteractionState::Ended) {
            self.held.insert(interaction.id, interaction);
        } else {
            self.held.remove(&interaction.id);
        }
    }

    /// A contact's new message in an active interaction is unseen unless the person looks. Messages repeat
    /// when their state changes, and old ones come with history: only a place beyond the newest is new.
    fn message(&mut self, message: &Message) {
        let since = self
            .held
            .values()
            .filter(|it| it.conversation == message.conversation && it.state == InteractionState::Active)
            .find_map(|it| it.active_since);
        let Some(since) = since else { return };
        let newest = self.newest.get(&message.conversation).copied();
        if newest.is_some_and(|newest| message.position <= newest) {
            return;
        }
        self.newest.insert(message.conversation, message.position);
        if self.focused || message.author != Author::Contact || message.position.at() < since {
            return;
        }
        let (contact_name, channel) =
            self.contacts.get(&message.conversation).cloned().unwrap_or((String::new(), Channel::Unknown));
        let unseen = self.unseen.entry(message.conversation).or_insert(Unseen {
            count: 0,
            words: None,
            contact_name,
            channel,
        });
        unseen.count = unseen.count.saturating_add(1);
        unseen.words = words(&message.content);
    }

    fn forget_what_is_not_held(&mut self) {
        let held =
            |conversation: &ConversationId| self.held.values().any(|it| it.conversation == *conversation);
        self.unseen.retain(|conversation, _| held(conversation));
        self.newest.retain(|conversation, _| held(conversation));
    }
}

/// The first words of a message, if it has any.
fn words(content: &Content) -> Option<String> {
    let text = match content {
        Content::Text { body } => body,
        Content::Placeholder { caption, .. } => caption.as_ref()?,
        _ => return None,
    };
    let mut words: String = text.chars().take(PREVIEW_CHARS).collect();
    if text.chars().nth(PREVIEW_CHARS).is_some() {
        words.push('…');
    }
    (!words.trim().is_empty()).then_some(words)
}

#[cfg(test)]
pub(crate) mod tests;
