//! The cache's part of a workspace snapshot, and the pages of lists and transcripts.

use deskbell_protocol::{
    AccountHealth, Agent, ChannelStatus, ConversationId, HubSettings, Interaction, InteractionState, Offer,
    OfferId, Position, Queue,
};

use super::commit::Commit;
use super::send_rules::SendRules;
use super::{
    Cache, CacheError, accounts, conversations, interactions, messages, offers, outbox, state, statuses,
};
use crate::api::{AccountView, ConversationView, Outgoing, TranscriptPage};
use crate::view::View;

/// How many conversations a snapshot has beside the handled ones.
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
    /// Everything that the workspace shows first, with the conversation of the view if it is stored.
    pub(crate) async fn workspace(&self, view: View) -> Result<Workspace, CacheError> {
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
            for conversation in held.chain(view.conversation) {
                if !views.iter().any(|known| known.conversation.id == conversation) {
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

    /// How many interactions of the agent are active.
    pub(crate) async fn active(&self) -> Result<u32, CacheError> {
        self.read(|sql| {
            let Some(me) = state::agent(sql)? else { return Ok(0) };
            let held = interactions::held_by(sql, me.id)?;
            let active = held.iter().filter(|held| held.state == InteractionState::Active).count();
            Ok(u32::try_from(active).unwrap_or(u32::MAX))
        })
        .await
    }

    /// One page of a transcript. The page at its end has the conversation's outbox too.
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

    /// Conversations before a position, newest first, and whether there are older ones.
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

    /// An offer by its id, if it is stored.
    pub(crate) async fn offer(&self, offer: OfferId) -> Result<Option<Offer>, CacheError> {
        self.read(move |sql| offers::find(sql, offer)).await
    }

    /// Marks all messages of a conversation as read.
    pub(crate) async fn mark_seen(&self, conversation: ConversationId) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| conversations::mark_read(commit, conversation)).await
    }
}

/// Truncates a list to the limit. Whether it was longer.
pub(crate) fn cut<T>(rows: &mut Vec<T>, limit: u32) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}
