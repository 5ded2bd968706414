-- Accounts are posted for one by one, each at its own pace.
DROP INDEX outbound_due;
CREATE INDEX outbound_due ON outbound (account, next_at, position) WHERE state = 'waiting';

-- How far contacts were told that their messages were read.
CREATE TABLE read_marks (
    conversation BLOB    NOT NULL PRIMARY KEY REFERENCES conversations (id),
    -- The newest message of the contact that was marked as read, or given up.
    position     INTEGER NOT NULL,
    -- How often the next one was tried in vain.
    failures     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
