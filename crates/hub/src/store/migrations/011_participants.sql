-- Everybody who handled an interaction and for how long, as JSON, in the order in which they first took it.
ALTER TABLE interactions ADD COLUMN participants TEXT NOT NULL DEFAULT '[]';

-- What each agent took part in, newest first.
CREATE TABLE interaction_participants (
    participant BLOB    NOT NULL REFERENCES agents (id),
    -- When the interaction began.
    begun_at    INTEGER NOT NULL,
    interaction BLOB    NOT NULL REFERENCES interactions (id),
    PRIMARY KEY (participant, begun_at, interaction)
) STRICT, WITHOUT ROWID;
DROP INDEX interactions_of_agent;

-- Of what was before, only who had it last is known.
INSERT INTO interaction_participants (participant, begun_at, interaction)
SELECT agent, created_at, id FROM interactions WHERE agent IS NOT NULL;
UPDATE interactions
   SET participants = json_array(json_object(
         'agent', lower(substr(hex(agent), 1, 8) || '-' || substr(hex(agent), 9, 4) || '-' || substr(hex(agent), 13, 4)
                  || '-' || substr(hex(agent), 17, 4) || '-' || substr(hex(agent), 21)),
         'name', coalesce(agent_name, '?'),
         'handled_ms', max(0, coalesce(ended_at - active_since, 0))))
 WHERE agent IS NOT NULL;
