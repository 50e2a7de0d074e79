-- Since when an identity has its name, where it was given another: reports that are older speak of somebody else by it.
ALTER TABLE identities ADD COLUMN named_at INTEGER;
