-- What a complainant wrote is theirs: the case holds the words that others may read, the words as they were written lie sealed
-- beside them. Telephones of complainants and staff are sealed as the register's are, and found by a keyed hash.
ALTER TABLE case_file ADD COLUMN words_sealed BYTEA;
-- Whether somebody of the office confirmed the words that those may read who may not know the complainant.
ALTER TABLE case_file ADD COLUMN words_confirmed INTEGER NOT NULL DEFAULT 1;
-- The unit that a rule proposes for the work; `about_unit` is only whom somebody complains about.
ALTER TABLE case_file ADD COLUMN proposed_unit TEXT;
-- The number of the event that changed the case last: whoever copies asks for what came after it.
ALTER TABLE case_file ADD COLUMN changed_seq BIGINT NOT NULL DEFAULT 0;
-- Who sent a record under an identity of their own and what it said: the same again is answered, anything else refused.
CREATE TABLE receipt (
    county TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    sender TEXT NOT NULL,
    content BYTEA NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (county, kind, id)
);
ALTER TABLE complainant ADD COLUMN phone_sealed BYTEA;
ALTER TABLE complainant ADD COLUMN phone_mark BYTEA;
ALTER TABLE complainant ADD COLUMN tail_mark BYTEA;
ALTER TABLE person ADD COLUMN phone_sealed BYTEA;
-- What a wrong clock said, if the moment of a visit was corrected.
ALTER TABLE visit ADD COLUMN claimed_at BIGINT;
-- The latest moment that a record of the county was stamped with: stamps never go back, whenever their requests began.
ALTER TABLE county_head ADD COLUMN stamped_at BIGINT NOT NULL DEFAULT 0;

UPDATE case_file SET words_confirmed = 0
WHERE source IN ('resident', 'hotline', 'police', 'desk', 'opinion') AND state = 'reported';
UPDATE case_file SET proposed_unit = about_unit, about_unit = NULL WHERE source = 'visit';
UPDATE case_file SET changed_seq = COALESCE((SELECT MAX(e.seq) FROM event e
    WHERE e.county = case_file.county AND e.subject_kind = 'case' AND e.subject_id = case_file.id), 0);
CREATE INDEX case_file_changed ON case_file (county, changed_seq);

-- The offices of this server by name, the same on every node: a door that knows no county yet asks nobody's county.
CREATE TABLE office_name (
    number INTEGER NOT NULL,
    county TEXT NOT NULL PRIMARY KEY,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL
);
INSERT INTO office_name (number, county, name_zh, name_en)
SELECT ROW_NUMBER() OVER (ORDER BY founded_at, county), county, name_zh, name_en FROM office;
-- Raised by every change of what all counties share (land, calendar, the offices): what is remembered of it is then read again.
CREATE TABLE shared_version (
    id INTEGER NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO shared_version (id, version) VALUES (1, 0);
