#![allow(clippy::unwrap_used)]

use super::*;

/// Three messages of Carla's, the newest last.
fn transcript(carla: ConversationId) -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("CREATE TABLE messages (position INTEGER, id BLOB, conversation BLOB, content TEXT)")
        .unwrap();
    for (position, body) in [(1_i64, "the green bicycle"), (2, "the red bicycle"), (3, "the bell")] {
        let content = Content::Text { body: body.to_owned() };
        conn.execute(
            "INSERT INTO messages VALUES (?1, ?2, ?3, ?4)",
            params![position, Key(MessageId::fresh()), Key(carla), Json(&content)],
        )
        .unwrap();
    }
    conn
}

#[test]
fn a_search_that_stops_at_its_bound_says_so() {
    let carla = ConversationId::fresh();
    let conn = transcript(carla);
    let run = |max_rows| {
        let mut found = Vec::new();
        let more = search(&conn, &[carla], &["bicycle".to_owned()], max_rows, |_, position| {
            found.push(position.0);
            true
        });
        (found, more.unwrap())
    };
    assert_eq!(run(2), (vec![2], true), "the oldest was left out");
    assert_eq!(run(3), (vec![2, 1], false));
    assert_eq!(run(4), (vec![2, 1], false));
}
