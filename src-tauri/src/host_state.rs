//! The host's copy of the workspace, as far as toasts, sound and tray need it. Pure state, built from the same
//! snapshot and events as the UI.

use std::collections::{BTreeMap, HashMap};

use deskbell_client::api::{Changes, Connection, Event, Settings, WorkspaceSnapshot};
use deskbell_protocol::{
    AgentId, Author, Channel, ChannelStatus, Content, Conversation, ConversationId, Interaction,
    InteractionId, InteractionState, Message, Offer, OfferId, OfferState, Position, Readiness,
};

/// The longest preview of a message in a toast, in characters.
const PREVIEW_CHARS: usize = 120;

/// The host's copy of the workspace.
#[derive(Debug, Default)]
pub(crate) struct HostState {
    me: Option<AgentId>,
    /// Offers that ring.
    offers: BTreeMap<OfferId, Offer>,
    /// The agent's active and ended interactions.
    held: BTreeMap<InteractionId, Interaction>,
    contacts: HashMap<ConversationId, (String, Channel)>,
    statuses: BTreeMap<Channel, ChannelStatus>,
    newest: HashMap<ConversationId, Position>,
    unseen: BTreeMap<ConversationId, UnseenMessages>,
    settings: Settings,
    live: bool,
    /// The hub's clock minus the desktop's, in milliseconds.
    clock_offset: i64,
    focused: bool,
}

/// The messages that a contact sent while the window did not have the focus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnseenMessages {
    /// The number of messages.
    pub count: usize,
    /// The beginning of the newest one's text; absent if it has none.
    pub preview: Option<String>,
    /// The contact's name.
    pub contact_name: String,
    /// The conversation's channel.
    pub channel: Channel,
}

impl HostState {
    /// Replaces the state by a snapshot. Unseen messages stay unseen.
    pub(crate) fn load(&mut self, snapshot: WorkspaceSnapshot) {
        self.me = snapshot.me.map(|agent| agent.id);
        self.settings = snapshot.settings;
        self.set_connection(&snapshot.connection);
        self.offers.clear();
        self.held.clear();
        self.statuses.clear();
        for view in snapshot.conversations {
            if let Some(position) = view.conversation.last_position {
                self.newest.insert(view.conversation.id, position);
            }
            self.set_contact(&view.conversation);
        }
        snapshot.statuses.into_iter().for_each(|status| self.set_status(status));
        snapshot.interactions.into_iter().for_each(|interaction| self.set_interaction(interaction));
        snapshot.offers.into_iter().for_each(|offer| self.set_offer(offer));
        self.drop_unheld_conversations();
    }

