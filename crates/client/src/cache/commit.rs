//! A transaction in progress, and what it has changed so far.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_protocol::{
    AccountHealth, AccountId, Assignment, ChannelStatus, Contact, ContactId, ConversationId, Interaction,
    InteractionId, Message, MessageId, Millis, Offer, OfferId, Position,
};
use rusqlite::{Connection, params};

use super::send_rules::SendRules;
use super::sql::Id;
use super::{CacheError, Look, conversations, search};
use crate::api::{Changes, Outgoing};

/// The work of one transaction. Tables write through it and note what the UI has to hear.
pub(super) struct Commit<'a> {
    pub(super) sql: &'a Connection,
    pub(super) look: Look,
    /// The time at the hub when it began.
    now: Millis,
    pub(super) conversations: BTreeSet<ConversationId>,
    pub(super) conversations_gone: BTreeSet<ConversationId>,
    pub(super) interactions: BTreeMap<InteractionId, Interaction>,
    pub(super) messages: BTreeMap<Position, Message>,
    pub(super) outgoing: BTreeMap<MessageId, Outgoing>,
    pub(super) outgoing_gone: BTreeSet<MessageId>,
    pub(super) offers: BTreeMap<OfferId, Offer>,
    pub(super) statuses: Vec<ChannelStatus>,
    pub(super) contacts: BTreeMap<ContactId, Contact>,
    pub(super) assignments: BTreeMap<ContactId, Assignment>,
    pub(super) accounts_health: BTreeMap<AccountId, AccountHealth>,
    /// Whether the UI should read everything anew instead of hearing the changes.
    pub(super) read_anew: bool,
    /// Whether there is something new to read by HTTP.
    pub(super) page_in: bool,
    /// Words to index once all rows are there: sorted by position, FTS5 takes them in one go.
    words: BTreeMap<i64, String>,
    reading: BTreeMap<ConversationId, Seen>,
}

/// What a transaction adds to what the person has or has not seen of one conversation.
#[derive(Default)]
struct Seen {
    upto: Option<Position>,
    unread: u32,
}

impl<'a> Commit<'a> {
    pub(super) fn begin(sql: &'a Connection, look: Look, now: Millis) -> Self {
        Self {
            sql,
            look,
            now,
            conversations: BTreeSet::new(),
            conversations_gone: BTreeSet::new(),
            interactions: BTreeMap::new(),
            messages: BTreeMap::new(),
            outgoing: BTreeMap::new(),
            outgoing_gone: BTreeSet::new(),
            offers: BTreeMap::new(),
            statuses: Vec::new(),
            contacts: BTreeMap::new(),
            assignments: BTreeMap::new(),
            accounts_health: BTreeMap::new(),
            read_anew: false,
            page_in: false,
            words: BTreeMap::new(),
            reading: BTreeMap::new(),
        }
    }

    pub(super) fn index(&mut self, position: Position, words: String) {
        self.words.insert(position.0, words);
    }

    /// A message of the contact that nobody has seen.
    pub(super) fn unread(&mut self, conversation: ConversationId) {
        let seen = self.reading.entry(conversation).or_default();
        seen.unread = seen.unread.saturating_add(1);
        self.conversations.insert(conversation);
    }

    /// The person has seen everything up to here.
    pub(super) fn seen(&mut self, conversation: ConversationId, upto: Position) {
        let seen = self.reading.entry(conversation).or_default();
        seen.unread = 0;
        seen.upto = seen.upto.max(Some(upto));
        self.conversations.insert(conversation);
    }

    /// Forgets what this transaction has gathered for a conversation that it then deletes.
    pub(super) fn gone(&mut self, conversation: ConversationId) {
        self.reading.remove(&conversation);
        let gone: Vec<i64> =
            self.messages.values().filter(|m| m.conversation == conversation).map(|m| m.position.0).collect();
        for position in gone {
            self.words.remove(&position);
        }
        self.messages.retain(|_, message| message.conversation != conversation);
        self.interactions.retain(|_, interaction| interaction.conversation != conversation);
        self.conversations.remove(&conversation);
        self.conversations_gone.insert(conversation);
    }

    /// Writes what was put off, and turns the rest into what the UI hears.
    pub(super) fn finish(&mut self) -> Result<Changes, CacheError> {
        for (position, words) in std::mem::take(&mut self.words) {
            search::index(self.sql, position, &words)?;
        }
        for (conversation, seen) in std::mem::take(&mut self.reading) {
            write_reading(self.sql, conversation, &seen)?;
        }
        let mut views = Vec::new();
        if !self.conversations.is_empty() {
            let rules = SendRules::read(self.sql, self.now)?;
            for conversation in &self.conversations {
                self.conversations_gone.remove(conversation);
                views.extend(conversations::view(self.sql, &rules, *conversation)?);
            }
        }
        Ok(Changes {
            conversations: views,
            interactions: std::mem::take(&mut self.interactions).into_values().collect(),
            messages: std::mem::take(&mut self.messages).into_values().collect(),
            outgoing: std::mem::take(&mut self.outgoing).into_values().collect(),
            outgoing_gone: std::mem::take(&mut self.outgoing_gone).into_iter().collect(),
            offers: std::mem::take(&mut self.offers).into_values().collect(),
            statuses: std::mem::take(&mut self.statuses),
            conversations_gone: std::mem::take(&mut self.conversations_gone).into_iter().collect(),
            contacts: std::mem::take(&mut self.contacts).into_values().collect(),
            assignments: std::mem::take(&mut self.assignments).into_values().collect(),
            accounts_health: std::mem::take(&mut self.accounts_health).into_values().collect(),
        })
    }
}

fn write_reading(sql: &Connection, conversation: ConversationId, seen: &Seen) -> Result<(), CacheError> {
    let id = conversation.bytes();
    if let Some(upto) = seen.upto {
        sql.prepare_cached(
            "INSERT INTO reading (conversation, seen, unread) VALUES (?1, ?2, ?3)
             ON CONFLICT (conversation) DO UPDATE SET seen = max(coalesce(seen, 0), ?2), unread = ?3",
        )?
        .execute(params![id, upto.0, seen.unread])?;
    } else {
        sql.prepare_cached(
            "INSERT INTO reading (conversation, seen, unread) VALUES (?1, NULL, ?2)
             ON CONFLICT (conversation) DO UPDATE SET unread = unread + ?2",
        )?
        .execute(params![id, seen.unread])?;
    }
    Ok(())
}
