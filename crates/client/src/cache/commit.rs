//! A transaction in progress, and what it has changed so far.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_protocol::{
    AccountHealth, AccountId, Assignment, ChannelStatus, Contact, ContactId, ConversationId, Interaction,
    InteractionId, Message, MessageId, Millis, Offer, OfferId, Position,
};
use rusqlite::Connection;

use crate::api::Outgoing;
use crate::view::View;

/// A transaction in progress. Tables write through it, and note what has to be announced after the commit.
pub(super) struct Commit<'a> {
    pub(super) sql: &'a Connection,
    /// What was on the screen when it began.
    pub(super) view: View,
    /// The time at the hub when it began.
    pub(super) now: Millis,
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
    /// Whether the UI has to read a new snapshot instead of the changes.
    pub(super) resync: bool,
    /// Whether there is something new to read by HTTP.
    pub(super) backfill: bool,
    /// The words to index when all rows are written. FTS5 is fast only in the order of the positions.
    words: BTreeMap<i64, String>,
    reading: BTreeMap<ConversationId, Reading>,
}

/// What a transaction changes in the read state of one conversation.
#[derive(Default)]
pub(super) struct Reading {
    /// Everything up to here is read.
    pub(super) upto: Option<Position>,
    /// How many messages are unread behind it.
    pub(super) unread: u32,
}

impl<'a> Commit<'a> {
    pub(super) fn begin(sql: &'a Connection, view: View, now: Millis) -> Self {
        Self {
            sql,
            view,
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
            resync: false,
            backfill: false,
            words: BTreeMap::new(),
            reading: BTreeMap::new(),
        }
    }

    /// Notes the words of a message for the search index.
    pub(super) fn index(&mut self, position: Position, words: String) {
        self.words.insert(position.0, words);
    }

    /// Counts an unread message of the contact.
    pub(super) fn count_unread(&mut self, conversation: ConversationId) {
        let reading = self.reading.entry(conversation).or_default();
        reading.unread = reading.unread.saturating_add(1);
        self.conversations.insert(conversation);
    }

    /// Marks everything up to here as read.
    pub(super) fn mark_read(&mut self, conversation: ConversationId, upto: Position) {
        let reading = self.reading.entry(conversation).or_default();
        reading.unread = 0;
        reading.upto = reading.upto.max(Some(upto));
        self.conversations.insert(conversation);
    }

    /// Drops what this transaction has noted of a conversation, which it deletes.
    pub(super) fn remove_conversation(&mut self, conversation: ConversationId) {
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

    /// Takes the words to index, in the order of the positions.
    pub(super) fn take_words(&mut self) -> BTreeMap<i64, String> {
        std::mem::take(&mut self.words)
    }

    /// Takes what was read or not read of each conversation.
    pub(super) fn take_reading(&mut self) -> BTreeMap<ConversationId, Reading> {
        std::mem::take(&mut self.reading)
    }
}
