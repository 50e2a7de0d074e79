-- What a job of kind `invert` makes a picture of, and the picture. A table apart from the jobs: lists read those often.
CREATE TABLE inversions (
    job INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    -- Whose faces it shows, so that it goes with them; NULL where an embedding was sent.
    identity INTEGER REFERENCES identities (id) ON DELETE CASCADE,
    -- NULL while there is none yet, and where it was taken away.
    png BLOB
) STRICT;

CREATE INDEX inversions_by_identity ON inversions (identity);
