-- How each account stands with its provider: what was last reported of it, and why nothing is sent, if so.
CREATE TABLE account_health (
    account       BLOB    NOT NULL PRIMARY KEY REFERENCES accounts (id),
    -- The last error of the account as a whole, as JSON of a failure, and when it was reported.
    last_error    TEXT,
    last_error_at INTEGER,
    -- Why its messages wait, as JSON of a failure; NULL while they go out.
    problem       TEXT,
    since         INTEGER NOT NULL,
    -- When it is next asked whether all is well again.
    probe_at      INTEGER,
    version       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What contacts were known by before, so that what was under way meanwhile still finds them.
CREATE TABLE former_addresses (
    account    BLOB    NOT NULL REFERENCES accounts (id),
    -- 'user_id' or 'phone'
    kind       TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    identity   BLOB    NOT NULL REFERENCES identities (id),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (account, kind, address)
) STRICT, WITHOUT ROWID;

-- What was said about a message before the message itself arrived.
CREATE TABLE early_events (
    account     BLOB    NOT NULL,
    -- The provider's ids of the message and of the event.
    message     TEXT    NOT NULL,
    event       TEXT    NOT NULL,
    said        TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (account, message, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX early_events_by_age ON early_events (received_at);

-- What a delivery was signed with: it may hold what belongs to another number of the same app.
ALTER TABLE raw_deliveries ADD COLUMN signature TEXT NOT NULL DEFAULT '';
