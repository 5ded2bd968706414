-- What the engine knows about its hub. One row.
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation BLOB,            -- which life of the hub's store the rows are from
    position INTEGER,           -- everything up to this log position is in here; NULL: read the snapshot
    round INTEGER NOT NULL,     -- number of the last reading of the hub's list of conversations
    agent TEXT,                 -- who signed in last, JSON
    queues TEXT NOT NULL,       -- their queues, JSON
    hub TEXT                    -- the hub's settings, JSON
) STRICT;
INSERT INTO state (id, round, queues) VALUES (1, 0, '[]');

CREATE TABLE conversation (
    id BLOB NOT NULL PRIMARY KEY,
    queue BLOB NOT NULL,
    channel TEXT NOT NULL,
    account BLOB NOT NULL,
    contact BLOB NOT NULL,
    contact_name TEXT NOT NULL,
    address TEXT,
    window_until INTEGER,
    last_position INTEGER,
    last_at INTEGER,
    preview TEXT,
    version INTEGER NOT NULL,
    place INTEGER NOT NULL,     -- last_position, or 0: what the list is sorted by
    round INTEGER NOT NULL      -- in which reading of the hub's list it was seen last
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_by_place ON conversation (place);
CREATE INDEX conversation_by_queue ON conversation (queue);

-- What the person has looked at. Apart from the conversation, which may arrive later.
CREATE TABLE reading (
    conversation BLOB NOT NULL PRIMARY KEY,
    seen INTEGER,               -- the position looked at last; NULL: not known yet
    unread INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE interaction (
    id BLOB NOT NULL PRIMARY KEY,
    conversation BLOB NOT NULL,
    queue BLOB NOT NULL,
    agent BLOB,
    state TEXT NOT NULL,
    row TEXT NOT NULL,          -- the whole row, JSON
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX interaction_by_conversation ON interaction (conversation);
CREATE INDEX interaction_by_agent ON interaction (agent, state);

-- The position is the place in the transcript and the rowid of the search index.
CREATE TABLE message (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    conversation BLOB NOT NULL,
    interaction BLOB,
    at INTEGER NOT NULL,
    author TEXT,                -- JSON; NULL: the contact
    content TEXT NOT NULL,      -- JSON
    delivery TEXT,
    failure TEXT,               -- JSON
    late INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX message_by_conversation ON message (conversation);

-- The words of each message under its position. Without the text itself, which `message` has.
CREATE VIRTUAL TABLE message_words USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
);

CREATE TABLE offer (
    id BLOB NOT NULL PRIMARY KEY,
    conversation BLOB NOT NULL,
    queue BLOB NOT NULL,
    state TEXT NOT NULL,
    deadline INTEGER NOT NULL,
    row TEXT NOT NULL,          -- the whole row, JSON
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX offer_by_state ON offer (state, deadline);

CREATE TABLE status (
    agent BLOB NOT NULL,
    channel TEXT NOT NULL,
    row TEXT NOT NULL,          -- the whole row, JSON
    version INTEGER NOT NULL,
    PRIMARY KEY (agent, channel)
) STRICT, WITHOUT ROWID;

-- What is written and not yet stored by the hub, in the order of writing.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    conversation BLOB NOT NULL,
    body TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    failure TEXT,               -- JSON
    answered INTEGER NOT NULL   -- 1: the hub has said yes; the row goes when its log entry comes
) STRICT;
CREATE INDEX outbox_by_conversation ON outbox (conversation);

CREATE TABLE draft (
    conversation BLOB NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What is still to be read by HTTP. Written with the cursor, so that a crash forgets nothing.
CREATE TABLE page_in (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,         -- queue, conversation, messages
    target BLOB NOT NULL,
    next TEXT,                  -- where the next page goes on
    urgent INTEGER NOT NULL,    -- 1: a person waits for it
    listed_upto INTEGER         -- rows as old as this that the hub no longer lists are gone; NULL: keep all
) STRICT;
