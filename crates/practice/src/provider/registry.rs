//! Everybody who has a phone here.

use std::collections::HashMap;
use std::sync::Arc;

use crate::chance::number_of;
use crate::customer::{Identity, Person};

/// Finds people by name, number and user id.
#[derive(Default)]
pub(super) struct Registry {
    by_name: HashMap<String, Arc<Person>>,
    by_phone: HashMap<String, Arc<Person>>,
    by_user_id: HashMap<String, Arc<Person>>,
}

impl Registry {
    pub(super) fn named(&self, name: &str) -> Option<Arc<Person>> {
        self.by_name.get(&key(name)).cloned()
    }

    pub(super) fn with_phone(&self, phone: &str) -> Option<Arc<Person>> {
        self.by_phone.get(phone).cloned()
    }

    pub(super) fn with_user_id(&self, user_id: &str) -> Option<Arc<Person>> {
        self.by_user_id.get(user_id).cloned()
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Everybody, once.
    pub(super) fn everybody(&self) -> Vec<Arc<Person>> {
        self.by_user_id.values().cloned().collect()
    }

    /// Adds somebody, also under other names that are still free.
    pub(super) fn add(&mut self, person: Arc<Person>, other_names: &[&str]) {
        let identity = &person.identity;
        self.by_user_id.insert(identity.user_id.clone(), person.clone());
        if let Some(phone) = &identity.phone {
            self.by_phone.insert(phone.clone(), person.clone());
        }
        for name in other_names {
            self.by_name.entry(key(name)).or_insert_with(|| person.clone());
        }
        self.by_name.insert(key(&identity.name), person);
    }

    /// An identity for a new name. Numbers are from the range that is kept free for fiction in the United
    /// States (area code, 555, 0100 to 0199).
    pub(super) fn invent(&self, name: &str, with_phone: bool) -> Identity {
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
            phone: with_phone.then_some(phone),
            user_id: format!("US.{:017}", number_of(&format!("user id of {}", key(name))) % 10_u64.pow(17)),
            username: (!with_phone).then(|| format!("{word}.{}", number % 100)),
        }
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}
