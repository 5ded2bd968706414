//! Contacts, their transcripts, past interactions, and what the hub asks the provider for.

use std::time::Duration;

use deskbell_protocol::{
    AccountId, Contact, ContactDetail, ContactId, ContactPage, ConversationId, InteractionPage, Position,
    TemplateList, ThreadHits, ThreadPage, Validation,
};
use serde::Serialize;

use super::{ApiClient, ApiError, call_with_retry};
use crate::api::{InteractionFilter, PageAnchor};

/// How long a call may take for which the hub calls the provider.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(20);

/// The parameters of a query.
struct Query(Vec<(&'static str, String)>);

impl Query {
    fn with_limit(limit: u32) -> Self {
        Self(vec![("limit", limit.to_string())])
    }

    fn and(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.0.extend(value.map(|value| (name, value.to_string())));
        self
    }
}

/// The word of a plain enum, as in JSON.
fn word(value: impl Serialize) -> Option<String> {
    Some(serde_json::to_value(value).ok()?.as_str()?.to_owned())
}

impl ApiClient {
    pub(crate) async fn thread(
        &self,
        contact: ContactId,
        place: PageAnchor,
        limit: u32,
    ) -> Result<ThreadPage, ApiError> {
        let all = Query::with_limit(limit);
        let Query(query) = match place {
            PageAnchor::End => all,
            PageAnchor::Start => all.and("at", Some(0)),
            PageAnchor::Before { position } => all.and("before", Some(position)),
            PageAnchor::After { position } => all.and("after", Some(position)),
            PageAnchor::Moment { moment } => all.and("at", Some(moment.0)),
        };
        call_with_retry(self.get(&format!("/v1/contacts/{contact}/messages")).query(&query)).await
    }

    pub(crate) async fn search_thread(
        &self,
        contact: ContactId,
        words: &str,
        before: Option<Position>,
        limit: u32,
    ) -> Result<ThreadHits, ApiError> {
        let Query(query) = Query::with_limit(limit).and("words", Some(words)).and("before", before);
        call_with_retry(self.get(&format!("/v1/contacts/{contact}/search")).query(&query)).await
    }

    pub(crate) async fn contacts(
        &self,
        words: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<ContactPage, ApiError> {
        let Query(query) = Query::with_limit(limit).and("search", Some(words)).and("after", after);
        call_with_retry(self.get("/v1/contacts").query(&query)).await
    }

    pub(crate) async fn contact(&self, contact: ContactId) -> Result<ContactDetail, ApiError> {
        call_with_retry(self.get(&format!("/v1/contacts/{contact}"))).await
    }

    /// The row of a contact.
    pub(crate) async fn contact_row(&self, contact: ContactId) -> Result<Contact, ApiError> {
        self.contact(contact).await.map(|detail| detail.contact)
    }

    pub(crate) async fn interactions(
        &self,
        filter: InteractionFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<InteractionPage, ApiError> {
        let Query(query) = Query::with_limit(limit)
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
        call_with_retry(self.get(&path).query(&query)).await
    }

    pub(crate) async fn templates(&self, account: AccountId) -> Result<TemplateList, ApiError> {
        call_with_retry(self.get(&format!("/v1/accounts/{account}/templates")).timeout(PROVIDER_TIMEOUT))
            .await
    }

    pub(crate) async fn validate(&self, conversation: ConversationId) -> Result<Validation, ApiError> {
        let path = format!("{}/v1/conversations/{conversation}/validation", self.base);
        call_with_retry(self.client.post(path).bearer_auth(&self.token).timeout(PROVIDER_TIMEOUT)).await
    }
}
