//! Nearly every message comes from somebody who has written before. What has to be known of them and of the message
//! is looked up in one query: most of what a query costs is that it is one.

use std::sync::LazyLock;

use deskbell_channels::Sender;
use deskbell_protocol::AccountId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::tables::accounts::Account;
use crate::store::tables::identities::{self, Identity};
use crate::store::tables::{conversations, interactions};
use crate::store::values::{Key, columns_of};
use crate::store::{StoreError, Tx};

/// Somebody who has written before, and where they stand when a message of theirs arrives.
#[derive(Debug)]
pub(crate) struct KnownSender {
    /// There is a message with the provider's id of this one.
    pub(crate) message_known: bool,
    /// Something was said about the message before it arrived.
    pub(crate) said_early: bool,
    /// Somebody has the contact.
    pub(crate) assigned: bool,
    pub(crate) identity: Identity,
    pub(crate) conversation: conversations::Stored,
    /// The one that goes on in the conversation.
    pub(crate) interaction: Option<interactions::Stored>,
}

/// How many columns come before those of the identity.
const FACTS: usize = 3;

/// Where the columns of each table begin.
struct Columns {
    conversation: usize,
    interaction: usize,
}

static COLUMNS: LazyLock<Columns> = LazyLock::new(|| {
    let count = |columns: &str| columns.split(',').count();
    let conversation = FACTS.saturating_add(count(identities::COLUMNS));
    let interaction = conversation.saturating_add(count(conversations::COLUMNS));
    Columns { conversation, interaction }
});

/// Actor the number, and by the user's id at the provider.
pub(crate) static BY_PHONE: LazyLock<String> = LazyLock::new(|| sql("phone"));
pub(crate) static BY_USER_ID: LazyLock<String> = LazyLock::new(|| sql("user_id"));

/// There is at most one interaction that goes on, by its index. Everything hangs on the identity: the others are
/// walked to from there (`CROSS JOIN`).
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

fn recognised(row: &Row<'_>) -> rusqlite::Result<KnownSender> {
    let interaction = match row.get_ref(COLUMNS.interaction)? {
        rusqlite::types::ValueRef::Null => None,
        _id => Some(interactions::stored_from(row, COLUMNS.interaction)?),
    };
    Ok(KnownSender {
        message_known: row.get(0)?,
        said_early: row.get(1)?,
        assigned: row.get(2)?,
        identity: identities::identity_from(row, FACTS)?,
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
    Ok(statement.query_row(params![Key(account), address, provider_id], recognised).optional()?)
}

/// The sender of this message, if they go by what is told of them now (as in
/// [`known_as_now`](Tx::known_as_now)) and it is stored like that. Whoever is not recognised may still be
/// known.
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
