-- Jobs name their gallery by its name and have no reference to it: their history outlives it.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id BLOB NOT NULL UNIQUE CHECK (length(job_id) = 16),
    kind TEXT NOT NULL,
    gallery TEXT,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    progress REAL NOT NULL,
    parameters TEXT NOT NULL,
    report TEXT,
    error TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER
) STRICT;

-- One job a gallery at a time.
CREATE UNIQUE INDEX jobs_under_way ON jobs (gallery) WHERE state IN ('queued', 'running');

-- A face is set aside while it has a row here; taking the row away restores it whole.
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    face INTEGER NOT NULL UNIQUE REFERENCES faces (id) ON DELETE CASCADE,
    gallery INTEGER NOT NULL REFERENCES galleries (id) ON DELETE CASCADE,
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    job_id BLOB NOT NULL CHECK (length(job_id) = 16),
    reason TEXT NOT NULL,
    -- degrees
    angle REAL NOT NULL,
    nearest TEXT,
    nearest_angle REAL,
    move_to TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX quarantine_by_gallery ON quarantine (gallery, job_id);
CREATE INDEX quarantine_by_identity ON quarantine (identity);
