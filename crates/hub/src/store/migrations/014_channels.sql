-- What the channel of an account allows, as the hub tells clients; NULL until the hub has started once since.
ALTER TABLE accounts ADD COLUMN policy TEXT;

-- A delivery as it came: enough to check its signature again. Rows from before have the signature alone, and were
-- posted to the path of their account.
ALTER TABLE raw_deliveries ADD COLUMN method TEXT;
ALTER TABLE raw_deliveries ADD COLUMN url TEXT;
-- JSON, pairs of name and value; only the headers that the channel lists.
ALTER TABLE raw_deliveries ADD COLUMN headers TEXT;
