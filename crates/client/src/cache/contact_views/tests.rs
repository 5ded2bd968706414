use deskbell_protocol::{Attribute, LogPosition};

use super::*;

fn carla() -> ContactView {
    let contact = Contact {
        id: ContactId::fresh(),
        name: "Carla Öztürk".to_owned(),
        named: true,
        attributes: vec![Attribute { key: "bike".to_owned(), value: "Cargo 7".to_owned() }],
        phones: vec!["+491711234567".to_owned()],
        emails: vec!["carla@example.org".to_owned()],
        version: LogPosition(1),
    };
    ContactView { contact, conversations: vec![], assigned: true, until: None }
}

#[test]
fn a_contact_is_found_by_name_number_address_and_attribute() {
    let carla = carla();
    for words in ["carla", "ÖZ car", "cargo", "EXAMPLE.org", "0171 123", "+49 171", "4567", "  "] {
        assert!(matches_words(&carla, words), "{words}");
    }
    for words in ["deniz", "carla deniz", "0172", "00", "bike"] {
        assert!(!matches_words(&carla, words), "{words}");
    }
}
