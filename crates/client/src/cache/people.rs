//! Contacts as the UI lists them: each with their channels.

use std::collections::HashMap;

use deskbell_protocol::{Contact, ContactDetail, ContactId, Conversation};
use rusqlite::Connection;

use super::send_rules::SendRules;
use super::{Cache, CacheError, assignments, contacts, conversations};
use crate::api::{ContactProfile, ContactView, ConversationView};

/// The assigned contacts, the one with the newest word first; those without a word last, by name.
fn assigned(sql: &Connection, rules: &SendRules) -> Result<Vec<ContactView>, CacheError> {
    let mut channels: HashMap<ContactId, Vec<ConversationView>> = HashMap::new();
    for view in conversations::of_assigned(sql, rules)? {
        channels.entry(view.conversation.contact).or_default().push(view);
    }
    let mut views = Vec::new();
    for assignment in assignments::assigned(sql)? {
        let conversations = channels.remove(&assignment.contact).unwrap_or_default();
        let known = contacts::find(sql, assignment.contact)?;
        // Until the contact's own row has come, the conversation knows their name.
        let contact = known.or_else(|| conversations.first().map(|view| named(&view.conversation)));
        if let Some(contact) = contact {
            views.push(ContactView { contact, conversations, assigned: true, until: assignment.until });
        }
    }
    let newest = |view: &ContactView| {
        view.conversations.iter().filter_map(|view| view.conversation.last_position).max()
    };
    views.sort_by(|one, other| {
        newest(other).cmp(&newest(one)).then_with(|| one.contact.name.cmp(&other.contact.name))
    });
    Ok(views)
}

fn named(conversation: &Conversation) -> Contact {
    Contact {
        id: conversation.contact,
        name: conversation.contact_name.clone(),
        named: false,
        attributes: Vec::new(),
        phones: Vec::new(),
        emails: Vec::new(),
        version: deskbell_protocol::LogPosition(0),
    }
}

/// Whether a contact's name, numbers, addresses or attributes contain all these words. A number may be typed
/// as people write it: with spaces, and with a zero in place of the country.
fn is_meant(view: &ContactView, words: &str) -> bool {
    let contact = &view.contact;
    let addresses = view.conversations.iter().filter_map(|view| view.conversation.address.as_deref());
    let numbers = contact.phones.iter().map(String::as_str).chain(addresses);
    let is_number = |sign: char| sign.is_ascii_digit() || " +-/().".contains(sign);
    let digits = digits(words);
    if !digits.is_empty() && words.chars().all(is_number) {
        let wanted = digits.trim_start_matches('0');
        return !wanted.is_empty() && numbers.clone().any(|number| self::digits(number).contains(wanted));
    }
    let mut texts: Vec<String> = vec![contact.name.to_lowercase()];
    texts.extend(numbers.map(str::to_lowercase));
    texts.extend(contact.emails.iter().map(|email| email.to_lowercase()));
    texts.extend(contact.attributes.iter().map(|attribute| attribute.value.to_lowercase()));
    let words = words.to_lowercase();
    words.split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A conversation that the hub told of, with what only this desktop knows of it.
fn with_ours(
    sql: &Connection,
    rules: &SendRules,
    told: Conversation,
) -> Result<ConversationView, CacheError> {
    let send = rules.permission(&told);
    Ok(match conversations::view(sql, rules, told.id)? {
        Some(ours) if told.version > ours.conversation.version => {
            ConversationView { conversation: told, send, ..ours }
        }
        Some(ours) => ours,
        None => ConversationView { conversation: told, unread: 0, draft: None, draft_begun_on: None, send },
    })
}

/// A contact that the hub told of, with what only this desktop knows of their channels.
fn told(sql: &Connection, rules: &SendRules, detail: ContactDetail) -> Result<ContactProfile, CacheError> {
    let ContactDetail { contact, conversations, assigned, same } = detail;
    let channels = conversations.into_iter().map(|row| with_ours(sql, rules, row));
    let conversations = channels.collect::<Result<Vec<_>, _>>()?;
    let ours = assignments::find(sql, contact.id)?;
    let until = ours.filter(|_| assigned).and_then(|ours| ours.until);
    Ok(ContactProfile { view: ContactView { contact, conversations, assigned, until }, same })
}

impl Cache {
    /// The assigned contacts, the one with the newest word first.
    pub(crate) async fn assigned_contacts(&self) -> Result<Vec<ContactView>, CacheError> {
        let now = self.hub_now();
        self.read(move |sql| assigned(sql, &SendRules::read(sql, now)?)).await
    }

    /// Those of the assigned contacts whose name, number or attribute contains all these words.
    pub(crate) async fn find_assigned(&self, words: String) -> Result<Vec<ContactView>, CacheError> {
        let mut found = self.assigned_contacts().await?;
        found.retain(|view| is_meant(view, &words));
        Ok(found)
    }

    /// Contacts that the hub told of, as the UI lists them.
    pub(crate) async fn views_of(&self, details: Vec<ContactDetail>) -> Result<Vec<ContactView>, CacheError> {
        let now = self.hub_now();
        self.read(move |sql| {
            let rules = SendRules::read(sql, now)?;
            let mut views = Vec::with_capacity(details.len());
            for detail in details {
                let mut view = told(sql, &rules, detail)?.view;
                view.conversations.sort_by_key(|view| std::cmp::Reverse(view.conversation.last_position));
                views.push(view);
            }
            Ok(views)
        })
        .await
    }

    /// A contact that the hub told of, with what only this desktop knows.
    pub(crate) async fn profile_of(&self, detail: ContactDetail) -> Result<ContactProfile, CacheError> {
        let now = self.hub_now();
        self.read(move |sql| told(sql, &SendRules::read(sql, now)?, detail)).await
    }

    /// What this desktop knows of a contact.
    pub(crate) async fn contact(&self, contact: ContactId) -> Result<Option<ContactProfile>, CacheError> {
        let now = self.hub_now();
        self.read(move |sql| {
            let rules = SendRules::read(sql, now)?;
            let conversations = conversations::of_contact(sql, &rules, contact)?;
            let known = contacts::find(sql, contact)?;
            let Some(row) = known.or_else(|| conversations.first().map(|view| named(&view.conversation)))
            else {
                return Ok(None);
            };
            let ours = assignments::find(sql, contact)?.filter(|row| row.assigned);
            let (assigned, until) = (ours.is_some(), ours.and_then(|row| row.until));
            let view = ContactView { contact: row, conversations, assigned, until };
            Ok(Some(ContactProfile { view, same: Vec::new() }))
        })
        .await
    }

    /// Takes the row of a contact that was to be read.
    pub(crate) async fn take_contact(
        &self,
        reading: super::PageIn,
        contact: Contact,
    ) -> Result<(), CacheError> {
        self.write(move |commit: &mut super::commit::Commit<'_>| {
            if super::page_in::advance(commit.sql, &reading, None)? {
                contacts::put(commit, &contact)?;
            }
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests;
