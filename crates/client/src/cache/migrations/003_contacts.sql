-- The contacts of the conversations that are here, and those assigned to the agent.
CREATE TABLE contact (
    id BLOB NOT NULL PRIMARY KEY,
    row TEXT NOT NULL,          -- the whole row, JSON
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which contacts are assigned to the agent. A row that says no stays, so that an old word cannot bring one back.
CREATE TABLE assignment (
    contact BLOB NOT NULL PRIMARY KEY,
    assigned INTEGER NOT NULL,
    row TEXT NOT NULL,          -- the whole row, JSON
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whether our accounts can send.
CREATE TABLE account_health (
    account BLOB NOT NULL PRIMARY KEY,
    row TEXT NOT NULL,          -- the whole row, JSON
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE state ADD COLUMN accounts TEXT NOT NULL DEFAULT '[]';   -- the accounts of the agent's queues, JSON

ALTER TABLE conversation ADD COLUMN evidence TEXT;      -- JSON; NULL: nothing is known
CREATE INDEX conversation_by_contact ON conversation (contact, place);

ALTER TABLE message ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
ALTER TABLE outbox ADD COLUMN template TEXT;            -- the notification, JSON; NULL: a text
ALTER TABLE outbox ADD COLUMN seen INTEGER;             -- the newest message on the screen; NULL: goes in any case
ALTER TABLE draft ADD COLUMN begun_on INTEGER;          -- the newest message when it was begun

-- None of this comes by the log for what was here before: the hub's snapshot is read once more.
UPDATE state SET position = NULL;
UPDATE conversation SET version = 0;
