-- What is known about whether a conversation's address reaches the contact. Who wrote has shown that it does;
-- the window was open for a day from then on.
ALTER TABLE conversations ADD COLUMN evidence TEXT NOT NULL
    DEFAULT '{"state":"unverified","at":null,"failure":null,"opt_in":null}';
UPDATE conversations
   SET evidence = json_object('state', 'verified', 'at', window_until - 86400000, 'failure', NULL, 'opt_in', NULL)
 WHERE window_until IS NOT NULL;

-- How often an agent's message was given to the provider on somebody's word.
ALTER TABLE messages ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1
