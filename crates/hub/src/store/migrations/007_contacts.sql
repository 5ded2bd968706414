-- Contacts become more than a name.
ALTER TABLE contacts ADD COLUMN named INTEGER NOT NULL DEFAULT 0;
-- What the channel calls them, where it says so.
ALTER TABLE contacts ADD COLUMN told_name TEXT;
ALTER TABLE contacts ADD COLUMN attributes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN emails TEXT NOT NULL DEFAULT '[]';
-- Where a contact was made by hand; others are seen where their conversations are.
ALTER TABLE contacts ADD COLUMN queue BLOB REFERENCES queues (id);
ALTER TABLE contacts ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
UPDATE contacts SET told_name = name;

CREATE TABLE contact_phones (
    contact   BLOB NOT NULL REFERENCES contacts (id),
    -- In E.164 form.
    phone     TEXT NOT NULL,
    -- The same for all ways in which a country writes this number.
    canonical TEXT NOT NULL,
    PRIMARY KEY (contact, phone)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_phones_by_number ON contact_phones (canonical, contact);

CREATE INDEX conversations_by_contact ON conversations (contact, id);

-- Who is found where: a row for each contact and queue whose members see them, in the order of names.
CREATE TABLE contact_directory (
    queue     BLOB NOT NULL REFERENCES queues (id),
    sort_name TEXT NOT NULL,
    contact   BLOB NOT NULL REFERENCES contacts (id),
    -- Everything that is searched, without case and accents.
    words     TEXT NOT NULL,
    PRIMARY KEY (queue, sort_name, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_directory_by_contact ON contact_directory (contact, queue);

-- Whose contacts are whose: what an agent's desktop keeps.
CREATE TABLE assignments (
    contact    BLOB    NOT NULL REFERENCES contacts (id),
    agent      BLOB    NOT NULL REFERENCES agents (id),
    subscribed INTEGER NOT NULL,
    -- When the contact leaves by itself; NULL for never.
    until      INTEGER,
    since      INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    PRIMARY KEY (contact, agent)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_by_agent ON assignments (agent, contact);
CREATE INDEX assignments_leaving ON assignments (until) WHERE until IS NOT NULL;

-- Who handled a conversation has its contact; they leave a month after the last word, unless set otherwise since.
INSERT INTO assignments (contact, agent, subscribed, until, since, version)
SELECT c.contact, x.agent, 0, max(coalesce(c.last_at, x.since)) + 2592000000, min(x.since), 0
  FROM conversation_access x JOIN conversations c ON c.id = x.conversation
 GROUP BY c.contact, x.agent;
DROP TABLE conversation_access;

-- Looking back, newest first.
CREATE INDEX interactions_of_conversation ON interactions (conversation, created_at, id);
CREATE INDEX interactions_of_agent ON interactions (agent, created_at, id);

-- The number itself, where the settings tell it.
ALTER TABLE accounts ADD COLUMN number TEXT;
-- Whether its templates can be listed.
ALTER TABLE accounts ADD COLUMN notifications INTEGER NOT NULL DEFAULT 0
