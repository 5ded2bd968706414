//! Looking back: contacts, their whole transcript, past interactions, and what the provider says.

use std::time::Duration;

use deskbell_protocol::{
    AccountId, Contact, ContactDetail, ContactId, ContactPage, ConversationId, InteractionPage, Position,
    TemplateList, ThreadHits, ThreadPage, Validation,
};
use serde::Serialize;

use super::{Transfer, TransferError, patiently};
use crate::api::{InteractionFilter, Place};

/// How long a call may take for which the hub asks the provider.
const PROVIDER: Duration = Duration::from_secs(20);

/// What a call is narrowed by: names and values of a query.
struct Narrowing(Vec<(&'static str, String)>);

impl Narrowing {
    fn to(limit: u32) -> Self {
        Self(vec![("limit", limit.to_string())])
    }

    fn and(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.0.extend(value.map(|value| (name, value.to_string())));
        self
    }
}

/// A plain enum's word, as it stands in JSON.
fn word(value: impl Serialize) -> Option<String> {
    Some(serde_json::to_value(value).ok()?.as_str()?.to_owned())
}

impl Transfer {
    pub(crate) async fn thread(
        &self,
        contact: ContactId,
        place: Place,
        limit: u32,
    ) -> Result<ThreadPage, TransferError> {
        let narrowing = Narrowing::to(limit);
        let Narrowing(query) = match place {
            Place::End => narrowing,
            Place::Start => narrowing.and("at", Some(0)),
            Place::Before { position } => narrowing.and("before", Some(position)),
            Place::After { position } => narrowing.and("after", Some(position)),
            Place::Moment { moment } => narrowing.and("at", Some(moment.0)),
        };
        patiently(self.get(&format!("/v1/contacts/{contact}/messages")).query(&query)).await
    }

    pub(crate) async fn search_thread(
        &self,
        contact: ContactId,
        words: &str,
        before: Option<Position>,
        limit: u32,
    ) -> Result<ThreadHits, TransferError> {
        let Narrowing(query) = Narrowing::to(limit).and("words", Some(words)).and("before", before);
        patiently(self.get(&format!("/v1/contacts/{contact}/search")).query(&query)).await
    }

    pub(crate) async fn contacts(
        &self,
        words: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<ContactPage, TransferError> {
        let Narrowing(query) = Narrowing::to(limit).and("search", Some(words)).and("after", after);
        patiently(self.get("/v1/contacts").query(&query)).await
    }

    pub(crate) async fn contact(&self, contact: ContactId) -> Result<ContactDetail, TransferError> {
        patiently(self.get(&format!("/v1/contacts/{contact}"))).await
    }

    /// The row of a contact alone.
    pub(crate) async fn contact_row(&self, contact: ContactId) -> Result<Contact, TransferError> {
        self.contact(contact).await.map(|detail| detail.contact)
    }

    pub(crate) async fn interactions(
        &self,
        filter: InteractionFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<InteractionPage, TransferError> {
        let Narrowing(query) = Narrowing::to(limit)
            .and("channel", filter.channel.and_then(word))
            .and("agent", filter.agent)
            .and("disposition", filter.disposition)
            .and("from", filter.from.map(|at| at.0))
            .and("to", filter.to.map(|at| at.0))
            .and("after", after);
        let path = match filter.contact {
            Some(contact) => format!("/v1/contacts/{contact}/interactions"),
            None => "/v1/interactions".to_owned(),
        };
        patiently(self.get(&path).query(&query)).await
    }

    pub(crate) async fn templates(&self, account: AccountId) -> Result<TemplateList, TransferError> {
        patiently(self.get(&format!("/v1/accounts/{account}/templates")).timeout(PROVIDER)).await
    }

    pub(crate) async fn validate(&self, conversation: ConversationId) -> Result<Validation, TransferError> {
        let path = format!("{}/v1/conversations/{conversation}/validation", self.base);
        patiently(self.client.post(path).bearer_auth(&self.token).timeout(PROVIDER)).await
    }
}
