-- How the provider reported the number when something was sent to it, where that differs: the contact writes from
-- there. The number as it was dialled stays what it is.
ALTER TABLE identities ADD COLUMN reported_phone TEXT;
CREATE INDEX identities_by_reported ON identities (account, reported_phone) WHERE reported_phone IS NOT NULL
