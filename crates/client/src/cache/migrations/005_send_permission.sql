-- When the next messaging window closes.
CREATE INDEX conversation_by_window ON conversation (window_until);

-- Releases before 0.2.0 kept no class of a failure. The one that something depends on gets it here.
UPDATE outbox SET failure = json_set(failure, '$.class', 'draft_stale')
    WHERE json_extract(failure, '$.reason') = 'hub.draft_stale';
