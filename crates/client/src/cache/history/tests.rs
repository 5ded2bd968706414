use super::*;
use crate::cache::open::MIGRATIONS;
use crate::cache::sql::plan;

#[test]
fn a_page_of_several_conversations_is_merged_along_their_index_and_never_sorted() {
    let sql = Connection::open_in_memory().unwrap();
    MIGRATIONS.iter().for_each(|migration| sql.execute_batch(migration).unwrap());
    let one = "SEARCH m USING INDEX message_by_conversation (conversation=? AND rowid<?)";
    assert_eq!(plan(&sql, &page_query(1, false)), one);
    for conversations in [2, 3, MAX_CONVERSATIONS as usize] {
        for forward in [false, true] {
            let plan = plan(&sql, &page_query(conversations, forward));
            assert!(plan.starts_with("MERGE (UNION ALL)"), "{plan}");
            assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN m"), "{plan}");
        }
    }
    let of = plan(&sql, "SELECT id FROM conversation WHERE contact = ?1 ORDER BY place DESC LIMIT ?2");
    assert_eq!(of, "SEARCH conversation USING COVERING INDEX conversation_by_contact (contact=?)");
}

#[test]
fn hits_of_a_contact_come_in_the_order_of_the_index() {
    let sql = Connection::open_in_memory().unwrap();
    MIGRATIONS.iter().for_each(|migration| sql.execute_batch(migration).unwrap());
    let found = plan(&sql, &format!("SELECT m.id {FOUND} ORDER BY message_words.rowid DESC LIMIT ?4"));
    assert!(!found.contains("TEMP B-TREE"), "{found}");
}
