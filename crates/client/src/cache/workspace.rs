//! What the UI reads from the cache.

use deskbell_protocol::{
    AccountHealth, Agent, ChannelStatus, ConversationId, HubSettings, Interaction, InteractionState, Offer,
    OfferId, Position, Queue,
};

use super::commit::Commit;
use super::send_rules::SendRules;
use super::{
    Cache, CacheError, Look, accounts, conversations, interactions, messages, offers, outbox, state, statuses,
};
use crate::api::{AccountView, ConversationView, Outgoing, TranscriptPage};

/// How many conversations the workspace shows beside the handled ones.
const NEWEST: u32 = 50;

/// The cache's part of a workspace snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Workspace {
    pub(crate) me: Option<Agent>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) hub: Option<HubSettings>,
    pub(crate) accounts: Vec<AccountView>,
    pub(crate) accounts_health: Vec<AccountHealth>,
    pub(crate) statuses: Vec<ChannelStatus>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) interactions: Vec<Interaction>,
    pub(crate) conversations: Vec<ConversationView>,
    pub(crate) orphaned: Vec<Outgoing>,
}

impl Cache {
    /// Everything the workspace shows first, and the conversation that is looked at, if it is here.
    pub(crate) async fn workspace(&self, look: Look) -> Result<Workspace, CacheError> {
        let now = self.hub_now();
        self.read(move |sql| {
            let rules = SendRules::read(sql, now)?;
            let me = state::agent(sql)?;
            let mut workspace = Workspace {
                queues: state::queues(sql)?,
                hub: state::hub(sql)?,
                accounts: accounts::all(sql)?.into_iter().map(AccountView::from).collect(),
                accounts_health: accounts::unhealthy(sql)?,
                ..Workspace::default()
            };
            if let Some(me) = &me {
                workspace.statuses = statuses::of(sql, me.id)?;
                workspace.offers = offers::ringing_at(sql, me.id)?;
                workspace.interactions = interactions::held_by(sql, me.id)?;
            }
            let mut views = conversations::newest(sql, &rules, None, NEWEST)?;
            let held = workspace.interactions.iter().map(|held| held.conversation);
            for conversation in held.chain(look.conversation) {
                if !views.iter().any(|view| view.conversation.id == conversation) {
                    views.extend(conversations::view(sql, &rules, conversation)?);
                }
            }
            workspace.conversations = views;
            workspace.orphaned = outbox::orphaned(sql)?;
            workspace.me = me;
            Ok(workspace)
        })
        .await
    }

    /// How many interactions I handle right now.
    pub(crate) async fn active(&self) -> Result<u32, CacheError> {
        self.read(|sql| {
            let Some(me) = state::agent(sql)? else { return Ok(0) };
            let held = interactions::held_by(sql, me.id)?;
            let active = held.iter().filter(|held| held.state == InteractionState::Active).count();
            Ok(u32::try_from(active).unwrap_or(u32::MAX))
        })
        .await
    }

    /// One page of a transcript; with the page at its end what waits in the outbox.
    pub(crate) async fn transcript(
        &self,
        conversation: ConversationId,
        before: Option<Position>,
        limit: u32,
    ) -> Result<TranscriptPage, CacheError> {
        self.read(move |sql| {
            let mut messages = messages::page(sql, conversation, before, limit.saturating_add(1))?;
            let more = cut(&mut messages, limit);
            let outgoing = if before.is_none() { outbox::of(sql, conversation)? } else { Vec::new() };
            Ok(TranscriptPage { conversation, messages, more, outgoing })
        })
        .await
    }

    /// Older conversations, and whether there are more.
    pub(crate) async fn conversations(
        &self,
        before: Option<Position>,
        limit: u32,
    ) -> Result<(Vec<ConversationView>, bool), CacheError> {
        let now = self.hub_now();
        self.read(move |sql| {
            let rules = SendRules::read(sql, now)?;
            let mut views = conversations::newest(sql, &rules, before, limit.saturating_add(1))?;
            let more = cut(&mut views, limit);
            Ok((views, more))
        })
        .await
    }

    /// An offer that is known here.
    pub(crate) async fn offer(&self, offer: OfferId) -> Result<Option<Offer>, CacheError> {
        self.read(move |sql| offers::find(sql, offer)).await
    }

    /// The person looks at this conversation.
    pub(crate) async fn look(&self, conversation: ConversationId) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| conversations::look(commit, conversation)).await
    }
}

/// Cuts a list to the limit; whether there was more.
pub(crate) fn cut<T>(rows: &mut Vec<T>, limit: u32) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}
