//! The directory of all simulated people.

use std::collections::HashMap;
use std::sync::Arc;

use crate::chance::number_of;
use crate::person::{Identity, Person};

/// People by name, phone number and user id.
#[derive(Default)]
pub(crate) struct Directory {
    by_name: HashMap<String, Arc<Person>>,
    by_phone: HashMap<String, Arc<Person>>,
    by_user_id: HashMap<String, Arc<Person>>,
}

impl Directory {
    /// The person with this name, or with this other name; case does not matter.
    pub(crate) fn with_name(&self, name: &str) -> Option<Arc<Person>> {
        self.by_name.get(&key(name)).cloned()
    }

    /// The person with this phone number, digits.
    pub(crate) fn with_phone(&self, phone: &str) -> Option<Arc<Person>> {
        self.by_phone.get(phone).cloned()
    }

    /// The person with this WhatsApp user id.
    pub(crate) fn with_user_id(&self, user_id: &str) -> Option<Arc<Person>> {
        self.by_user_id.get(user_id).cloned()
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.by_name.len()
    }

    /// All people, each once.
    pub(crate) fn people(&self) -> Vec<Arc<Person>> {
        self.by_user_id.values().cloned().collect()
    }

    /// Adds a person, also under those of the other names that are free.
    pub(crate) fn add(&mut self, person: Arc<Person>, other_names: &[&str]) {
        let identity = &person.identity;
        self.by_user_id.insert(identity.user_id.clone(), person.clone());
        self.by_phone.insert(identity.phone.clone(), person.clone());
        for name in other_names {
            self.by_name.entry(key(name)).or_insert_with(|| person.clone());
        }
        self.by_name.insert(key(&identity.name), person);
    }

    /// Makes an identity for a new name. Phone numbers are from the range that the United States reserve for
    /// fiction (area code, 555, 0100 to 0199).
    pub(crate) fn invent(&self, name: &str, discloses_phone: bool) -> Identity {
        let name = name.trim();
        let mut number = number_of(&key(name));
        let phone = loop {
            let phone = format!("1{}55501{:02}", 201 + number / 100 % 780, number % 100);
            if !self.by_phone.contains_key(&phone) || self.by_phone.len() >= 50_000 {
                break phone;
            }
            number = number.wrapping_add(1);
        };
        let word: String = name.to_lowercase().chars().filter(|it| it.is_alphanumeric()).collect();
        Identity {
            name: name.to_owned(),
            phone,
            discloses_phone,
            user_id: format!("US.{:017}", number_of(&format!("user id of {}", key(name))) % 10_u64.pow(17)),
            username: (!discloses_phone).then(|| format!("{word}.{}", number % 100)),
        }
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}
