-- Who may use the service. The secret itself is nowhere: it is random, so that its SHA-256 tells nobody what it is.
CREATE TABLE keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key_id BLOB NOT NULL UNIQUE CHECK (length(key_id) = 16),
    scope TEXT NOT NULL CHECK (scope IN ('recognize', 'enroll', 'admin')),
    name TEXT,
    secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    created_at INTEGER NOT NULL,
    -- A minute after a use or less.
    last_used_at INTEGER
) STRICT;
