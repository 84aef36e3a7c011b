-- Pictures of records; the same picture sent twice is stored once.
CREATE TABLE attachment_content (
    county TEXT NOT NULL,
    hash TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (county, hash)
);
CREATE TABLE attachment (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    size INTEGER NOT NULL,
    hash TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, hash) REFERENCES attachment_content (county, hash)
);
CREATE INDEX attachment_subject ON attachment (county, subject_kind, subject_id, added_at);
