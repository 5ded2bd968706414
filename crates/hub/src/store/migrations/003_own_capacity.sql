-- Whether the capacity was set for this agent; else it follows the settings.
ALTER TABLE statuses ADD COLUMN own_capacity INTEGER NOT NULL DEFAULT 0;

-- An offer is read by its agent while they are a member of its queue: older entries did not name it.
UPDATE log
   SET queue = (SELECT o.queue FROM offers o
                 WHERE o.id = unhex(replace(json_extract(log.change, '$.row.id'), '-', '')))
 WHERE scope = 'agent' AND json_extract(change, '$.kind') = 'offer'
