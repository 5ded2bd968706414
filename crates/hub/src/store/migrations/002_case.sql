ALTER TABLE interactions ADD COLUMN case_fields TEXT NOT NULL DEFAULT '[]';
ALTER TABLE interactions ADD COLUMN disposition TEXT;
ALTER TABLE interactions ADD COLUMN note TEXT NOT NULL DEFAULT '';

ALTER TABLE messages ADD COLUMN quote TEXT;
-- What contacts and agents reacted with, with what is needed to tell news from repetition.
ALTER TABLE messages ADD COLUMN reactions TEXT NOT NULL DEFAULT '[]';
