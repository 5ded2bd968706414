//! Lookup of a sender who has written before, as nearly every sender has. Sender, conversation and duplicates of the
//! message are read in one query, because most of the cost of a query is fixed.

use std::sync::LazyLock;

use deskbell_channels::Sender;
use deskbell_protocol::AccountId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::tables::accounts::Account;
use crate::store::tables::identities::{self, Identity};
use crate::store::tables::{conversations, interactions};
use crate::store::values::{Key, columns_of};
use crate::store::{StoreError, Tx};

/// A sender who has written before, and the state of their conversation when a message of theirs arrives.
#[derive(Debug)]
pub(crate) struct KnownSender {
    /// Whether a message with this provider id is stored.
    pub(crate) message_known: bool,
    /// Whether events about the message arrived before the message.
    pub(crate) has_early_events: bool,
    /// Whether the contact is assigned to an agent.
    pub(crate) assigned: bool,
    pub(crate) identity: Identity,
    pub(crate) conversation: conversations::StoredConversation,
    /// The open interaction of the conversation.
    pub(crate) interaction: Option<interactions::StoredInteraction>,
}

/// How many columns come before those of the identity.
const FLAGS: usize = 3;

/// The index of the first column of each table.
struct Columns {
    conversation: usize,
    interaction: usize,
}

static COLUMNS: LazyLock<Columns> = LazyLock::new(|| {
    let count = |columns: &str| columns.split(',').count();
    let conversation = FLAGS.saturating_add(count(identities::COLUMNS));
    let interaction = conversation.saturating_add(count(conversations::COLUMNS));
    Columns { conversation, interaction }
});

/// The lookup by phone number.
pub(crate) static BY_PHONE: LazyLock<String> = LazyLock::new(|| sql("phone"));
/// The lookup by the user's id at the provider.
pub(crate) static BY_USER_ID: LazyLock<String> = LazyLock::new(|| sql("user_id"));

/// Builds the lookup. `CROSS JOIN` makes it begin with the identity. A unique index allows only one open interaction in a
/// conversation, so there is at most one row.
fn sql(address: &str) -> String {
    format!(
        "SELECT EXISTS (SELECT 1 FROM messages WHERE provider_id = ?3 AND account = ?1),
                EXISTS (SELECT 1 FROM early_events WHERE account = ?1 AND message = ?3),
                EXISTS (SELECT 1 FROM assignments WHERE contact = c.contact),
                {}, {}, {}
           FROM identities i
          CROSS JOIN conversations c ON c.identity = i.id
           LEFT JOIN interactions t ON t.conversation = c.id AND t.state IN ('queued', 'offered', 'active')
          WHERE i.account = ?1 AND i.{address} = ?2",
        columns_of("i", identities::COLUMNS),
        columns_of("c", conversations::COLUMNS),
        columns_of("t", interactions::COLUMNS),
    )
}

fn known_sender_from(row: &Row<'_>) -> rusqlite::Result<KnownSender> {
    let interaction = match row.get_ref(COLUMNS.interaction)? {
        rusqlite::types::ValueRef::Null => None,
        _id => Some(interactions::stored_from(row, COLUMNS.interaction)?),
    };
    Ok(KnownSender {
        message_known: row.get(0)?,
        has_early_events: row.get(1)?,
        assigned: row.get(2)?,
        identity: identities::identity_from(row, FLAGS)?,
        conversation: conversations::stored_from(row, COLUMNS.conversation)?,
        interaction,
    })
}

fn find(
    conn: &Connection,
    sql: &str,
    account: AccountId,
    address: &str,
    provider_id: &str,
) -> Result<Option<KnownSender>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    Ok(statement.query_row(params![Key(account), address, provider_id], known_sender_from).optional()?)
}

/// Finds the sender of a message by user id, or by phone number if no other user has it. Returns `None` for a sender who
/// is not stored exactly like this; the slower lookup of identities may still find them.
pub(crate) fn find_known_sender(
    tx: &Tx<'_>,
    account: &Account,
    sender: &Sender,
    provider_id: &str,
) -> Result<Option<KnownSender>, StoreError> {
    if let Some(id) = &sender.user_id
        && let Some(known) = find(tx.conn, &BY_USER_ID, account.id, id, provider_id)?
    {
        return Ok(Some(known));
    }
    let Some(phone) = &sender.phone else { return Ok(None) };
    let known = find(tx.conn, &BY_PHONE, account.id, phone, provider_id)?;
    // Another user with the same number: the number has changed hands.
    Ok(known.filter(|known| known.identity.user_id.is_none() || sender.user_id.is_none()))
}