    /// Applies one event; those that alerts do not depend on change nothing.
    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::Changed { changes } => self.apply_changes(changes),
            Event::Connection { connection } => self.set_connection(connection),
            Event::Settings { settings } => self.settings = settings.clone(),
            _ => {}
        }
    }

    /// Records whether the window has the focus. With the focus, every message counts as seen.
    pub(crate) fn set_focus(&mut self, focused: bool) {
        self.focused = focused;
        if focused {
            self.unseen.clear();
        }
    }

    /// The desktop's settings.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether the window has the focus.
    pub(crate) fn focused(&self) -> bool {
        self.focused
    }

    /// The offers that ring for the agent at `now`, each with the time at which it stops. Both times are milliseconds by
    /// the desktop's clock. Offers that are accepted automatically do not ring.
    pub(crate) fn ringing(&self, now: i64) -> impl Iterator<Item = (&Offer, i64)> {
        self.offers
            .values()
            .filter(|offer| !offer.automatic)
            .map(|offer| (offer, offer.deadline.0.saturating_sub(self.clock_offset)))
            .filter(move |(_, until)| *until > now)
    }

    /// The unseen messages of active interactions.
    pub(crate) fn unseen(&self) -> impl Iterator<Item = (ConversationId, &UnseenMessages)> {
        self.unseen.iter().map(|(conversation, unseen)| (*conversation, unseen))
    }

    /// The number of active interactions in which the contact waits for an answer, seen or not.
    pub(crate) fn waiting(&self) -> usize {
        let waits = |it: &&Interaction| it.state == InteractionState::Active && it.waiting_since.is_some();
        self.held.values().filter(waits).count()
    }

    /// The agent's readiness, the most available one of all channels; absent without a connection.
    pub(crate) fn readiness(&self) -> Option<Readiness> {
        let has = |readiness| self.statuses.values().any(|status| status.readiness == readiness);
        let order = [Readiness::Ready, Readiness::NotReady, Readiness::SignedOut];
        if self.live { order.into_iter().find(|readiness| has(*readiness)) } else { None }
    }

    /// The channels that the agent has a readiness on.
    pub(crate) fn channels(&self) -> impl Iterator<Item = Channel> {
        self.statuses.keys().copied()
    }

    fn apply_changes(&mut self, changes: &Changes) {
        changes.conversations.iter().for_each(|view| self.set_contact(&view.conversation));
        changes.interactions.iter().cloned().for_each(|interaction| self.set_interaction(interaction));
        changes.statuses.iter().cloned().for_each(|status| self.set_status(status));
        changes.offers.iter().cloned().for_each(|offer| self.set_offer(offer));
        changes.messages.iter().for_each(|message| self.add_message(message));
        for gone in &changes.conversations_gone {
            self.contacts.remove(gone);
            self.held.retain(|_, interaction| interaction.conversation != *gone);
            self.offers.retain(|_, offer| offer.conversation != *gone);
        }
        self.drop_unheld_conversations();
    }

    fn set_connection(&mut self, connection: &Connection) {
        self.live = false;
        if let Connection::Live { clock_offset } = connection {
            self.live = true;
            self.clock_offset = *clock_offset;
        }
    }

    fn set_contact(&mut self, conversation: &Conversation) {
        self.contacts.insert(conversation.id, (conversation.contact_name.clone(), conversation.channel));
    }

    fn set_status(&mut self, status: ChannelStatus) {
        if self.me.is_none_or(|me| me == status.agent) {
            self.me = Some(status.agent);
            self.statuses.insert(status.channel, status);
        }
    }

    fn set_offer(&mut self, offer: Offer) {
        if offer.state == OfferState::Ringing {
            self.offers.insert(offer.id, offer);
        } else {
            self.offers.remove(&offer.id);
        }
    }

    fn set_interaction(&mut self, interaction: Interaction) {
        let mine = interaction.agent.is_some() && interaction.agent == self.me;
        if mine && matches!(interaction.state, InteractionState::Active | InteractionState::Ended) {
            self.held.insert(interaction.id, interaction);
        } else {
            self.held.remove(&interaction.id);
        }
    }

    /// Counts a contact's new message in an active interaction as unseen, unless the window has the focus. Messages repeat
    /// when their state changes, and old ones come with history: only a position beyond the newest is new.
    fn add_message(&mut self, message: &Message) {
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
        let unseen = self.unseen.entry(message.conversation).or_insert(UnseenMessages {
            count: 0,
            preview: None,
            contact_name,
            channel,
        });
        unseen.count = unseen.count.saturating_add(1);
        unseen.preview = preview(&message.content);
    }

    fn drop_unheld_conversations(&mut self) {
        let held =
            |conversation: &ConversationId| self.held.values().any(|it| it.conversation == *conversation);
        self.unseen.retain(|conversation, _| held(conversation));
        self.newest.retain(|conversation, _| held(conversation));
    }
}

/// The beginning of a message's text, if it has any.
fn preview(content: &Content) -> Option<String> {
    let text = content.words().into_iter().next()?;
    let mut preview: String = text.chars().take(PREVIEW_CHARS).collect();
    if text.chars().nth(PREVIEW_CHARS).is_some() {
        preview.push('…');
    }
    (!preview.trim().is_empty()).then_some(preview)
}

#[cfg(test)]
pub(crate) mod tests;
