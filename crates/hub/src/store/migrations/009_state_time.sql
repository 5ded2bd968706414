-- When a message came as far as it has; NULL: it has no delivery, or came that far before this was kept.
ALTER TABLE messages ADD COLUMN state_at INTEGER;

-- When, by the provider's clock, what is told of a message that is not known yet.
ALTER TABLE orphan_statuses ADD COLUMN at INTEGER;
