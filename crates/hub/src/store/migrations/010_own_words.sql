-- A queue finds contacts by the addresses of its own conversations alone: who is in several is listed anew when the
-- hub starts. -1, not 0: their numbers are as agents left them.
UPDATE contacts SET version = -1
 WHERE id IN (SELECT contact FROM contact_directory GROUP BY contact HAVING count(*) > 1);
DELETE FROM contact_directory WHERE contact IN (SELECT id FROM contacts WHERE version = -1);
