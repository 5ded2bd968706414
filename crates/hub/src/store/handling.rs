//! What agents do: their status, offers, End and Done. Each command carries its id, and a
//! command that was carried out before is only answered again.

use deskbell_protocol::{
    Agent, AlertOutcome, Channel, Command, CommandId, Content, ConversationId, EndedBy, ErrorCode,
    Interaction, InteractionId, InteractionState, Millis, Notice, Offer, OfferId, OfferState, Participant,
    Readiness, SessionId,
};

use super::answering::Saying;
use super::connecting::Connection;
use super::error::StoreError;
use super::tables::deadlines::{self, Kind};
use super::tables::{
    commands, conversations, interaction_participants, interactions, offer_alerts, offers, statuses,
};
use super::writing::Writing;
use super::{Store, access};
use crate::limits;

/// Who commands, over which connection.
#[derive(Clone, Debug)]
pub(crate) struct By {
    pub(crate) agent: Agent,
    pub(crate) session: SessionId,
}

impl Store {
    pub(crate) async fn command(
        &self,
        by: By,
        id: CommandId,
        command: Command,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.command(&by, id, command, now)).await
    }
}

impl Writing<'_> {
    /// Carries out a command, once.
    pub(super) fn command(
        &mut self,
        by: &By,
        id: CommandId,
        command: Command,
        now: Millis,
    ) -> Result<(), StoreError> {
        if commands::is_done(self.conn, id, by.agent.id)? {
            return Ok(());
        }
        match command {
            Command::SetStatus { channel, readiness, reason } => {
                self.set_status(by, channel, readiness, reason, now)
            }
            Command::AcceptOffer { offer } => self.accept(by, offer, now),
            Command::DeclineOffer { offer } => self.decline(by, offer, now),
            Command::ReportAlert { offer, outcome, why } => {
                self.report_alert(by, offer, outcome, why.as_deref(), now)
            }
            Command::SendMessage { message, conversation, body, written_at, seen } => {
                let content = Content::Text { body };
                let saying = Saying { command: id, message, conversation, content, written_at, seen };
                self.say(by, saying, now)
            }
            Command::RetryMessage { message, attempt } => self.retry(by, message, attempt, now),
            Command::EndInteraction { interaction } => self.end(by, interaction, now),
            Command::MarkDone { interaction } => self.mark_done(by, interaction, now),
            Command::ResumeInteraction { interaction } => self.take_back_end(by, interaction, now),
            Command::SetDisposition { interaction, disposition } => {
                self.set_disposition(by, interaction, disposition, now)
            }
            Command::SetNote { interaction, note } => self.set_note(by, interaction, note, now),
            Command::SetCaseField { interaction, key, value } => {
                self.set_case_field(by, interaction, &key, value, now)
            }
            Command::StartInteraction { interaction, conversation } => {
                self.start_interaction(by, interaction, conversation, now)
            }
            Command::Subscribe { contact } => self.subscribe(by, contact, now),
            Command::Unsubscribe { contact } => self.unsubscribe(by, contact, now),
            Command::CreateContact { contact, queue, contact_name, phones } => {
                self.create_contact(by, contact, queue, &contact_name, &phones, now)
            }
            Command::EditContact { contact, edits } => self.edit_contact(by, contact, &edits, now),
            Command::JoinContacts { contact, other } => self.join_contacts(by, contact, other, now),
            Command::ConnectChannel { conversation, contact, account, number, opt_in } => {
                let wanted = Connection { conversation, contact, account, number: &number, opt_in: &opt_in };
                self.connect(by, &wanted, now)
            }
            Command::SendNotification { .. } | Command::Look { .. } | Command::Unknown => {
                Err(StoreError::refused(
                    ErrorCode::Malformed,
                    "This hub does not know this command; it may be older than the app.",
                ))
            }
        }?;
        commands::insert(self.conn, id, by.agent.id, now)
    }

    fn set_status(
        &mut self,
        by: &By,
        channel: Channel,
        readiness: Readiness,
        reason: Option<String>,
        now: Millis,
    ) -> Result<(), StoreError> {
        let Some(mut status) = statuses::get(self.conn, by.agent.id, channel)? else {
            return Err(StoreError::not_found("channel"));
        };
        let reason = reason.filter(|_| readiness == Readiness::NotReady);
        if let Some(reason) = &reason
            && !self.rules.reasons.iter().any(|known| known == reason)
        {
            return Err(StoreError::refused(ErrorCode::Malformed, "This reason is not on the hub's list."));
        }
        if status.row.readiness == readiness && status.row.reason == reason {
            return Ok(());
        }
        if status.row.readiness != readiness {
            status.row.since = now;
            status.idle_since = now;
        }
        status.missed = 0;
        status.row.readiness = readiness;
        status.row.reason = reason;
        self.save_status(&mut status, now)?;
        match readiness {
            Readiness::Ready => self.route_for(by.agent.id, now),
            Readiness::NotReady => Ok(()),
            Readiness::SignedOut => {
                let due = now.plus(self.rules.agent_gone_ms);
                deadlines::set_earliest(self.conn, Kind::AgentGone, by.agent.id.as_uuid(), due)?;
                self.wake.deadlines = true;
                Ok(())
            }
        }
    }

    /// The offer, if it is the agent's and still rings.
    fn ringing(&self, by: &By, id: OfferId) -> Result<Offer, StoreError> {
        let offer = offers::by_id(self.conn, id)?.filter(|offer| offer.agent == by.agent.id);
        let offer = offer.ok_or_else(|| StoreError::not_found("offer"))?;
        if offer.state == OfferState::Ringing {
            return Ok(offer);
        }
        Err(StoreError::refused(ErrorCode::OfferGone, "This offer no longer rings; it is already settled."))
    }

    fn accept(&mut self, by: &By, id: OfferId, now: Millis) -> Result<(), StoreError> {
        let mut offer = self.ringing(by, id)?;
        if !access::is_member(self.conn, by.agent.id, offer.queue)? {
            return Err(StoreError::not_found("offer"));
        }
        self.take(&mut offer, now)
    }

    fn decline(&mut self, by: &By, id: OfferId, now: Millis) -> Result<(), StoreError> {
        let mut offer = self.ringing(by, id)?;
        self.stop_ringing(&mut offer, OfferState::Declined, now)
    }

    fn report_alert(
        &mut self,
        by: &By,
        id: OfferId,
        outcome: AlertOutcome,
        why: Option<&str>,
        now: Millis,
    ) -> Result<(), StoreError> {
        // A report about what no longer rings is late, not wrong.
        let Ok(mut offer) = self.ringing(by, id) else { return Ok(()) };
        let why = why.map(|why| {
            why.chars().filter(|c| !c.is_control()).take(limits::REASON_CHARS).collect::<String>()
        });
        offer_alerts::put(self.conn, id, by.session, outcome, why.as_deref(), now)?;
        if offer_alerts::nobody_alerted(self.conn, id)? {
            return self.stop_ringing(&mut offer, OfferState::NotAlerted, now);
        }
        Ok(())
    }

    /// The conversation, if the agent may read it.
    pub(super) fn readable(&self, by: &By, id: ConversationId) -> Result<conversations::Stored, StoreError> {
        access::readable(self.conn, by.agent.id, id)?.ok_or_else(|| StoreError::not_found("conversation"))
    }

    /// The interaction, if the agent may act on it: they hold it, or lead its queue.
    pub(super) fn actionable(&self, by: &By, id: InteractionId) -> Result<interactions::Stored, StoreError> {
        let missing = || StoreError::not_found("interaction");
        let interaction = interactions::by_id(self.conn, id)?.ok_or_else(missing)?;
        self.readable(by, interaction.row.conversation).map_err(|_hidden| missing())?;
        if interaction.row.agent == Some(by.agent.id) || access::leads(by.agent.role) {
            return Ok(interaction);
        }
        Err(StoreError::refused(ErrorCode::HeldByColleague, "A colleague handles this conversation."))
    }

    fn end(&mut self, by: &By, id: InteractionId, now: Millis) -> Result<(), StoreError> {
        let interaction = self.actionable(by, id)?;
        match interaction.row.state {
            InteractionState::Active => {
                self.end_as(interaction, EndedBy::Agent, Some(by.agent.name.clone()), now)
            }
            InteractionState::Ended | InteractionState::Done => Ok(()),
            InteractionState::Queued | InteractionState::Offered => Err(StoreError::refused(
                ErrorCode::Malformed,
                "This interaction waits for an agent; only one that is handled can be ended.",
            )),
        }
    }

    /// Ends an active interaction.
    pub(super) fn end_as(
        &mut self,
        mut interaction: interactions::Stored,
        ended_by: EndedBy,
        agent_name: Option<String>,
        now: Millis,
    ) -> Result<(), StoreError> {
        stops(&mut interaction.row, now);
        interaction.row.state = InteractionState::Ended;
        interaction.row.ended_by = Some(ended_by);
        interaction.row.ended_at = Some(now);
        interaction.row.waiting_since = None;
        self.save_interaction(&mut interaction, now)?;
        deadlines::clear(self.conn, Kind::Idle, interaction.row.id.as_uuid())?;
        if let Some(conversation) = conversations::by_id(self.conn, interaction.row.conversation)? {
            let notice = Notice::Ended { by: ended_by, agent_name };
            self.add_notice(&conversation.row, Some(interaction.row.id), notice, now)?;
        }
        self.freed(&interaction, now)
    }

    /// Whoever has the interaction is one of those who handle it.
    pub(super) fn takes_part(&self, interaction: &mut interactions::Stored) -> Result<(), StoreError> {
        let row = &mut interaction.row;
        let (Some(agent), Some(name)) = (row.agent, row.agent_name.clone()) else { return Ok(()) };
        if row.participants.iter().any(|one| one.agent == agent) {
            return Ok(());
        }
        row.participants.push(Participant { agent, name, handled_ms: 0 });
        interaction_participants::put(self.conn, agent, row)
    }

    fn mark_done(&mut self, by: &By, id: InteractionId, now: Millis) -> Result<(), StoreError> {
        let mut interaction = self.actionable(by, id)?;
        match interaction.row.state {
            InteractionState::Ended
                if self.rules.disposition_required && interaction.row.disposition.is_none() =>
            {
                Err(StoreError::refused(
                    ErrorCode::DispositionMissing,
                    "Say how it went before marking it done: choose a disposition.",
                ))
            }
            InteractionState::Ended => {
                interaction.row.state = InteractionState::Done;
                interaction.row.done_at = Some(now);
                self.save_interaction(&mut interaction, now)?;
                self.freed(&interaction, now)
            }
            InteractionState::Done => Ok(()),
            _ => {
                Err(StoreError::refused(ErrorCode::Malformed, "End the interaction before marking it done."))
            }
        }
    }

    /// The agent has one interaction less, perhaps, and may take another.
    pub(super) fn freed(
        &mut self,
        interaction: &interactions::Stored,
        now: Millis,
    ) -> Result<(), StoreError> {
        let Some(agent) = interaction.row.agent else { return Ok(()) };
        self.recount(agent, interaction.channel, true, now)?;
        self.route_for(agent, now)
    }
}

/// Whoever is at the interaction is no longer: what they were at since they took it is theirs.
pub(super) fn stops(row: &mut Interaction, now: Millis) {
    let (InteractionState::Active, Some(since)) = (row.state, row.active_since) else { return };
    if let Some(one) = row.participants.iter_mut().find(|one| Some(one.agent) == row.agent) {
        one.handled_ms = one.handled_ms.saturating_add(now.since(since).max(0));
    }
}
