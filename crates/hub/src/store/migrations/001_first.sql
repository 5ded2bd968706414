CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE queues (
    id   BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    id                     BLOB    NOT NULL PRIMARY KEY,
    name                   TEXT    NOT NULL UNIQUE,
    channel                TEXT    NOT NULL,
    queue                  BLOB    NOT NULL REFERENCES queues (id),
    address                TEXT    NOT NULL,
    automatic_answer       INTEGER NOT NULL,
    offer_ms               INTEGER NOT NULL,
    continue_conversations INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE agents (
    id            BLOB    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    role          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    disabled_at   INTEGER,
    -- When the last session closed; NULL while one is open, and before the first.
    gone_since    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX agents_who_lead ON agents (id) WHERE role <> 'agent';

CREATE TABLE tokens (
    hash       BLOB    NOT NULL PRIMARY KEY,
    agent      BLOB    NOT NULL REFERENCES agents (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_expiry ON tokens (expires_at);
CREATE INDEX tokens_by_agent ON tokens (agent);

CREATE TABLE queue_members (
    queue BLOB    NOT NULL REFERENCES queues (id),
    agent BLOB    NOT NULL REFERENCES agents (id),
    since INTEGER NOT NULL,
    PRIMARY KEY (queue, agent)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_members_by_agent ON queue_members (agent, queue);

CREATE TABLE sessions (
    id    BLOB    NOT NULL PRIMARY KEY,
    agent BLOB    NOT NULL REFERENCES agents (id),
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_agent ON sessions (agent);

CREATE TABLE statuses (
    agent      BLOB    NOT NULL REFERENCES agents (id),
    channel    TEXT    NOT NULL,
    readiness  TEXT    NOT NULL,
    reason     TEXT,
    capacity   INTEGER NOT NULL,
    load       INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    -- Since when the agent waits for work: the longest idle is asked first.
    idle_since INTEGER NOT NULL,
    -- How many offers in a row ended without the agent having acted.
    missed     INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    PRIMARY KEY (agent, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX statuses_by_idleness ON statuses (channel, idle_since) WHERE readiness = 'ready';

CREATE TABLE contacts (
    id         BLOB    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE identities (
    id         BLOB    NOT NULL PRIMARY KEY,
    account    BLOB    NOT NULL REFERENCES accounts (id),
    contact    BLOB    NOT NULL REFERENCES contacts (id),
    user_id    TEXT,
    phone      TEXT,
    username   TEXT,
    created_at INTEGER NOT NULL,
    -- Until when the pacing of this identity is used up.
    paced_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX identities_by_user_id ON identities (account, user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX identities_by_phone ON identities (account, phone) WHERE phone IS NOT NULL;

CREATE TABLE conversations (
    id            BLOB    NOT NULL PRIMARY KEY,
    identity      BLOB    NOT NULL UNIQUE REFERENCES identities (id),
    account       BLOB    NOT NULL REFERENCES accounts (id),
    queue         BLOB    NOT NULL REFERENCES queues (id),
    channel       TEXT    NOT NULL,
    contact       BLOB    NOT NULL REFERENCES contacts (id),
    contact_name  TEXT    NOT NULL,
    address       TEXT,
    window_until  INTEGER,
    last_position INTEGER,
    last_at       INTEGER,
    preview       TEXT,
    last_agent    BLOB REFERENCES agents (id),
    version       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_by_queue ON conversations (queue, id);

CREATE TABLE conversation_access (
    conversation BLOB    NOT NULL REFERENCES conversations (id),
    agent        BLOB    NOT NULL REFERENCES agents (id),
    since        INTEGER NOT NULL,
    PRIMARY KEY (conversation, agent)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_access_by_agent ON conversation_access (agent, conversation);

CREATE TABLE interactions (
    id            BLOB    NOT NULL PRIMARY KEY,
    conversation  BLOB    NOT NULL REFERENCES conversations (id),
    queue         BLOB    NOT NULL REFERENCES queues (id),
    channel       TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    agent         BLOB REFERENCES agents (id),
    agent_name    TEXT,
    ended_by      TEXT,
    created_at    INTEGER NOT NULL,
    active_since  INTEGER,
    ended_at      INTEGER,
    done_at       INTEGER,
    waiting_since INTEGER,
    -- Whom to ask first.
    preferred     BLOB REFERENCES agents (id),
    -- When anybody last wrote in it; the idle end counts from here.
    last_at       INTEGER NOT NULL,
    version       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX interactions_live ON interactions (conversation) WHERE state IN ('queued', 'offered', 'active');
CREATE INDEX interactions_waiting ON interactions (queue, id) WHERE state = 'queued';
CREATE INDEX interactions_by_conversation ON interactions (conversation, id);
CREATE INDEX interactions_held ON interactions (agent, channel) WHERE state IN ('active', 'ended');

CREATE TABLE offers (
    id           BLOB    NOT NULL PRIMARY KEY,
    interaction  BLOB    NOT NULL REFERENCES interactions (id),
    conversation BLOB    NOT NULL REFERENCES conversations (id),
    queue        BLOB    NOT NULL REFERENCES queues (id),
    queue_name   TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    contact_name TEXT    NOT NULL,
    preview      TEXT    NOT NULL,
    agent        BLOB    NOT NULL REFERENCES agents (id),
    state        TEXT    NOT NULL,
    automatic    INTEGER NOT NULL,
    offered_at   INTEGER NOT NULL,
    deadline     INTEGER NOT NULL,
    closed_at    INTEGER,
    version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX offers_by_interaction ON offers (interaction, agent);
CREATE INDEX offers_ringing ON offers (agent, channel) WHERE state = 'ringing';

CREATE TABLE offer_alerts (
    offer   BLOB    NOT NULL REFERENCES offers (id),
    session BLOB    NOT NULL,
    outcome TEXT    NOT NULL,
    why     TEXT,
    at      INTEGER NOT NULL,
    PRIMARY KEY (offer, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    position     INTEGER NOT NULL PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    conversation BLOB    NOT NULL REFERENCES conversations (id),
    interaction  BLOB REFERENCES interactions (id),
    account      BLOB    NOT NULL REFERENCES accounts (id),
    at           INTEGER NOT NULL,
    author       TEXT    NOT NULL,
    agent        BLOB REFERENCES agents (id),
    agent_name   TEXT,
    content      TEXT    NOT NULL,
    delivery     TEXT,
    failure      TEXT,
    late         INTEGER NOT NULL,
    provider_id  TEXT,
    version      INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_conversation ON messages (conversation, position);
CREATE UNIQUE INDEX messages_by_provider_id ON messages (provider_id, account) WHERE provider_id IS NOT NULL;

CREATE TABLE outbound (
    position INTEGER NOT NULL PRIMARY KEY,
    message  BLOB    NOT NULL UNIQUE,
    identity BLOB    NOT NULL REFERENCES identities (id),
    account  BLOB    NOT NULL REFERENCES accounts (id),
    state    TEXT    NOT NULL,
    tries    INTEGER NOT NULL,
    next_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX outbound_by_identity ON outbound (identity, position);
CREATE INDEX outbound_due ON outbound (next_at, position) WHERE state = 'waiting';

CREATE TABLE orphan_statuses (
    account     BLOB    NOT NULL,
    provider_id TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    failure     TEXT,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (account, provider_id, state)
) STRICT, WITHOUT ROWID;
CREATE INDEX orphan_statuses_by_age ON orphan_statuses (received_at);

CREATE TABLE deadlines (
    kind    TEXT    NOT NULL,
    subject BLOB    NOT NULL,
    due_at  INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX deadlines_due ON deadlines (due_at);

CREATE TABLE commands (
    id    BLOB    NOT NULL PRIMARY KEY,
    agent BLOB    NOT NULL,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX commands_by_age ON commands (at);

CREATE TABLE raw_deliveries (
    id          INTEGER NOT NULL PRIMARY KEY,
    account     BLOB    NOT NULL REFERENCES accounts (id),
    received_at INTEGER NOT NULL,
    body        BLOB    NOT NULL,
    -- 'pending', 'done' or 'set_aside'
    state       TEXT    NOT NULL,
    -- Why it was set aside; never customer text.
    why         TEXT
) STRICT;
CREATE INDEX raw_deliveries_pending ON raw_deliveries (id) WHERE state = 'pending';

CREATE TABLE log (
    position INTEGER NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL,
    -- 'queue', 'conversation' or 'agent'
    scope    TEXT    NOT NULL,
    subject  BLOB    NOT NULL,
    -- The queue of a conversation, so that filtering needs no look-up.
    queue    BLOB,
    change   TEXT    NOT NULL
) STRICT;
