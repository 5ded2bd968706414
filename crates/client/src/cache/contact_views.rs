//! Contacts as the UI lists them: each with its conversations.

use std::collections::HashMap;

use deskbell_protocol::{Contact, ContactDetail, ContactId, Conversation};
use rusqlite::Connection;

use super::commit::Commit;
use super::send_rules::SendRules;
use super::{Backfill, Cache, CacheError, assignments, backfill, contacts, conversations};
use crate::api::{ContactProfile, ContactView, ConversationView};

/// The assigned contacts, newest message first; those without a message last, by name.
fn assigned(sql: &Connection, rules: &SendRules) -> Result<Vec<ContactView>, CacheError> {
    let mut channels: HashMap<ContactId, Vec<ConversationView>> = HashMap::new();
    for view in conversations::of_assigned(sql, rules)? {
        channels.entry(view.conversation.contact).or_default().push(view);
    }
    let mut views = Vec::new();
    for assignment in assignments::assigned(sql)? {
        let conversations = channels.remove(&assignment.contact).unwrap_or_default();
        let known = contacts::find(sql, assignment.contact)?;
        // The contact's own row may not be read yet; the conversation has the name.
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
/// with spaces and punctuation, and in the national form, with a leading zero.
fn matches_words(view: &ContactView, words: &str) -> bool {
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

/// A conversation from the hub, with what only this desktop knows of it.
fn with_local(
    sql: &Connection,
    rules: &SendRules,
    row: Conversation,
) -> Result<ConversationView, CacheError> {
    let send = rules.permission(&row);
    Ok(match conversations::view(sql, rules, row.id)? {
        Some(local) if row.version > local.conversation.version => {
            ConversationView { conversation: row, send, ..local }
        }
        Some(local) => local,
        None => ConversationView { conversation: row, unread: 0, draft: None, draft_begun_on: None, send },
    })
}

/// A contact from the hub, with what only this desktop knows of its conversations.
fn profile(sql: &Connection, rules: &SendRules, detail: ContactDetail) -> Result<ContactProfile, CacheError> {
    let ContactDetail { contact, conversations, assigned, same } = detail;
    let channels = conversations.into_iter().map(|row| with_local(sql, rules, row));
    let conversations = channels.collect::<Result<Vec<_>, _>>()?;
    let ours = assignments::find(sql, contact.id)?;
    let until = ours.filter(|_| assigned).and_then(|ours| ours.until);
    Ok(ContactProfile { view: ContactView { contact, conversations, assigned, until }, same })
}

impl Cache {
    /// The assigned contacts, newest message first.
    pub(crate) async fn assigned_contacts(&self) -> Result<Vec<ContactView>, CacheError> {
        let now = self.hub_now();
        self.read(move |sql| assigned(sql, &SendRules::read(sql, now)?)).await
    }

    /// The assigned contacts whose name, number or attribute contains all these words.
    pub(crate) async fn find_assigned(&self, words: String) -> Result<Vec<ContactView>, CacheError> {
        let mut found = self.assigned_contacts().await?;
        found.retain(|view| matches_words(view, &words));
        Ok(found)
    }

    /// Contacts from the hub, as the UI lists them.
    pub(crate) async fn views_of(&self, details: Vec<ContactDetail>) -> Result<Vec<ContactView>, CacheError> {
        let now = self.hub_now();
        self.read(move |sql| {
            let rules = SendRules::read(sql, now)?;
            let mut views = Vec::with_capacity(details.len());
            for detail in details {
                let mut view = profile(sql, &rules, detail)?.view;
                view.conversations.sort_by_key(|view| std::cmp::Reverse(view.conversation.last_position));
                views.push(view);
            }
            Ok(views)
        })
        .await
    }

    /// A contact from the hub, with what only this desktop knows.
    pub(crate) async fn profile_of(&self, detail: ContactDetail) -> Result<ContactProfile, CacheError> {
        let now = self.hub_now();
        self.read(move |sql| profile(sql, &SendRules::read(sql, now)?, detail)).await
    }

    /// A contact as this desktop has stored it.
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

    /// Takes the row of a contact that the backfill has read.
    pub(crate) async fn take_contact(&self, backfill: Backfill, contact: Contact) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            if backfill::advance(commit.sql, &backfill, None)? {
                contacts::put(commit, &contact)?;
            }
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests;
