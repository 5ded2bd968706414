-- The account's number as its provider tells it.
ALTER TABLE accounts ADD COLUMN told_number TEXT
