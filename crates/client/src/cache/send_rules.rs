//! Whether the agent may send in a conversation: the policies of our accounts and the time, for
//! [`deskbell_protocol::may_send`].

use std::collections::HashMap;

use deskbell_protocol::{
    AccountId, AgentId, Author, Barrier, ChannelPolicy, Content, Conversation, Millis, TextLimit, Until,
    may_send,
};
use rusqlite::Connection;
use uuid::Uuid;

use super::{CacheError, accounts, state};
use crate::api::{Outgoing, SendPermission};

/// What the decisions of one transaction are made from.
pub(super) struct SendRules {
    policies: HashMap<AccountId, ChannelPolicy>,
    /// For accounts of hubs that send no policy.
    fallback: ChannelPolicy,
    me: Author,
    now: Millis,
}

impl SendRules {
    /// The rules at `now`, by the hub's clock.
    pub(super) fn read(sql: &Connection, now: Millis) -> Result<Self, CacheError> {
        let accounts = accounts::all(sql)?.into_iter();
        let policies = accounts.filter_map(|account| Some((account.id, account.policy?))).collect();
        // Before the first sign-in there is nobody to send, and no conversation to send in.
        let nobody = || (AgentId::from_uuid(Uuid::nil()), String::new());
        let (agent, name) = state::agent(sql)?.map_or_else(nobody, |me| (me.id, me.name));
        let me = Author::Agent { agent, name };
        Ok(Self { policies, fallback: ChannelPolicy::fallback(), me, now })
    }

    fn policy(&self, account: AccountId) -> &ChannelPolicy {
        self.policies.get(&account).unwrap_or(&self.fallback)
    }

    /// How long a text may be that is sent from this account.
    pub(super) fn text_limit(&self, account: AccountId) -> TextLimit {
        self.policy(account).text
    }

    /// What may be sent in a conversation now.
    pub(super) fn permission(&self, conversation: &Conversation) -> SendPermission {
        let decide = |content| self.decide(conversation, &content).into();
        SendPermission { text: decide(text("")), template: decide(template("")) }
    }

    /// Whether this message may be sent now.
    pub(super) fn check(&self, conversation: &Conversation, outgoing: &Outgoing) -> Result<Until, Barrier> {
        let content = match &outgoing.template {
            Some(_) => template(&outgoing.body),
            None => text(&outgoing.body),
        };
        self.decide(conversation, &content)
    }

    fn decide(&self, conversation: &Conversation, content: &Content) -> Result<Until, Barrier> {
        may_send(self.policy(conversation.account), conversation, content, &self.me, self.now)
    }
}

fn text(body: &str) -> Content {
    Content::Text { body: body.to_owned() }
}

/// A template as far as it is known here: how it reads.
fn template(body: &str) -> Content {
    Content::Notification {
        template: String::new(),
        language: String::new(),
        header: None,
        body: body.to_owned(),
        footer: None,
        buttons: Vec::new(),
    }
}
