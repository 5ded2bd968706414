use super::*;

/// How SQLite goes about a query.
fn plan(sql: &Connection, query: &str) -> String {
    let mut explain = sql.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
    let count = explain.parameter_count();
    for at in 1..=count {
        explain.raw_bind_parameter(at, 1).unwrap();
    }
    let mut rows = explain.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get::<_, String>(3).unwrap());
    }
    steps.join("; ")
}

#[test]
fn a_page_is_read_along_the_primary_key_and_never_sorted() {
    let sql = Connection::open_in_memory().unwrap();
    sql.execute_batch(include_str!("../migrations/001_first.sql")).unwrap();
    sql.execute_batch(include_str!("../migrations/002_quotes_and_reactions.sql")).unwrap();
    let page = plan(&sql, &format!("SELECT {COLUMNS} {PAGE}"));
    // An entry of the index ends with the primary key, which is the position.
    assert_eq!(page, "SEARCH m USING INDEX message_by_conversation (conversation=? AND rowid<?)");
    let list = plan(&sql, "SELECT id FROM conversation c WHERE c.place < ?1 ORDER BY c.place DESC LIMIT ?2");
    assert_eq!(list, "SEARCH c USING COVERING INDEX conversation_by_place (place<?)");
    let found = plan(
        &sql,
        "SELECT rowid FROM message_words WHERE message_words MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3",
    );
    assert!(!found.contains("TEMP B-TREE"), "{found}");
}
