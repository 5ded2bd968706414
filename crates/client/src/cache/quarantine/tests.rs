use deskbell_protocol::{ConversationId, MessageId};

use super::super::open::MIGRATIONS;
use super::super::sql::Id;
use super::*;

#[test]
fn unsent_messages_of_an_older_schema_are_rescued() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("cache-unreadable-1.db"), CacheKey::fresh().unwrap());
    let (message, conversation) = (MessageId::fresh(), ConversationId::fresh());
    {
        let sql = connect(&path, &key).unwrap();
        MIGRATIONS.iter().take(2).for_each(|older| sql.execute_batch(older).unwrap());
        sql.execute(
            "INSERT INTO outbox (id, conversation, body, written_at, state, answered) VALUES (?1, ?2, 'Soon', 1, 'queued', 0)",
            [message.bytes(), conversation.bytes()],
        )
        .unwrap();
        sql.execute("INSERT INTO draft (conversation, body) VALUES (?1, 'Dear')", [conversation.bytes()])
            .unwrap();
    }
    let rescued = Rescued::read(&path, &key);
    assert!(rescued.complete);
    assert_eq!(rescued.outgoing[0].outgoing.id, message);
    assert_eq!((rescued.outgoing.len(), rescued.outgoing[0].seen), (1, None));
    assert_eq!(rescued.drafts, [(conversation, "Dear".to_owned(), None)]);
}
