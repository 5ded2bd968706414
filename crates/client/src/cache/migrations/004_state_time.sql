-- When a message came as far as it has; NULL: not kept.
ALTER TABLE message ADD COLUMN state_at INTEGER;
