//! Whom to ask: a pure decision. Who is a candidate at all (member of the queue, connected, ready, with
//! room) is what the store looks up.

use deskbell_protocol::{AgentId, Millis};

/// An agent who could take an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Who.
    pub(crate) agent: AgentId,
    /// Since when they wait for work.
    pub(crate) idle_since: Millis,
    /// Until when they are not asked again, because they did not take this interaction a moment ago.
    pub(crate) cooling_until: Option<Millis>,
}

/// What to do with an interaction that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Ask this agent.
    Ask(AgentId),
    /// Nobody now, but look again then.
    LookAgain(Millis),
    /// Nobody, until somebody's state changes.
    Nobody,
}

/// Chooses among the candidates: the preferred one first, then the longest idle.
pub(crate) fn choose(candidates: &[Candidate], preferred: Option<AgentId>, now: Millis) -> Choice {
    let free = |candidate: &&Candidate| candidate.cooling_until.is_none_or(|until| until <= now);
    let chosen = candidates
        .iter()
        .filter(free)
        .min_by_key(|candidate| (Some(candidate.agent) != preferred, candidate.idle_since, candidate.agent));
    if let Some(chosen) = chosen {
        return Choice::Ask(chosen.agent);
    }
    let soonest = candidates.iter().filter_map(|candidate| candidate.cooling_until).min();
    soonest.map_or(Choice::Nobody, Choice::LookAgain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Millis = Millis(1_790_000_000_000);

    fn candidate(agent: AgentId, idle_since: i64, cooling_until: Option<i64>) -> Candidate {
        Candidate { agent, idle_since: Millis(idle_since), cooling_until: cooling_until.map(Millis) }
    }

    #[test]
    fn the_longest_idle_is_asked() {
        let (anna, ben) = (AgentId::fresh(), AgentId::fresh());
        let both = [candidate(anna, 20, None), candidate(ben, 10, None)];
        assert_eq!(choose(&both, None, NOON), Choice::Ask(ben));
    }

    #[test]
    fn the_contacts_last_agent_goes_before_the_longest_idle() {
        let (anna, ben) = (AgentId::fresh(), AgentId::fresh());
        let both = [candidate(anna, 20, None), candidate(ben, 10, None)];
        assert_eq!(choose(&both, Some(anna), NOON), Choice::Ask(anna));
    }

    #[test]
    fn who_declined_is_left_alone_for_a_while() {
        let (anna, ben) = (AgentId::fresh(), AgentId::fresh());
        let later = NOON.plus(30_000);
        let both = [candidate(anna, 20, None), candidate(ben, 10, Some(later.0))];
        assert_eq!(choose(&both, Some(ben), NOON), Choice::Ask(anna));
        let only_ben = [candidate(ben, 10, Some(later.0))];
        assert_eq!(choose(&only_ben, None, NOON), Choice::LookAgain(later));
        assert_eq!(choose(&only_ben, None, later), Choice::Ask(ben));
    }

    #[test]
    fn without_candidates_nobody_is_asked() {
        assert_eq!(choose(&[], Some(AgentId::fresh()), NOON), Choice::Nobody);
    }
}
