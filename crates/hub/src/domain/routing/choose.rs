//! Chooses the agent for an interaction. The function is pure; the store selects the candidates: members of the
//! queue who are connected, ready and have free capacity.

use deskbell_protocol::{AgentId, Millis};

use crate::store::tables::statuses::Candidate;

/// What to do with a queued interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Offer it to this agent.
    Offer(AgentId),
    /// No candidate now; route it again at this time, when a cool-off ends.
    RetryAt(Millis),
    /// No candidate until the state of an agent changes.
    NoCandidate,
}

/// Chooses among the candidates: the preferred one first, then the longest idle.
pub(crate) fn choose(candidates: &[Candidate], preferred: Option<AgentId>, now: Millis) -> Choice {
    let free = |candidate: &&Candidate| candidate.cooling_until.is_none_or(|until| until <= now);
    let chosen = candidates
        .iter()
        .filter(free)
        .min_by_key(|candidate| (Some(candidate.agent) != preferred, candidate.idle_since, candidate.agent));
    if let Some(chosen) = chosen {
        return Choice::Offer(chosen.agent);
    }
    let soonest = candidates.iter().filter_map(|candidate| candidate.cooling_until).min();
    soonest.map_or(Choice::NoCandidate, Choice::RetryAt)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Millis = Millis(1_790_000_000_000);

    fn candidate(agent: AgentId, idle_since: i64, cooling_until: Option<i64>) -> Candidate {
        Candidate { agent, idle_since: Millis(idle_since), cooling_until: cooling_until.map(Millis) }
    }

    #[test]
    fn the_longest_idle_agent_is_chosen() {
        let (anna, ben) = (AgentId::fresh(), AgentId::fresh());
        let both = [candidate(anna, 20, None), candidate(ben, 10, None)];
        assert_eq!(choose(&both, None, NOON), Choice::Offer(ben));
    }

    #[test]
    fn the_contacts_last_agent_is_preferred_to_the_longest_idle() {
        let (anna, ben) = (AgentId::fresh(), AgentId::fresh());
        let both = [candidate(anna, 20, None), candidate(ben, 10, None)];
        assert_eq!(choose(&both, Some(anna), NOON), Choice::Offer(anna));
    }

    #[test]
    fn an_agent_who_declined_is_not_chosen_during_the_cool_off() {
        let (anna, ben) = (AgentId::fresh(), AgentId::fresh());
        let later = NOON.plus(30_000);
        let both = [candidate(anna, 20, None), candidate(ben, 10, Some(later.0))];
        assert_eq!(choose(&both, Some(ben), NOON), Choice::Offer(anna));
        let only_ben = [candidate(ben, 10, Some(later.0))];
        assert_eq!(choose(&only_ben, None, NOON), Choice::RetryAt(later));
        assert_eq!(choose(&only_ben, None, later), Choice::Offer(ben));
    }

    #[test]
    fn without_candidates_nobody_is_chosen() {
        assert_eq!(choose(&[], Some(AgentId::fresh()), NOON), Choice::NoCandidate);
    }
}
