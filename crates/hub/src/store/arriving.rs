//! What contacts write, on its way into the store.

use deskbell_channels::{InboundMessage, Sender};
use deskbell_protocol::{
    AgentId, Author, CaseField, ContactId, Content, Conversation, ConversationId, IdentityId,
    InteractionState, Message, MessageId, Millis, Notice, Position, Readiness,
};

use super::answering::new_interaction;
use super::case_notes::learn;
use super::changing::preview;
use super::contacts::written;
use super::error::StoreError;
use super::evidence;
use super::handling::stops;
use super::one_line::one_line;
use super::tables::accounts::Account;
use super::tables::identities::{self, Identity};
use super::tables::{agents, conversations, interactions, messages, sessions, statuses};
use super::writing::Writing;
use crate::{limits, numbers};

/// A message that arrives more than this after it was written goes where it belongs by its own time.
pub(super) const LATE_MS: i64 = 5 * 60 * 1000;

/// For how long after the contact's message free text may be sent (WhatsApp's customer service window).
const WINDOW_MS: i64 = 24 * 60 * 60 * 1000;

impl Writing<'_> {
    /// A contact wrote.
    pub(super) fn arrive(
        &mut self,
        account: &Account,
        inbound: &InboundMessage,
        received_at: Millis,
        now: Millis,
    ) -> Result<(), StoreError> {
        let recognised = self.recognise(account, &inbound.sender, &inbound.provider_id)?;
        let is_known = match &recognised {
            Some(recognised) => recognised.message_known,
            None => messages::is_known(self.conn, account.id, &inbound.provider_id)?,
        };
        if is_known {
            return Ok(());
        }
        // A provider that gives no readable time means now.
        let at = if inbound.at == Millis(0) { received_at } else { inbound.at };
        // What is said early is there before the message is.
        let said_early = recognised.as_ref().is_none_or(|recognised| recognised.said_early);
        let nobody_has_them = recognised.as_ref().is_some_and(|recognised| !recognised.assigned);
        let (mut conversation, open) = match recognised {
            Some(known) => {
                let open = match known.interaction {
                    Some(live) => Some(live),
                    None => interactions::ended_in(self.conn, known.conversation.row.id)?,
                };
                let (identity, conversation) = (known.identity, known.conversation);
                (self.introduced_by(&inbound.sender, identity, conversation, now)?, open)
            }
            None => {
                let conversation = self.conversation_with(account, &inbound.sender, at, now)?;
                let open = interactions::open_in(self.conn, conversation.row.id)?;
                (conversation, open)
            }
        };
        let late = received_at.since(at) > LATE_MS;
        let window = Millis(at.0.min(received_at.0)).plus(WINDOW_MS);
        let row = &mut conversation.row;
        row.window_until = Some(row.window_until.map_or(window, |until| until.max(window)));
        row.evidence = evidence::after_word(&row.evidence, Millis(at.0.min(received_at.0)), late);
        let waited = open.as_ref().is_some_and(|open| open.row.state == InteractionState::Queued);
        let interaction = self.interaction_for(account, &mut conversation, open, &inbound.case, now)?;
        let quote = self.quote(&conversation.row, inbound.reply_to.as_deref())?;
        let position = self.place(&mut conversation.row, &inbound.content, at, late, now)?;
        let id = conversation.row.id;
        let message = messages::Stored {
            row: Message {
                id: MessageId::fresh(),
                conversation: id,
                interaction: Some(interaction.row.id),
                position,
                at,
                author: Author::Contact,
                content: inbound.content.clone(),
                delivery: None,
                state_at: None,
                failure: None,
                attempt: 1,
                late,
                quote,
                reactions: Vec::new(),
                version: self.next_position(),
            },
            account: account.id,
            provider_id: Some(inbound.provider_id.clone()),
            reacted: Vec::new(),
        };
        // While it only goes on waiting, nobody gets the contact.
        let readers = if waited && nobody_has_them {
            self.leaders_of(conversation.row.queue)?
        } else {
            self.readers(conversation.row.queue, id)?
        };
        self.hear(conversation.row, message, readers, now)?;
        // One that waited before has been looked after: whoever gets room looks for what waits.
        if !waited && interaction.row.state == InteractionState::Queued {
            self.route_one(interaction, now)?;
        }
        self.wake.marks.push(id);
        if said_early {
            self.hear_what_came_early(account, &inbound.provider_id, received_at, now)?;
        }
        Ok(())
    }

    /// The place of what was said at `at` and is told now; the conversation's row says so if it is the newest.
    pub(super) fn place(
        &mut self,
        row: &mut Conversation,
        content: &Content,
        at: Millis,
        late: bool,
        now: Millis,
    ) -> Result<Position, StoreError> {
        let position = if late { self.position_long_ago(at)? } else { self.position_at(now)? };
        if row.last_position.is_none_or(|last| last < position) {
            row.last_position = Some(position);
            row.last_at = Some(at);
            row.preview = preview(content);
        }
        Ok(position)
    }

    /// The conversation with whoever wrote, or was written to, at `at`; new people get one.
    pub(super) fn conversation_with(
        &mut self,
        account: &Account,
        sender: &Sender,
        at: Millis,
        now: Millis,
    ) -> Result<conversations::Stored, StoreError> {
        let known = match self.known_as_now(account, sender)? {
            Some(known) => Some(known),
            // Under way while the address changed: what is told of them is no longer true.
            None => match self.known_before(account, sender, at)? {
                Some(known) => {
                    return conversations::by_identity(self.conn, known.id)?
                        .ok_or_else(|| StoreError::not_found("conversation"));
                }
                None => None,
            },
        };
        let Some(identity) = known else { return self.new_conversation(account, sender, now) };
        let conversation = conversations::by_identity(self.conn, identity.id)?
            .ok_or_else(|| StoreError::not_found("conversation"))?;
        self.introduced_by(sender, identity, conversation, now)
    }

    /// Takes over what a known sender newly tells about themselves. Returns their conversation.
    fn introduced_by(
        &mut self,
        sender: &Sender,
        mut identity: Identity,
        mut conversation: conversations::Stored,
        now: Millis,
    ) -> Result<conversations::Stored, StoreError> {
        let learned = self.learn(&mut identity, sender)?;
        if learned {
            identities::put(self.conn, &identity, now)?;
            conversation.row.address = identity.readable();
        }
        let name = name_of(sender).filter(|name| *name != conversation.row.contact_name);
        if learned || name.is_some() {
            self.told(&mut conversation, name, identity.phone.as_deref(), now)?;
        }
        Ok(conversation)
    }

    /// Takes over what the provider newly tells about a known identity. Returns whether there was anything.
    fn learn(&self, identity: &mut Identity, sender: &Sender) -> Result<bool, StoreError> {
        let before = identity.clone();
        if identity.user_id.is_none() {
            identity.user_id.clone_from(&sender.user_id);
        }
        if let Some(phone) = &sender.phone
            && identity.phone.as_ref() != Some(phone)
            && identity.reported_phone.as_ref() != Some(phone)
            && identities::by_phone(self.conn, identity.account, phone)?.is_none()
        {
            if identity.phone.as_ref().is_some_and(|known| same_number(known, phone)) {
                // Their country's other way to write it: what is stored stays.
                identity.reported_phone = Some(phone.clone());
            } else {
                identity.phone = Some(phone.clone());
                identity.reported_phone = None;
            }
        }
        if sender.username.is_some() {
            identity.username.clone_from(&sender.username);
        }
        Ok(before != *identity)
    }

    fn new_conversation(
        &mut self,
        account: &Account,
        sender: &Sender,
        now: Millis,
    ) -> Result<conversations::Stored, StoreError> {
        let phone = match &sender.phone {
            Some(phone) if identities::by_phone(self.conn, account.id, phone)?.is_none() => {
                Some(phone.clone())
            }
            _ => None,
        };
        let identity = Identity {
            id: IdentityId::fresh(),
            account: account.id,
            contact: ContactId::fresh(),
            user_id: sender.user_id.clone(),
            phone,
            reported_phone: None,
            username: sender.username.clone(),
            paced_until: Millis(0),
        };
        let address = identity.readable();
        let told_name = name_of(sender);
        let name = told_name.clone().or_else(|| address.clone()).unwrap_or_else(|| "?".to_owned());
        self.new_contact(identity.contact, &name, told_name, identity.phone.as_deref(), now)?;
        identities::put(self.conn, &identity, now)?;
        let mut conversation = conversations::Stored {
            row: Conversation {
                id: ConversationId::fresh(),
                queue: account.queue,
                channel: account.channel,
                account: account.id,
                contact: identity.contact,
                contact_name: name,
                address,
                window_until: None,
                evidence: deskbell_protocol::Evidence::default(),
                last_position: None,
                last_at: None,
                preview: None,
                version: self.next_position(),
            },
            identity: identity.id,
            last_agent: None,
        };
        // The row is there before what refers to it; it is logged once, when the message is in it.
        conversations::put(self.conn, &conversation)?;
        self.introduce(identity.contact, now)?;
        conversation.row.version = self.next_position();
        Ok(conversation)
    }

    /// The interaction that the contact's message belongs to; `open` is the one in the conversation that is not done.
    fn interaction_for(
        &mut self,
        account: &Account,
        conversation: &mut conversations::Stored,
        open: Option<interactions::Stored>,
        case: &[CaseField],
        now: Millis,
    ) -> Result<interactions::Stored, StoreError> {
        match open {
            Some(mut open) if open.row.state == InteractionState::Ended && account.continue_conversations => {
                self.resume(&mut open, conversation, now)?;
                self.contact_waits(open, conversation, case, now)
            }
            Some(open) if open.row.state != InteractionState::Ended => {
                self.contact_waits(open, conversation, case, now)
            }
            _ => {
                let mut fresh = new_interaction(conversation, now);
                fresh.row.waiting_since = Some(now);
                learn(&mut fresh.row.case, case);
                self.save_interaction(&mut fresh, now)?;
                Ok(fresh)
            }
        }
    }

    /// The contact has written in an interaction: they wait for an answer, but not for an absent agent.
    fn contact_waits(
        &mut self,
        mut interaction: interactions::Stored,
        conversation: &conversations::Stored,
        case: &[CaseField],
        now: Millis,
    ) -> Result<interactions::Stored, StoreError> {
        let learned = learn(&mut interaction.row.case, case);
        interaction.last_at = now;
        let begins = interaction.row.waiting_since.is_none();
        if begins {
            interaction.row.waiting_since = Some(now);
        }
        if interaction.row.state == InteractionState::Active
            && let Some(agent) = interaction.row.agent
            && self.is_gone(agent, interaction.channel, now)?
        {
            self.requeue(&mut interaction, &conversation.row, now)?;
        } else if begins || learned {
            self.save_interaction(&mut interaction, now)?;
        } else {
            interactions::touch(self.conn, interaction.row.id, now)?;
        }
        Ok(interaction)
    }

    /// Whether the agent has been signed out or without a session for longer than contacts wait.
    pub(super) fn is_gone(
        &self,
        agent: AgentId,
        channel: deskbell_protocol::Channel,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let limit = self.rules.agent_gone_ms;
        if let Some(status) = statuses::get(self.conn, agent, channel)?
            && status.row.readiness == Readiness::SignedOut
            && now.since(status.row.since) >= limit
        {
            return Ok(true);
        }
        if sessions::count(self.conn, agent)? > 0 {
            return Ok(false);
        }
        Ok(agents::gone_since(self.conn, agent)?.is_some_and(|since| now.since(since) >= limit))
    }

    /// The interaction waits in its queue again, for the same agent first.
    pub(super) fn requeue(
        &mut self,
        interaction: &mut interactions::Stored,
        conversation: &Conversation,
        now: Millis,
    ) -> Result<(), StoreError> {
        stops(&mut interaction.row, now);
        interaction.row.state = InteractionState::Queued;
        interaction.preferred = interaction.row.agent;
        self.save_interaction(interaction, now)?;
        self.add_notice(conversation, Some(interaction.row.id), Notice::Requeued, now)?;
        if let Some(agent) = interaction.row.agent {
            self.recount(agent, interaction.channel, false, now)?;
        }
        Ok(())
    }
}

/// Whether two numbers in the channel's form are two ways to write one.
fn same_number(one: &str, other: &str) -> bool {
    numbers::canonical(&written(one)) == numbers::canonical(&written(other))
}

/// What to call the sender, if they gave themselves a name.
fn name_of(sender: &Sender) -> Option<String> {
    let given = [&sender.profile_name, &sender.username].into_iter().flatten();
    given.map(|name| one_line(name, limits::CONTACT_NAME_CHARS)).find(|name| !name.is_empty())
}
