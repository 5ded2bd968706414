use super::*;
use crate::cache::open::MIGRATIONS;
use crate::cache::sql::plan;

#[test]
fn a_page_is_read_along_the_primary_key_and_never_sorted() {
    let sql = Connection::open_in_memory().unwrap();
    MIGRATIONS.iter().for_each(|migration| sql.execute_batch(migration).unwrap());
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
