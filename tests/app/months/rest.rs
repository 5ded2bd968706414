//! How the world stands when nothing moves any more: hub, desktops and phones agree, and say so in words that
//! can be compared between two tellings.

use std::collections::BTreeMap;
use std::time::Duration;

use deskbell_client::api::{Connection, Reply, Request};
use deskbell_protocol::{
    Author, Content, ConversationDetail, DeliveryState, Interaction, InteractionState, Message, Millis,
};

use super::desk::Desk;
use super::world::{PASSWORD, World};
use crate::support::reader::Reader;

/// Longer than a message takes to a phone in practice.
const ON_ITS_WAY: i64 = 2_000;

type Told = Vec<(ConversationDetail, Vec<Message>)>;

impl World {
    /// Waits until nothing moves, and says how everything stands.
    pub(super) async fn comes_to_rest(&self) -> Vec<String> {
        let mut unrest = String::new();
        let begun = std::time::Instant::now();
        while begun.elapsed() < crate::support::PATIENCE * 3 {
            let told = self.clara.everything().await;
            match self.unrest(&told).await {
                None => return self.stands(&told).await,
                Some(still) => unrest = still,
            }
            // Messages reach phones by this clock, and sooner or later everybody has read what is there.
            self.clock.advance(ON_ITS_WAY);
            for customer in self.customers() {
                customer.reads_all().await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it does not come to rest: {unrest}")
    }

    /// What still moves, or does not agree.
    async fn unrest(&self, told: &Told) -> Option<String> {
        for line in told.iter().flat_map(|(_, lines)| lines).filter(|line| line.delivery.is_some()) {
            if line.delivery != Some(DeliveryState::Read) {
                return Some(format!("“{}” is {:?}", words(line), line.delivery));
            }
        }
        for desk in [&self.anna, &self.ben] {
            if let Some(unrest) = self.disagrees(desk).await {
                return Some(format!("{}: {unrest}", desk.name));
            }
        }
        self.customers().iter().find_map(|customer| {
            let detail = |detail: &&(ConversationDetail, Vec<Message>)| {
                detail.0.conversation.address.as_deref()
                    == customer.wa_id().map(|it| format!("+{it}")).as_deref()
            };
            let lines = told.iter().find(detail).map(|(_, lines)| lines.as_slice()).unwrap_or_default();
            let at_hub: Vec<_> =
                lines.iter().filter(|line| line.author != Author::System).map(words).collect();
            let phone: Vec<_> = customer.phone().into_iter().map(|line| line.text).collect();
            (at_hub != phone)
                .then(|| format!("{}'s phone shows {phone:?}, the hub {at_hub:?}", customer.name()))
        })
    }

    /// Where a desktop shows something else than the hub tells its agent.
    async fn disagrees(&self, desk: &Desk) -> Option<String> {
        let workspace = desk.snapshot().await;
        if !matches!(workspace.connection, Connection::Live { .. }) {
            return Some(format!("the connection is {:?}", workspace.connection));
        }
        let reader = Reader::sign_in(&self.clara.hub, desk.name, PASSWORD).await;
        let at_hub = reader.everything().await;
        for (detail, lines) in &at_hub {
            let (kept, waiting) = desk.page(detail.conversation.id).await;
            if !waiting.is_empty() {
                return Some(format!("{waiting:?} waits"));
            }
            if kept != *lines {
                return Some(format!("keeps {kept:?}, where the hub has {lines:?}"));
            }
        }
        let Reply::Conversations { conversations, .. } =
            desk.asks(Request::Conversations { before: None, limit: 200 }).await
        else {
            panic!("conversations")
        };
        let mut kept: Vec<_> = conversations.into_iter().map(|view| view.conversation).collect();
        let mut told: Vec<_> = at_hub.iter().map(|(detail, _)| detail.conversation.clone()).collect();
        kept.sort_by_key(|row| row.id);
        told.sort_by_key(|row| row.id);
        if kept != told {
            return Some(format!("keeps {kept:?}, where the hub has {told:?}"));
        }
        let held = |row: &&Interaction| {
            matches!(row.state, InteractionState::Active | InteractionState::Ended)
                && row.agent_name.as_deref() == Some(desk.name)
        };
        let held: Vec<_> = at_hub.iter().flat_map(|(detail, _)| &detail.interactions).filter(held).collect();
        if workspace.interactions.iter().collect::<Vec<_>>() != held {
            return Some(format!("holds {:?}, at the hub {held:?}", workspace.interactions));
        }
        let mut contacts: BTreeMap<_, _> =
            at_hub.into_iter().filter_map(|(detail, _)| detail.contact).map(|row| (row.id, row)).collect();
        for view in desk.assigned().await {
            let known = contacts.remove(&view.contact.id);
            if known.as_ref() != Some(&view.contact) {
                return Some(format!("has {:?}, the hub {known:?}", view.contact));
            }
        }
        (!contacts.is_empty()).then(|| format!("does not have {contacts:?}"))
    }

    /// Everything that a telling must end with, in words without times and ids.
    async fn stands(&self, told: &Told) -> Vec<String> {
        let mut stands = Vec::new();
        let mut told: Vec<_> = told.iter().collect();
        told.sort_by(|(one, _), (other, _)| {
            one.conversation.contact_name.cmp(&other.conversation.contact_name)
        });
        for (ConversationDetail { conversation, interactions, contact }, lines) in told {
            let window = match conversation.window_until {
                None => "never open",
                Some(until) if until > Millis(self.now()) => "open",
                Some(_) => "closed",
            };
            let phones = contact.as_ref().map(|row| row.phones.clone()).unwrap_or_default();
            let evidence = conversation.evidence.state;
            stands.push(format!("{}: {window}, {evidence:?}, {phones:?}", conversation.contact_name));
            for one in interactions {
                let lines = lines.iter().filter(|line| line.interaction == Some(one.id)).count();
                let who = one.agent_name.as_deref().unwrap_or("nobody");
                stands.push(format!("  {:?} with {who}, by {:?}, {lines} lines", one.state, one.ended_by));
            }
            for line in lines {
                let how = line.delivery.map(|state| format!(" ({state:?})")).unwrap_or_default();
                stands.push(format!("  {}: {}{how}", said_by(line), words(line)));
            }
        }
        for desk in [&self.anna, &self.ben] {
            let mut names: Vec<_> = desk.assigned().await.into_iter().map(|one| one.contact.name).collect();
            names.sort();
            stands.push(format!("{} has {names:?}", desk.name));
        }
        for customer in self.customers() {
            for line in customer.phone() {
                stands.push(format!("{}'s phone: {:?}: {}", customer.name(), line.writer, line.text));
            }
        }
        stands
    }
}

fn said_by(line: &Message) -> String {
    match &line.author {
        Author::Agent { name, .. } => name.clone(),
        Author::Contact => "contact".to_owned(),
        Author::Elsewhere => "elsewhere".to_owned(),
        Author::System => "system".to_owned(),
    }
}

fn words(line: &Message) -> String {
    match &line.content {
        Content::Text { body } | Content::Notification { body, .. } => body.clone(),
        Content::Notice { notice } => format!("{notice:?}"),
        other => format!("{other:?}"),
    }
}
