-- What a message answers, and how people reacted to it. JSON; NULL: nothing, as for most messages.
ALTER TABLE message ADD COLUMN quote TEXT;
ALTER TABLE message ADD COLUMN reactions TEXT;
