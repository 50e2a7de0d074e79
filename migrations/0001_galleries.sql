-- Galleries, their identities and faces. Times are milliseconds since 1970 UTC.

CREATE TABLE galleries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 128),
    description TEXT,
    metadata TEXT NOT NULL,
    -- The model contract: vectors of another are never compared with these.
    model_name TEXT NOT NULL,
    model_fingerprint TEXT NOT NULL,
    model_preprocessing TEXT NOT NULL,
    dimension INTEGER NOT NULL CHECK (dimension > 0),
    threshold REAL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE identities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    gallery INTEGER NOT NULL REFERENCES galleries (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 256),
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (gallery, name)
) STRICT;

-- AUTOINCREMENT: a deleted face's row number is never given out again, so a cursor that stands on it stays good.
CREATE TABLE faces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    gallery INTEGER NOT NULL REFERENCES galleries (id) ON DELETE CASCADE,
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    face_id BLOB NOT NULL CHECK (length(face_id) = 16),
    created_at INTEGER NOT NULL,
    -- SHA-256 of what was enrolled and which of its faces: the same again is a duplicate.
    content_hash BLOB CHECK (length(content_hash) = 32),
    source_index INTEGER,
    norm REAL,
    box_x REAL,
    box_y REAL,
    box_width REAL,
    box_height REAL,
    score REAL,
    -- x, y pairs, little-endian float32
    landmarks BLOB,
    sharpness REAL,
    face_size REAL,
    yaw REAL,
    pitch REAL,
    roll REAL,
    metadata TEXT NOT NULL,
    -- little-endian float32, unit length
    embedding BLOB NOT NULL,
    UNIQUE (gallery, face_id),
    UNIQUE (identity, content_hash, source_index)
) STRICT;

CREATE INDEX faces_by_gallery ON faces (gallery);
CREATE INDEX faces_by_identity ON faces (identity);

-- Apart from the faces: crops are large and seldom read.
CREATE TABLE crops (
    face INTEGER PRIMARY KEY REFERENCES faces (id) ON DELETE CASCADE,
    jpeg BLOB NOT NULL
) STRICT;
